import numpy as np
import pytest
from scipy.special import expit, logit

from neopcr.validation.calibration_drift import LEVEL, Known, calibration_drift, known

WAS = Known(0.0, 0.1), Known(1.0, 0.15)


def patients(n, seed, shift=0.0, slope=1.0):
    rng = np.random.default_rng(seed)
    z = rng.normal(0.0, 1.0, n)
    return (rng.random(n) < expit(shift + slope * z)).astype(float), expit(z)


def test_one_may_look_after_every_few_patients():
    ever = 0
    for seed in range(40):
        y, p = patients(200, seed)
        looks = [calibration_drift(y[:n], p[:n], *WAS).evidence or 0.0 for n in range(40, 201, 40)]
        ever += max(looks) >= 1 / LEVEL
    assert ever <= 2


@pytest.mark.parametrize(("shift", "slope"), [(1.0, 1.0), (-1.0, 1.0), (0.0, 0.0)])
def test_a_drift_is_found(shift, slope):
    found = [calibration_drift(*patients(300, seed, shift, slope), *WAS) for seed in range(20)]
    assert sum(one.drifted for one in found) >= 19


def test_a_shift_that_centres_have_anyway_is_none():
    y, p = patients(300, 0, 0.9)
    assert calibration_drift(y, p, *WAS).drifted
    assert not calibration_drift(y, p, Known(0.0, 0.8), WAS[1]).drifted


def test_few_events_say_nothing():
    found = calibration_drift(np.array([1.0, 0.0] * 4), np.full(8, 0.3), *WAS)
    assert (found.evidence, found.drifted) == (None, False)


def test_what_training_said_is_read():
    told = {"value": 0.1, "lower": 0.1 - 1.959963984540054, "upper": 0.1 + 1.959963984540054}
    assert known(told, 0.0).sd == pytest.approx(1.0)
    assert known(told, 0.0, 1.0).sd == pytest.approx(2**0.5)
    assert known(told | {"lower": None}, 0.0) == Known(0.0, 0.5)


def test_the_evidence_is_the_ratio_of_the_integrals():
    y, p = patients(60, 1, 0.8)
    z = logit(p)
    rng = np.random.default_rng(0)

    def marginal(wide):
        a = rng.normal(0.0, np.hypot(0.1, wide), 40_000)
        b = rng.normal(1.0, np.hypot(0.15, wide), 40_000)
        eta = a[:, None] + z + (b[:, None] - 1) * (z - z.mean())
        return np.exp(eta @ y - np.logaddexp(0, eta).sum(axis=1)).mean()

    evidence = calibration_drift(y, p, *WAS).evidence
    assert evidence == pytest.approx(marginal(0.5) / marginal(0.0), rel=0.08)
