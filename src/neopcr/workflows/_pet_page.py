"""The page of a study of HER2-PET."""

from __future__ import annotations

from typing import TYPE_CHECKING

from neopcr import __version__
from neopcr.oncology.pet import SUV_MAX_CUT
from neopcr.report.chapters import Chapter, ChapterPage, Grid, write_chapters
from neopcr.report.comparison_figures import operating_points_figure, share_text, shares_figure
from neopcr.report.numbers import TOO_FEW, count, number
from neopcr.workflows._pet_found import OUTCOMES

if TYPE_CHECKING:
    from pathlib import Path

    from neopcr.cohort.pet_study import PetStudy
    from neopcr.validation.agreement import Agreement
    from neopcr.validation.proportion import Share
    from neopcr.workflows._pet_found import PetFound

_NOTICE = (
    "A lesion is positive where both readers score 4 or 5 (NCT02286843). Uptake is no proof of HER2: "
    "a biopsy is."
)


def write_pet(found: PetFound, study: PetStudy, fingerprint: str, path: Path) -> Path:
    """Write the page.

    Parameters
    ----------
    found : PetFound
    study : PetStudy
        That it was found in.
    fingerprint : str
        SHA-256 of the file.
    path : Path
    """
    page = ChapterPage(
        title="HER2-PET",
        subtitle=f"{count(found.scanned)} patients, {count(len(study.biopsy))} lesions",
        version=__version__,
        notice=_NOTICE,
        chapters=(
            _patients(found),
            _lesions(found, study),
            _readers(found),
            _points(found),
            _rows(study),
        ),
        provenance={"data_sha256": fingerprint},
    )
    return write_chapters(page, path)


def _patients(found: PetFound) -> Chapter:
    confirmed = found.patients["confirmed"]
    return Chapter(
        title="Patients",
        text=(
            f"Unsuspected HER2-positive metastases: {count(confirmed.events)} of "
            f"{count(confirmed.n)} scanned, {share_text(confirmed)}. If every patient whose answer "
            f"is open had them: {count(found.at_most.events)}, {share_text(found.at_most)}.",
        ),
        figures=(
            shares_figure(
                "patients",
                "Patients",
                {OUTCOMES[name]: one for name, one in found.patients.items()},
            ),
        ),
        grids=(
            _shares(
                "Patients by outcome",
                "Of all scanned, with exact (Clopper-Pearson) 95 % intervals.",
                {OUTCOMES[name]: one for name, one in found.patients.items()},
            ),
        ),
    )


def _shares(title: str, how: str, shares: dict[str, Share]) -> Grid:
    return Grid(
        title=title,
        how=how,
        header=("What", "n", "of", "Share"),
        rows=tuple(
            (name, count(one.events), count(one.n), share_text(one)) for name, one in shares.items()
        ),
    )


def _lesions(found: PetFound, study: PetStudy) -> Chapter:
    how = "Exact intervals take lesions as independent, though those of a patient are alike."
    several = len(study.tracers) > 1
    text = (
        (f"{len(study.tracers)} tracers are put together here; run each alone to tell them apart.",)
        if several
        else ()
    )
    return Chapter(
        title="Lesions", text=text, grids=(_shares("Lesions by two readers", how, found.lesions),)
    )


def _readers(found: PetFound) -> Chapter:
    grid = Grid(
        title="Agreement of two readers",
        how="Intervals: bootstrap of patients, each with all lesions.",
        header=("What", "Statistic", "Value", "95 % interval", "Lesions"),
        rows=tuple(
            (one.item, one.statistic, *_agreed(one), count(one.cases)) for one in found.agreement
        ),
        words=2,
    )
    return Chapter(title="Two readers", grids=(grid,))


def _agreed(one: Agreement) -> tuple[str, str]:
    if one.value is None:
        return TOO_FEW, ""
    if one.lower is None or one.upper is None:
        return number(one.value, 2), "not defined"
    return number(one.value, 2), f"{number(one.lower, 2)} to {number(one.upper, 2)}"


def _points(found: PetFound) -> Chapter:
    title = "Cut-offs of SUVmax"
    left = f"{count(found.not_compared)} biopsied lesions lie in the liver, or have no place or uptake."
    if not found.points:
        none = "No lesion outside the liver has both an uptake and the result of a biopsy."
        return Chapter(title=title, text=(none, left))
    names = {
        "Sensitivity": "sensitivity", "Specificity": "specificity", "PPV": "ppv", "NPV": "npv",
    }  # fmt: skip
    grid = Grid(
        title="Operating points",
        how="Against biopsy, with exact 95 % intervals that take lesions as independent. "
        f"Positive is above the cut-off; {SUV_MAX_CUT:g} is published (PMC5955803).",
        header=("SUVmax >", *names),
        rows=tuple(
            (f"{one.cut:g}", *(share_text(getattr(one, name)) for name in names.values()))
            for one in found.points
        ),
    )
    lines = {
        title: [getattr(one, name) for one in found.points]
        for title, name in list(names.items())[:2]
    }
    figure = operating_points_figure([one.cut for one in found.points], lines, SUV_MAX_CUT)
    biased = (
        "Only biopsied lesions count. Where lesions were biopsied because they took up the tracer, "
        "sensitivity is too high and specificity too low."
    )
    return Chapter(title=title, text=(biased, left), figures=(figure,), grids=(grid,))


def _rows(study: PetStudy) -> Chapter:
    grid = Grid(
        title="Rows with a cell that is not used",
        how="Row by row in rejects.csv. A lesion that is not used leaves its patient's answer open, "
        "unless another is positive.",
        header=("Column", "Rule", "Rows"),
        rows=tuple((one.column, one.rule, count(one.rows.size)) for one in study.problems)
        or (("none", "", ""),),
        words=2,
    )
    return Chapter(title="The file", text=(f"{count(study.n_rows)} rows.",), grids=(grid,))
