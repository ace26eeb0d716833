"""Net benefit at a threshold declared beforehand."""

from __future__ import annotations

from functools import partial

import numpy as np

from neopcr.metrics._shared import dot
from neopcr.specs import FloatArray, Metric


def net_benefit(y_true: FloatArray, y_prob: FloatArray, *, threshold: float) -> float:
    r"""Net benefit of acting where the predicted probability of pCR reaches a threshold.

    .. math:: \mathrm{NB}(t) = \frac{TP}{n} - \frac{FP}{n} \cdot \frac{t}{1 - t}

    Parameters
    ----------
    y_true : float array of shape (n_patients,)
        1 pCR, 0 residual disease.
    y_prob : float array of shape (n_patients,)
        Predicted probability of pCR.
    threshold : float
        Probability at and above which one would act; ``0 < threshold < 1``.

    Returns
    -------
    float
        In true positives a patient; at most the prevalence of pCR.

    Raises
    ------
    ValueError
        If `threshold` is not strictly between 0 and 1.

    References
    ----------
    .. [1] Vickers & Elkin, Med Decis Making 26 (2006) 565-574, doi:10.1177/0272989X06295361.

    Examples
    --------
    >>> y_true, y_prob = np.array([1.0, 0.0, 1.0, 0.0]), np.array([0.9, 0.6, 0.4, 0.1])
    >>> net_benefit(y_true, y_prob, threshold=0.2)
    0.4375
    """
    ones = np.ones((1, len(y_true)))
    return float(weighted(y_true, y_prob, ones, threshold=threshold)[0])


def weighted(
    y_true: FloatArray, y_prob: FloatArray, weights: FloatArray, *, threshold: float
) -> FloatArray:
    """Net benefit of each draw."""
    if not 0.0 < threshold < 1.0:
        message = "threshold must lie strictly between 0 and 1."
        raise ValueError(message)
    worth = np.where(y_true == 1.0, 1.0, -threshold / (1.0 - threshold)) * (y_prob >= threshold)
    benefit: FloatArray = dot(weights, worth) / weights.sum(axis=1)
    return benefit


def treat_all(y_true: FloatArray, y_prob: FloatArray, *, threshold: float) -> float:
    """Net benefit of acting on everyone; on no one it is 0, and a model must beat both."""
    return net_benefit(y_true, np.ones_like(y_prob), threshold=threshold)


def metric_at(threshold: float) -> Metric:
    """Make the metric of one threshold.

    `best` is a bound that only a cohort where everyone reaches pCR attains: elsewhere a perfect
    model's net benefit is the prevalence.

    Parameters
    ----------
    threshold : float
        Probability at and above which one would act; ``0 < threshold < 1``.
    """
    return Metric(
        name=f"net_benefit_{threshold:g}",
        title=f"Net benefit at {threshold:g}",
        function=partial(net_benefit, threshold=threshold),
        best=1.0,
        reference="Vickers & Elkin, Med Decis Making 2006, doi:10.1177/0272989X06295361",
        direction="higher",
        weighted=partial(weighted, threshold=threshold),
        beside=partial(treat_all, threshold=threshold),
        beside_title="acting on all",
    )
