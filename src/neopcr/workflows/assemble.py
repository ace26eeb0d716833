"""Assemble: the files of a config joined to one table of one row a patient, ready to be scored."""

from __future__ import annotations

from pathlib import Path

from neopcr.cohort import count_rejected, write_assembled, write_rejects
from neopcr.cohort.cbioportal import read_study
from neopcr.cohort.readers import READERS
from neopcr.config import CohortConfig, WideTable, read_config
from neopcr.errors import ConfigError
from neopcr.workflows._columns import find_any_column
from neopcr.workflows._outputs import files_of, refuse_input
from neopcr.workflows._prepare import external_files
from neopcr.workflows._result import Result


def assemble(
    path: Path,
    output: Path,
    *,
    external: bool = False,
    exome: bool = False,
    assume_purity: bool = False,
) -> Result:
    """Join and write, in bounded memory; what breaks the contract goes to ``<output>.rejects.csv``.

    Parameters
    ----------
    path : Path
        A config; a cBioPortal study folder; or one table under canonical names, an mCODE bundle
        included.
    output : Path
        csv or parquet, under canonical names.
    external : bool
        Read the files of the config's `external` block.
    exome, assume_purity : bool
        Of a study folder; a config has keys of the same names under `mutations`.

    Raises
    ------
    ConfigError, TableError, TargetError
    """
    if not path.is_dir() and (exome or assume_purity):
        message = (
            f"{path}: --exome and --assume-purity are of a study folder. Use the config's keys."
        )
        raise ConfigError(message)
    files, told = _files(path, external=external, exome=exome, assume_purity=assume_purity)
    refuse_input(output, files_of(files, Path()))
    written = write_assembled(files, find_any_column, output, base=Path())
    rejects = write_rejects(written.problems, output.with_name(f"{output.name}.rejects.csv"))
    flow = [
        f"{step.reason}: {step.excluded:,} out, {step.remaining:,} left" for step in written.flow
    ]
    flow = [*told, *flow]
    data = {
        "n": written.n_patients,
        "columns": written.n_columns,
        "rejected_rows": count_rejected(written.problems),
        "escaped_cells": written.escaped,
        "flow": flow,
        "cohort": str(output),
        "rejects": str(rejects),
    }
    head = f"{output}: {data['n']:,} patients, {data['columns']} columns"
    return Result(data, (head, *flow, *_escaped(written.escaped)))


def _escaped(n: int) -> tuple[str, ...]:
    if not n:
        return ()
    return (f"{n:,} cells have a ' before what a spreadsheet would run; neopcr reads them without",)


def _files(
    path: Path, *, external: bool, exome: bool, assume_purity: bool
) -> tuple[CohortConfig, tuple[str, ...]]:
    """What is read, and what was found out about it."""
    if path.is_dir():
        study = read_study(path, find_any_column, exome=exome, assume_purity=assume_purity)
        return study.config, study.notes
    if path.suffix.lower() in READERS:
        return CohortConfig(patients=WideTable(path=(str(path),))), ()
    config = read_config(path)
    return external_files(config) if external else config.cohort, ()
