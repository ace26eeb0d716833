"""Pathological complete response (pCR) and residual cancer burden (RCB)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from neopcr.oncology.kleene import equals, three_valued

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from neopcr.oncology.kleene import Codes
    from neopcr.specs import FloatArray

# ypTNM after neoadjuvant therapy (AJCC 8th edition, 2017). Isolated tumour cells, ypN0(i+), are not
# pCR (unverified; trials vary).
YPT_STAGES = ("ypT0", "ypTis", "ypT1", "ypT2", "ypT3", "ypT4")
YPN_STAGES = ("ypN0", "ypN0(i+)", "ypN1mi", "ypN1", "ypN2", "ypN3")

# NeoSTEEP prefers ypT0/Tis ypN0 (Litton, J Clin Oncol 41 (2023) 4433).
DEFINITIONS = ("ypT0/Tis ypN0", "ypT0 ypN0", "ypT0/Tis")

# Symmans, J Clin Oncol 25 (2007) 4414: upper bounds, included, of RCB-I and RCB-II.
RCB_CLASSES = ("RCB-0", "RCB-I", "RCB-II", "RCB-III")
RCB_BOUNDS = (0.0, 1.36, 3.28)


def is_pcr(ypt: Codes, ypn: Codes, definition: str = "ypT0/Tis ypN0") -> FloatArray:
    """Whether a patient reached pCR.

    Parameters
    ----------
    ypt, ypn : int arrays of shape (n_patients,)
        Codes into `YPT_STAGES` and `YPN_STAGES`; -1 not known, no surgery included.
    definition : str
        One of `DEFINITIONS`; the last (NeoSphere's) does not look at nodes.

    Returns
    -------
    float array of shape (n_patients,)
        1 pCR, 0 residual disease, NaN not known. Residual disease in breast or nodes decides even
        where the other is missing.

    Examples
    --------
    >>> ypt, ypn = np.array([1, 1, 2, 0]), np.array([0, 3, -1, -1])
    >>> is_pcr(ypt, ypn)
    array([ 1.,  0.,  0., nan])
    """
    breast = equals(ypt, 0) if definition == "ypT0 ypN0" else equals(ypt, 0, 1)
    if definition == "ypT0/Tis":
        return breast
    nodes = equals(ypn, 0)
    return three_valued((breast == 1) & (nodes == 1), (breast == 0) | (nodes == 0))


def breaks_implication(narrow: FloatArray, wide: FloatArray) -> NDArray[np.bool_]:
    """Whether pCR was reached by a definition and not by a wider one: an error of the data."""
    broken: NDArray[np.bool_] = (narrow == 1) & (wide == 0)
    return broken


def is_invalid_rcb(
    cellularity: FloatArray, in_situ: FloatArray, nodes: FloatArray, largest_mm: FloatArray
) -> NDArray[np.bool_]:
    """Whether RCB components contradict themselves.

    Percentages lie in [0, 100], positive nodes are a whole number, and there are none exactly
    where the largest nodal metastasis measures 0 mm.
    """
    percent = (cellularity < 0) | (cellularity > 100) | (in_situ < 0) | (in_situ > 100)
    count = (nodes < 0) | (np.floor(nodes) < nodes) | (largest_mm < 0)
    known = ~np.isnan(nodes) & ~np.isnan(largest_mm)
    invalid: NDArray[np.bool_] = percent | count | (known & ((nodes == 0) != (largest_mm == 0)))
    return invalid


def rcb_index(
    bed_mm: tuple[FloatArray, FloatArray],
    cellularity: FloatArray,
    in_situ: FloatArray,
    nodes: FloatArray,
    largest_mm: FloatArray,
) -> FloatArray:
    r"""Residual cancer burden index.

    .. math:: 1.4 (f_{inv} d_{prim})^{0.17} + [4 (1 - 0.75^{LN}) d_{met}]^{0.17}

    with :math:`f_{inv} = (1 - CIS/100)(CA/100)` and :math:`d_{prim} = \sqrt{d_1 d_2}`; a term whose
    base is 0 is 0.

    Parameters
    ----------
    bed_mm : pair of float arrays of shape (n_patients,)
        The two diameters of the primary tumour bed, mm.
    cellularity, in_situ : float arrays of shape (n_patients,)
        Cancer cells in the bed (CA), and in-situ disease among them (CIS), percent, 0-100.
    nodes : float array of shape (n_patients,)
        Positive lymph nodes (LN).
    largest_mm : float array of shape (n_patients,)
        Diameter of the largest nodal metastasis, mm.

    Returns
    -------
    float array of shape (n_patients,)
        0 and more; NaN where a component is missing or `is_invalid_rcb`.

    References
    ----------
    .. [1] Symmans, J Clin Oncol 25 (2007) 4414-4422.

    Examples
    --------
    >>> one = lambda value: np.array([value], dtype=float)
    >>> rcb_index((one(20), one(15)), one(10), one(0), one(0), one(0)).round(4)
    array([1.537])
    """
    invalid = is_invalid_rcb(cellularity, in_situ, nodes, largest_mm)
    invalid |= (bed_mm[0] < 0) | (bed_mm[1] < 0)
    primary = (1 - in_situ / 100) * (cellularity / 100) * np.sqrt(np.abs(bed_mm[0] * bed_mm[1]))
    nodal = 4 * (1 - np.power(0.75, nodes)) * largest_mm
    index = 1.4 * _term(primary) + _term(nodal)
    return np.where(invalid, np.nan, index)


def rcb_class(index: FloatArray) -> Codes:
    """Class of an RCB index: codes into `RCB_CLASSES`, -1 not known.

    >>> [RCB_CLASSES[code] for code in rcb_class(np.array([0, 1.36, 1.37, 3.28, 3.29]))]
    ['RCB-0', 'RCB-I', 'RCB-II', 'RCB-II', 'RCB-III']
    """
    code = np.searchsorted(RCB_BOUNDS, index, side="left")
    return np.where(np.isnan(index), -1, code).astype(np.int16)


def _term(base: FloatArray) -> FloatArray:
    """Raise to the power 0.17; a base below zero is invalid and replaced by the caller."""
    return np.power(np.maximum(base, 0.0), 0.17)
