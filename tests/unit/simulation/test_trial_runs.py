"""Many trials of NCT07239271: what is assumed is what comes out, and equal arms reject one in twenty."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import chi2_contingency
from statsmodels.stats.proportion import proportion_confint

from neopcr.errors import UserError
from neopcr.simulation import Design, simulate
from neopcr.simulation.adaptive import BRANCHES
from neopcr.simulation.assumptions import ALPHA, PYROHT, TCBHP, Assumptions
from neopcr.simulation.effects import EFFECTS
from neopcr.simulation.trial_runs import (
    DROPOUTS,
    ROWS,
    SENSITIVITIES,
    power,
    rate,
    run_trials,
    two_sided_p,
    wilson,
)

NOTHING = Assumptions(everoht=0.0, tcbhp=0.0, pyroht=0.0, dropout=0.0, n_patients=400)


def base(assumed, n_trials=50, seed=3):
    return next(iter(run_trials(assumed, n_trials, seed).values()))


@pytest.fixture(scope="module")
def nothing():
    return base(NOTHING)


def by_row(runs):
    return dict(zip(ROWS, runs.reached.sum(axis=0) / runs.patients.sum(axis=0), strict=True))


def test_the_effects_that_can_be_calibrated_are_published_contrasts_by_cycles():
    effect = {name: one.value for name, one in EFFECTS.items()}
    assert pytest.approx((effect["platinum"] - effect["nab_paclitaxel"]) * 4 / 6, abs=5e-4) == TCBHP
    stay = effect["dual_mab"] + effect["nab_paclitaxel"]
    assert pytest.approx((effect["mab_tki"] - stay) * 4 / 6, abs=5e-4) == PYROHT
    assert Assumptions(everoht=0.2).switching() == (0.0, TCBHP, PYROHT, 0.2)
    assert BRANCHES == ("nab-PHP", "TCbHP", "PyroHT", "EveroHT")


def test_every_assumption_is_told_with_its_source():
    told = {one["name"]: one for one in Assumptions(everoht=0.4).told()}
    assert set(told) == set(Assumptions.__dataclass_fields__)
    assert told["everoht"]["value"] == 0.4
    assert "no published figure calibrates" in told["everoht"]["source"]
    assert all(one["source"] and one["unit"] for one in told.values())


@pytest.mark.parametrize("wrong", [
    {"dropout": 1.01}, {"dropout": -0.1}, {"assay_sensitivity": 2.0},
    {"assay_sensitivity": float("nan")}, {"everoht": float("nan")}, {"after_c4": float("inf")},
    {"n_patients": 7},
])  # fmt: skip
def test_what_cannot_be_assumed(wrong):
    with pytest.raises(UserError):
        Assumptions(**{"everoht": 0.0, **wrong})


@pytest.mark.parametrize("bound", [0.0, 1.0])
def test_the_ends_of_a_share_may_be_assumed(bound):
    assert Assumptions(everoht=0.0, dropout=bound, assay_sensitivity=bound, n_patients=8)


def test_arms_are_one_to_three(nothing):
    assert (nothing.n_control, nothing.n_experimental) == (100, 300)
    assert (nothing.patients[:, :4].sum(axis=1) == 300).all()
    assert Assumptions(everoht=0.0).n_control == 500


def test_the_same_seed_gives_the_same_trials_and_more_begin_alike():
    few, more = base(NOTHING, 25), base(NOTHING, 30)
    again = base(NOTHING, 30)
    for name in ("control", "experimental", "equal", "patients", "reached"):
        np.testing.assert_array_equal(getattr(more, name), getattr(again, name))
        np.testing.assert_array_equal(getattr(more, name)[:25], getattr(few, name))
    assert (base(NOTHING, 25, seed=4).control != few.control).any()


def test_without_effects_switching_changes_nothing(nothing):
    """Outcomes drawn anew at each decision are those of nab-PHP to the end, and of the generator."""
    trial = simulate("nct07239271", n=20_000, seed=1, design=Design(n_centres=400))
    arm = np.array(trial.truth["arm"].to_pylist())
    p = trial.truth["p_pcr_baseline"].to_numpy()
    n = nothing.n_experimental * 50
    expected = p[arm == "experimental"].mean()
    assert nothing.experimental.sum() / n == pytest.approx(expected, abs=0.02)
    assert nothing.control.sum() / (nothing.n_control * 50) == pytest.approx(
        p[arm == "control"].mean(), abs=0.03
    )
    branch = np.array(trial.truth["regimen_after_c2"].to_pylist())[arm == "experimental"]
    for place, name in enumerate(BRANCHES):
        share = nothing.patients[:, place].sum() / n
        assert share == pytest.approx((branch == name).mean(), abs=0.02), name
    pcr = trial.truth["pcr"].to_numpy()[arm == "experimental"]
    for name, found in list(by_row(nothing).items())[:4]:
        assert found == pytest.approx(pcr[branch == name].mean(), abs=0.05), name


@pytest.mark.parametrize(
    ("effect", "moved"),
    [("tcbhp", "TCbHP"), ("pyroht", "PyroHT"), ("everoht", "EveroHT"), ("after_c4", "ADC or AC+H")],
)
def test_an_effect_moves_its_own_branch_alone(nothing, effect, moved):
    runs = base(replace(NOTHING, **{effect: 1.0}))
    before, after = by_row(nothing), by_row(runs)
    assert after[moved] > before[moved] + 0.1
    still = set(BRANCHES) - {moved}
    if effect != "after_c4":
        assert {name for name in still if after[name] != before[name]} == set()
        np.testing.assert_array_equal(runs.patients[:, :4], nothing.patients[:, :4])
    assert (runs.control == nothing.control).all()
    assert (runs.equal == nothing.equal).all()


def test_a_blind_assay_escalates_nobody(nothing):
    blind = base(replace(NOTHING, assay_sensitivity=0.0))
    patients = dict(zip(ROWS, blind.patients.T, strict=True))
    assert patients["PyroHT"].sum() == patients["EveroHT"].sum() == 0
    assert rate(patients["PyroHT"], patients["PyroHT"]) is None
    half = base(replace(NOTHING, assay_sensitivity=0.5))
    share = half.patients[:, 2:4].sum() / nothing.patients[:, 2:4].sum()
    assert share == pytest.approx(0.5, abs=0.03)


def test_who_has_no_surgery_has_no_pcr(nothing):
    assert base(replace(NOTHING, dropout=1.0)).experimental.sum() == 0
    some = base(replace(NOTHING, dropout=0.2))
    for name in ("control", "experimental", "equal"):
        ratio = getattr(some, name).sum() / getattr(nothing, name).sum()
        assert ratio == pytest.approx(0.8, abs=0.02)
    np.testing.assert_array_equal(some.patients, nothing.patients)


def test_readings_escalate_more_or_fewer():
    shares = [
        base(replace(NOTHING, policy=policy), 25).patients[:, 2:4].sum()
        for policy in ("c1_only", "literal", "baseline_or_c1")
    ]
    assert shares == sorted(shares)
    assert shares[0] < shares[1] < shares[2]


def test_scenarios_are_a_grid_with_the_assumed_one_first():
    seen = []
    assumed = replace(NOTHING, assay_sensitivity=0.85, dropout=0.03, n_patients=40)
    found = run_trials(assumed, 30, 0, progress=lambda done, total: seen.append((done, total)))
    assert next(iter(found)) == (0.85, 0.03)
    grid = [(one, two) for one in SENSITIVITIES for two in DROPOUTS]
    assert list(found)[1:] == grid
    assert seen == [(25, 30), (30, 30)]
    alone = base(replace(assumed, assay_sensitivity=0.8, dropout=0.1), 30, 0)
    np.testing.assert_array_equal(found[0.8, 0.1].reached, alone.reached)


def test_equal_arms_reject_one_in_twenty():
    """Type I error within three Monte-Carlo errors, for every dropout, at two sizes."""
    assert ALPHA == 0.05
    for n_patients in (400, 800):
        assumed = replace(NOTHING, n_patients=n_patients, everoht=2.0, dropout=0.1)
        runs = base(assumed, 600, seed=9)
        better, worse = power(runs, equal=True)
        found = better.value + worse.value
        assert abs(found - ALPHA) < 3 * np.sqrt(ALPHA * (1 - ALPHA) / 600), n_patients


def test_power_grows_with_the_effect():
    found = [
        power(base(replace(NOTHING, pyroht=each, everoht=each), 100))[0].value
        for each in (-1, 0, 1)
    ]
    assert found[0] < found[1] < found[2]


def test_monte_carlo_error_is_that_of_a_share():
    runs = base(replace(NOTHING, n_patients=80), 50)
    for share in power(runs):
        assert share.error == pytest.approx(np.sqrt(share.value * (1 - share.value) / 50))


def test_the_test_is_the_chi_square_test():
    for events, n, other, m in ((60, 100, 40, 120), (5, 300, 9, 100)):
        difference, p = two_sided_p(np.array([events]), n, np.array([other]), m)
        table = [[events, n - events], [other, m - other]]
        assert p[0] == pytest.approx(chi2_contingency(table, correction=False).pvalue)
        assert difference[0] == pytest.approx(events / n - other / m)
    for events in (0, 10):
        assert two_sided_p(np.array([events]), 10, np.array([events]), 10)[1].tolist() == [1.0]


def test_wilson_is_as_elsewhere():
    for events in (0, 3, 50, 100):
        low, high = wilson(events / 100, 100)
        assert (low, high) == pytest.approx(
            proportion_confint(events, 100, method="wilson"), abs=1e-9
        )


def test_the_error_of_a_rate_is_its_spread_over_runs():
    rates = [by_row(base(NOTHING, 25, seed))["EveroHT"] for seed in range(12)]
    runs = base(NOTHING, 25, 0)
    told = rate(runs.reached[:, 3], runs.patients[:, 3])
    assert told.value == rates[0]
    assert told.error == pytest.approx(np.std(rates, ddof=1), rel=0.6)
