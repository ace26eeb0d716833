"""Centres that are distributed unlike all others, and how chance is ruled out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import ks_2samp

from neopcr.cohort.centre_shift import centre_shifts
from neopcr.cohort.plausibility import doubts
from neopcr.modalities import CONTRACT

NAN = np.nan


def shifts(name, values, centre):
    return centre_shifts({name: values}, [CONTRACT[name]], centre, int(centre.max()) + 1)


def many(n_centres=5, each=40, seed=1):
    rng = np.random.default_rng(seed)
    return np.repeat(np.arange(n_centres), each), rng.normal(35, 10, n_centres * each)


def test_a_centre_in_another_unit_is_numbered_and_not_named():
    centre, size = many()
    size[centre == 3] /= 10
    (found,) = shifts("tumor_diameter_mm", size, centre)
    assert (found.rule, found.n, found.first) == ("centre_far_off", 40, 120)
    assert found.says == (
        "centre 4 of 5 is distributed unlike all others: shares up to some value differ by 100 points"
    )
    names = np.array([f"Hospital {code}" for code in centre], dtype=object)
    table = {"tumor_diameter_mm": size, "centre": names}
    told = doubts(table, [CONTRACT["tumor_diameter_mm"], CONTRACT["centre"]])
    assert found in told
    assert "Hospital" not in repr(told)


def test_centres_alike_and_small_ones_and_unknown_ones_raise_no_doubt():
    centre, size = many()
    assert shifts("tumor_diameter_mm", size, centre) == []
    small = np.where(np.arange(200) < 19, 0, 1)
    assert shifts("tumor_diameter_mm", np.where(small == 0, 1.0, size), small) == []
    unknown = np.where(centre == 3, -1, centre)
    assert shifts("tumor_diameter_mm", np.where(centre == 3, 1.0, size), unknown) == []
    gone = np.where(centre == 3, NAN, size)
    assert shifts("tumor_diameter_mm", gone, centre) == []
    assert shifts("tumor_diameter_mm", size, np.zeros(200, dtype=int)) == []


@pytest.mark.parametrize("kind", ["er_status", "pten_ihc_loss"])
def test_a_level_that_one_centre_has_and_the_others_do_not(kind):
    centre, _ = many()
    values = (np.arange(200) % 4 == 0).astype(float)
    values[centre == 2] = 1.0
    values = values.astype(np.int16) if kind == "er_status" else values
    (found,) = shifts(kind, values, centre)
    assert "centre 3 of 5" in found.says
    assert "75 points" in found.says


def test_a_large_difference_may_be_chance_and_a_sure_one_small():
    rng = np.random.default_rng(4)
    centre = np.repeat(np.arange(40), 50)
    size = rng.normal(35, 10, 2000)
    assert shifts("tumor_diameter_mm", size + (centre == 1) * 5, centre) == []
    assert shifts("tumor_diameter_mm", rng.normal(35, 10, 2000), centre) == []


def test_regimens_differ_between_centres_by_choice():
    centre, _ = many()
    values = (centre == 2).astype(float)
    assert shifts("regimen_platinum", values, centre) == []


def test_the_distance_is_kolmogorov_and_smirnovs():
    rng = np.random.default_rng(5)
    centre = np.repeat([0, 1], [60, 90])
    values = np.round(np.where(centre == 0, rng.normal(20, 4, 150), rng.normal(35, 15, 150)))
    found = shifts("tumor_diameter_mm", values, centre)
    reference = ks_2samp(values[centre == 0], values[centre == 1]).statistic
    assert len(found) == 2
    assert all(each.says.endswith(f"differ by {100 * reference:.0f} points") for each in found)


def test_chance_is_ruled_out_over_all_columns_and_centres():
    """What would be told of one column alone is not told where it is one of many comparisons."""
    values = np.r_[np.repeat([1.0, 0.0], [10, 10]), np.repeat([1.0, 0.0], [1, 19])]
    centre = np.repeat([0, 1], 20)
    column = CONTRACT["pten_ihc_loss"]
    p = 2 * np.exp(-2 * 0.45**2 * 10)
    assert p > 0.01 / 2
    assert centre_shifts({column.name: values}, [column], centre, 2) == []
    larger = np.r_[values, values, values]
    where = np.repeat([0, 1, 0, 1, 0, 1], 20)
    p = 2 * np.exp(-2 * 0.45**2 * 30)
    assert p < 0.01 / 20
    assert len(centre_shifts({column.name: larger}, [column], where, 2)) == 2
    assert p > 0.01 / 1000
    noise = {column.name: larger}
    quiet = replace(column, name="quiet")
    noise["quiet"] = np.zeros(120)
    assert centre_shifts(noise, [column, *[quiet] * 500], where, 2) == []
