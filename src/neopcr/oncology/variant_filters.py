"""Which variant calls are good enough to be read (the project's thresholds, see `LIMITS`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from neopcr.specs import Table

# Tissue; column of the table -> lowest value that passes.
AT_LEAST: dict[str, float] = {"t_vaf": 0.05, "t_depth": 50, "t_alt_count": 5}
# Germline: column of the table -> highest value that passes.
AT_MOST: dict[str, float] = {"gnomad_af": 0.001, "n_vaf": 0.3}
FILTERS = ("filter", "mutation_status", *AT_LEAST, *AT_MOST)

# Clonal haematopoiesis: in plasma without matched white cells these are not the tumour's.
CHIP_GENES = ("DNMT3A", "TET2", "ASXL1", "JAK2", "PPM1D", "SF3B1")


def passes(table: Table) -> tuple[NDArray[np.bool_], tuple[str, ...]]:
    """Filter variants by whatever columns there are.

    Parameters
    ----------
    table : mapping of str to array of shape (n_variants,)
        Any of ``filter`` and ``mutation_status`` (text), ``t_vaf``, ``t_depth``, ``t_alt_count``,
        ``gnomad_af`` and ``n_vaf`` (numbers); a missing cell passes: it says nothing against
        a call.

    Returns
    -------
    kept : bool array of shape (n_variants,)
    not_applied : tuple of str
        Filters whose column is absent, to be reported.

    Examples
    --------
    >>> kept, not_applied = passes({"t_vaf": np.array([0.05, 0.04]), "t_depth": np.array([50, 99])})
    >>> kept
    array([ True, False])
    >>> not_applied
    ('filter', 'mutation_status', 't_alt_count', 'gnomad_af', 'n_vaf')
    """
    kept = np.ones(len(next(iter(table.values()))), dtype=bool)
    for name in FILTERS:
        if name in table:
            kept &= _passes(name, table[name])
    return kept, tuple(name for name in FILTERS if name not in table)


def _passes(name: str, cells: NDArray[Any]) -> NDArray[np.bool_]:
    """Whether cells pass one filter; a missing cell does."""
    if name in AT_LEAST:
        return np.asarray(~(cells < AT_LEAST[name]))
    if name in AT_MOST:
        return np.asarray(~(cells > AT_MOST[name]))
    missing = pd.isna(cells)
    return np.asarray(missing | (cells == "PASS" if name == "filter" else cells != "Germline"))
