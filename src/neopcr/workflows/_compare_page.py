"""The page of a comparison: response, blockade, loss of HER2, recurrence, and another reader."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from neopcr import __version__
from neopcr.report.chapters import Chapter, ChapterPage, Grid, write_chapters
from neopcr.report.comparison_figures import reread_figure, share_text, shares_figure
from neopcr.report.numbers import TOO_FEW, count, number, percent
from neopcr.report.survival_figures import survival_figure

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from neopcr.report.drawing import Drawing
    from neopcr.specs import Cohort
    from neopcr.validation.odds import Odds, OddsRatio
    from neopcr.validation.survival import HazardRatio
    from neopcr.workflows._classes import Comparison, Pair
    from neopcr.workflows._recurrence import Prognosis
    from neopcr.workflows._reread import Reread

_NOTICE = (
    "Classes and treatments were not given by chance: a difference is an association. Which "
    "regimen a patient got may depend on her class, and the difference of regimens is no effect."
)
_TESTS = (
    "Three tests of the same table: Pearson's chi-squared, the same with Yates' correction, and "
    "Fisher's exact test. Where they differ much there are few patients."
)


def write_comparison(
    found: Comparison, rereads: Sequence[Reread], cohort: Cohort, path: Path
) -> Path:
    """Write the page.

    Parameters
    ----------
    found : Comparison
    rereads : sequence of Reread
        None where IHC does not form the classes.
    cohort : Cohort
        That it was found in.
    path : Path
    """
    page = ChapterPage(
        title=f"Comparison by {found.groups.title}",
        subtitle=f"{count(sum(one.n for one in found.classes))} patients in "
        f"{len(found.classes)} classes",
        version=__version__,
        notice=_NOTICE,
        chapters=(
            _response(found),
            _blockade(found),
            _loss(found),
            _recurrence(found),
            _rereads(rereads),
            _patients(found, cohort),
        ),
        provenance={"data_sha256": cohort.fingerprint},
    )
    return write_chapters(page, path)


def _response(found: Comparison) -> Chapter:
    classes = Grid(
        title="Response and hormone receptors by class",
        how="Shares of those of whom it is known, with exact (Clopper-Pearson) 95 % intervals.",
        header=("Class", "Patients", "pCR", "of", "Share", "HR-positive", "of", "Share"),
        rows=tuple(
            (
                one.name,
                count(one.n),
                count(one.pcr.events),
                count(one.pcr.n),
                share_text(one.pcr),
                count(one.hr_positive.events),
                count(one.hr_positive.n),
                share_text(one.hr_positive),
            )
            for one in found.classes
        ),
    )
    ratios = Grid(
        title="Odds ratio of pCR",
        how="Logistic regression. Adjusted: beside hormone receptor status, in patients of whom "
        "that is known.",
        header=("Classes", "Unadjusted", "p", "HR-adjusted", "p", "Patients"),
        rows=tuple(
            (
                _versus(one),
                *_ratio(one.crude),
                *_ratio(one.adjusted),
                "" if one.adjusted is None else count(one.adjusted.n),
            )
            for one in found.pairs
        ),
    )
    tests = Grid(
        title="Tests that the shares are the same",
        how=_TESTS,
        header=("Classes", "Of", "Pearson", "Yates", "Fisher"),
        rows=tuple(
            (_versus(one), what, _p(test.pearson), _p(test.yates), _p(test.fisher))
            for one in found.pairs
            for what, test in (("pCR", one.pcr), ("HR-positive", one.hr_positive))
        ),
        words=2,
    )
    shares = {one.name: one.pcr for one in found.classes}
    return Chapter(
        title="pCR by class",
        figures=(shares_figure("pcr-by-class", "pCR", shares),),
        grids=(classes, ratios, tests),
    )


def _versus(pair: Pair) -> str:
    return f"{pair.first} v {pair.second}"


def _blockade(found: Comparison) -> Chapter:
    shares = Grid(
        title="pCR under single and dual blockade",
        how=f"Dual is trastuzumab with pertuzumab, single trastuzumab alone. {_TESTS}",
        header=("Class", "Single", "of", "Dual", "of", "Pearson", "Yates", "Fisher"),
        rows=tuple(
            (
                one.name,
                share_text(one.single),
                count(one.single.n),
                share_text(one.dual),
                count(one.dual.n),
                *(_p(each) for each in (one.test.pearson, one.test.yates, one.test.fisher)),
            )
            for one in found.blockade
        ),
    )
    interactions = Grid(
        title="Whether dual blockade does more in one class than in the other",
        how="Interaction: the odds ratio of dual against single in the first class over that in the "
        "other, beside hormone receptor status. An interval that holds 1 shows no difference; it "
        "does not show that there is none.",
        header=("Classes", "Interaction", "p", "Patients"),
        rows=tuple(
            (
                _versus(one),
                *_ratio(one.interaction, "interaction"),
                "" if one.interaction is None else count(one.interaction.n),
            )
            for one in found.pairs
        ),
    )
    return Chapter(title="Single and dual blockade", grids=(shares, interactions))


def _loss(found: Comparison) -> Chapter:
    title = "HER2 of what is left after therapy"
    if not found.loss:
        said = "No patient with HER2-positive residual disease can be told: the cohort has no "
        return Chapter(title=title, text=(f"{said}her2_ihc_surgery, or nobody it speaks of.",))
    grid = Grid(
        title="Loss of HER2 by class before therapy",
        how="Of HER2-positive patients with residual disease: lost is IHC 0 or 1+, kept is 3+. A 2+ "
        "needs in-situ hybridisation, and is neither. Fisher's exact test against the first class.",
        header=("Class", "Residual disease", "Lost", "of", "Share", "Fisher", "2+", "No score"),
        rows=tuple(
            (
                one.name,
                count(one.residual),
                count(one.lost.events),
                count(one.lost.n),
                share_text(one.lost),
                "reference" if one.test is None else _p(one.test.fisher),
                count(one.equivocal),
                count(one.missing),
            )
            for one in found.loss
        ),
    )
    return Chapter(title=title, grids=(grid,))


def _recurrence(found: Comparison) -> Chapter:
    known = {name: one for name, one in found.recurrence.items() if not isinstance(one, str)}
    none = [f"By {name}: {one}" for name, one in found.recurrence.items() if isinstance(one, str)]
    endpoints = dict.fromkeys(f"Endpoint: {one.followed.endpoint}." for one in known.values())
    return Chapter(
        title="Disease-free survival",
        text=(*endpoints, *none),
        figures=tuple(_curves(name, one) for name, one in known.items()),
        grids=tuple(_hazards(name, one) for name, one in known.items()),
    )


def _curves(name: str, found: Prognosis) -> Drawing:
    until = max(float(curve.follow_up[-1]) for curve in found.curves.values())
    drawing = survival_figure(found.curves, until, "disease")
    return replace(
        drawing, name=f"survival-{found.groups.name.replace('_', '-')}", title=f"By {name}"
    )


def _hazards(name: str, found: Prognosis) -> Grid:
    first, *_ = found.curves
    ratios = {} if found.crude is None else {one.name: one for one in found.crude.terms}
    _, p_value = found.test
    tested = "not defined" if p_value != p_value else _p(p_value)  # noqa: PLR0124 - NaN
    return Grid(
        title=f"Recurrence or death by {name}",
        how=f"Cox regression, unadjusted, against {first}; log-rank {tested}.",
        header=("Group", "Patients", "Events", "Hazard ratio", "p"),
        rows=tuple(
            (label, count(curve.n), count(curve.events))
            + (("reference", "") if label == first else _hazard(ratios.get(label)))
            for label, curve in found.curves.items()
        ),
    )


def _hazard(one: HazardRatio | None) -> tuple[str, str]:
    return (TOO_FEW, "") if one is None else _interval(one)


def _rereads(rereads: Sequence[Reread]) -> Chapter:
    title = "If IHC were read again"
    if not rereads:
        return Chapter(title=title, text=("IHC does not form these classes, or too few to say.",))
    grid = Grid(
        title="Odds ratio of pCR over re-reads",
        how="As recorded, then the median of the re-reads with their middle 95 %. By HR: weighted "
        "together over hormone receptor status (Mantel and Haenszel). Turned: re-reads on the other "
        "side of 1. Left: patients of the two who are of neither after a re-read, on average.",
        header=("Classes", "By HR", "As recorded", "Re-read", "Turned", "Left"),
        rows=tuple(
            (
                f"{one.first} v {one.second}",
                "yes" if one.stratified else "no",
                number(one.as_read, 2),
                f"{number(middle, 2)} ({number(low, 2)} to {number(high, 2)})",
                percent(one.turned()),
                number(one.left, 1),
            )
            for one in rereads
            for middle, low, high in [one.quantiles()]
        ),
        words=2,
    )
    first = rereads[0]
    text = (
        f"{len(first.draws)} re-reads of IHC with the rates at which readers err; what ISH said stays, "
        "and a 3+ re-read as 2+ without ISH is of no class. Errors blur classes, so re-reads lie "
        "nearer to 1 than the records: they say how far the answer could move, not where it lies.",
    )
    figure = reread_figure(f"{first.first} v {first.second}", first.as_read, first.draws)
    return Chapter(title=title, text=text, figures=(figure,), grids=(grid,))


def _patients(found: Comparison, cohort: Cohort) -> Chapter:
    unknown = Grid(
        title="Not known",
        how="Counted, and left out of what needs it; never taken as negative.",
        header=("What", "Patients"),
        rows=tuple((what, count(n)) for what, n in found.unknown.items()),
    )
    flow = Grid(
        title="Flow",
        header=("Step", "Left out", "Remaining"),
        rows=tuple(
            (step.reason, count(step.excluded), count(step.remaining)) for step in cohort.flow
        ),
    )
    return Chapter(title="Patients", grids=(unknown, flow))


def _ratio(fitted: Odds | None, name: str = "") -> tuple[str, str]:
    """One term of a regression, the first unless named, and its p-value."""
    if fitted is None:
        return TOO_FEW, ""
    return _interval(next(one for one in fitted.terms if name in ("", one.name)))


def _interval(one: OddsRatio | HazardRatio) -> tuple[str, str]:
    text = f"{number(one.ratio, 2)} ({number(one.lower, 2)} to {number(one.upper, 2)})"
    return text, _p(one.p_value)


def _p(value: float | None) -> str:
    if value is None:
        return TOO_FEW
    return "p < 0.001" if value < 0.001 else f"p = {value:.3f}"
