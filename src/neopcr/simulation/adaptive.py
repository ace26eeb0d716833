"""The regimen of cycles 3 and 4 in the adaptive arm of NCT07239271."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from neopcr.specs import FloatArray

BRANCHES = ("nab-PHP", "TCbHP", "PyroHT", "EveroHT")


def branch(
    detected_c1: FloatArray, pam: FloatArray, responded: NDArray[np.bool_]
) -> NDArray[np.intp]:
    """Return the branch after cycle 2, as codes into `BRANCHES`.

    The protocol's text leaves open which ctDNA sample counts; here it is the one after cycle 1.

    Parameters
    ----------
    detected_c1 : float array of shape (n_patients,)
        1 where ctDNA is found after cycle 1, else 0.
    pam : float array of shape (n_patients,)
        1 where the PAM pathway is altered, else 0.
    responded : bool array of shape (n_patients,)
        CR or PR after cycle 2.

    Examples
    --------
    >>> detected, pam = np.array([0.0, 0.0, 1.0, 1.0]), np.array([1.0, 0.0, 0.0, 1.0])
    >>> responded = np.array([True, False, True, True])
    >>> [BRANCHES[code] for code in branch(detected, pam, responded)]
    ['nab-PHP', 'TCbHP', 'PyroHT', 'EveroHT']
    """
    return np.where(detected_c1 == 1, 2 + (pam == 1), ~responded).astype(np.intp)
