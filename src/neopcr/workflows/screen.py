"""Screen: a trial's published criteria applied to a cohort."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import IO, TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from neopcr.cohort import read_cohort, write_rejects
from neopcr.errors import ConfigError, TargetError
from neopcr.modalities import find_column
from neopcr.target import whole_or_absent
from neopcr.trials import ANSWERS, TRIALS, answers
from neopcr.workflows._outputs import refuse_input
from neopcr.workflows._result import Result

if TYPE_CHECKING:
    from neopcr.specs import FloatArray

Writer = Callable[[pa.Table, IO[bytes]], None]

NOTICE = "This applies a published protocol's text; it is not a treatment recommendation."


def screen(name: str, path: Path, output: Path) -> Result:
    """Write one row a patient: each criterion, and ``eligible``: met, not_met or unknown.

    Parameters
    ----------
    name : str
        A trial of the registry.
    path : Path
        A cohort under canonical names.
    output : Path
        csv or parquet.

    Raises
    ------
    ConfigError
        If there is no such trial.
    TableError, TargetError
    """
    if name not in TRIALS:
        message = f"unknown trial '{name}'. Known: {', '.join(TRIALS)}."
        raise ConfigError(message)
    trial, write = TRIALS[name], _writer(output)
    refuse_input(output, [path])
    declared = tuple(find_column(one) for each in trial.criteria for one in each.columns)
    cohort, problems = read_cohort(path, find_column)
    found = answers(trial, cohort.table, declared)
    words = {name: _words(values) for name, values in found.items()}
    table = pa.table(
        {"row": cohort.row, "patient_id": pa.array(cohort.patient_id, pa.string()), **words}
    )
    with whole_or_absent(output) as file:
        write(table, file)
    rejects = write_rejects(problems, output.with_name(f"{output.name}.rejects.csv"))
    counts = {answer: int(words["eligible"].count(answer)) for answer in ANSWERS}
    said = ", ".join(f"{count:,} {answer}" for answer, count in counts.items())
    data = {
        "trial": trial.name,
        "n": len(cohort.row),
        "eligible": counts,
        "rejected_rows": len({int(row) for one in problems for row in one.rows}),
        "screening": str(output),
        "rejects": str(rejects),
    }
    return Result(data, (f"{trial.name}: {said} (criteria that a table can decide)", NOTICE))


def _writer(output: Path) -> Writer:
    writers: dict[str, Writer] = {".parquet": pq.write_table, ".csv": pa_csv.write_csv}
    if output.suffix not in writers:
        message = (
            f"{output}: answers are written as .csv or .parquet. Give it one of these suffixes."
        )
        raise TargetError(message)
    return writers[output.suffix]


def _words(values: FloatArray) -> list[str]:
    """met, not_met or unknown for 1, 0 and NaN."""
    return [ANSWERS[code] for code in np.where(np.isnan(values), 2, values).astype(int)]
