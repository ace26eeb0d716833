"""Assemble: the files of a config joined to one table of one row a patient, ready to be scored."""

from __future__ import annotations

from pathlib import Path

from neopcr.cohort import build_cohort, write_cohort, write_rejects
from neopcr.cohort.cbioportal import read_study
from neopcr.cohort.readers import READERS
from neopcr.config import CohortConfig, WideTable, read_config
from neopcr.errors import ConfigError
from neopcr.modalities import find_column
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
    """Join and write; what breaks the contract goes to ``<output>.rejects.csv``.

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
    cohort, problems = build_cohort(files, find_column, landmark=None, mode="check", base=Path())
    write_cohort(cohort, output)
    rejects = write_rejects(problems, output.with_name(f"{output.name}.rejects.csv"))
    flow = [
        f"{step.reason}: {step.excluded:,} out, {step.remaining:,} left" for step in cohort.flow
    ]
    flow = [*told, *flow]
    data = {
        "n": len(cohort.patient_id),
        "columns": len(cohort.columns),
        "rejected_rows": len({int(row) for one in problems for row in one.rows}),
        "flow": flow,
        "cohort": str(output),
        "rejects": str(rejects),
    }
    head = f"{output}: {data['n']:,} patients, {data['columns']} columns"
    return Result(data, (head, *flow))


def _files(
    path: Path, *, external: bool, exome: bool, assume_purity: bool
) -> tuple[CohortConfig, tuple[str, ...]]:
    """What is read, and what was found out about it."""
    if path.is_dir():
        study = read_study(path, find_column, exome=exome, assume_purity=assume_purity)
        return study.config, study.notes
    if path.suffix.lower() in READERS:
        return CohortConfig(patients=WideTable(path=(str(path),))), ()
    config = read_config(path)
    return external_files(config) if external else config.cohort, ()
