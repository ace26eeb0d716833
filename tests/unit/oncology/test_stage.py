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
