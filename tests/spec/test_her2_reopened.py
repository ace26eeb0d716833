"""What is decided of HER2 stays so as more becomes known, but for the cases of a table."""

from __future__ import annotations

import numpy as np

from her2_reopening import CELLS, listed, missing_cell, reopened, states


def test_the_table_lists_every_case_and_no_other():
    after = states()
    found = set()
    for name in CELLS:
        before = after | {name: np.full_like(after[name], missing_cell(name))}
        found |= set(reopened(before, after)) - {None}
    assert found == listed("her2_reopened.txt")
