"""Sentences about tables: where, which rule, how many rows, the first of them, what to do."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from neopcr.errors import TableError
from neopcr.oncology.regimen_names import AMBIGUOUS
from neopcr.oncology.regimen_text import explain_ambiguous

if TYPE_CHECKING:
    from neopcr.specs import Column

RULES: dict[str, str] = {
    "not_a_number": "must be a number",
    "not_a_boolean": "must be yes or no",
    "not_a_date": "must be a date like 2024-03-09",
    "unknown_category": "must be one of its categories",
    "ambiguous_regimen": "must name one regimen; some of its tokens may mean several",
    "interval_straddles_cut": "must lie on one side of each cut that decides (see the dictionary)",
    "call_in_percent_column": "must be a percent, not a call such as positive",
    "other_analyte": "must be of the column's own analyte, not of another",
    "ambiguous_dash": "must be a call; a dash alone may mean negative or not recorded",
    "not_clinical_stage": "must be a clinical stage before therapy, not p or yp",
    "decimal_comma": "must have its numbers written with a decimal point",
    "decimal_point": "must have its numbers written with a decimal comma, as the config declares",
    "not_in_recode": "must be one of the values its recode lists",
    "unknown_outcome": "must be one of the outcome's values",
    "not_a_yp_stage": "must be a stage after therapy such as ypT0, ypTis or ypN0(i+), and no c or p",
    "out_of_range": "must lie in its valid range",
    "unit_ambiguous": "must be a percent, and nothing in it exceeds 1, as if it held fractions",
    "dates_out_of_order": "must follow the dates before it",
    "missing_patient_id": "must not be empty",
    "duplicated_patient": "must be unique",
    "conflicting_samples": "must agree between samples of the same day",
    "ctdna_contradiction": "must not be 0 beside an amount at or above the limit of detection",
    "percent_suspected": "must be a fraction, and exceeds 1 as a percent would",
    "max_below_mean": "must not be below the mean of the same sample",
    "more_than_tracked": "must not be more than the variants that were tracked",
    "regimen_contradicts_components": "must agree with the components that are given directly",
    "not_a_score": "must be a whole score",
    "suv_peak_above_max": "must not have a SUVpeak above the SUVmax of the same lesion",
    "missing_lesion_id": "must come from lesions that have a name",
    "duplicated_lesion": "must come from lesions that stand once each",
    "several_tracers": "must come from scans with one tracer",
    "missing_lymph_node": "must come from lesions of which it is told whether they are lymph nodes",
}
_REMEDIES: dict[str, str] = {
    "ambiguous_regimen": "Write which is meant: "
    + "; ".join(explain_ambiguous(np.array(list(AMBIGUOUS), dtype=object))),
    "unit_ambiguous": "Declare its unit in the config (`unit: fraction` or `unit: percent`)",
    "duplicated_patient": "Keep one row a patient",
    "call_in_percent_column": "Map the calls to the column of the status (er_status, pgr_status)",
    "ambiguous_dash": "Recode the dash in the config, or set it to missing",
    "not_clinical_stage": "Map the stage before therapy, or set the value to missing",
    "decimal_comma": 'Declare `decimal: ","` in the config, or write decimal points',
    "decimal_point": "Take `decimal` out of the config, or write decimal commas",
    "not_in_recode": "Add the values to the recode, or correct the table",
    "unknown_category": "Correct the table, or recode the values in the config",
    "unknown_outcome": "Add the values to `reached` or `residual`, or set them to missing",
    "conflicting_samples": "Keep the sample that counts",
    "percent_suspected": "Divide the column by 100",
}
_DEFAULT_REMEDY = "Correct the table or set the value to missing"


@dataclass(frozen=True, slots=True)
class Origin:
    """Files that were stacked, and how many rows each has."""

    paths: tuple[Path, ...]
    rows: tuple[int, ...]

    def place(self, row: int) -> tuple[Path, int]:
        """File, and 1-based row in it, of a 0-based row of the stack."""
        for path, rows in zip(self.paths, self.rows, strict=True):
            if row < rows:
                return path, row + 1
            row -= rows
        raise IndexError(row)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many cells of a file's column break a rule.

    Parameters
    ----------
    path : Path
        The file of the first of them.
    column, rule : str
        What is broken.
    broken, filled : int
        Cells that break it, of all that are not empty.
    first : int
        1-based row of the first.
    """

    path: Path
    column: str
    rule: str
    broken: int
    filled: int
    first: int


def complain(tally: Tally, declared: Column | None = None) -> TableError:
    """Build the error that stops a run because of a bad column."""
    rule = RULES[tally.rule]
    if declared is not None and tally.rule == "out_of_range":
        rule = f"must lie in [{_bound(declared.low)}, {_bound(declared.high)}]"
    if declared is not None and tally.rule == "unknown_category" and declared.categories:
        rule = f"must be one of {', '.join(declared.categories)}"
    verb = "does" if tally.broken == 1 else "do"
    remedy = _REMEDIES.get(tally.rule, _DEFAULT_REMEDY)
    message = (
        f"{tally.path}: {tally.column} {rule}, but {tally.broken} of {tally.filled} rows {verb} "
        f"not (first at row {tally.first}). {remedy}."
    )
    return TableError(message)


def _bound(value: float | None) -> str:
    return "any" if value is None else f"{value:g}"
