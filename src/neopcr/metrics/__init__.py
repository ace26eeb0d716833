"""Measures of performance: one file each, one entry here, none imports another."""

from collections.abc import Callable, Iterable

from neopcr.metrics import (
    auprc,
    auroc,
    brier,
    calibration_in_the_large,
    calibration_slope,
    e50,
    e90,
    emax,
    ici,
    nagelkerke_r2,
    net_benefit,
    npv,
    observed_expected,
    ppv,
    scaled_brier,
    sensitivity,
    specificity,
    spiegelhalter_z,
)
from neopcr.specs import Metric

# What a reader needs first: does it tell patients apart, are its probabilities right, is it of use.
_FIRST = (
    auroc.METRIC,
    brier.METRIC,
    scaled_brier.METRIC,
    calibration_slope.METRIC,
    calibration_in_the_large.METRIC,
    observed_expected.METRIC,
    ici.METRIC,
)
_FURTHER = (
    auprc.METRIC,
    nagelkerke_r2.METRIC,
    spiegelhalter_z.METRIC,
    e50.METRIC,
    e90.METRIC,
    emax.METRIC,
)
METRICS: dict[str, Metric] = {metric.name: metric for metric in (*_FIRST, *_FURTHER)}

_LATER = frozenset(metric.name for metric in _FURTHER)

# Metrics that mean something only at a threshold that was declared beforehand.
METRICS_AT: dict[str, Callable[[float], Metric]] = {
    "net_benefit": net_benefit.metric_at,
    "sensitivity": sensitivity.metric_at,
    "specificity": specificity.metric_at,
    "ppv": ppv.metric_at,
    "npv": npv.metric_at,
}


def metrics_at(thresholds: Iterable[float]) -> tuple[Metric, ...]:
    """Every metric, and at each declared threshold every metric that needs one.

    Parameters
    ----------
    thresholds : iterable of float
        Probabilities at and above which one would act; ``0 < threshold < 1``.

    Examples
    --------
    >>> [metric.title for metric in metrics_at([0.3])][-2:]
    ['PPV at 0.3', 'NPV at 0.3']
    """
    made = (make(threshold) for threshold in thresholds for make in METRICS_AT.values())
    return (*METRICS.values(), *made)


def find_metric(name: str) -> Metric | None:
    """Take a metric by its name, its threshold included; None where no metric is so called.

    Examples
    --------
    >>> find_metric("net_benefit_0.3").title
    'Net benefit at 0.3'
    >>> find_metric("accuracy") is None
    True
    """
    if name in METRICS:
        return METRICS[name]
    stem, _, threshold = name.rpartition("_")
    return METRICS_AT[stem](float(threshold)) if stem in METRICS_AT else None


def comes_first(name: str) -> bool:
    """Whether a figure stands in the first table of a report; others stand in a second one.

    Examples
    --------
    >>> comes_first("auroc"), comes_first("net_benefit_0.3"), comes_first("emax")
    (True, True, False)
    """
    stem = name.rpartition("_")[0]
    return name not in _LATER and (stem not in METRICS_AT or stem == "net_benefit")


__all__ = ["METRICS", "METRICS_AT", "comes_first", "find_metric", "metrics_at"]
