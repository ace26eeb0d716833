"""Which variant calls are good enough to be read (the project's thresholds)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from neopcr.errors import ConfigError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from neopcr.specs import Table

# Tissue; column of the table -> lowest value that passes.
AT_LEAST: dict[str, float] = {"t_vaf": 0.05, "t_depth": 50, "t_alt_count": 5}
# Germline: column of the table -> highest value that passes.
AT_MOST: dict[str, float] = {"gnomad_af": 0.001, "n_vaf": 0.3}
# Verdicts of the caller, as text: ``filter`` is PASS, ``mutation_status`` is not Germline.
VERDICTS = ("filter", "mutation_status")
# Plasma: the fraction is at least what the assay can tell.
LOD = "lod"

# Clonal haematopoiesis: in plasma without matched white cells these are not the tumour's.
CHIP_GENES = ("DNMT3A", "TET2", "ASXL1", "JAK2", "PPM1D", "SF3B1")
# Of the tumour or of white cells: without matched white cells plasma cannot tell.
FLAGGED_GENE = "TP53"


@dataclass(frozen=True, slots=True)
class Filters:
    """What a call must be to be read.

    Parameters
    ----------
    at_least, at_most : mapping of str to float
        Columns and the bound that still passes.
    verdicts : tuple of str
        Of `VERDICTS`, and in plasma `LOD`.
    """

    at_least: Mapping[str, float]
    at_most: Mapping[str, float]
    verdicts: tuple[str, ...] = VERDICTS

    @property
    def names(self) -> tuple[str, ...]:
        """Columns that are asked for, in the order in which they are reported."""
        return (*self.verdicts, *self.at_least, *self.at_most)


TISSUE = Filters(AT_LEAST, AT_MOST)
# Depth and fraction of tissue mean nothing in plasma: what counts is what the assay can tell.
PLASMA = Filters({}, AT_MOST, (*VERDICTS, LOD))


def filters_from(replaced: Mapping[str, float | None], *, plasma: bool = False) -> Filters:
    """Filters of tissue or plasma, with those of a config in their place; None switches one off.

    Raises
    ------
    ConfigError
        If there is no such filter, or a bound is given to one that has none.

    Examples
    --------
    >>> filters_from({"t_vaf": 0.02, "filter": None}).names
    ('mutation_status', 't_vaf', 't_depth', 't_alt_count', 'gnomad_af', 'n_vaf')
    """
    default = PLASMA if plasma else TISSUE
    _check(replaced)
    at_least = {**default.at_least, **_part(replaced, AT_LEAST)}
    at_most = {**default.at_most, **_part(replaced, AT_MOST)}
    return Filters(
        {name: bound for name, bound in at_least.items() if bound is not None},
        {name: bound for name, bound in at_most.items() if bound is not None},
        tuple(name for name in default.verdicts if name not in replaced),
    )


def _part(replaced: Mapping[str, float | None], known: Mapping[str, float]) -> dict[str, Any]:
    return {name: bound for name, bound in replaced.items() if name in known}


def _check(replaced: Mapping[str, float | None]) -> None:
    bounded, every = {*AT_LEAST, *AT_MOST}, (*VERDICTS, LOD, *AT_LEAST, *AT_MOST)
    for name, bound in replaced.items():
        if name not in every:
            message = f"filters: there is no filter '{name}'. Known: {', '.join(every)}."
            raise ConfigError(message)
        if name not in bounded and bound is not None:
            message = f"filters: '{name}' has no bound. Write null to switch it off."
            raise ConfigError(message)


def passes(table: Table, filters: Filters = TISSUE) -> tuple[NDArray[np.bool_], tuple[str, ...]]:
    """Filter variants by whatever columns there are.

    Parameters
    ----------
    table : mapping of str to array of shape (n_variants,)
        Any of ``filter`` and ``mutation_status`` (text, or what `acceptable` says of it), ``t_vaf``, ``t_depth``, ``t_alt_count``,
        ``gnomad_af``, ``n_vaf`` and ``lod`` (numbers); a missing cell passes: it says nothing
        against a call.
    filters : Filters

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
    absent = tuple(name for name in filters.names if not _is_there(name, table))
    for name in filters.names:
        if name not in absent:
            kept &= _passes(name, table, filters)
    return kept, absent


def _is_there(name: str, table: Table) -> bool:
    return name in table and (name != LOD or "t_vaf" in table)


def _passes(name: str, table: Table, filters: Filters) -> NDArray[np.bool_]:
    """Whether cells pass one filter; a missing cell does."""
    cells = table[name]
    if name == LOD:
        return np.asarray(~(table["t_vaf"] < cells))
    if name in filters.at_least:
        return np.asarray(~(cells < filters.at_least[name]))
    if name in filters.at_most:
        return np.asarray(~(cells > filters.at_most[name]))
    return cells if cells.dtype == bool else acceptable(name, cells)


def acceptable(name: str, cells: NDArray[Any]) -> NDArray[np.bool_]:
    """Whether texts of one of `VERDICTS` let a call pass; None does: it says nothing.

    >>> acceptable("filter", np.array(["PASS", "artefact", None], dtype=object))
    array([ True, False,  True])
    """
    missing = pd.isna(cells)
    return np.asarray(missing | (cells == "PASS" if name == "filter" else cells != "Germline"))
