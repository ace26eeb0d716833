"""Clinical TNM and the anatomic stage (AJCC Cancer Staging Manual, 8th edition, 2017).

The prognostic stage is licensed and not computed; pathological stages after therapy (yp) are never
mixed with these.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from neopcr.oncology.kleene import three_valued

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from neopcr.oncology.kleene import Codes
    from neopcr.specs import FloatArray

T_STAGES = ("T0", "Tis", "T1", "T2", "T3", "T4")
N_STAGES = ("N0", "N1", "N2", "N3", "N1mi")
M_STAGES = ("M0", "M1")
STAGES = ("0", "IA", "IB", "IIA", "IIB", "IIIA", "IIIB", "IIIC", "IV")

# M0; "" is a combination that has no stage: Tis with nodes, or no tumour at all.
_ANATOMIC: dict[str, tuple[str, ...]] = {
    # ....  N0      N1      N2      N3      N1mi
    "T0": ("", "IIA", "IIIA", "IIIC", "IB"),
    "Tis": ("0", "", "", "", ""),
    "T1": ("IA", "IIA", "IIIA", "IIIC", "IB"),
    "T2": ("IIA", "IIB", "IIIA", "IIIC", "IIB"),
    "T3": ("IIB", "IIIA", "IIIA", "IIIC", "IIIA"),
    "T4": ("IIIB", "IIIB", "IIIB", "IIIC", "IIIB"),
}
_IV = STAGES.index("IV")

# AJCC 8: upper bound, included, of each category by size, in mm; what is larger is T3.
SIZE_BOUNDS_MM = (1.0, 5.0, 10.0, 20.0, 50.0)
T_BY_SIZE = ("T1mi", "T1a", "T1b", "T1c", "T2", "T3")


def _possible_by_tn() -> NDArray[np.bool_]:
    """Possible stages by (T, N), M0; the last row and column are those of a missing T or N."""
    stages = np.zeros((len(T_STAGES) + 1, len(N_STAGES) + 1, len(STAGES)), dtype=bool)
    for t, row in enumerate(_ANATOMIC.values()):
        for n, stage in enumerate(row):
            if stage:
                stages[t, n, STAGES.index(stage)] = True
    stages[-1] = stages[:-1].any(axis=0)
    stages[:, -1] = stages[:, :-1].any(axis=1)
    return stages


_POSSIBLE = _possible_by_tn()


def possible_stages(t: Codes, n: Codes, m: Codes, *, assume_m0: bool = False) -> NDArray[np.bool_]:
    """Every anatomic stage that agrees with what is known.

    Parameters
    ----------
    t, n, m : int arrays of shape (n_patients,)
        Codes into `T_STAGES`, `N_STAGES` and `M_STAGES`; -1 TX, NX or not known.
    assume_m0 : bool
        Whether a missing M is read as M0.

    Returns
    -------
    bool array of shape (n_patients, 9)
        Columns in the order of `STAGES`; no column is true where T and N have no stage together.
    """
    stages = _POSSIBLE[t, n].copy()
    stages[m == 1] = False
    stages[:, _IV] = (m == 1) | ((m < 0) & (not assume_m0))
    return stages


def anatomic_stage(t: Codes, n: Codes, m: Codes, *, assume_m0: bool = False) -> Codes:
    """Anatomic stage where only one is possible: codes into `STAGES`, else -1.

    A combination of T and N that has no stage is not IV for want of others while M is not known.

    >>> t, n, m = (np.array(codes, dtype=np.int16) for codes in ([3, -1, 3], [0, 3, 0], [0, 0, -1]))
    >>> anatomic_stage(t, n, m)
    array([ 3,  7, -1], dtype=int16)
    """
    stages = possible_stages(t, n, m, assume_m0=assume_m0)
    decided = (stages.sum(axis=1) == 1) & ((m == 1) | _POSSIBLE[t, n].any(axis=1))
    return np.where(decided, stages.argmax(axis=1), -1).astype(np.int16)


def is_stage(
    wanted: Iterable[str], t: Codes, n: Codes, m: Codes, *, assume_m0: bool = False
) -> FloatArray:
    """Whether the anatomic stage is one of those wanted: what a trial's criterion asks.

    Parameters
    ----------
    wanted : iterable of str
        Of `STAGES`.
    t, n, m, assume_m0
        As in `possible_stages`.

    Returns
    -------
    float array of shape (n_patients,)
        1 where every possible stage is wanted, 0 where none is, else NaN; NaN too where T and N
        have no stage together.

    Examples
    --------
    >>> t, n, m = (np.array(codes, dtype=np.int16) for codes in ([3, 3, 3], [0, -1, 2], [0, 0, 0]))
    >>> is_stage(("IIA", "IIB"), t, n, m)
    array([ 1., nan,  0.])
    """
    stages = possible_stages(t, n, m, assume_m0=assume_m0)
    is_wanted = np.isin(STAGES, list(wanted))
    staged = (m == 1) | _POSSIBLE[t, n].any(axis=1)
    some, others = stages[:, is_wanted].any(axis=1), stages[:, ~is_wanted].any(axis=1)
    return three_valued(staged & some & ~others, staged & others & ~some)


def is_invalid_tn(t: Codes, n: Codes) -> NDArray[np.bool_]:
    """Whether T and N contradict each other: carcinoma in situ alone has no involved nodes."""
    invalid: NDArray[np.bool_] = (t == T_STAGES.index("Tis")) & (n > 0)
    return invalid


def t_subcategory(diameter_mm: FloatArray) -> Codes:
    """T category by size alone, with its subcategory: codes into `T_BY_SIZE`.

    Parameters
    ----------
    diameter_mm : float array of shape (n_patients,)
        Longest diameter of the invasive tumour, mm; NaN not known, 0 or below tells nothing.

    Examples
    --------
    >>> [T_BY_SIZE[code] for code in t_subcategory(np.array([1.0, 5.0, 10.0, 20.0, 20.1]))]
    ['T1mi', 'T1a', 'T1b', 'T1c', 'T2']
    """
    code = np.searchsorted(SIZE_BOUNDS_MM, diameter_mm, side="left")
    return np.where(diameter_mm > 0, code, -1).astype(np.int16)


def t_from_diameter(diameter_mm: FloatArray) -> Codes:
    """T category by size alone, T1 to T3; T4 is told by skin and chest wall, not by size.

    Parameters
    ----------
    diameter_mm : float array of shape (n_patients,)
        Longest diameter of the invasive tumour, mm; NaN not known, 0 or below tells nothing.

    Examples
    --------
    >>> [T_STAGES[code] for code in t_from_diameter(np.array([20.0, 20.1, 50.1]))]
    ['T1', 'T2', 'T3']
    """
    return _T_OF_SIZE[t_subcategory(diameter_mm)]


def t_category(t: Codes, diameter_mm: FloatArray) -> Codes:
    """T category as written, by size where it is not.

    Size alone cannot rule T4 out, so use it only where a file records T4 whenever there is one.

    >>> t = np.array([5, -1, -1], dtype=np.int16)
    >>> [T_STAGES[code] if code >= 0 else "" for code in t_category(t, np.array([9.0, 9.0, np.nan]))]
    ['T4', 'T1', '']
    """
    return np.where(t < 0, t_from_diameter(diameter_mm), t).astype(np.int16)


def is_size_conflict(t: Codes, diameter_mm: FloatArray) -> NDArray[np.bool_]:
    """Whether T1, T2 or T3 as written is another category than the size's; T4 is of any size."""
    by_size = t_from_diameter(diameter_mm)
    written = (t >= T_STAGES.index("T1")) & (t <= T_STAGES.index("T3"))
    conflict: NDArray[np.bool_] = written & (by_size >= 0) & (by_size != t)
    return conflict


_T_OF_SIZE: Codes = np.array(
    [*(T_STAGES.index(name[:2]) for name in T_BY_SIZE), -1], dtype=np.int16
)
