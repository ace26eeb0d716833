"""Who belongs to a cohort: the config's conditions, and being on therapy at the landmark."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from neopcr.cohort.long_table import is_filled
from neopcr.errors import ConfigError
from neopcr.specs import Landmark, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from neopcr.cohort.assemble import Assembled
    from neopcr.cohort.cells import Mask
    from neopcr.config import Condition
    from neopcr.specs import Column

# Neoadjuvant therapy goes on after the landmark where this date is known.
NEXT_DATE: dict[Landmark, str] = {
    Landmark.c1: "cycle2_date",
    Landmark.c2: "cycle3_date",
    Landmark.c4: "cycle5_date",
    Landmark.presurgery: "surgery_date",
}


def meets(condition: Condition, joined: Assembled) -> list[tuple[Mask, str]]:
    """Who meets a condition: first whose column is known at all, then whose value is right.

    Raises
    ------
    ConfigError
        If the cohort has no such column, or one of the values is none of its own.
    """
    column = next((each for each in joined.columns if each.name == condition.column), None)
    if column is None:
        message = (
            f"cohort: keep asks for column '{condition.column}', which the cohort does not have. "
            "Map it, or take the condition out."
        )
        raise ConfigError(message)
    values = joined.table[condition.column]
    known = is_filled(values)
    wanted = [_value(each, column) for each in condition.equals]
    return [
        (known, f"{condition.reason}: {condition.column} not known"),
        (~known | np.isin(values, np.array(wanted, dtype=values.dtype)), condition.reason),
    ]


def _value(text: str | float, column: Column) -> str | float:
    """Value as the house table holds it."""
    if column.kind == "category":
        names = [name.casefold() for name in column.categories]
        if str(text).casefold() in names:
            return names.index(str(text).casefold())
    elif column.kind == "text":
        return str(text)
    elif column.kind in {"number", "boolean"} and not isinstance(text, str):
        return float(text)
    message = (
        f"cohort: keep compares {column.name} with a value that it cannot have. It is a "
        f"{column.kind}{_choice(column.categories)}."
    )
    raise ConfigError(message)


def _choice(categories: Sequence[str]) -> str:
    return f" of {', '.join(categories)}" if categories else "; write it as one, without quotes"


def still_on_therapy(table: Table, landmark: Landmark, n_patients: int) -> tuple[Mask, str]:
    """Who is on neoadjuvant therapy at a landmark, and how that was assessed.

    At c1 those who go on to cycle 2 before any surgery, at c2 to cycle 3, at c4 to cycle 5; before
    surgery those who are operated on. Where nobody has the date it is not assessed.

    Parameters
    ----------
    table : mapping of str to array of shape (n_patients,)
    landmark : Landmark
    n_patients : int
        The table may hold none of the dates.

    Returns
    -------
    on_therapy : bool array of shape (n_patients,)
    reason : str
        For the flow.
    """
    everyone = np.ones(n_patients, dtype=bool)
    if landmark is Landmark.baseline:
        return everyone, "at baseline nobody has ended therapy"
    name = NEXT_DATE.get(landmark, "")
    following = table.get(name, np.full(n_patients, np.datetime64("NaT", "D")))
    goes_on: NDArray[np.bool_] = ~np.isnat(following)
    if not goes_on.any():
        return everyone, f"no longer on neoadjuvant therapy at {landmark.name}: not assessed"
    surgery = table.get("surgery_date", np.full(n_patients, np.datetime64("NaT", "D")))
    operated = surgery < following
    reason = f"no longer on neoadjuvant therapy at {landmark.name} (no {name} before surgery)"
    return goes_on & ~operated, reason
