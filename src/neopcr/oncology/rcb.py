"""Residual cancer burden (RCB) from what the pathologist measured at surgery."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from neopcr.oncology.kleene import three_valued

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from neopcr.oncology.kleene import Codes
    from neopcr.specs import FloatArray

# Symmans, J Clin Oncol 25 (2007) 4414: upper bounds, included, of RCB-I and RCB-II.
RCB_CLASSES = ("RCB-0", "RCB-I", "RCB-II", "RCB-III")
RCB_BOUNDS = (0.0, 1.36, 3.28)


def rcb_errors(
    bed_mm: tuple[FloatArray, FloatArray],
    cellularity: FloatArray,
    in_situ: FloatArray,
    nodes: FloatArray,
    largest_mm: FloatArray,
) -> dict[str, NDArray[np.bool_]]:
    """Components that are out of range or contradict each other, by the name of the error.

    Parameters
    ----------
    bed_mm, cellularity, in_situ, nodes, largest_mm
        As in `rcb_index`. What is missing contradicts nothing.

    Returns
    -------
    dict of str to bool array of shape (n_patients,)
    """
    return {
        "bed_below_0": (bed_mm[0] < 0) | (bed_mm[1] < 0),
        "cellularity_out_of_range": (cellularity < 0) | (cellularity > 100),
        "in_situ_out_of_range": (in_situ < 0) | (in_situ > 100),
        "nodes_not_a_count": (nodes < 0) | (np.floor(nodes) < nodes),
        "metastasis_below_0": largest_mm < 0,
        "metastasis_without_node": (nodes == 0) & (largest_mm > 0),
        "node_without_metastasis": (nodes > 0) & (largest_mm == 0),
    }


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
        0 and more; NaN where a component is missing or one of `rcb_errors`.

    References
    ----------
    .. [1] Symmans, J Clin Oncol 25 (2007) 4414-4422.

    Examples
    --------
    >>> one = lambda value: np.array([value], dtype=float)
    >>> rcb_index((one(20), one(15)), one(10), one(0), one(0), one(0)).round(4)
    array([1.537])
    """
    errors = rcb_errors(bed_mm, cellularity, in_situ, nodes, largest_mm)
    invalid = np.any(list(errors.values()), axis=0)
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


def contradicts_pcr(index: FloatArray, total_pcr: FloatArray) -> NDArray[np.bool_]:
    """Whether an RCB index and pCR (ypT0/Tis ypN0) exclude each other: RCB-0 is that pCR."""
    none_left = three_valued(index == 0, index > 0)
    conflict: NDArray[np.bool_] = np.abs(none_left - total_pcr) == 1
    return conflict


def _term(base: FloatArray) -> FloatArray:
    """Raise to the power 0.17; a base below zero is invalid and replaced by the caller."""
    return np.power(np.maximum(base, 0.0), 0.17)
