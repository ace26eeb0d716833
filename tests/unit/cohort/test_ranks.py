"""The AUROC of one column."""

from __future__ import annotations

import numpy as np

from neopcr.cohort.ranks import auroc


def test_yes_and_no_need_no_ranks():
    rng = np.random.default_rng(3)
    pcr = rng.integers(0, 2, 200).astype(float)
    values = rng.random(200) < 0.3
    np.testing.assert_allclose(auroc(values, pcr), auroc(values.astype(float), pcr), rtol=1e-12)
