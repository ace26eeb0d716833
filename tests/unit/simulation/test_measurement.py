"""What laboratories read, in the sizes that are written beside the constants."""

from __future__ import annotations

import numpy as np
import pytest

from neopcr.simulation.effects import trial_effects
from neopcr.simulation.measurement import read_again
from neopcr.simulation.population import draw_population
from neopcr.simulation.presets import Mix


@pytest.fixture(scope="module")
def readings():
    true = draw_population(Mix(0.7, 0.5, 0.75), 20_000, trial_effects(), np.random.default_rng(0))
    before = {name: values.copy() for name, values in true.items()}
    read = read_again(true, np.random.default_rng(1))
    for name, values in before.items():
        np.testing.assert_array_equal(true[name], values)
    return true, read


def test_one_ihc_in_thirteen_is_a_step_off(readings):
    true, read = readings
    assert (true["ihc"] != read["ihc"]).mean() == pytest.approx(0.075, abs=0.006)
    assert set(read["ihc"]) == {2.0, 3.0}


def test_log_ratio_errs_by_an_eighth(readings):
    true, read = readings
    strong = read["ihc"] == 3
    error = np.log(read["her2_cep17_ratio"] / true["her2_cep17_ratio"])[strong]
    assert error.std() == pytest.approx(0.125, abs=0.004)
    assert error.mean() == pytest.approx(0, abs=0.004)


def test_everyone_with_ihc_2_stays_ish_positive_on_record(readings):
    _, read = readings
    moderate = read["ihc"] == 2
    assert read["her2_cep17_ratio"][moderate].min() >= 2.0
    copies = read["her2_cep17_ratio"] * read["cep17_copies_per_cell"]
    assert copies[moderate].min() >= 4.0 - 1e-9


def test_ki67_has_the_inter_laboratory_correlation_of_polley(readings):
    true, read = readings
    again = read_again(true, np.random.default_rng(2))
    first, second = (np.log2(one["ki67_percent"]) for one in (read, again))
    assert np.corrcoef(first, second)[0, 1] == pytest.approx(0.65, abs=0.06)
    assert read["ki67_percent"].max() <= 99


def test_er_is_misread_only_where_it_is_low(readings):
    true, read = readings
    changed = true["er_percent"] != read["er_percent"]
    low = true["er_percent"] <= 10
    assert not changed[~low].any()
    assert changed[low].mean() == pytest.approx(0.045, abs=0.006)
    assert ((true["er_percent"] >= 1) != (read["er_percent"] >= 1))[changed].all()
