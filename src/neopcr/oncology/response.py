"""Pathological complete response (pCR)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from neopcr.oncology.kleene import equals, three_valued

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from neopcr.oncology.kleene import Codes
    from neopcr.specs import FloatArray

# ypTNM after neoadjuvant therapy (AJCC 8th edition, 2017). Isolated tumour cells, ypN0(i+), are not
# pCR (unverified; trials vary, and a config's `itc_is_pcr` says otherwise).
YPT_STAGES = ("ypT0", "ypTis", "ypT1", "ypT2", "ypT3", "ypT4")
YPN_STAGES = ("ypN0", "ypN0(i+)", "ypN1mi", "ypN1", "ypN2", "ypN3")

# NeoSTEEP prefers ypT0/Tis ypN0 (Litton, J Clin Oncol 41 (2023) 4433).
DEFINITIONS = ("ypT0/Tis ypN0", "ypT0 ypN0", "ypT0/Tis")


def is_pcr(
    ypt: Codes,
    ypn: Codes,
    definition: str = "ypT0/Tis ypN0",
    *,
    itt: bool = False,
    itc: bool = False,
) -> FloatArray:
    """Whether a patient reached pCR.

    Parameters
    ----------
    ypt, ypn : int arrays of shape (n_patients,)
        Codes into `YPT_STAGES` and `YPN_STAGES`; -1 not known, no surgery included.
    definition : str
        One of `DEFINITIONS`; the last (NeoSphere's) does not look at nodes.
    itt : bool
        Whether a response that is not known counts as residual disease, as in the intention-to-treat
        analysis of PEONY; a model is never trained on that.
    itc : bool
        Whether isolated tumour cells in the nodes count as none.

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
    >>> is_pcr(ypt, ypn, itt=True)
    array([1., 0., 0., 0.])
    """
    reached = equals(ypt, 0) if definition == "ypT0 ypN0" else equals(ypt, 0, 1)
    if definition != "ypT0/Tis":
        nodes = equals(ypn, 0, 1) if itc else equals(ypn, 0)
        reached = three_valued((reached == 1) & (nodes == 1), (reached == 0) | (nodes == 0))
    return np.where(np.isnan(reached), 0.0, reached) if itt else reached


def has_itc(ypn: Codes) -> FloatArray:
    """Whether the nodes hold isolated tumour cells only, ypN0(i+): not pCR here, pCR in some trials."""
    return equals(ypn, YPN_STAGES.index("ypN0(i+)"))


def breaks_implication(narrow: FloatArray, wide: FloatArray) -> NDArray[np.bool_]:
    """Whether pCR was reached by a definition and not by a wider one: an error of the data."""
    broken: NDArray[np.bool_] = (narrow == 1) & (wide == 0)
    return broken


def response_errors(
    total: FloatArray, strict: FloatArray, breast: FloatArray
) -> dict[str, NDArray[np.bool_]]:
    """Contradictions between outcomes by the three definitions, as a file may give them.

    Parameters
    ----------
    total, strict, breast : float arrays of shape (n_patients,)
        pCR in the order of `DEFINITIONS`; NaN not known.

    Returns
    -------
    dict of str to bool array of shape (n_patients,)
        Rows by the name of the error: pCR by the first definition in it and not by the second.

    Examples
    --------
    >>> one = lambda value: np.array([float(value)])
    >>> errors = response_errors(total=one(0), strict=one(1), breast=one(1))
    >>> [name for name, rows in errors.items() if rows[0]]
    ['strict_without_total']
    """
    return {
        "strict_without_total": breaks_implication(strict, total),
        "total_without_breast": breaks_implication(total, breast),
        "strict_without_breast": breaks_implication(strict, breast),
    }
