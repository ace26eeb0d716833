"""The page of a comparison: response, blockade, loss of HER2, recurrence, and another reader."""

from __future__ import annotations

from typing import TYPE_CHECKING

from neopcr import __version__
from neopcr.report.chapters import Chapter, ChapterPage, Grid, write_chapters
from neopcr.report.comparison_figures import share_text, shares_figure
from neopcr.report.numbers import TOO_FEW, count
from neopcr.workflows._compare_chapters import (
    p_text,
    ratio_text,
    recurrence_chapter,
    reread_chapter,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from neopcr.specs import Cohort
    from neopcr.validation.odds import Odds
    from neopcr.workflows._classes import Comparison, Pair
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
            recurrence_chapter(found),
            reread_chapter(rereads),
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
            (_versus(one), what, p_text(test.pearson), p_text(test.yates), p_text(test.fisher))
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
                *(p_text(each) for each in (one.test.pearson, one.test.yates, one.test.fisher)),
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
                "reference" if one.test is None else p_text(one.test.fisher),
                count(one.equivocal),
                count(one.missing),
            )
            for one in found.loss
        ),
    )
    return Chapter(title=title, grids=(grid,))


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
    return ratio_text(next(one for one in fitted.terms if name in ("", one.name)))
