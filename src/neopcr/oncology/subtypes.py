"""Surrogate intrinsic subtypes by immunohistochemistry (St Gallen 2013).

Goldhirsch, Ann Oncol 24 (2013) 2206. They stand in for a gene expression test that was not made.
Three-valued: a subtype is given only where everything that is not known cannot change it.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from neopcr.oncology.kleene import three_valued
from neopcr.oncology.receptors import KI67_HIGH_FROM_PERCENT, ki67_high

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from neopcr.oncology.kleene import Codes
    from neopcr.specs import FloatArray

SUBTYPES = (
    "luminal_A_like",
    "luminal_B_HER2neg",
    "luminal_B_HER2pos",
    "HER2pos_nonluminal",
    "triple_negative",
)
# St Gallen 2013: PgR from which an ER-positive, HER2-negative tumour of low Ki-67 is A-like.
PGR_HIGH_FROM_PERCENT = 20.0

_NONE = len(SUBTYPES)


@dataclass(frozen=True, slots=True, kw_only=True)
class SubtypeInput:
    """What subtypes are made of; 1 yes, 0 no, NaN not known, each of shape (n_patients,).

    Parameters
    ----------
    er, pgr, her2 : float arrays
        Whether each is positive.
    pgr_percent, ki67_percent : float arrays
        Percent of nuclei, 0-100.
    """

    er: FloatArray
    pgr: FloatArray
    her2: FloatArray
    pgr_percent: FloatArray
    ki67_percent: FloatArray


def _subtype(er: int, pgr: int, her2: int, pgr_high: int, ki67: int) -> int:
    """Subtype of a patient of whom everything is known; `_NONE` where St Gallen names none."""
    if her2:
        return 2 if er or pgr else 3
    if er:
        return int(bool(ki67 or not pgr_high))
    return _NONE if pgr else 4


def _possible_by_state() -> NDArray[np.bool_]:
    """Possible subtypes by the five answers (no, yes, not known), the last column for none."""
    possible = np.zeros((3,) * 5 + (_NONE + 1,), dtype=bool)
    for state in itertools.product(range(3), repeat=5):
        choices = [(answer,) if answer < 2 else (0, 1) for answer in state]
        for er, pgr, her2, pgr_high, ki67 in itertools.product(*choices):
            # PgR of 20 % and more is positive: a completion against it cannot be.
            if pgr or not pgr_high:
                possible[(*state, _subtype(er, pgr, her2, pgr_high, ki67))] = True
    return possible


_POSSIBLE = _possible_by_state()


def possible_subtypes(
    given: SubtypeInput, *, ki67_cut: float = KI67_HIGH_FROM_PERCENT
) -> NDArray[np.bool_]:
    """Every subtype that agrees with what is known.

    Parameters
    ----------
    given : SubtypeInput
    ki67_cut : float
        Percent from which Ki-67 is high; 14 in St Gallen 2011.

    Returns
    -------
    bool array of shape (n_patients, 6)
        Columns in the order of `SUBTYPES`, then "none": ER-negative, PgR-positive and
        HER2-negative is no subtype of St Gallen.
    """
    percent = given.pgr_percent
    high = three_valued(
        percent >= PGR_HIGH_FROM_PERCENT, (percent < PGR_HIGH_FROM_PERCENT) | (given.pgr == 0)
    )
    state = (given.er, given.pgr, given.her2, high, ki67_high(given.ki67_percent, ki67_cut))
    return _POSSIBLE[tuple(_answer(each) for each in state)]


def surrogate_subtype(given: SubtypeInput, *, ki67_cut: float = KI67_HIGH_FROM_PERCENT) -> Codes:
    """Subtype where only one is possible: codes into `SUBTYPES`, else -1.

    Parameters
    ----------
    given : SubtypeInput
    ki67_cut : float
        Percent from which Ki-67 is high.

    Examples
    --------
    >>> one = lambda value: np.array([float(value)])
    >>> given = SubtypeInput(
    ...     er=one(1), pgr=one("nan"), her2=one(1), pgr_percent=one("nan"), ki67_percent=one("nan")
    ... )
    >>> SUBTYPES[surrogate_subtype(given)[0]]
    'luminal_B_HER2pos'
    """
    possible = possible_subtypes(given, ki67_cut=ki67_cut)
    decided = (possible.sum(axis=1) == 1) & ~possible[:, _NONE]
    return np.where(decided, possible.argmax(axis=1), -1).astype(np.int16)


def _answer(values: FloatArray) -> NDArray[np.intp]:
    """Places in the table: 0 no, 1 yes, 2 not known."""
    return np.where(np.isnan(values), 2, values == 1).astype(np.intp)
