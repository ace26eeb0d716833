"""Distribution of the population stability index where nothing has drifted.

Yurdakul & Naranjo, J Risk Model Validation 14(4) (2020) 89-100. The text could not be had; a
secondary source (a reader's note beside the citation) has it "proven to follow a scaled chi-squared
distribution". The scale, 1/n + 1/m, and the degrees of freedom, one less than the bins, are held
against a simulation here.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import chi2

from neopcr.validation.stability import stability_index

DRAWS = 20_000


@pytest.mark.parametrize(("n", "m", "bins"), [(2000, 400, 10), (1000, 1000, 5), (500, 250, 3)])
def test_index_is_a_scaled_chi_squared(n, m, bins):
    rng = np.random.default_rng(0)
    share = np.arange(1, bins + 1) / np.arange(1, bins + 1).sum()
    then, now = (rng.multinomial(size, share, size=DRAWS) for size in (n, m))
    index = stability_index(then, now) / (1 / n + 1 / m)
    law = chi2(bins - 1)
    # 4 standard errors of the mean, and 2 % for what bins of few patients add.
    margin = 4 * law.std() / np.sqrt(DRAWS) + 0.02 * law.mean()
    assert index.mean() == pytest.approx(law.mean(), abs=margin)
    for tail in (0.5, 0.1, 0.05, 0.01):
        error = 4 * np.sqrt(tail * (1 - tail) / DRAWS) + 0.1 * tail
        assert (index > law.isf(tail)).mean() == pytest.approx(tail, abs=error)
