"""Stage beside the spec table."""

import numpy as np

from neopcr.oncology import stage


def codes(*values):
    return np.array(values, dtype=np.int16)


def test_t_by_size():
    sizes = np.array([np.nan, 0, 0.1, 20, 20.1, 50, 50.1, 300])
    found = [stage.T_STAGES[code] if code >= 0 else None for code in stage.t_from_diameter(sizes)]
    assert found == [None, None, "T1", "T1", "T2", "T2", "T3", "T3"]


def test_patients_do_not_share_their_possible_stages():
    possible = stage.possible_stages(codes(2, 2), codes(0, 0), codes(1, 0))
    assert [np.flatnonzero(row).tolist() for row in possible] == [[8], [1]]
    again = stage.possible_stages(codes(2), codes(0), codes(0))
    assert np.flatnonzero(again[0]).tolist() == [1]


def test_nothing_known_is_no_stage():
    assert stage.anatomic_stage(codes(-1), codes(-1), codes(-1))[0] == -1


def test_the_size_is_used_where_t_is_not_written():
    found = stage.t_category(codes(5, 0, -1, -1), np.array([9.0, 30.0, 30.0, np.nan]))
    assert list(found) == [5, 0, 3, -1]


def test_a_size_contradicts_t1_to_t3_of_another_category_only():
    t = codes(2, 2, 3, 4, 5, 0, 1, 2, -1)
    mm = np.array([20, 21, 51, 50, 9, 30, 30, np.nan, 30])
    conflict = stage.is_size_conflict(t, mm)
    assert list(conflict) == [False, True, True, True, False, False, False, False, False]


def test_what_cannot_be_staged_is_not_stage_iv():
    t, n = codes(0, 1), codes(0, 1)
    assert list(stage.anatomic_stage(t, n, codes(-1, -1))) == [-1, -1]
    assert list(stage.anatomic_stage(t, n, codes(1, 1))) == [8, 8]


def test_a_missing_m_is_not_m0_unless_it_is_said():
    t, n, m = codes(3), codes(0), codes(-1)
    assert stage.anatomic_stage(t, n, m)[0] == -1
    assert np.isnan(stage.is_stage(("IIA",), t, n, m)[0])
    assert stage.is_stage(("IIA", "IV"), t, n, m)[0] == 1
    assert stage.is_stage(("IIA",), t, n, m, assume_m0=True)[0] == 1
    assert np.flatnonzero(stage.possible_stages(t, n, m)[0]).tolist() == [3, 8]
