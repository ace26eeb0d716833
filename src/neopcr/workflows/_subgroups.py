"""Who belongs to which subgroup: by levels of a column, bands of a number, or a yes/no feature."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from neopcr.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from neopcr.specs import BoolArray, FloatArray
    from neopcr.workflows._prepare import Prepared


def subgroups(
    names: Sequence[str | Mapping[str, Sequence[float]]], prepared: Prepared
) -> dict[str, BoolArray]:
    """Masks of the patients of each subgroup; who is not known belongs to none.

    Parameters
    ----------
    names : sequence of str, or of mapping of str to sequence of float
        Columns of the cohort (a category, yes/no or text), or features that are 0 or 1; columns or
        features that are numbers, with the lower ends of their bands.
    prepared : Prepared
        Whose patients are meant.

    Returns
    -------
    dict of str to bool array of shape (n_patients,)
        Named ``<name>: <level>``.

    Raises
    ------
    ConfigError
        If a name is neither, or is a number with many values and no bands.
    """
    masks: dict[str, BoolArray] = {}
    for name in names:
        if not isinstance(name, str):
            masks |= {k: v for one in name.items() for k, v in _bands(*one, prepared).items()}
            continue
        labels = _labels(name, prepared)
        for level in sorted(set(labels) - {""}):
            masks[f"{name}: {level}"] = np.array([label == level for label in labels])
    return masks


def _bands(name: str, cuts: Sequence[float], prepared: Prepared) -> dict[str, BoolArray]:
    """Patients by band; a band that holds nobody is left out."""
    values = _numbers(name, prepared)
    if values.dtype != np.float64 or len(values) == 0:
        message = (
            f"subgroups: '{name}' is no number of the cohort and no feature of the modalities. "
            "Remove it, or map it."
        )
        raise ConfigError(message)
    edges = (-np.inf, *cuts, np.inf)
    said = [
        f"below {cuts[0]:g}",
        *(f"{low:g} to below {high:g}" for low, high in pairwise(cuts)),
        f"{cuts[-1]:g} and above",
    ]
    masks = [(values >= low) & (values < high) for low, high in pairwise(edges)]
    return {f"{name}: {words}": mask for words, mask in zip(said, masks, strict=True) if mask.any()}


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


def _numbers(name: str, prepared: Prepared) -> FloatArray:
    """A feature or a column; empty where there is none."""
    if name in prepared.space.names:
        feature: FloatArray = prepared.X[:, prepared.space.names.index(name)]
        return feature
    return prepared.cohort.table.get(name, np.array([]))


def _yes_or_no(name: str, prepared: Prepared) -> FloatArray:
    values = _numbers(name, prepared)
    known = values[~np.isnan(values)] if values.dtype == np.float64 else np.array([np.nan])
    if len(values) == 0 or not np.isin(known, (0.0, 1.0)).all():
        message = (
            f"subgroups: '{name}' is no category, yes/no or text column of the cohort, and no "
            "yes/no feature of the modalities. Remove it, or map it."
        )
        raise ConfigError(message)
    return values
