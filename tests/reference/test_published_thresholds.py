"""Classification and net benefit at 10 % of Van Calster's case study, from its counts.

Van Calster, Collins, Vickers et al., Lancet Digit Health 7 (2025) 100916,
doi:10.1016/j.landig.2025.100916: ADNEX's risk of malignancy in women with an ovarian tumour. The
article's text could not be had, so no page of it is quoted; both sources are secondary.

Recalibrated: the authors' own repository, benvancalster/PerfMeasuresOverview, PerfMeasures.ipynb at
b2197d7, which "supports the results present in Van Calster et al (2025)". It prints "Accuracy
0.692", "DOR 50.649", "Kappa 0.395", "Sensitivity 0.986", "Specificity 0.415", "PPV 0.614", "NPV
0.97", "Net benefit 0.445", "Standardized net benefit 0.917", and in the table behind the last two
"0.44531444195873726" and "0.9173067076292882".
As it was: repository hrossman/medical-prediction-models-evaluation, docs/walkthrough.md at b416a3e,
on the risks that the authors share: "The example has 894 patients"; "net_benefit | 0.443",
"standardized_net_benefit | 0.912", "sensitivity | 0.954", "specificity | 0.643", "ppv | 0.716",
"npv | 0.937".

Neither prints counts. Of 894 patients one table of counts gives the figures of each, and that is
shown. The AUROC of 0.911 and the calibration need the patients' risks, which could not be had.
"""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from neopcr.metrics.net_benefit import net_benefit
from neopcr.metrics.npv import npv
from neopcr.metrics.ppv import ppv
from neopcr.metrics.sensitivity import sensitivity
from neopcr.metrics.specificity import specificity
from neopcr.validation import decision_curve
from neopcr.validation.kappa import cohen_kappa, observed_agreement
from neopcr.validation.odds import odds_ratios

N, THRESHOLD = 894, 0.1
# Sensitivity, specificity, PPV, NPV, net benefit, net benefit of a prevalence.
AS_IT_WAS = (0.954, 0.643, 0.716, 0.937, 0.443, 0.912)
RECALIBRATED = (0.986, 0.415, 0.614, 0.97, 0.445, 0.917)
# True positive, false negative, false positive, true negative.
COUNTS = {AS_IT_WAS: (414, 20, 164, 296), RECALIBRATED: (428, 6, 269, 191)}


def patients(counts):
    """Outcome, and a risk on this or that side of the threshold."""
    y, high = (np.repeat(side, counts) for side in ([1.0, 1.0, 0.0, 0.0], [1.0, 0.0, 1.0, 0.0]))
    return y, np.where(high == 1.0, THRESHOLD, 0.05)


def found_of(y, p):
    at = {"threshold": THRESHOLD}
    benefit = net_benefit(y, p, **at)
    shares = [share(y, p, **at) for share in (sensitivity, specificity, ppv, npv)]
    return (*shares, benefit, benefit / y.mean())


@pytest.mark.parametrize("printed", [AS_IT_WAS, RECALIBRATED])
def test_every_printed_figure(printed):
    found = found_of(*patients(COUNTS[printed]))
    assert tuple(round(one, 3) for one in found) == printed


def test_net_benefit_to_thirteen_digits_and_on_the_curve():
    y, p = patients(COUNTS[RECALIBRATED])
    benefit = net_benefit(y, p, threshold=THRESHOLD)
    assert benefit == pytest.approx(0.44531444195873726, abs=1e-13)
    assert benefit / y.mean() == pytest.approx(0.9173067076292882, abs=1e-13)
    assert decision_curve(y, p, np.array([THRESHOLD])).model.tolist() == [benefit]


def test_agreement_of_call_and_outcome():
    y, p = patients(COUNTS[RECALIBRATED])
    calls = (p >= THRESHOLD).astype(float)
    reads, once = np.column_stack((y, calls)).astype(np.int16), np.ones((1, N))
    assert round(observed_agreement(reads, once)[0], 3) == 0.692
    assert round(cohen_kappa(reads, once)[0], 3) == 0.395
    assert odds_ratios(y, {"call": calls}).terms[0].ratio == pytest.approx(50.649, abs=5e-4)


@pytest.mark.parametrize("printed", [AS_IT_WAS, RECALIBRATED])
def test_no_other_counts_give_them(printed):
    events = np.arange(1, N)
    tables = [
        (tp, n - tp, fp, N - n - fp)
        for n in events.tolist()
        for tp, fp in product(near(printed[0], n), near(1 - printed[1], N - n))
    ]
    tp, fn, fp, tn = np.array(tables, dtype=float).T
    benefit = (tp - fp * THRESHOLD / (1 - THRESHOLD)) / N
    figures = (
        tp / (tp + fn), tn / (tn + fp), tp / np.maximum(tp + fp, 1), tn / np.maximum(tn + fn, 1),
        benefit, benefit * N / (tp + fn),
    )  # fmt: skip
    fits = np.all([np.round(a, 3) == b for a, b in zip(figures, printed, strict=True)], axis=0)
    assert np.array(tables)[fits].tolist() == [list(COUNTS[printed])]


def near(share, n):
    """Counts of n whose share may round to this one."""
    return range(max(0, int((share - 0.0006) * n)), min(n, int((share + 0.0006) * n) + 1) + 1)
