"""Measures of performance: one file each, one entry here, none imports another."""

from collections.abc import Callable

from neopcr.metrics import (
    auroc,
    brier,
    calibration_in_the_large,
    calibration_slope,
    net_benefit,
    observed_expected,
)
from neopcr.specs import Metric

METRICS: dict[str, Metric] = {
    metric.name: metric
    for metric in (
        auroc.METRIC,
        brier.METRIC,
        calibration_slope.METRIC,
        calibration_in_the_large.METRIC,
        observed_expected.METRIC,
    )
}

# Metrics that mean something only at a threshold that was declared beforehand.
METRICS_AT: dict[str, Callable[[float], Metric]] = {"net_benefit": net_benefit.metric_at}

__all__ = ["METRICS", "METRICS_AT"]
