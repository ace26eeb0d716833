"""Every column that the house knows: those of the modalities, and those that only trials read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from neopcr.modalities import find_column
from neopcr.trials import COLUMNS

if TYPE_CHECKING:
    from neopcr.specs import Column


def find_any_column(name: str) -> Column:
    """Column of that name, of a modality or of a trial.

    Raises
    ------
    KeyError
        If there is none.

    Examples
    --------
    >>> find_any_column("lvef_percent").unit, find_any_column("ki67_percent").unit
    ('percent', 'percent')
    """
    return COLUMNS[name] if name in COLUMNS else find_column(name)


def is_of_trials(column: Column) -> bool:
    """Whether only trials read a column, so that no model ever sees it."""
    return column.name in COLUMNS
