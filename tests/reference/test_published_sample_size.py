"""Riley's minimum sample size against what its authors print.

Riley, Snell, Ensor, Burke, Harrell, Moons & Collins, Stat Med 38 (2019) 1276-1296,
doi:10.1002/sim.7992, abstract, page 1276: "Upon application of our approach, a new diagnostic model
for Chagas disease requires an EPP of at least 4.8", EPP being events per predictor parameter. The
abstract was read as University Medical Center Utrecht and Keele list it; the body could not be had.
What went into that example is told by the authors' software, R's pmsampsize (CRAN; repository
cran/pmsampsize), a secondary source. man/pmsampsize.Rd at 0df543b: "Examples based on those
included in two papers by Riley et al. published in Statistics in Medicine (2018)"; "24 candidate
predictor parameters. Based on previous evidence, the outcome prevalence is anticipated to be 0.174
(17.4%) and a lower bound (taken from the adjusted Cox-Snell R-squared of an existing prediction
model) for the new model's R-squared value is 0.288". Its tests/testthat/test_bin.R at efb4dab gives
the three criteria's patients and the events per parameter of this and three more: "ss <- c(623,
662, 221, 662)", "SPP <- c(4.52, 4.8, 1.6, 4.8)". (At 734d95e it had 668: an earlier release rounded
a shrinkage to three digits on the way.)

Riley, Van Calster & Collins, Stat Med 40 (2021) 859-864, doi:10.1002/sim.8806: R² from a C
statistic. The text could not be had. A user's copy of its function (repository
eva99o8/SampleSizePrediction, mimimum_samplesize_prediction.R at 53a0764), a secondary source:
"Code copied from the paper … set.seed(1234); approximate_R2(auc = 0.81, prev = 0.77, n=1000000);
$R2.nagelkerke [1] 0.3183689 $R2.coxsnell [1] 0.2100957". R's random numbers are made again here.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import ndtri
from sklearn.linear_model import LogisticRegression

from neopcr.metrics.nagelkerke_r2 import nagelkerke_r2
from neopcr.validation.sample_size import cox_snell, sample_size_for_r2

PATIENTS = 1_000_000
C_STATISTIC, PREVALENCE = 0.81, 0.77


@pytest.mark.parametrize(
    ("parameters", "prevalence", "r2", "patients", "events_per_parameter"),
    [
        (24, 0.174, 0.288, (623, 662, 221), 4.8),
        (24, 0.174, 0.55, (255, 532, 221), 3.86),
        (36, 0.174, 0.288, (934, 992, 221), 4.79),
        (24, 0.25, 0.288, (623, 590, 289), 6.49),
    ],
)
def test_criteria_of_chagas_disease(parameters, prevalence, r2, patients, events_per_parameter):
    found = sample_size_for_r2(parameters, prevalence=prevalence, r2=r2)
    assert (found.shrinkage, found.optimism, found.overall_risk) == patients
    assert found.patients == max(patients)
    assert round(found.patients * prevalence / parameters, 2) == events_per_parameter


def r_normals(seed, size):
    """As R's `set.seed(seed); rnorm(size)` draws them: Mersenne Twister, by inversion."""
    words = []
    for _ in range(50 + 625):
        seed = (69069 * seed + 1) % 2**32
        words.append(seed)
    twister = np.random.MT19937()
    state = twister.state
    state["state"] = {"key": np.array(words[51:], dtype=np.uint32), "pos": 624}
    twister.state = state
    uniform = twister.random_raw(2 * size) * 2.3283064365386963e-10
    return ndtri((np.floor(2.0**27 * uniform[::2]) + uniform[1::2]) / 2.0**27)


@pytest.fixture(scope="module")
def published_draws():
    """Outcome and fitted probability of the paper's million patients."""
    first = round(PREVALENCE * PATIENTS)
    x = r_normals(1234, PATIENTS)
    x[first:] += np.sqrt(2) * ndtri(C_STATISTIC)
    y = np.repeat([0.0, 1.0], [first, PATIENTS - first])
    fit = LogisticRegression(C=np.inf, solver="newton-cholesky", tol=1e-8).fit(x[:, None], y)
    return y, fit.predict_proba(x[:, None])[:, 1]


def test_nagelkerke_of_a_million_published_draws(published_draws):
    r2 = nagelkerke_r2(*published_draws)
    assert r2 == pytest.approx(0.3183689, abs=1e-6)
    highest = 1 - (PREVALENCE**PREVALENCE * (1 - PREVALENCE) ** (1 - PREVALENCE)) ** 2
    assert r2 * highest == pytest.approx(0.2100957, abs=1e-6)


def test_the_integral_is_near_the_simulation(published_draws):
    y, p = published_draws
    found = cox_snell(PREVALENCE, C_STATISTIC)
    # The standard error of R², from that of the mean gain in log-likelihood within either outcome.
    gain = np.where(y == 1, np.log(p), np.log1p(-p))
    variance = sum((y == k).mean() ** 2 * gain[y == k].var() / (y == k).sum() for k in (0, 1))
    error = 2 * (1 - found) * np.sqrt(variance)
    assert error == pytest.approx(0.0007, abs=1e-4)
    assert abs(found - 0.2100957) < 3 * error
    # The name of the outcome does not matter: the paper's function calls 77 % its non-events.
    assert found == pytest.approx(cox_snell(1 - PREVALENCE, C_STATISTIC))
