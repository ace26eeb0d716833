"""The page of a prognosis: who was compared, how long they stayed free of disease, how sure that is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from neopcr import __version__
from neopcr.oncology.her2_expression import ULTRA_HIGH_ABOVE_RATIO
from neopcr.report.chapters import Chapter, ChapterPage, Grid, write_chapters
from neopcr.report.numbers import TOO_FEW, count, number, percent
from neopcr.report.survival_figures import cut_off_figure, survival_figure
from neopcr.validation.survival import FEWEST_EVENTS
from neopcr.workflows._characteristics import patients_chapter

if TYPE_CHECKING:
    from pathlib import Path

    from neopcr.specs import Cohort
    from neopcr.validation.survival import Cox
    from neopcr.workflows._recurrence import Prognosis

_NOTICE = (
    "Groups were not formed by chance: a difference between them is an association. pCR is no "
    "substitute for disease-free survival: a high ratio can go with more pCR and more recurrence."
)
_LEFT_OUT = (
    "There is no inverse-probability weighting: it needs a weighted partial likelihood with robust "
    "errors, which the library underneath does not offer."
)


def write_prognosis(found: Prognosis, cohort: Cohort, path: Path) -> Path:
    """Write the page.

    Parameters
    ----------
    found : Prognosis
    cohort : Cohort
        That it was found in.
    path : Path
    """
    page = ChapterPage(
        title=f"Prognosis by {found.groups.title}",
        subtitle=f"{count(len(found.followed.rows))} patients, "
        f"{count(int(found.followed.event.sum()))} events",
        version=__version__,
        notice=_NOTICE,
        chapters=(
            _curves(found),
            _ratios(found),
            *([_cut_offs(found)] if found.cut_offs else []),
            *([] if found.groups.name == "pcr" else [_response(found, cohort)]),
            patients_chapter(found, cohort),
        ),
        provenance={"data_sha256": cohort.fingerprint},
    )
    return write_chapters(page, path)


def _curves(found: Prognosis) -> Chapter:
    chi_squared, p_value = found.test
    until = max(float(curve.follow_up[-1]) for curve in found.curves.values())
    groups = Grid(
        title="Groups",
        how=f"Means are of the months free of events within {found.horizon:.0f} months; gained is "
        "against the first group.",
        header=("Group", "Patients", "Events", "Median, months", "Mean gained, months", "p"),
        rows=tuple(
            (
                name,
                count(curve.n),
                count(curve.events),
                "not reached" if curve.median() is None else number(curve.median() or 0.0, 1),
                *_gained(found, name),
            )
            for name, curve in found.curves.items()
        ),
    )
    tested = "not defined" if np.isnan(p_value) else f"{chi_squared:.2f}, {_p(p_value)}"
    return Chapter(
        title="How long patients stayed free of disease",
        text=(f"Endpoint: {found.followed.endpoint}.", f"Log-rank test: {tested}."),
        figures=(survival_figure(found.curves, until, "disease"),),
        grids=(groups,),
    )


def _gained(found: Prognosis, name: str) -> tuple[str, str]:
    if name not in found.gained:
        return "reference", ""
    months, lower, upper, p_value = found.gained[name]
    if np.isnan(p_value):
        return TOO_FEW, ""
    signed = [number(each, 1, signed=True) for each in (months, lower, upper)]
    return f"{signed[0]} ({signed[1]} to {signed[2]})", _p(p_value)


def _ratios(found: Prognosis) -> Chapter:
    grids = [_cox_grid("Unadjusted", found.crude)]
    if found.covariates:
        grids.append(_cox_grid(f"Adjusted for {', '.join(found.covariates)}", found.adjusted))
    if found.proportional:
        grids.append(
            Grid(
                title="Proportional hazards",
                how="Score test that a ratio changes with time (Grambsch and Therneau 1994): a small p "
                "says that one ratio does not tell the whole; read the curves and the means.",
                header=("Term", "Chi-squared", "p"),
                rows=tuple(
                    (each.name, number(each.chi_squared, 2), _p(each.p_value))
                    for each in found.proportional
                ),
            )
        )
    reference = next(iter(found.curves))
    return Chapter(
        title="Hazard ratios",
        text=(f"Cox regression, Efron's ties; groups against {reference}. {_LEFT_OUT}",),
        grids=tuple(grids),
    )


def _cox_grid(title: str, fitted: Cox | None) -> Grid:
    header = ("Term", "Hazard ratio", "95 % interval", "p")
    if fitted is None:
        said = f"{TOO_FEW}: fewer than {FEWEST_EVENTS} events somewhere, or terms that say the same"
        return Grid(title=title, header=header, rows=((said, "", "", ""),))
    return Grid(
        title=title,
        how=f"{count(fitted.n)} patients, {count(fitted.events)} events; concordance "
        f"{number(fitted.concordance)}.",
        header=header,
        rows=tuple(
            (
                one.name,
                number(one.ratio, 2),
                f"{number(one.lower, 2)} to {number(one.upper, 2)}",
                _p(one.p_value),
            )
            for one in fitted.terms
        ),
    )


def _cut_offs(found: Prognosis) -> Chapter:
    known = [one for one in found.cut_offs.values() if one is not None]
    tries = len(known)
    rows = tuple(
        (f"> {cut:g}", TOO_FEW, "", "", "")
        if one is None
        else (
            f"> {cut:g}",
            number(one.ratio, 2),
            f"{number(one.lower, 2)} to {number(one.upper, 2)}",
            _p(one.p_value),
            _p(min(1.0, one.p_value * tries)),
        )
        for cut, one in found.cut_offs.items()
    )
    return Chapter(
        title="Other cut-offs",
        text=(
            f"{tries} cut-offs could be tried. Only {ULTRA_HIGH_ABOVE_RATIO:g} was set beforehand; the last "
            "column multiplies p by the number tried (Bonferroni), as whoever would choose among "
            "them must.",
        ),
        figures=(cut_off_figure(found.cut_offs, ULTRA_HIGH_ABOVE_RATIO),),
        grids=(
            Grid(
                title="Hazard ratio above against below",
                header=("Cut-off", "Hazard ratio", "95 % interval", "p", "p by tries"),
                rows=rows,
            ),
        ),
    )


def _response(found: Prognosis, cohort: Cohort) -> Chapter:
    """PCR by group, apart: it is another endpoint."""
    pcr = cohort.pcr[found.followed.rows]
    rows = []
    for name in found.curves:
        here = found.followed.codes == found.groups.labels.index(name)
        known = here & ~np.isnan(pcr)
        events = int(pcr[known].sum())
        share = percent(events / known.sum()) if known.sum() >= FEWEST_EVENTS else TOO_FEW
        rows.append((name, count(int(known.sum())), count(events), share))
    return Chapter(
        title="pCR, apart",
        text=("Another endpoint, shown so that nobody takes one for the other.",),
        grids=(
            Grid(
                title="pCR in the patients above",
                header=("Group", "Response known", "pCR", "Share"),
                rows=tuple(rows),
            ),
        ),
    )


def _p(value: float) -> str:
    return "p < 0.001" if value < 0.001 else f"p = {value:.3f}"
