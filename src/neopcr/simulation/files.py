"""Writing a simulated trial: whole or not at all, and the same bytes for the same trial."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from neopcr.errors import TargetError

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
    if directory.exists():
        message = f"{directory}: it exists. Choose another folder or remove this one."
        raise TargetError(message)
    try:
        directory.parent.mkdir(parents=True, exist_ok=True)
        unfinished = Path(tempfile.mkdtemp(prefix=f".{directory.name}.", dir=directory.parent))
    except OSError as error:
        raise TargetError(_cannot_write(directory, error)) from error
    try:
        for name, table in trial.files.items():
            _write_text(table, unfinished / name)
        pa.parquet.write_table(trial.truth, unfinished / TRUTH)
        settings = json.dumps({"simulated": True, **trial.settings}, indent=2)
        (unfinished / SETTINGS).write_text(settings + "\n", encoding="utf-8")
        unfinished.chmod(0o755)
        unfinished.rename(directory)
    except OSError as error:
        raise TargetError(_cannot_write(directory, error)) from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return directory


def _write_text(table: pa.Table, path: Path) -> None:
    """Write a table as csv, or with tabs where it is a MAF; no value of ours needs quotes."""
    delimiter = "\t" if path.suffix == ".maf" else ","
    options = pa.csv.WriteOptions(delimiter=delimiter, quoting_style="none", quoting_header="none")
    pa.csv.write_csv(table, path, options)


def _cannot_write(directory: Path, error: OSError) -> str:
    return f"{directory}: cannot be written ({error.strerror}). Check the disk and the rights."
