"""Clinical TNM and the anatomic stage (AJCC Cancer Staging Manual, 8th edition, 2017).

The prognostic stage is licensed and not computed; pathological stages after therapy (yp) are never
mixed with these.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
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

# AJCC 8: upper bound, included, of T1 and of T2, in mm.
T1_UP_TO_MM, T2_UP_TO_MM = 20.0, 50.0


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

    >>> t, n, m = (np.array(codes, dtype=np.int16) for codes in ([3, -1, 3], [0, 3, 0], [0, 0, -1]))
    >>> anatomic_stage(t, n, m)
    array([ 3,  7, -1], dtype=int16)
    """
    stages = possible_stages(t, n, m, assume_m0=assume_m0)
    return np.where(stages.sum(axis=1) == 1, stages.argmax(axis=1), -1).astype(np.int16)


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
    code = 2 + (diameter_mm > T1_UP_TO_MM).astype(np.int16) + (diameter_mm > T2_UP_TO_MM)
    return np.where(diameter_mm > 0, code, -1).astype(np.int16)
