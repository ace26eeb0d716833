"""The decision table of HER2: evidence from ISH by IHC score → status.

A row is a state of ISH evidence, a column an IHC score. Rows of partial evidence are not written
down but follow: where every dual-probe group that is still possible gives the same status, that is
the status; otherwise it is indeterminate.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

NEGATIVE, POSITIVE, EQUIVOCAL, INDETERMINATE = 0, 1, 2, 3
UNKNOWN = -1
N, P, E, I, U = NEGATIVE, POSITIVE, EQUIVOCAL, INDETERMINATE, UNKNOWN  # noqa: E741

Row = tuple[int, int, int, int, int]

# Columns: IHC missing, 0, 1+, 2+, 3+. ASCO/CAP 2018 (Wolff, J Clin Oncol 36 (2018) 2105).
# Groups 2-4 with IHC 2+ assume that the blinded recount stays in its group.
NO_ISH: Row = (U, N, N, E, P)
GROUPS: tuple[Row, ...] = (
    (P, P, P, P, P),  # 1; with IHC 0/1+ "positive if either is" (unverified)
    (I, N, N, N, P),  # 2
    (I, N, N, P, P),  # 3
    (I, N, N, N, P),  # 4
    (N, N, N, N, P),  # 5; with IHC 3+ "positive if either is" (unverified)
)
SINGLE_PROBE: tuple[Row, ...] = (
    (N, N, N, N, P),  # copies < 4.0
    (I, N, N, I, P),  # 4.0-5.9; with IHC 2+ or none a dual probe is needed
    (P, P, P, P, P),  # >= 6.0
)


def agree(*rows: Row) -> Row:
    """Say what every row says, column by column; indeterminate where they differ.

    >>> agree((1, 0, 0, 1, 1), (0, 0, 0, 0, 1))
    (3, 0, 0, 3, 1)
    """
    missing, zero, one, two, three = (
        column[0] if len(set(column)) == 1 else INDETERMINATE for column in zip(*rows, strict=True)
    )
    return missing, zero, one, two, three


def _groups(*numbers: int) -> Row:
    return agree(*(GROUPS[number - 1] for number in numbers))


DUAL_COPIES: tuple[Row, ...] = (_groups(2, 5), _groups(1, 4), _groups(1, 3))

# In the order of `her2_ish.evidence`.
STATUS: NDArray[np.int16] = np.array(
    [
        NO_ISH,
        *GROUPS,
        _groups(1, 2),
        _groups(3, 4, 5),
        *DUAL_COPIES,
        *SINGLE_PROBE,
        *(agree(dual, single) for dual, single in zip(DUAL_COPIES, SINGLE_PROBE, strict=True)),
    ],
    dtype=np.int16,
)

# An ISH call without numbers reads like group 5 or group 1; "equivocal" decides nothing.
CALL: NDArray[np.int16] = np.array([GROUPS[4], GROUPS[0], (I, N, N, E, P), NO_ISH], dtype=np.int16)
