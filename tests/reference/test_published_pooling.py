"""REML and prediction intervals against what others published of public data.

BCG vaccine, 13 trials: the counts and tau² of R's metafor, as printed in two public pages.
  Data (Colditz, JAMA 271 (1994) 698): metafor-project.org, tips:testing_factors_lincoms, with each
  log risk ratio and its variance to four digits: "1 Aronson 1948 4 119 11 128 … -0.8893 0.3256".
  Result, CRAN vignette of RoBMA, "metafor::rma(yi, vi, data = dat, method = "REML")": "tau^2
  (estimated amount of total heterogeneity): 0.3132", "I^2 … 92.22%".
Ten antihypertensive trials (Riley, Higgins & Deeks, BMJ 342 (2011) d549, doi:10.1136/bmj.d549): the
  result of R's pimeta 1.0.1, `htsreml(sbp$y, sbp$sigmak)`: "$muhat -0.3287403 $lbpi -0.9886995
  $ubpi 0.3312188 $tau2h 0.06995102", and `pima(…, method = "HK")`: "95%CI -0.3287 [-0.5761,
  -0.0814]". The trials' own values stand in a binary file only, so the formulas of the intervals
  are held here, not the fit.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import t

from neopcr.validation.pooling import between_variance, intervals

# Vaccinated with and without tuberculosis, then controls.
BCG = np.array([
    [4, 119, 11, 128], [6, 300, 29, 274], [3, 228, 11, 209], [62, 13536, 248, 12619],
    [33, 5036, 47, 5761], [180, 1361, 372, 1079], [8, 2537, 10, 619], [505, 87886, 499, 87892],
    [29, 7470, 45, 7232], [17, 1699, 65, 1600], [186, 50448, 141, 27197], [5, 2493, 3, 2338],
    [27, 16886, 29, 17825],
], dtype=np.float64)  # fmt: skip
PRINTED = [
    (-0.8893, 0.3256), (-1.5854, 0.1946), (-1.3481, 0.4154), (-1.4416, 0.0200), (-0.2175, 0.0512),
    (-0.7861, 0.0069), (-1.6209, 0.2230), (0.0120, 0.0040), (-0.4694, 0.0564), (-1.3713, 0.0730),
    (-0.3394, 0.0124), (0.4459, 0.5325), (-0.0173, 0.0714),
]  # fmt: skip


def test_tau_squared_of_the_bcg_trials():
    a, b, c, d = BCG.T
    value = np.log(a / (a + b)) - np.log(c / (c + d))
    variance = 1 / a - 1 / (a + b) + 1 / c - 1 / (c + d)
    assert np.column_stack([value, variance]).round(4).tolist() == [list(row) for row in PRINTED]
    tau2 = between_variance(value, variance)
    assert round(tau2, 4) == 0.3132
    # I² by the typical variance within studies (Higgins & Thompson 2002), as metafor has it.
    weight = 1 / variance
    typical = (len(weight) - 1) * weight.sum() / (weight.sum() ** 2 - (weight**2).sum())
    assert round(100 * tau2 / (tau2 + typical), 2) == 92.22


def test_intervals_of_the_ten_antihypertensive_trials():
    mean, tau2 = -0.3287403, 0.06995102
    error = (0.5761 - 0.0814) / 2 / t.ppf(0.975, 9)
    found = intervals(mean, error, tau2, 10)
    assert (round(found.lower, 4), round(found.upper, 4)) == (-0.5761, -0.0814)
    assert found.expected_lower == pytest.approx(-0.9886995, abs=1e-4)
    assert found.expected_upper == pytest.approx(0.3312188, abs=1e-4)
