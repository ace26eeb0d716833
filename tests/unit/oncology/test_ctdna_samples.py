"""Second looks at ctDNA samples: told, never acted upon."""

import numpy as np
import pytest

from neopcr.errors import ConfigError
from neopcr.oncology import ctdna_samples as rules
from neopcr.oncology.ctdna import ASSAYS
from neopcr.oncology.facts import facts_from

NAN = np.nan


def test_mtm_is_compared_with_what_vaf_and_cfdna_make():
    # 1 % of 6.6 ng/mL, at 3.3 pg a genome, are 20 molecules.
    expected = rules.expected_mtm_per_ml(np.full(7, 0.01), np.array([6.6] * 5 + [NAN, 0]))
    reported = np.array([20.0, 60.0, 60.1, 20 / 3, 6.6, 20.0, 20.0])
    assert list(rules.is_far_off(reported, expected)) == [
        False, False, True, False, True, False, False,
    ]  # fmt: skip
    # Three times more or less is not far, be the amounts below 1.
    three = rules.is_far_off(np.array([3.0, 1, 0.9, 0.2]), np.array([1.0, 3, 0.2, 0.9]))
    assert list(three) == [False, False, True, True]
    assert not rules.is_far_off(np.array([0.0, NAN]), np.array([20.0, 20.0])).any()


def test_a_tumour_informed_call_rests_on_two_variants():
    assay = np.array([ASSAYS.index("tumour_informed")] * 4 + [ASSAYS.index("ddpcr"), -1])
    detected = np.array([1.0, 1, 0, NAN, 1, 1])
    found = rules.is_called_on_too_few(detected, np.array([1.0, 2, 1, 1, 1, 1]), assay)
    assert list(found) == [True, False, False, False, False, False]


def test_assays_are_compared_where_both_are_known():
    found = rules.is_other_assay(np.array([0, 1, -1, 1, 0]), np.array([0, 0, 0, -1, 1]))
    assert list(found) == [False, True, False, False, True]


def test_the_last_day_of_each_group_is_found_whatever_the_order():
    days = np.array(["2024-01-02", "2024-01-09", "2024-01-08", "2024-01-01"], "datetime64[D]")
    assert list(rules.latest_of_each(np.array([5, 5, 5, 2]), days)) == [3, 1]
    assert rules.latest_of_each(np.array([], np.int64), days[:0]).size == 0
    # Neighbours do not mix: the first sample of one group is later than the last of the next.
    assert list(rules.latest_of_each(np.array([2, 1, 2, 1]), days[[3, 1, 0, 2]])) == [1, 2]


def test_limits_of_assays_are_replaced_by_name_and_are_amounts():
    assert facts_from({}).ctdna_lod_mtm_per_ml == {"tumour_informed": 0.3}
    assert facts_from({"ctdna_lod_mtm_per_ml": {"ddpcr": 2}}).ctdna_lod_mtm_per_ml == {"ddpcr": 2}
    for wrong in ({"signatera": 0.3}, {"panel": 0}, {"panel": -1}):
        with pytest.raises(ConfigError, match="ctdna_lod_mtm_per_ml"):
            facts_from({"ctdna_lod_mtm_per_ml": wrong})
