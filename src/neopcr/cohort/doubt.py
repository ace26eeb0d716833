"""What is told of values that parse and are doubtful all the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Rule -> what to do.
REMEDIES: dict[str, str] = {
    "unit_slip": "Declare the file's unit in the config (`unit:`), or correct the table.",
    "part_in_another_unit": "Find out which rows (a centre? a period?) and convert them.",
    "row_slip": "Look the rows up in the records.",
    "implausible": "Look the rows up in the records.",
    "far_from_reference": "Check that the column is mapped to the right header.",
    "constant": "Check the export: a column that says the same of all patients says nothing.",
    "empty": "Map the column to its header, or leave it out.",
    "same_patient": "Look the rows up: one patient may stand there under two identifiers.",
    "date_far_away": "Look the rows up: a default date, or a wrong century.",
    "interval": "Look the dates up: day and month may be swapped, or the year be wrong.",
    "centre_far_off": "Ask the centre about unit, assay and who is included.",
    "missingness_tells": "Find out who was measured, and why; a model may learn that instead.",
    "leak": "Training refuses it. Find out when it was recorded, and leave it out.",
    "regimen_contradiction": "Look up which is right: the regimen's name or its components.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """One warning about a column.

    Parameters
    ----------
    rule : str
        A key of `REMEDIES`.
    column : str
        Which column; two, joined by " to ", for an interval.
    says : str
        What was found; no value of the table and no name of a centre.
    n : int
        Rows that are concerned.
    first : int or None
        0-based place of the first of them; None where no row is to blame.
    """

    rule: str
    column: str
    says: str
    n: int
    first: int | None = None

    @property
    def remedy(self) -> str:
        """What to do."""
        return REMEDIES[self.rule]


def of_rows(rule: str, column: str, says: str, rows: NDArray[Any]) -> list[Doubt]:
    """A doubt about the rows of a mask; none where it holds none."""
    places = np.flatnonzero(rows)
    if not places.size:
        return []
    return [Doubt(rule=rule, column=column, says=says, n=places.size, first=int(places[0]))]
