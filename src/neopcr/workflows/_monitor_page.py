"""The page of monitoring: what has drifted, how sure that is, and everything that was compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from neopcr import __version__
from neopcr.report.chapters import Chapter, ChapterPage, Grid, write_chapters
from neopcr.report.drift_figures import index_figure
from neopcr.report.numbers import count, estimate_text, number, percent
from neopcr.validation import calibration_drift, drift
from neopcr.workflows._models import title

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from neopcr.bundle import Bundle
    from neopcr.validation.calibration_drift import CalibrationDrift, Known
    from neopcr.validation.drift import Shift
    from neopcr.workflows._drift import Compared
    from neopcr.workflows._watched import Watched

_NOTICE = (
    "Drift says that patients or records differ from the training's, not that the model is wrong; "
    "no drift does not say that it is right. Only outcomes tell that."
)
_WORDS = {
    drift.DISTRIBUTION: "distribution",
    drift.MISSING: "share missing",
    drift.UNREADABLE: "share unreadable or out of range",
    drift.OUTSIDE: "share unlike the training patients",
}
_DO = {
    "absent_block": "Find out whether it was measured: the export may have lost it.",
    "absent_column": "Check the export, and the header.",
    "duplicate_id": "Export one row a patient.",
    "missing_id": "Export the identifiers.",
    "empty_row": "Find out who these rows are: a join may have failed.",
}


def write_monitor_page(
    bundle: Bundle,
    watched: Watched,
    found: Compared,
    calibration: CalibrationDrift | None,
    provenance: Mapping[str, str],
    path: Path,
) -> Path:
    """Write the page.

    Parameters
    ----------
    bundle : Bundle
    watched : Watched
    found : Compared
    calibration : CalibrationDrift or None
        None where outcomes were not asked for.
    provenance : mapping of str to str
    path : Path
    """
    page = ChapterPage(
        title=f"{title(bundle)}: monitoring",
        subtitle=f"Version {bundle.version}; {count(watched.n)} patients held against "
        f"{count(int(bundle.training['n']))} of the training",
        version=__version__,
        notice=_NOTICE,
        chapters=(
            _verdict(found, watched),
            *([] if calibration is None else [_outcomes(calibration)]),
            _columns(found),
        ),
        provenance=provenance,
    )
    return write_chapters(page, path)


def sentence(one: Shift) -> str:
    """Say a shift in one line.

    >>> sentence(
    ...     drift.Shift(
    ...         column="grade", what="missing", n=90, value=0.5, lower=0.4, upper=0.6,
    ...         reference=0.1, p=0.0,
    ...     )
    ... ).replace("\N{NO-BREAK SPACE}", " ")
    'share missing 50.0 % (40.0 % to 60.0 %), 10.0 % in training'
    """  # fmt: skip
    if one.what == drift.DISTRIBUTION:
        where = "" if one.centre is None else f" in centre {one.centre + 1}, by first row"
        return (
            f"distribution{where}: stability index {number(one.value, 2)}, {number(one.reference, 2)} by "
            "chance"
        )
    return f"{_WORDS[one.what]} {_value(one)}, {_reference(one)}"


def _value(one: Shift) -> str:
    text = number if one.what == drift.DISTRIBUTION else percent
    return f"{text(one.value)} ({text(one.lower)} to {text(one.upper)})"


def _reference(one: Shift) -> str:
    if one.what == drift.DISTRIBUTION:
        return f"{number(one.reference)} by chance"
    word = "in training" if one.what == drift.MISSING else "is tolerated"
    return f"{percent(one.reference)} {word}"


def _verdict(found: Compared, watched: Watched) -> Chapter:
    drifted = [one for one in found.shifts if one.drifted]
    rows = [
        (one.subject, one.rule.replace("_", " "), one.says, _DO[one.rule]) for one in found.faults
    ]
    rows += [
        (one.column, _WORDS[one.what], sentence(one), found.hints.get(one.column, _ask(one)))
        for one in drifted
    ]
    told = f"{count(len(rows))} findings." if rows else "Nothing has drifted."
    return Chapter(
        title="What has drifted",
        text=(told, *_left_out(watched)),
        grids=(
            Grid(
                title="Findings",
                header=("Subject", "What", "Found", "Looks like, or what to do"),
                rows=tuple(rows),
                words=4,
            ),
        )
        if rows
        else (),
    )


def _ask(one: Shift) -> str:
    return "" if one.centre is None else "Ask the centre about unit, assay and who is included."


def _left_out(watched: Watched) -> tuple[str, ...]:
    if not watched.rules:
        return ()
    rules = ", ".join(f"{name}: {count(rows)}" for name, rows in sorted(watched.rules.items()))
    return (f"Rows that are not scored: {rules}.",)


def _columns(found: Compared) -> Chapter:
    everyone = [one for one in found.shifts if one.centre is None]
    indices = [one for one in everyone if one.what == drift.DISTRIBUTION]
    return Chapter(
        title="Every comparison",
        text=(
            "A comparison has drifted where chance explains it in less than "
            f"{percent(drift.LEVEL)} of cohorts, all comparisons considered (Holm), and where it is "
            f"large: a stability index {drift.PSI_THAT_MATTERS:g} beyond chance, "
            f"{100 * drift.SHARE_THAT_MATTERS:.0f} points of a share missing; in one centre alone, an "
            f"index {drift.CENTRE_PSI_THAT_MATTERS:g} beyond chance. Patients of one centre "
            "count as fewer, by as much as centres differed in training or differ here.",
        ),
        figures=(index_figure(indices, drift.PSI_THAT_MATTERS),) if indices else (),
        folded=(
            Grid(
                title="All of them",
                header=("Column", "What", "Patients", "Value (95 % interval)", "Against", "p"),
                rows=tuple(
                    (
                        one.column,
                        _WORDS[one.what],
                        count(one.n),
                        _value(one),
                        _reference(one),
                        _p(one.adjusted),
                    )
                    for one in everyone
                ),
                words=2,
            ),
        ),
    )


def _p(p: float) -> str:
    return "< 0.001" if p < 0.001 else number(p)


def calibration_sentence(found: CalibrationDrift) -> str:
    """Say what outcomes tell, in one line."""
    n, events = found.intercept.n, found.intercept.events
    if found.evidence is None:
        return f"calibration: too few to say ({count(n)} outcomes, {count(events)} pCR)"
    word = "drift" if found.drifted else "no drift"
    return (
        f"calibration: {word}; in the large {estimate_text(found.intercept, signed=True)}, slope "
        f"{estimate_text(found.slope)}; evidence {found.evidence:.3g}, told from "
        f"{1 / calibration_drift.LEVEL:.0f} on"
    )


def _outcomes(found: CalibrationDrift) -> Chapter:
    def row(name: str, now: str, was: Known) -> tuple[str, ...]:
        return name, now, f"{number(was.value, 2, signed=False)} (SD {number(was.sd, 2)})"

    return Chapter(
        title="Calibration",
        text=(
            f"{calibration_sentence(found)[0].upper()}{calibration_sentence(found)[1:]}.",
            "Evidence is how many times likelier the outcomes are if calibration has moved. It may be "
            "looked at after every patient: without drift it ever reaches "
            f"{1 / calibration_drift.LEVEL:.0f} in {percent(calibration_drift.LEVEL)} of cohorts at "
            "most.",
        ),
        grids=(
            Grid(
                title="Calibration now and in training",
                how="In training by predictions for patients the model had not seen; its standard "
                "deviation has room for centres that differ.",
                header=("Figure", "Now (95 % interval)", "In training"),
                rows=(
                    row(
                        "In the large (logit)",
                        estimate_text(found.intercept, signed=True),
                        found.was_intercept,
                    ),
                    row("Slope", estimate_text(found.slope), found.was_slope),
                ),
            ),
        ),
    )
