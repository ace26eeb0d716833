"""Measures of performance, and figures with all that is needed to read them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from neopcr.specs.arrays import FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A figure with everything needed to read it; `value` is None where there is too little to say.

    `beside` is another number without which the value cannot be read, and `beside_title` what it
    is: the p-value of a z, the prevalence under an average precision.
    """

    name: str
    value: float | None
    lower: float | None
    upper: float | None
    n: int
    events: int
    method: str
    group: str = "all"
    beside: float | None = None
    beside_title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """A measure of performance.

    Parameters
    ----------
    name, title : str
        As in a table's header and as in a report.
    function : callable
        ``function(y_true, y_prob) -> float``; NaN where it is not defined, never an exception.
    best : float
        The value of a perfect model: 1 for AUROC and the calibration slope, 0 for Brier.
    reference : str
        Paper and year.
    interval : callable or None
        ``interval(y_true, y_prob) -> (lower, upper)`` at 95 %; bootstrap where None.
    interval_method : str
        What `interval` is: "DeLong", "Wald", ….
    direction : {"higher", "lower", "closer"}
        What is better: more, less, or nearer to `best` from either side.
    weighted : callable or None
        ``weighted(y_true, y_prob, weights) -> float array of shape (n_draws,)``: `function` with
        patient i counted ``weights[d, i]`` times, for all draws at once; `function` is called
        once a draw where None.
    bootstrap : bool
        Whether draws of patients make its interval where there is no formula; not where such an
        interval covers less than 90 % (`interval_method` then says why there is none).
    beside : callable or None
        ``beside(y_true, y_prob) -> float``: another number that belongs beside the value.
    beside_title : str
        What that number is.
    rests_on : callable or None
        ``rests_on(y_true, y_prob) -> int``: how many patients it is made of, where not of all.
    """

    name: str
    title: str
    function: Callable[[FloatArray, FloatArray], float]
    best: float
    reference: str
    interval: Callable[[FloatArray, FloatArray], tuple[float, float]] | None = None
    interval_method: str = "bootstrap percentile"
    direction: Literal["higher", "lower", "closer"] = "closer"
    weighted: Callable[[FloatArray, FloatArray, FloatArray], FloatArray] | None = None
    bootstrap: bool = True
    beside: Callable[[FloatArray, FloatArray], float] | None = None
    beside_title: str = ""
    rests_on: Callable[[FloatArray, FloatArray], int] | None = None
