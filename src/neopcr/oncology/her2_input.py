"""What is known of HER2, put together from the columns of a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from neopcr.errors import TableError
from neopcr.oncology.her2_ish import ASSAYS
from neopcr.oncology.her2_table import CALLS, IHC_SCORES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from neopcr.oncology.kleene import Codes
    from neopcr.specs import FloatArray, Table

COLUMNS: Mapping[str, str] = MappingProxyType({
    "ihc": "her2_ihc",
    "stained_percent": "her2_ihc_percent",
    "zero_plus": "her2_ihc_zero_plus",
    "ratio": "her2_cep17_ratio",
    "copies": "her2_copies_per_cell",
    "cep17": "cep17_copies_per_cell",
    "assay": "her2_ish_assay",
    "cells": "her2_ish_cells",
    "recount_ratio": "her2_recount_ratio",
    "recount_copies": "her2_recount_copies_per_cell",
    "ish_call": "her2_ish",
    "status_call": "her2_status",
})  # fmt: skip
"""The column of the data contract that each field of `Her2Input` is."""

_CATEGORIES = {"ihc": IHC_SCORES, "assay": ASSAYS, "ish_call": CALLS, "status_call": CALLS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Her2Input:
    """What is known of HER2, one value a patient; every array has shape (n_patients,).

    Parameters
    ----------
    ihc : int array
        Codes into `her2.IHC_SCORES`; -1 missing.
    stained_percent : float array
        Invasive tumour cells with any staining, 0-100; NaN missing.
    zero_plus : float array
        Of a score 0 whose source tells 0 from 0+: 1 where it wrote 0+, 0 where 0; else NaN.
    ratio, copies, cep17 : float arrays
        HER2/CEP17 ratio, mean HER2 and mean CEP17 signals per cell; NaN missing.
    assay : int array
        Codes into `her2_ish.ASSAYS`; -1 not declared.
    recount_ratio, recount_copies : float arrays
        Of the blinded recount; they replace the first count where both are there.
    cells : float array
        Cells counted.
    ish_call, status_call : int arrays
        Codes into `her2.CALLS`: ISH, and HER2 over all, as a laboratory worded it.
    """

    ihc: Codes
    stained_percent: FloatArray
    zero_plus: FloatArray
    ratio: FloatArray
    copies: FloatArray
    cep17: FloatArray
    assay: Codes
    cells: FloatArray
    recount_ratio: FloatArray
    recount_copies: FloatArray
    ish_call: Codes
    status_call: Codes

    @classmethod
    def from_table(cls, table: Table) -> Her2Input:
        """Take the columns of a table; a column that it lacks is missing for every patient.

        Parameters
        ----------
        table : mapping of str to array
            Columns by the names of `COLUMNS`; others only say how many patients there are.

        Raises
        ------
        TableError
            If columns differ in length, or a code is none of its category.

        Examples
        --------
        >>> given = Her2Input.from_table({"her2_ihc": np.array([3, -1], dtype=np.int16)})
        >>> len(given), given.ratio, given.ish_call
        (2, array([nan, nan]), array([-1, -1], dtype=int16))
        """
        n_patients = max((len(values) for values in table.values()), default=0)
        return cls(**{
            field: _checked(table[column], field, n_patients)
            if column in table
            else _missing(field, n_patients)
            for field, column in COLUMNS.items()
        })  # fmt: skip

    def rows(self, chunk: slice) -> Her2Input:
        """Some of the patients; arrays are views."""
        return Her2Input(**{each.name: getattr(self, each.name)[chunk] for each in fields(self)})

    def __len__(self) -> int:
        return len(self.ihc)


def _missing(field: str, n_patients: int) -> NDArray[Any]:
    if field in _CATEGORIES:
        return np.full(n_patients, -1, dtype=np.int16)
    return np.full(n_patients, np.nan)


def _checked(values: NDArray[Any], field: str, n_patients: int) -> NDArray[Any]:
    if len(values) != n_patients:
        message = f"{COLUMNS[field]}: {len(values)} rows where another column has {n_patients}"
        raise TableError(message)
    known = _CATEGORIES.get(field)
    if known is not None and n_patients and not (-1 <= values.min() <= values.max() < len(known)):
        message = f"{COLUMNS[field]}: a code is none of its {len(known)} categories"
        raise TableError(message)
    return values
