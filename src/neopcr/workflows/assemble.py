"""Assemble: the files of a config joined to one table of one row a patient, ready to be scored."""

from __future__ import annotations

from pathlib import Path

from neopcr.cohort import build_cohort, write_cohort, write_rejects
from neopcr.config import read_config
from neopcr.modalities import find_column
from neopcr.workflows._outputs import files_of, refuse_input
from neopcr.workflows._prepare import external_files
from neopcr.workflows._result import Result


def assemble(path: Path, output: Path, *, external: bool) -> Result:
    """Join and write; what breaks the contract goes to ``<output>.rejects.csv``.

    Parameters
    ----------
    path : Path
        A config.
    output : Path
        csv or parquet, under canonical names.
    external : bool
        Read the files of the `external` block.

    Raises
    ------
    ConfigError, TableError, TargetError
    """
    config = read_config(path)
    files = external_files(config) if external else config.cohort
    refuse_input(output, files_of(files, Path()))
    cohort, problems = build_cohort(files, find_column, landmark=None, mode="check", base=Path())
    write_cohort(cohort, output)
    rejects = write_rejects(problems, output.with_name(f"{output.name}.rejects.csv"))
    flow = [
        f"{step.reason}: {step.excluded:,} out, {step.remaining:,} left" for step in cohort.flow
    ]
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
