"""What being missing gives away, and how a model does by pattern of what is available.

ctDNA after cycle 1 may be drawn in one arm only, or a block be measured at some centres only:
then a column's missingness carries the arm or the centre, and a model can learn that instead.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from neopcr.specs import Estimate
from neopcr.validation.performance import FEWEST, TOO_FEW

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from neopcr.specs import BoolArray, Column, Table

_Z_95 = NormalDist().inv_cdf(0.975)
# Further from 0.5 than this, in either direction, missingness is worth a warning (the project's
# choice: receptor status itself predicts pCR about as well).
TELLING_AUROC = 0.65


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

    @property
    def telling(self) -> tuple[str, ...]:
        """Targets that missingness gives away: an AUROC beyond `TELLING_AUROC`, either way."""
        return tuple(
            name
            for name, one in self.tells.items()
            if one.value is not None and max(one.value, 1 - one.value) > TELLING_AUROC
        )


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
    coded = {name: _target(values) for name, values in targets.items()}
    return tuple(
        Missingness(
            column=column.name,
            modality=column.modality,
            known=int((~gone).sum()),
            n=len(gone),
            tells={name: _tell(gone, target) for name, target in coded.items()},
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


@dataclass(frozen=True, slots=True)
class _Target:
    """Levels of an outcome, arm or centre: -1 missing, else the place in `names`."""

    codes: NDArray[np.intp]
    names: tuple[str, ...]


def _target(values: NDArray[Any]) -> _Target:
    codes, levels = pd.factorize(values, sort=True)
    codes = np.where(missing(values), -1, codes)
    # A category's -1 is a level to pandas.
    held = np.unique(codes[codes >= 0])
    place = np.full(len(levels) + 1, -1)
    place[held] = np.arange(len(held))
    return _Target(place[codes], tuple(str(levels[code]) for code in held))


def _tell(gone: BoolArray, target: _Target) -> Estimate:
    """AUROC of missingness for a target, or for the level of it that it tells best."""
    known = target.codes >= 0
    n_levels = len(target.names)
    patients = np.bincount(target.codes[known], minlength=max(n_levels, 1))
    lacking = np.bincount(target.codes[known & gone], minlength=max(n_levels, 1))
    if n_levels <= 2:
        return _of_level(lacking, patients, len(patients) - 1 if n_levels else 0, "all")
    ones = [_of_level(lacking, patients, at, name) for at, name in enumerate(target.names)]
    best = max(ones, key=lambda one: abs(one.value - 0.5) if one.value is not None else -1.0)
    method = f"{best.method}; the most telling of {n_levels}"
    return replace(best, method=method) if best.value is not None else best


def _of_level(
    lacking: NDArray[np.intp], patients: NDArray[np.intp], level: int, group: str
) -> Estimate:
    """AUROC of "is missing" for one level against the rest, with DeLong's interval, from counts.

    A score of two values needs no ranks: the AUROC is half of 1 plus the difference between the
    shares that lack the value, and DeLong's placements take two values a half apart.
    """
    n, events = int(patients.sum()), int(patients[level])
    if min(events, n - events) < FEWEST:
        return Estimate(
            name="auroc", value=None, lower=None, upper=None, n=n, events=events, method=TOO_FEW,
            group=group,
        )  # fmt: skip
    inside = float(lacking[level] / events)
    outside = float((lacking.sum() - lacking[level]) / (n - events))
    value = 0.5 + (inside - outside) / 2
    variance = inside * (1 - inside) / (events - 1) + outside * (1 - outside) / (n - events - 1)
    spread = _Z_95 * math.sqrt(variance) / 2
    return Estimate(
        name="auroc",
        value=value,
        lower=max(value - spread, 0.0) if spread else None,
        upper=min(value + spread, 1.0) if spread else None,
        n=n,
        events=events,
        method="DeLong" if spread else "DeLong: no interval",
        group=group,
    )
