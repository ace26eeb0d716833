"""Shares of missing cells by block and centre."""

from __future__ import annotations

import numpy as np

from neopcr.validation.missing_map import MOST_CENTRES, missing_map

NAN = np.nan


def test_cells_are_counted_by_block_and_centre():
    her2 = [np.array([1.0, NAN, NAN, 4.0]), np.array([0, 1, -1, 2], dtype=np.int16)]
    text = [np.array(["a", None, "b", "c"], dtype=object)]
    found = missing_map({"her2": her2, "notes": text}, np.array([1, 0, 0, -1]), 4)
    assert found.blocks == ("her2", "notes")
    assert found.centres == ("all", "1", "2", "?")
    assert found.patients == (4, 2, 1, 1)
    np.testing.assert_allclose(found.share, [[3 / 8, 3 / 4, 0, 0], [1 / 4, 1 / 2, 0, 0]])


def test_without_centres_there_is_everybody():
    found = missing_map({"her2": [np.array([1.0, NAN])]}, None, 2)
    assert (found.centres, found.patients, found.share.tolist()) == (("all",), (2,), [[0.5]])


def test_the_smallest_centres_beyond_the_limit_stand_together():
    """Centre k has k + 1 patients; two too many, so that the first two are others."""
    centre = np.repeat(np.arange(MOST_CENTRES + 2), np.arange(MOST_CENTRES + 2) + 1)
    values = np.where(centre < 2, NAN, 1.0)
    found = missing_map({"her2": [values]}, centre, len(centre))
    assert found.centres == ("all", *(str(k) for k in range(3, MOST_CENTRES + 3)), "others")
    assert found.patients[-1] == 3
    assert found.share[0, 1:].tolist() == [0.0] * MOST_CENTRES + [1.0]
    assert sum(found.patients[1:]) == found.patients[0]
