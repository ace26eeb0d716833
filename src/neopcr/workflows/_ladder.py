"""What each block of measurements adds to those before it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from neopcr.errors import TableError
from neopcr.features import FeatureSpace, feature_space
from neopcr.pipeline import products_for
from neopcr.report import Comparison
from neopcr.validation import cross_validate
from neopcr.workflows._paired import compared, forests, paired_row

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from neopcr.config import Config
    from neopcr.pipeline import PcrClassifier
    from neopcr.report import Difference
    from neopcr.specs import FloatArray
    from neopcr.validation import Plan
    from neopcr.workflows._prepare import Prepared

NOTHING_NEW = "not shown to help"


@dataclass(frozen=True, slots=True)
class Rung:
    """A step of the ladder: what it adds, and the cohort with everything up to it."""

    name: str
    prepared: Prepared


def ladder(config: Config, prepared: Prepared) -> tuple[tuple[Rung, ...], tuple[str, ...]]:
    """The steps that a cohort's columns allow at a landmark.

    Parameters
    ----------
    config : Config
        Its `ladder`: the first step's modalities, then what each adds.
    prepared : Prepared

    Returns
    -------
    rungs : tuple of Rung
        In order.
    absent : tuple of str
        Steps that add no feature here.
    """
    rungs: list[Rung] = []
    absent: list[str] = []
    held: list[str] = []
    names: tuple[str, ...] = ()
    for added in config.ladder:
        held += added
        label = " and ".join(added)
        space = _space(held, prepared)
        if space is None or space.names == names:
            absent.append(label)
            continue
        names = space.names
        X = space.matrix(prepared.cohort.table)
        rungs.append(Rung(label, replace(prepared, space=space, X=X)))
    return tuple(rungs), tuple(absent)


def _space(modalities: Sequence[str], prepared: Prepared) -> FeatureSpace | None:
    """Features of some modalities; None where the cohort offers none."""
    offered = [column.name for column in prepared.cohort.columns]
    landmark = prepared.landmark
    try:
        plain = feature_space(modalities, offered, landmark)
    except TableError:
        return None
    return feature_space(modalities, offered, landmark, products_for(plain.names))


def climb(
    config: Config, prepared: Prepared, plan: Plan, make: Callable[[Prepared], PcrClassifier]
) -> Comparison | None:
    """Cross-validate every step on one fold plan and compare each with the one before.

    Parameters
    ----------
    config : Config
    prepared : Prepared
    plan : tuple of tuple of int array
        The folds of the whole model.
    make : callable
        What is fitted to a step's features; searched anew in every fold.

    Returns
    -------
    Comparison or None
        None with fewer than two steps.
    """
    rungs, absent = ladder(config, prepared)
    if len(rungs) < 2:
        return None
    p = [
        cross_validate(make(rung.prepared), rung.prepared.X, prepared.y, plan, groups=prepared.groups).p
        for rung in rungs
    ]  # fmt: skip
    return compare_rungs(config, prepared, [rung.name for rung in rungs], p, absent)


def compare_rungs(
    config: Config,
    prepared: Prepared,
    names: Sequence[str],
    p: Sequence[FloatArray],
    absent: Sequence[str] = (),
) -> Comparison:
    """Each step against the one before, and the last against the first.

    Parameters
    ----------
    config : Config
    prepared : Prepared
    names : sequence of str
        Of what each step adds.
    p : sequence of float array of shape (n_repeats, n_patients)
        Out-of-fold predictions of each step.
    absent : sequence of str
        Steps that the cohort does not allow, to be told.
    """
    landmark, metrics = prepared.landmark.name, compared(config.thresholds)
    pairs = [(f"+ {names[step]}", step, step - 1) for step in range(1, len(p))]
    if len(p) > 2:
        pairs.append((f"all steps against {names[0]}", len(p) - 1, 0))
    rows: list[Difference] = [
        paired_row(
            metric, label, (prepared.y, p[later], p[earlier]), seed=config.seed, otherwise=NOTHING_NEW
        )
        for label, later, earlier in pairs
        for metric in metrics
    ]  # fmt: skip
    said = f" Not measured at this landmark: {', '.join(absent)}." if absent else ""
    return Comparison(
        title=f"What each measurement adds, {landmark}",
        note=f"From {names[0]} alone upward, each step with everything before it, searched and "
        f"fitted anew on the same folds.{said}",
        first="With it",
        second="Without it",
        rows=tuple(rows),
        figures=tuple(forests(f"{landmark}-ladder", rows, metrics)),
    )
