"""A cohort, what its input broke and who was left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from neopcr.specs.arrays import FloatArray, IntArray, Table
    from neopcr.specs.columns import Column


@dataclass(frozen=True, slots=True)
class Problem:
    """Rows that break one rule of the contract; `rows` are 0-based and sorted."""

    column: str
    rule: str
    rows: IntArray


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the flow of patients: who was left out, and why."""

    reason: str
    excluded: int
    remaining: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort:
    """A validated table, one row a patient, and how it came about.

    Parameters
    ----------
    table : mapping of str to array
        Columns of the contract; see the module's table.
    columns : tuple of Column
        Their declarations.
    patient_id : object array of shape (n_patients,)
        Never logged or printed.
    row : int array of shape (n_patients,)
        1-based row of the patient in the input.
    pcr : float array of shape (n_patients,)
        1 pCR reached, 0 residual disease, NaN not known.
    flow : tuple of Step
        Attrition, first step first.
    definition : str
        How the outcome was defined.
    fingerprint : str
        SHA-256 of the input files.
    """

    table: Table
    columns: tuple[Column, ...]
    patient_id: NDArray[np.object_]
    row: IntArray
    pcr: FloatArray
    flow: tuple[Step, ...] = ()
    definition: str = ""
    fingerprint: str = ""
