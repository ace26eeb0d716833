"""Screen: a trial's published criteria applied to a cohort, in one streamed pass."""

from __future__ import annotations

import difflib
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from neopcr import __version__
from neopcr.errors import ConfigError
from neopcr.report.consort import Screened, consort_figure
from neopcr.report.screening_page import CriterionRow, ScreeningPage, write_screening
from neopcr.trials import (
    ANSWERS,
    ELIGIBLE,
    NO,
    TRIALS,
    Explainer,
    Trial,
    answers,
    contradictions,
)
from neopcr.workflows._assigned_page import assigned_page
from neopcr.workflows._assigned_told import TRIAL as ARM_OF
from neopcr.workflows._assigned_told import arm_question, assigned_lines
from neopcr.workflows._columns import find_any_column
from neopcr.workflows._joined import joined, part
from neopcr.workflows._outputs import refuse_input
from neopcr.workflows._result import Result, progress
from neopcr.workflows._streamed import Question, answer_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from neopcr.specs import Table
    from neopcr.trials import Truth
    from neopcr.workflows._assigned import Arm

# Letters of a count and a sentence that fit beside the flow.
_LONGEST = 46
NOTICE = "This applies a published protocol's text; it is not a treatment recommendation."


def screen(name: str, path: Path, output: Path, arm: Arm | None = None) -> Result:
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
        `neopcr.trials.Whys`; ``flags``. Beside it stand the rejects, a manifest and an HTML page.
    arm : Arm, optional
        Assign in the same pass: the answers of `neopcr.workflows.assign` stand as ``c2_regimen``,
        ``c2_status`` and so on, whether eligible or not, and a page of their own is written.

    Raises
    ------
    ConfigError
        If there is no such trial, or an arm is asked for that is not of it.
    TableError, TargetError
        As `answer_file`.
    """
    trial = find_trial(name)
    page = output.with_name(f"{output.name}.html")
    refuse_input(page, [path])
    question = _question(trial, arm)
    with progress("screening") as move:
        manifest = answer_file(path, output, question, progress=move)
    data: dict[str, Any] = {
        **manifest,
        "report": str(write_screening(_page(trial, manifest), page)),
        "n": manifest["answered"],
        "eligible": manifest["counts"][ELIGIBLE],
        "rejected_rows": manifest["rejected"],
        "screening": str(output),
        "rejects": f"{output}.rejects.csv",
    }
    lines = (*_lines(trial, data), f"page: {page}", NOTICE)
    if arm is None:
        return Result(data, lines)
    assigned = part(manifest, arm.decision)
    beside = assigned_page(
        assigned, arm, None, output.with_name(f"{output.name}.{arm.decision}.html")
    )
    data["assigned_report"] = str(beside)
    return Result(data, (*lines, *assigned_lines(output, assigned), f"page: {beside}"))


def _question(trial: Trial, arm: Arm | None) -> Question:
    """Whether eligible, and what an arm says of the same patients.

    Raises
    ------
    ConfigError
        If the arm is not of the trial.
    """
    question = question_of(trial)
    if arm is None:
        return question
    if trial.name != ARM_OF:
        message = (
            f"{trial.name} has no adaptive arm here. Leave --assign-at out, or screen {ARM_OF}."
        )
        raise ConfigError(message)
    return joined(question, arm_question(arm), arm.decision)


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
    # Filled while the cohort passes by, and written into the manifest at its end.
    excluded_by: dict[str, int] = dict.fromkeys((each.id for each in trial.hard), 0)
    said = pa.array(ANSWERS, pa.string())

    def answer(table: Table) -> Mapping[str, pa.Array]:
        found = answers(trial, table)
        whys = explainer.explain(table, found)
        for each, rows in _first_excluding(trial, found):
            excluded_by[each] += rows
        words = {
            name: pa.DictionaryArray.from_arrays(pa.array(truth), said)
            for name, truth in found.items()
        }
        return {**words, "why": whys.why, "could_exclude": whys.could_exclude, "flags": whys.flags}

    return Question(
        columns=tuple(find_any_column(name) for name in trial.reads),
        answer=answer,
        check=lambda table: contradictions(trial, table),
        about={"notice": NOTICE, "trial": trial.name, "first_excluded_by": excluded_by},
    )


def _first_excluding(trial: Trial, found: Mapping[str, Truth]) -> Iterator[tuple[str, int]]:
    """Whom each hard criterion excludes that none before it did."""
    left = np.ones(len(found[ELIGIBLE]), dtype=bool)
    for each in trial.hard:
        out = left & (found[each.id] == NO)
        yield each.id, int(out.sum())
        left &= ~out


def _page(trial: Trial, manifest: Mapping[str, Any]) -> ScreeningPage:
    counts = manifest["counts"]
    sentence = {each.id: each.sentence for each in trial.criteria}
    screened = Screened(
        rows=manifest["rows"],
        rejected=manifest["rejected"],
        excluded=[
            (_short(f"{each} {sentence[each]}", n), n)
            for each, n in manifest["first_excluded_by"].items()
        ],
        unknown=counts[ELIGIBLE]["unknown"],
        eligible=counts[ELIGIBLE]["met"],
    )
    rows = tuple(
        CriterionRow(
            id=each.id,
            sentence=each.sentence,
            reads=", ".join(each.columns),
            reading=each.reading,
            hard=each.hard,
            **counts[each.id],
        )
        for each in trial.criteria
    )
    return ScreeningPage(
        version=__version__,
        notice=NOTICE,
        trial=trial.name,
        title=trial.title,
        # By its bytes: the name of a file may name a patient.
        source=f"{manifest['rows']:,} rows, SHA-256 {manifest['input']['sha256']}",
        screened=screened,
        rows=rows,
        absent=tuple(each for each in manifest["absent_columns"] if each in trial.reads),
        flow=consort_figure("consort", screened),
    )


def _short(text: str, n: int) -> str:
    width = _LONGEST - len(f"{n:,}")
    return textwrap.shorten(text, width, placeholder=" …").removesuffix(".")


def _lines(trial: Trial, data: Mapping[str, Any]) -> list[str]:
    counts = ", ".join(f"{data['eligible'][each]:,} {each}" for each in reversed(ANSWERS))
    lines = [f"{trial.name}: {counts} of {data['n']:,} (criteria that a table can decide)"]
    absent = set(data["absent_columns"]) & set(trial.reads)
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
