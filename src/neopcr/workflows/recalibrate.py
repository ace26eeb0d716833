"""Recalibrate: a bundle and a few patients of a new site → a child bundle for that site."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from neopcr.bundle import bundle_hash, load_bundle, save_bundle
from neopcr.cohort import read_cohort
from neopcr.kernel import Model, compile_model, contributions, moved, probability, roll_up, total
from neopcr.metrics import METRICS
from neopcr.modalities import find_column
from neopcr.validation import DEFAULT_SD, SiteUpdate, estimate, site_update
from neopcr.workflows._models import bundle_folder, title
from neopcr.workflows._outputs import require_writable
from neopcr.workflows._result import Result

if TYPE_CHECKING:
    from pathlib import Path

    from neopcr.bundle import Bundle
    from neopcr.specs import Cohort, Estimate, FloatArray


def recalibrate(text: str, path: Path, output: Path) -> Result:
    """Adjust a bundle to a site.

    Parameters
    ----------
    text : str
        A bundle; see `bundle_folder`.
    path : Path
        The site's patients under canonical names, with their outcome ``pcr``.
    output : Path
        Folder of the child bundle, which must not be there yet.

    Raises
    ------
    BundleError, TableError, TargetError
    """
    require_writable(output)
    folder = bundle_folder(text)
    bundle = load_bundle(folder)
    cohort, _ = read_cohort(path, find_column, landmark=bundle.landmark, mode="train")
    phi, base = contributions(compile_model(bundle.model), bundle.space.matrix(cohort.table))
    logit = total(phi, base)
    sd = bundle.training.get("between_centre_sd") or DEFAULT_SD
    update = site_update(cohort.pcr, logit, _by_modality(bundle, phi), centre_sd=sd)
    child = _child(bundle, bundle_hash(folder), cohort, update, sd)
    saved = save_bundle(child, output)
    before = estimate(METRICS["calibration_in_the_large"], cohort.pcr, probability(logit))
    data = {
        "bundle": str(saved),
        "sha256": bundle_hash(saved),
        "parent_sha256": bundle_hash(folder),
        "between_centre_sd": sd,
        "update": asdict(update),
        "before": asdict(before),
    }
    return Result(data, _lines(bundle, update, sd, before, saved))


def _by_modality(bundle: Bundle, phi: FloatArray) -> FloatArray:
    space = bundle.space
    columns = roll_up(phi, space.column_groups(), len(space.columns))
    return roll_up(columns, space.modality_groups(), len(space.modalities))


def _child(
    parent: Bundle, sha256: str, cohort: Cohort, update: SiteUpdate, centre_sd: float
) -> Bundle:
    """The parent on another line, and where it comes from."""
    model = _moved(parent.model, update)
    reduced = tuple(
        replace(each, model=_moved(each.model, update)) for each in parent.model.reduced
    )
    record = {**asdict(update), "between_centre_sd": centre_sd, "data_sha256": cohort.fingerprint}
    known = parent.uncertainty
    line = {"intercept": update.intercept, "slope": update.slope, "site_sd": update.intercept_se}
    return replace(
        parent,
        model=replace(model, reduced=reduced),
        uncertainty=None if known is None else moved(known, **line),
        provenance={**parent.provenance, "parent_sha256": sha256, "recalibration": record},
    )


def _moved(model: Model, update: SiteUpdate) -> Model:
    return replace(
        model,
        intercept=update.intercept + update.slope * model.intercept,
        slope=update.slope * model.slope,
    )


def _lines(
    bundle: Bundle, update: SiteUpdate, sd: float, before: Estimate, saved: Path
) -> tuple[str, ...]:
    tests = ", ".join(f"{name} p = {p:.3f}" for name, p in update.p_values.items())
    large = "too few to say" if before.value is None else f"{before.value:+.2f}"
    lines = [
        f"{title(bundle)}: {update.n} patients, {update.events} with pCR; calibration in the large "
        f"before: {large}",
        f"closed test against a full revision: {tests}; chosen: {update.step}",
        f"intercept {update.intercept:+.2f} (SD {update.intercept_se:.2f}; prior SD {sd:.2f}), "
        f"slope {update.slope:.2f}",
        f"child bundle: {saved}",
    ]
    if update.step == "refit":
        lines.append("a line is not enough for this site: collect more patients and train anew")
    return tuple(lines)
