"""Explain: the scores of a cohort taken apart, exactly."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from neopcr import __version__
from neopcr.bundle import bundle_hash, load_bundle
from neopcr.cohort import read_cohort
from neopcr.errors import TableError
from neopcr.explain import (
    Explanation,
    assay_robustness,
    explain_cohort,
    importance,
    standing,
)
from neopcr.modalities import find_column
from neopcr.report import Drawing, Report, Section, write_report
from neopcr.report.reasons import beeswarm, modality_bars, waterfall
from neopcr.report.robustness import cohort_robustness, patient_robustness, patient_standing
from neopcr.target import whole_or_absent
from neopcr.workflows._models import bundle_folder, title
from neopcr.workflows._outputs import require_writable
from neopcr.workflows._result import Result

if TYPE_CHECKING:
    from neopcr.bundle import Bundle
    from neopcr.specs import Cohort


def explain(text: str, path: Path, output: Path, *, patient: str | None) -> Result:
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

    Raises
    ------
    BundleError, TableError, TargetError
    """
    require_writable(output / "explanation.html")
    folder = bundle_folder(text)
    bundle = load_bundle(folder)
    cohort, _ = read_cohort(path, find_column)
    position = None if patient is None else _position(cohort, patient)
    explanation = explain_cohort(bundle, cohort.table)
    name = bundle.landmark.name
    robustness = assay_robustness(bundle, cohort.table) if len(explanation.p) else None
    figures = (
        beeswarm(f"{name}-beeswarm", explanation),
        modality_bars(f"{name}-modalities", importance(explanation, "modalities")),
        *([cohort_robustness(f"{name}-assays", robustness)] if robustness else []),
    )
    sha256 = bundle_hash(folder)
    page = write_report(_report(bundle, cohort, figures, sha256), output / "explanation.html")
    pages = [page]
    if position is not None:
        drawing = waterfall(f"{name}-waterfall", explanation, position)
        beside = _firmness(bundle, cohort, position)
        single = _report(bundle, cohort, (drawing, *beside), sha256)
        pages.append(write_report(single, output / "patient.html"))
    with whole_or_absent(output / "contributions.parquet") as file:
        pq.write_table(_contributions(cohort, explanation), file)
    ranking = importance(explanation, "columns")
    data = {
        "n": len(explanation.p),
        "base": explanation.base,
        "largest_additivity_error": _additivity_error(explanation),
        "columns": {one.name: one.value for one in ranking},
        "modalities": {one.name: one.value for one in importance(explanation, "modalities")},
        "assay_robustness": {
            assay: float(np.median(width))
            for assay, width in (robustness.by_assay if robustness else {}).items()
        },
        "pages": [str(one) for one in pages],
    }
    leading = ", ".join(f"{one.name} {one.value:.2f}" for one in ranking[:5])
    lines = (f"{len(explanation.p):,} patients; mean |contribution| (logit): {leading}",)
    return Result(data, (*lines, *(f"page: {one}" for one in pages)))


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


def _report(bundle: Bundle, cohort: Cohort, figures: tuple[Drawing, ...], sha256: str) -> Report:
    return Report(
        title=f"{title(bundle)}: explanation",
        subtitle=f"Version {bundle.version}",
        version=__version__,
        estimand=bundle.estimand,
        definition=bundle.definition,
        design="Scores of a cohort, taken apart. Nothing is validated here.",
        flow=cohort.flow,
        sections=(
            Section(
                name=bundle.landmark.name,
                n=len(cohort.pcr),
                events=int(np.nansum(cohort.pcr)),
                performance=(),
                explanations=figures,
                bundle=sha256,
            ),
        ),
        data=f"{len(cohort.pcr):,} patients.",
        provenance={"bundle_sha256": sha256, "data_sha256": cohort.fingerprint},
    )
