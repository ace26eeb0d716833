"""Explain: the scores of a cohort taken apart, exactly."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from neopcr.bundle import bundle_hash, load_bundle
from neopcr.cohort import read_cohort
from neopcr.errors import TableError
from neopcr.explain import (
    Explanation,
    assay_robustness,
    explain_cohort,
    importance,
    stability_from,
    standing,
)
from neopcr.modalities import find_column
from neopcr.report.chapters import write_chapters
from neopcr.report.robustness import cohort_robustness, patient_robustness, patient_standing
from neopcr.report.waterfall import waterfall
from neopcr.target import whole_or_absent
from neopcr.workflows._drawn import leaning_figures
from neopcr.workflows._explanation_page import Explained, cohort_page, patient_page
from neopcr.workflows._models import bundle_folder
from neopcr.workflows._outputs import require_writable
from neopcr.workflows._result import Result

if TYPE_CHECKING:
    from neopcr.bundle import Bundle
    from neopcr.explain import Robustness
    from neopcr.report import Drawing
    from neopcr.specs import Cohort


def explain(
    text: str, path: Path, output: Path, *, patient: str | None, background: Path | None = None
) -> Result:
    """Explain every score of a cohort, and one patient's if asked for.

    Parameters
    ----------
    text : str
        A bundle; see `bundle_folder`.
    path : Path
        A cohort under canonical names.
    output : Path
        Folder of ``explanation.html``, ``contributions.parquet`` (one row a patient, by row
        number) and, if asked for, ``patient.html``.
    patient : str or None
        Identifier of the patient whose page is wanted.
    background : Path, optional
        A cohort whose patients stand in for what is left out: contributions are then
        interventional SHAP values.

    Raises
    ------
    BundleError, TableError, TargetError
    """
    require_writable(output / "explanation.html")
    folder = bundle_folder(text)
    bundle = load_bundle(folder)
    cohort, _ = read_cohort(path, find_column)
    others = None if background is None else _background(background)
    position = None if patient is None else _position(cohort, patient)
    if not len(cohort.pcr):
        message = f"{path.name}: there is no patient to explain. Give it a cohort of at least one."
        raise TableError(message)
    explanation = explain_cohort(
        bundle, cohort.table, background=None if others is None else others.table
    )
    name = bundle.landmark.name
    robustness = assay_robustness(bundle, cohort.table)
    figures = (
        *leaning_figures(name, bundle, cohort.table, explanation),
        *([cohort_robustness(f"{name}-assays", robustness)] if robustness else []),
    )
    provenance = {"bundle (SHA-256)": bundle_hash(folder), "cohort (SHA-256)": cohort.fingerprint}
    if others is not None:
        provenance["background (SHA-256)"] = others.fingerprint
    n_background = None if others is None else len(others.pcr)
    explained = Explained(bundle, cohort, explanation, provenance, n_background)
    pages = [write_chapters(cohort_page(explained, figures), output / "explanation.html")]
    if position is not None:
        drawing = waterfall(f"{name}-waterfall", explanation, position)
        firm = (drawing, *_firmness(bundle, cohort, position))
        single = patient_page(explained, position, firm)
        pages.append(write_chapters(single, output / "patient.html"))
    with whole_or_absent(output / "contributions.parquet") as file:
        pq.write_table(_contributions(cohort, explanation), file)
    return _result(bundle, explanation, robustness, pages)


def _result(
    bundle: Bundle, explanation: Explanation, robustness: Robustness | None, pages: list[Path]
) -> Result:
    ranking = importance(explanation, "columns")
    stability = stability_from(bundle.training)
    data = {
        "n": len(explanation.p),
        "base": explanation.base,
        "largest_additivity_error": _additivity_error(explanation),
        "columns": {one.name: one.value for one in ranking},
        "modalities": {one.name: one.value for one in importance(explanation, "modalities")},
        "rank_stability": None if stability is None else stability.record(),
        "assay_robustness": {
            assay: float(np.median(width))
            for assay, width in (robustness.by_assay if robustness else {}).items()
        },
        "pages": [str(one) for one in pages],
    }
    leading = ", ".join(f"{one.name} {one.value:.2f}" for one in ranking[:5])
    lines = [f"{len(explanation.p):,} patients; mean |contribution| (logit): {leading}"]
    if stability is not None:
        lines.append(
            f"of the first columns, {stability.overlap:.0%} are those of {stability.models} models "
            "fitted to bootstrap samples of the training patients"
        )
    return Result(data, (*lines, *(f"page: {one}" for one in pages)))


def _background(path: Path) -> Cohort:
    cohort, _ = read_cohort(path, find_column)
    if not len(cohort.pcr):
        message = f"{path.name}: there is no patient in the background. Give it at least one."
        raise TableError(message)
    return cohort


def _firmness(bundle: Bundle, cohort: Cohort, position: int) -> tuple[Drawing, ...]:
    """How firm one patient's score is: assays read again, and how far the patient stands."""
    name = bundle.landmark.name
    alone = {column: cells[position : position + 1] for column, cells in cohort.table.items()}
    robustness = assay_robustness(bundle, alone)
    where = standing(bundle, cohort.table, position)
    return (
        *([patient_robustness(f"{name}-reread", robustness, 0)] if robustness else []),
        *([patient_standing(f"{name}-standing", where)] if where else []),
    )


def _additivity_error(explanation: Explanation) -> float:
    """How far base + Σ contributions is from the logit, at the worst of the three levels."""
    levels = (explanation.features, explanation.columns, explanation.modalities)
    sums = [explanation.base + level.sum(axis=1) for level in levels]
    return float(max(np.abs(one - explanation.logit).max(initial=0.0) for one in sums))


def _position(cohort: Cohort, patient: str) -> int:
    found = np.flatnonzero(cohort.patient_id == patient)
    if len(found) != 1:
        message = f"the patient asked for stands {len(found)} times in the cohort. Check the id."
        raise TableError(message)
    return int(found[0])


def _contributions(cohort: Cohort, explanation: Explanation) -> pa.Table:
    """By row number, never by identifier."""
    columns = {
        name: explanation.columns[:, index] for index, name in enumerate(explanation.column_names)
    }
    base = np.full(len(explanation.p), explanation.base)
    return pa.table({"row": cohort.row, "p_pcr": explanation.p, "base": base, **columns})
