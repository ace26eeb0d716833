"""Screen: a trial's published criteria applied to a cohort, in one streamed pass."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from neopcr.errors import ConfigError
from neopcr.trials import ANSWERS, ELIGIBLE, TRIALS, Explainer, Trial, answers, contradictions
from neopcr.workflows._columns import find_any_column
from neopcr.workflows._result import Result, progress
from neopcr.workflows._streamed import Question, answer_file

if TYPE_CHECKING:
    from collections.abc import Mapping

    from neopcr.specs import Table

NOTICE = "This applies a published protocol's text; it is not a treatment recommendation."


def screen(name: str, path: Path, output: Path) -> Result:
    """Write one row a patient: each criterion, ``eligible``, and why.

    Parameters
    ----------
    name : str
        A trial of the registry.
    path : Path
        A cohort under canonical names.
    output : Path
        csv or parquet: ``row``, ``patient_id``, a column a criterion and ``eligible``, each met,
        not_met or unknown (a soft criterion does not count); ``why`` and ``could_exclude``, see
        `neopcr.trials.Whys`; ``flags``. Beside it stand the rejects and a manifest.

    Raises
    ------
    ConfigError
        If there is no such trial.
    TableError, TargetError
        As `answer_file`.
    """
    trial = find_trial(name)
    with progress("screening") as move:
        manifest = answer_file(path, output, question_of(trial), progress=move)
    data: dict[str, Any] = {
        **manifest,
        "n": manifest["answered"],
        "eligible": manifest["counts"][ELIGIBLE],
        "rejected_rows": manifest["rejected"],
        "screening": str(output),
        "rejects": f"{output}.rejects.csv",
    }
    return Result(data, (*_lines(trial, data), NOTICE))


def find_trial(name: str) -> Trial:
    """Trial of that registry number.

    Raises
    ------
    ConfigError
        If there is none; the nearest are named.
    """
    if name in TRIALS:
        return TRIALS[name]
    close = difflib.get_close_matches(name.lower(), TRIALS, n=2, cutoff=0.7)
    hint = f"did you mean {' or '.join(close)}? " if close else ""
    message = f"unknown trial '{name}'. {hint[:1].upper()}{hint[1:]}Known: {', '.join(TRIALS)}."
    raise ConfigError(message)


def question_of(trial: Trial) -> Question:
    """What is asked of every patient: the criteria, and why."""
    explainer = Explainer(trial)
    said = pa.array(ANSWERS, pa.string())

    def answer(table: Table) -> Mapping[str, pa.Array]:
        found = answers(trial, table)
        whys = explainer.explain(table, found)
        words = {
            name: pa.DictionaryArray.from_arrays(pa.array(truth), said)
            for name, truth in found.items()
        }
        return {**words, "why": whys.why, "could_exclude": whys.could_exclude, "flags": whys.flags}

    return Question(
        columns=tuple(find_any_column(name) for name in trial.reads),
        answer=answer,
        check=lambda table: contradictions(trial, table),
        about={"notice": NOTICE, "trial": trial.name},
    )


def _lines(trial: Trial, data: Mapping[str, Any]) -> list[str]:
    counts = ", ".join(f"{data['eligible'][each]:,} {each}" for each in reversed(ANSWERS))
    lines = [f"{trial.name}: {counts} of {data['n']:,} (criteria that a table can decide)"]
    absent = set(data["absent_columns"])
    open_for_all = [each.id for each in trial.criteria if absent.issuperset(each.columns)]
    if absent:
        lines.append(
            f"{len(absent)} of {len(trial.reads)} columns are not in the cohort and not known of "
            f"anybody{_criteria(open_for_all)}"
        )
    if data["rejected_rows"]:
        lines.append(f"{data['rejected_rows']:,} rows rejected: {data['rejects']}")
    return lines


def _criteria(ids: list[str]) -> str:
    return f"; criteria that rest on them alone: {', '.join(ids)}" if ids else ""
