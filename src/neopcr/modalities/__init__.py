"""The modalities: blocks of columns that are measured together, and the features made of them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from neopcr.cohort.contract import CORE_COLUMNS
from neopcr.modalities import (
    clinical,
    ctdna,
    expression,
    genomic,
    her2,
    imaging,
    pam,
    receptors,
    regimen,
)
from neopcr.specs import Column, Landmark, Modality

_REGISTRY: tuple[Modality, ...] = (
    clinical.MODALITY,
    her2.MODALITY,
    receptors.MODALITY,
    ctdna.MODALITY,
    pam.MODALITY,
    regimen.MODALITY,
    genomic.MODALITY,
    expression.MODALITY,
    imaging.MODALITY,
)

MODALITIES: Mapping[str, Modality] = MappingProxyType({each.name: each for each in _REGISTRY})

CONTRACT: Mapping[str, Column] = MappingProxyType(
    {
        column.name: column
        for block in (CORE_COLUMNS, *(each.columns for each in _REGISTRY))
        for column in block
    }
)


def generic_column(name: str) -> Column:
    """Column of a generic modality, by the prefix of its name.

    Parameters
    ----------
    name : str
        ``expression_…``, ``imaging_…`` or ``genomic_…``; a landmark may end it.

    Returns
    -------
    Column
        A number, known from the landmark in its name, else from baseline.

    Raises
    ------
    KeyError
        If no generic modality has that prefix.

    Examples
    --------
    >>> generic_column("imaging_mri_volume_c1").landmark.name
    'c1'
    """
    for each in _REGISTRY:
        if each.prefix and name.startswith(each.prefix) and name != each.prefix:
            return Column(
                name=name,
                kind="number",
                description=f"{each.title}: a column of the user's own.",
                source="as the cohort defines it",
                modality=each.name,
                landmark=_landmark(name),
            )
    raise KeyError(name)


def find_column(name: str) -> Column:
    """Column of that name, declared or generic.

    Raises
    ------
    KeyError
        If there is none.

    Examples
    --------
    >>> find_column("ki67_percent").unit
    'percent'
    """
    return CONTRACT[name] if name in CONTRACT else generic_column(name)


def _landmark(name: str) -> Landmark:
    return Landmark.__members__.get(name.rpartition("_")[2], Landmark.baseline)
