"""Who belongs to which subgroup: by the levels of a column, or by a feature that is yes or no."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from neopcr.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from neopcr.specs import BoolArray
    from neopcr.workflows._prepare import Prepared


def subgroups(names: Sequence[str], prepared: Prepared) -> dict[str, BoolArray]:
    """Masks of the patients of each subgroup; who is not known belongs to none.

    Parameters
    ----------
    names : sequence of str
        Columns of the cohort (a category, yes/no or text), or features that are 0 or 1.
    prepared : Prepared
        Whose patients are meant.

    Returns
    -------
    dict of str to bool array of shape (n_patients,)
        Named ``<name>: <level>``.

    Raises
    ------
    ConfigError
        If a name is neither, or is a number with many values.
    """
    masks: dict[str, BoolArray] = {}
    for name in names:
        labels = _labels(name, prepared)
        for level in sorted(set(labels) - {""}):
            masks[f"{name}: {level}"] = np.array([label == level for label in labels])
    return masks


def _labels(name: str, prepared: Prepared) -> list[str]:
    """The level of each patient, as a word; empty where it is missing."""
    table = prepared.cohort.table
    columns = {column.name: column for column in prepared.cohort.columns}
    if name in columns and columns[name].kind == "category":
        levels = (*columns[name].categories, "")
        return [levels[code] for code in table[name]]
    if name in columns and columns[name].kind == "text":
        return [value or "" for value in table[name]]
    values = _yes_or_no(name, prepared)
    return ["" if np.isnan(value) else "yes" if value else "no" for value in values]


def _yes_or_no(name: str, prepared: Prepared) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    table = prepared.cohort.table
    if name in prepared.space.names:
        values = prepared.X[:, prepared.space.names.index(name)]
    else:
        values = table.get(name, np.array([]))
    known = values[~np.isnan(values)] if values.dtype == np.float64 else np.array([np.nan])
    if len(values) == 0 or not np.isin(known, (0.0, 1.0)).all():
        message = (
            f"subgroups: '{name}' is no category, yes/no or text column of the cohort, and no "
            "yes/no feature of the modalities. Remove it, or map it."
        )
        raise ConfigError(message)
    return values
