"""Examinations beside cross-validation: comparators always, the others where a config asks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from neopcr.errors import ConfigError
from neopcr.metrics import METRICS
from neopcr.report import Comparison, Examination
from neopcr.report.stability import centres
from neopcr.validation.internal_external import InternalExternal, internal_external
from neopcr.validation.pooling import SCALES
from neopcr.validation.temporal import temporal_validation
from neopcr.workflows._comparators import comparators, comparison, linear_part, read_published
from neopcr.workflows._ladder import climb
from neopcr.workflows._prepare import refuse_unknown_modalities
from neopcr.workflows._resampled import by_draws, by_samples, by_size

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from neopcr.config import Config
    from neopcr.pipeline import PcrClassifier
    from neopcr.report import Drawing
    from neopcr.specs import Estimate, FloatArray
    from neopcr.validation import Plan
    from neopcr.workflows._prepare import Prepared

DRAWN = ("auroc", "calibration_in_the_large", "calibration_slope")


@dataclass(frozen=True, slots=True)
class Further:
    """What is reported of a landmark beside its cross-validation."""

    comparisons: tuple[Comparison, ...] = ()
    examinations: tuple[Examination, ...] = ()


def refuse_further(config: Config, prepared: Sequence[Prepared]) -> None:
    """Refuse what could not be examined in the end, before anything is fitted.

    Raises
    ------
    ConfigError
        If a column or modality that an examination needs is not there, or a comparator cannot be
        read.
    """
    resampling = config.resampling
    for each in prepared:
        _require(resampling.internal_external, "internal_external", each, "text")
        _require(resampling.temporal, "temporal", each, "date")
        for path in config.comparators:
            linear_part(read_published(Path(path)), each)
    steps = tuple(dict.fromkeys(name for step in config.ladder for name in step))
    if len(steps) < sum(map(len, config.ladder)):
        message = f"{config.name}: ladder: a modality stands in two steps. Leave it in the first."
        raise ConfigError(message)
    refuse_unknown_modalities(config.model_copy(update={"modalities": steps}))


def _require(column: str | None, key: str, prepared: Prepared, kind: str) -> None:
    """Raise ConfigError where a column is absent or of another kind; a category may be a centre."""
    if column is None:
        return
    kinds = {each.name: each.kind for each in prepared.cohort.columns}
    fit = (kind, "category") if kind == "text" else (kind,)
    if kinds.get(column) not in fit:
        message = (
            f"resampling.{key}: '{column}' is no {' or '.join(fit)} column of the cohort. "
            "Map it, or leave the key out."
        )
        raise ConfigError(message)


def further(
    config: Config,
    prepared: Prepared,
    folds: tuple[Plan, FloatArray],
    model: PcrClassifier,
    make: Callable[[Prepared], PcrClassifier],
) -> Further:
    """Examine one landmark in every way that a config asks for.

    Parameters
    ----------
    config : Config
    prepared : Prepared
    folds : tuple of plan and float array of shape (n_repeats, n_patients)
        Of the cross-validation, and what it predicted.
    model : PcrClassifier
        Fitted to all patients.
    make : callable
        What is fitted elsewhere, unfitted.

    Returns
    -------
    Further
    """
    plan, p = folds
    others = comparators(config, prepared, plan)
    climbed = climb(config, prepared, plan, make) if config.ladder else None
    examined = (
        _by_centre(config, prepared, make(prepared)),
        _by_time(config, prepared, make(prepared)),
        by_samples(config, prepared, model, make(prepared)),
        by_draws(config, prepared, plan),
        by_size(config, prepared, plan, make(prepared)),
    )
    return Further(
        (comparison(config, prepared, p, others), *([climbed] if climbed else [])),
        tuple(one for one in examined if one is not None),
    )


def _by_centre(config: Config, prepared: Prepared, estimator: PcrClassifier) -> Examination | None:
    column = config.resampling.internal_external
    if column is None:
        return None
    name = prepared.landmark.name
    found = internal_external(
        estimator,
        prepared.X,
        prepared.y,
        names_of(column, prepared),
        groups=prepared.groups,
        seed=config.seed,
    )
    left = f" {found.unknown:,} patients without a {column} took no part." if found.unknown else ""
    return Examination(
        title=f"Internal-external validation by {column}, {name}",
        note=f"Each {column} was examined by a model made without it, from search to "
        "recalibration. Averages: random effects, the variance between by restricted likelihood, "
        f"Hartung-Knapp intervals; AUROC on the logit, O/E on the log.{_spread(found)}{left}",
        first=column.replace("_", " ").capitalize(),
        estimates=(*found.centres, *found.pooled),
        figures=tuple(_centre_figures(name, found)),
    )


def names_of(column: str, prepared: Prepared) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    """A text or category column as words; None where not known."""
    values = prepared.cohort.table[column]
    levels = {each.name: each.categories for each in prepared.cohort.columns}[column]
    words = [levels[code] if code >= 0 else None for code in values] if levels else list(values)
    return np.array(words, dtype=object)


def _spread(found: InternalExternal) -> str:
    if "calibration_in_the_large" not in found.tau:
        return " Fewer than two are large enough to be pooled."
    return (
        " Standard deviation between them of calibration in the large: "
        f"{found.tau['calibration_in_the_large']:.2f} on the logit."
    )


def _centre_figures(name: str, found: InternalExternal) -> list[Drawing]:
    drawn = []
    for key in DRAWN:
        metric, slug = METRICS[key], key.replace("_", "-")
        lines = [one for one in (*found.centres, *found.pooled) if one.name == key]
        average = [one.value for one in found.pooled if one.name == key and one.value is not None]
        line = metric.best if metric.direction == "closer" or not average else average[0]
        drawn.append(centres(f"{name}-centres-{slug}", metric.title, lines, line))
    return drawn


def _by_time(config: Config, prepared: Prepared, estimator: PcrClassifier) -> Examination | None:
    column = config.resampling.temporal
    if column is None:
        return None
    found = temporal_validation(
        estimator,
        prepared.X,
        prepared.y,
        prepared.cohort.table[column],
        groups=prepared.groups,
        seed=config.seed,
    )
    left = f" {found.unknown:,} patients without the date took no part." if found.unknown else ""
    return Examination(
        title=f"Temporal validation, {prepared.landmark.name}",
        note=f"By {column}: a model of the earlier {found.n_earlier:,} patients, "
        f"{found.events_earlier:,} with pCR, was examined on the later {len(found.y):,}.{left}",
        first="Who",
        estimates=tuple(_first(found.estimates, "later patients")),
    )


def _first(estimates: Sequence[Estimate], group: str) -> list[Estimate]:
    """Those metrics that are pooled elsewhere, under another name of the group."""
    return [replace(one, group=group) for one in estimates if one.name in SCALES]
