"""What being missing gives away, and how a model does by pattern of what is available.

ctDNA after cycle 1 may be drawn in one arm only, or a block be measured at some centres only:
then a column's missingness carries the arm or the centre, and a model can learn that instead.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from neopcr.metrics import METRICS
from neopcr.validation.performance import estimate

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from neopcr.specs import BoolArray, Column, Estimate, FloatArray, Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Missingness:
    """How often a column is known, and what its being missing gives away.

    Parameters
    ----------
    column, modality : str
        Names as in a config.
    known, n : int
        Patients in whom it is known, of how many.
    tells : mapping of str to Estimate
        By target, the AUROC of "is missing"; 0.5 means that missingness tells nothing.
    """

    column: str
    modality: str
    known: int
    n: int
    tells: Mapping[str, Estimate] = field(default_factory=dict)


def missing(values: NDArray[Any]) -> BoolArray:
    """Say which values of a table's column are missing, whatever its kind.

    Examples
    --------
    >>> missing(np.array([0, -1], dtype=np.int16)).tolist()
    [False, True]
    >>> missing(np.array(["x", None], dtype=object)).tolist()
    [False, True]
    """
    if values.dtype.kind == "O":
        return np.array([value is None for value in values], dtype=np.bool_)
    if values.dtype.kind == "i":
        return np.asarray(values < 0)
    return np.asarray(np.isnat(values) if values.dtype.kind == "M" else np.isnan(values))


def missingness(
    table: Table, columns: Iterable[Column], targets: Mapping[str, NDArray[Any]]
) -> tuple[Missingness, ...]:
    """AUROC of each column's missingness for the outcome, the arm, the centre.

    Parameters
    ----------
    table : mapping of str to array
        See `neopcr.specs`.
    columns : iterable of Column
        Of the table.
    targets : mapping of str to array of shape (n_patients,)
        A number or boolean of two values, such as the outcome, or labels. Where there are more
        than two labels, each is set against the rest, and the one that missingness tells best
        stands in the estimate, which names it as its group. Patients whose target is missing
        are left out of its estimate and so of its n.

    Returns
    -------
    tuple of Missingness
        One a column, in the order of `columns`.
    """
    return tuple(
        Missingness(
            column=column.name,
            modality=column.modality,
            known=int((~gone).sum()),
            n=len(gone),
            tells={name: _tell(gone, values) for name, values in targets.items()},
        )
        for column in columns
        for gone in [missing(table[column.name])]
    )


def known_modalities(table: Table, columns: Iterable[Column]) -> dict[str, BoolArray]:
    """Say in whom each modality has at least one known column.

    Parameters
    ----------
    table : mapping of str to array
        See `neopcr.specs`.
    columns : iterable of Column
        Of the table.
    """
    known: dict[str, BoolArray] = {}
    for column in columns:
        here = ~missing(table[column.name])
        known[column.modality] = known.get(column.modality, np.zeros_like(here)) | here
    return known


def availability_patterns(known: Mapping[str, BoolArray]) -> dict[str, BoolArray]:
    """Group patients by what is available, to be given to `performance` as groups.

    Parameters
    ----------
    known : mapping of str to bool array of shape (n_patients,)
        In whom a modality is known, as from `known_modalities`.

    Returns
    -------
    dict of str to bool array of shape (n_patients,)
        Named by the modalities that are there, joined by " + "; the most frequent first.

    Examples
    --------
    >>> known = {"her2": np.array([True, True, True]), "pam": np.array([False, True, False])}
    >>> {name: who.tolist() for name, who in availability_patterns(known).items()}
    {'her2': [True, False, True], 'her2 + pam': [False, True, False]}
    """
    rows = zip(*known.values(), strict=True)
    held = np.array(
        [" + ".join(n for n, is_known in zip(known, row, strict=True) if is_known) for row in rows]
    )
    frequent = sorted(Counter(held.tolist()).items(), key=lambda item: (-item[1], item[0]))
    return {name or "nothing": held == name for name, _ in frequent}


def _tell(gone: BoolArray, values: NDArray[Any]) -> Estimate:
    """AUROC of missingness for a target, or for the level of it that it tells best."""
    known = ~missing(values)
    held = values[known].astype(str) if values.dtype.kind == "O" else values[known]
    levels = np.unique(held)
    score = gone[known].astype(np.float64)
    if len(levels) <= 2:
        return estimate(METRICS["auroc"], _is(held, levels[-1:]), score)
    ones = [
        estimate(METRICS["auroc"], _is(held, levels[[i]]), score, group=str(levels[i]))
        for i in range(len(levels))
    ]
    best = max(ones, key=lambda one: abs(one.value - 0.5) if one.value is not None else -1.0)
    method = f"{best.method}; the most telling of {len(levels)}"
    return replace(best, method=method) if best.value is not None else best


def _is(values: NDArray[Any], levels: NDArray[Any]) -> FloatArray:
    return np.isin(values, levels).astype(np.float64)
