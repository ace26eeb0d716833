"""How far centres differ in a column, so that other centres are not taken for another population."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from neopcr.specs import FloatArray, IntArray


def between_centres(codes: IntArray, centre: IntArray) -> dict[str, float]:
    r"""Intraclass correlation of a column's levels within centres, and how few centres there are.

    Pearson's statistic of the centre by level table is on average its degrees of freedom times
    :math:`1 + (n_0 - 1)\rho` [1]_, with :math:`n_0` the typical number of patients of a centre.

    Parameters
    ----------
    codes : int array of shape (n_patients,)
        Level of each patient; negative where missing, and left out.
    centre : int array of shape (n_patients,)
        Negative where not known, and left out.

    Returns
    -------
    dict
        ``icc`` in [0, 1], 0 with one centre or one level; ``concentration``, the sum of squared
        shares of patients by centre: 1 where all are of one centre, 1/k with k equal ones, 0 where
        no centre is known.

    References
    ----------
    .. [1] Rao and Scott, J Am Stat Assoc 76 (1981) 221; Donner and Klar, Design and Analysis of
       Cluster Randomization Trials (2000), for :math:`n_0` [from memory, unverified].

    Examples
    --------
    >>> centre = np.repeat([0, 1, 2, 3], 20)
    >>> between_centres(centre % 2, centre)
    {'icc': 1.0, 'concentration': 0.25}
    """
    here = (codes >= 0) & (centre >= 0)
    if not here.any():
        return {"icc": 0.0, "concentration": 0.0}
    table = _table(codes[here], centre[here])
    sizes = table.sum(axis=1)
    n = sizes.sum()
    concentration = float(np.sum(sizes**2) / n**2)
    return {"icc": _icc(table, sizes, n), "concentration": concentration}


def _icc(table: FloatArray, sizes: FloatArray, n: float) -> float:
    freedom = (table.shape[0] - 1) * (table.shape[1] - 1)
    if not freedom:
        return 0.0
    expected = sizes[:, None] * table.sum(axis=0) / n
    inflation = float(np.sum((table - expected) ** 2 / expected)) / freedom
    typical = (n - np.sum(sizes**2) / n) / (table.shape[0] - 1)
    return float(np.clip((inflation - 1) / max(typical - 1, 1.0), 0.0, 1.0))


def effective(n: int, spread: dict[str, Any]) -> float:
    """Patients of no centre in particular who would tell as much: n over the design effect.

    Parameters
    ----------
    n : int
        Patients.
    spread : dict
        From `between_centres`.

    Examples
    --------
    >>> effective(300, {"icc": 0.0, "concentration": 0.1})
    300.0
    >>> round(effective(300, {"icc": 1.0, "concentration": 0.1}), 6)
    10.0
    """
    concentration, icc = float(spread["concentration"]), float(spread["icc"])
    return n / (1 + max(n * concentration - 1, 0.0) * icc)


def _table(codes: IntArray, centre: IntArray) -> FloatArray:
    """Patients by centre and level, without empty ones."""
    _, rows = np.unique(centre, return_inverse=True)
    _, columns = np.unique(codes, return_inverse=True)
    width = int(columns.max()) + 1
    counts = np.bincount(rows * width + columns, minlength=(int(rows.max()) + 1) * width)
    return counts.reshape(-1, width).astype(float)
