"""Writing a simulated trial: whole or not at all, and the same bytes for the same trial."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from neopcr.target import whole_folder

if TYPE_CHECKING:
    from neopcr.simulation.trial import SimulatedTrial

TRUTH = "truth.parquet"
SETTINGS = "simulation.json"


def write_trial(trial: SimulatedTrial, directory: Path) -> Path:
    """Write the files of a trial into a new folder.

    ``patients.csv``, ``ctdna.csv``, ``mutations.maf`` (tab-separated), ``gene_panel.csv`` and
    ``imaging.csv``; apart from them ``truth.parquet``, which no model may see, and
    ``simulation.json``, which says that these patients are not real and how they were made.

    Parameters
    ----------
    trial : SimulatedTrial
        From `neopcr.simulation.simulate`.
    directory : Path
        Must not exist; its parents are made.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    TargetError
        If the folder exists, or cannot be written.
    """
    with whole_folder(directory) as unfinished:
        for name, table in trial.files.items():
            _write_text(table, unfinished / name)
        pa.parquet.write_table(trial.truth, unfinished / TRUTH)
        settings = json.dumps({"simulated": True, **trial.settings}, indent=2)
        (unfinished / SETTINGS).write_text(settings + "\n", encoding="utf-8")
    return directory


def _write_text(table: pa.Table, path: Path) -> None:
    """Write a table as csv, or with tabs where it is a MAF; no value of ours needs quotes."""
    delimiter = "\t" if path.suffix == ".maf" else ","
    options = pa.csv.WriteOptions(delimiter=delimiter, quoting_style="none", quoting_header="none")
    pa.csv.write_csv(table, path, options)
