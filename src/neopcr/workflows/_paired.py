"""Two models on the same patients, as rows of a report."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from neopcr.metrics import METRICS, METRICS_AT
from neopcr.report import Difference
from neopcr.report.forest import forest
from neopcr.validation import delong_test, estimate, paired_difference, verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from neopcr.report import Drawing
    from neopcr.specs import Estimate, FloatArray, Metric

COMPARED = ("auroc", "brier")


def compared(thresholds: Sequence[float]) -> tuple[Metric, ...]:
    """Metrics by which models are compared: those of a config's thresholds too."""
    at = (METRICS_AT["net_benefit"](threshold) for threshold in thresholds)
    return (*(METRICS[name] for name in COMPARED), *at)


def paired_row(
    metric: Metric,
    label: str,
    data: tuple[FloatArray, FloatArray, FloatArray],
    *,
    seed: int,
    otherwise: str = "not worse",
) -> Difference:
    """One metric of two models.

    Parameters
    ----------
    metric : Metric
    label : str
        What is compared.
    data : tuple of float array
        Outcomes, shape (n_patients,), and both models' predictions, shape (n_repeats, n_patients).
    seed : int
        Of the draws.
    otherwise : str
        The verdict where the interval holds 0.
    """
    y, first, second = data
    difference = paired_difference(metric, y, first, second, seed=seed)
    if metric.name == "auroc" and len(first) == len(second) == 1:
        difference = _with_delong(difference, y, first[0], second[0])
    return Difference(
        label=label,
        first=estimate(metric, y, first, seed=seed),
        second=estimate(metric, y, second, seed=seed),
        difference=difference,
        verdict=verdict(difference, metric, otherwise=otherwise),
    )


def _with_delong(
    difference: Estimate, y: FloatArray, first: FloatArray, second: FloatArray
) -> Estimate:
    """Predictions of one repeat are those of one model a patient: DeLong's test holds."""
    if difference.value is None:
        return difference
    p = delong_test(y, first, second).p_value
    said = f"= {p:.3f}" if p >= 0.0005 else "< 0.001"
    return replace(difference, method=f"{difference.method}; DeLong p {said}")


def forests(name: str, rows: Sequence[Difference], metrics: Sequence[Metric]) -> list[Drawing]:
    """One forest a metric, of those rows that compare by it."""
    drawn = []
    for metric in metrics:
        held = [row for row in rows if row.first.name == metric.name]
        better = "lower" if metric.direction == "lower" else "higher"
        labels, differences = [row.label for row in held], [row.difference for row in held]
        key = metric.name.replace("_", "-").replace(".", "-")
        if held:
            drawn.append(forest(f"{name}-{key}", metric.title, labels, differences, better))
    return drawn
