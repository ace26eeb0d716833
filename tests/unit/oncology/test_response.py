"""Response beside the spec tables."""

import itertools

import numpy as np

from neopcr.oncology import rcb, response
from neopcr.oncology.response import YPN_STAGES, YPT_STAGES


def test_strict_implies_total_implies_breast():
    pairs = itertools.product(range(-1, len(YPT_STAGES)), range(-1, len(YPN_STAGES)))
    ypt, ypn = np.array(list(pairs), dtype=np.int16).T
    total, strict, breast = (response.is_pcr(ypt, ypn, each) for each in response.DEFINITIONS)
    assert not response.breaks_implication(strict, total).any()
    assert not response.breaks_implication(total, breast).any()
    assert (strict == 1).sum() < (total == 1).sum() < (breast == 1).sum()


def test_isolated_tumour_cells_count_as_none_where_a_site_says_so():
    ypn = np.arange(-1, len(YPN_STAGES), dtype=np.int16)
    ypt = np.zeros_like(ypn)
    expected = [np.nan, 1, 1, 0, 0, 0, 0]
    np.testing.assert_array_equal(response.is_pcr(ypt, ypn, itc=True), expected)
    strict = response.is_pcr(ypt + 1, ypn, "ypT0 ypN0", itc=True)
    np.testing.assert_array_equal(strict, np.zeros(7))


def test_an_implication_that_is_broken_is_found():
    narrow, wide = np.array([1, 1, 0, np.nan]), np.array([0, 1, 0, 0])
    assert list(response.breaks_implication(narrow, wide)) == [True, False, False, False]


def test_rcb_0_is_pcr():
    index = rcb.rcb_index(
        (np.array([30.0, 30.0]), np.array([20.0, 20.0])),
        np.array([5.0, 5.0]),
        np.array([100.0, 99.0]),
        np.zeros(2),
        np.zeros(2),
    )
    assert list(rcb.rcb_class(index)) == [0, 1]


def test_rcb_class_of_nothing():
    assert rcb.rcb_class(np.array([np.nan]))[0] == -1


def test_the_least_residue_is_not_rcb_0():
    assert rcb.rcb_class(np.array([1e-3]))[0] == 1


def test_what_is_missing_does_not_contradict():
    nan = np.full(2, np.nan)
    errors = rcb.rcb_errors((nan, nan), nan, nan, np.array([0, np.nan]), np.array([np.nan, 0]))
    assert not np.any(list(errors.values()))


def test_rcb_0_and_pcr_are_the_same():
    index = np.array([0, 0, 1.4, 1.4, np.nan, 0, 1e-9])
    pcr = np.array([1, 0, 1, 0, 0, np.nan, 1])
    conflict = rcb.contradicts_pcr(index, pcr)
    assert list(conflict) == [False, True, True, False, False, False, True]


def test_classes_of_rcb_include_their_upper_bounds():
    index = np.array([0, 1e-9, 1.36, 1.3601, 3.28, 3.2801])
    assert list(rcb.rcb_class(index)) == [0, 1, 1, 2, 2, 3]
