"""A watched cohort held against the reference of a bundle: what has shifted, and what it looks like."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from neopcr.bundle.between_centres import effective
from neopcr.bundle.reference import P_PCR, binned
from neopcr.cohort.build import HIGHEST_BROKEN_SHARE
from neopcr.modalities import MODALITIES
from neopcr.scoring.account import DUPLICATE_ID, MISSING_ID
from neopcr.validation import drift
from neopcr.validation.applicability import BEYOND
from neopcr.validation.missingness import missing
from neopcr.validation.stability import homogeneity
from neopcr.workflows._drift_hints import Held, hints_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from neopcr.bundle import Bundle
    from neopcr.specs import Column, IntArray
    from neopcr.validation.drift import Shift
    from neopcr.workflows._watched import Watched

TOLERATED = 0.001
"""Share of rows without identifier, with another row's, or empty: training had none of them (the
project's choice)."""

ABSENT_BY_CHANCE = 0.001
"""Chance below which a column without any value is not put down to chance (the project's choice)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something that is wrong with the file: which rule, what it is about, and what was found."""

    rule: str
    subject: str
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What was found.

    Parameters
    ----------
    shifts : tuple of Shift
        Of columns and scores.
    faults : tuple of Fault
    hints : dict of str to str
        What a column that has drifted looks like.
    """

    shifts: tuple[Shift, ...]
    faults: tuple[Fault, ...]
    hints: dict[str, str] = field(default_factory=dict)

    @property
    def drifted(self) -> bool:
        """Whether anything has."""
        return bool(self.faults) or any(one.drifted for one in self.shifts)


def compare(bundle: Bundle, watched: Watched, *, seed: int = 0) -> Compared:
    """Hold a cohort against a bundle's reference.

    Parameters
    ----------
    bundle : Bundle
    watched : Watched
        Of the same bundle.
    seed : int
        Of what is drawn.
    """
    rng = np.random.default_rng(seed)
    held = list(_held(bundle, watched))
    found = [shift for each in held for shift in _shifts(each, watched, rng)]
    found += _of_scores(bundle, watched, rng)
    suspicious, passed = _of_centres(held, rng)
    told = drift.judged([*found, *suspicious], passed)
    # Where a column has drifted as a whole, its centres say nothing more.
    whole = {one.column for one in told if one.centre is None and one.drifted}
    shifts = tuple(
        one for one in told if one.centre is None or (one.drifted and one.column not in whole)
    )
    faults = (*_of_rows(watched), *_absent(held))
    return Compared(shifts=shifts, faults=faults, hints=hints_of(held, shifts))


def _held(bundle: Bundle, watched: Watched) -> Iterator[Held]:
    for column in bundle.space.columns:
        entry = bundle.reference.get(column.name)
        if entry is not None:
            values = watched.table.get(column.name)
            if values is None:
                values = _nothing(column, watched.n)
            yield Held(column=column, values=values, entry=entry, centre=watched.centre)


def _nothing(column: Column, n: int) -> NDArray[Any]:
    return np.full(n, -1, np.int16) if column.kind == "category" else np.full(n, np.nan)


def _shifts(one: Held, watched: Watched, rng: np.random.Generator) -> Iterator[Shift]:
    name = one.column.name
    codes, reference = binned(one.values, one.column, one.entry)
    known = codes >= 0
    if len(reference) > 1 and known.sum() >= drift.FEWEST_KNOWN:
        counts = np.bincount(codes[known], minlength=len(reference))
        sizes = one.spread("values", codes)
        yield drift.distribution_shift(name, reference, counts, sizes, rng)
    unreadable = watched.unreadable.get(name, 0)
    here = known.astype(np.int64)
    then, now = one.spread("missing", here)
    empty = watched.n - int(known.sum())
    yield drift.share_shift(
        name, drift.MISSING, (one.entry["missing"], then), (empty, watched.n), now
    )
    if unreadable:
        filled = max(int(known.sum()), unreadable)
        yield drift.excess(name, drift.UNREADABLE, (unreadable, filled), HIGHEST_BROKEN_SHARE)


def _of_scores(bundle: Bundle, watched: Watched, rng: np.random.Generator) -> Iterator[Shift]:
    scores = Held(
        column=P_PCR,
        values=watched.p,
        entry=bundle.reference[P_PCR.name],
        centre=watched.centre,
    )
    yield from (each for each in _shifts(scores, watched, rng) if each.what != drift.MISSING)
    scored = ~np.isnan(watched.p)
    if bundle.uncertainty is not None and scored.any():
        now = int((watched.outside & scored).sum()), int(scored.sum())
        yield drift.excess(P_PCR.name, drift.OUTSIDE, now, 5 * BEYOND)


def _of_rows(watched: Watched) -> Iterator[Fault]:
    counted = {
        DUPLICATE_ID: (watched.rules.get(DUPLICATE_ID, 0), "share their identifier with another"),
        MISSING_ID: (watched.rules.get(MISSING_ID, 0), "have no identifier"),
        "empty_row": (watched.empty, "hold nothing that the model reads"),
    }
    for rule, (rows, says) in counted.items():
        if rows > TOLERATED * watched.n:
            yield Fault(rule=rule, subject="rows", says=f"{rows:,} of {watched.n:,} rows {says}")


def _absent(held: list[Held]) -> Iterator[Fault]:
    """Columns without any value that training knew; together where it is a whole block."""
    absent = [each for each in held if _is_absent(each)]
    for modality in dict.fromkeys(each.column.modality for each in absent):
        names = [each.column.name for each in absent if each.column.modality == modality]
        others = [
            each
            for each in held
            if each.column.modality == modality and not missing(each.values).all()
        ]
        if others:
            for name in names:
                yield Fault(rule="absent_column", subject=name, says="no patient has a value")
        else:
            title = MODALITIES[modality].title
            yield Fault(
                rule="absent_block", subject=modality, says=f"no patient has anything of {title}"
            )


def _is_absent(one: Held) -> bool:
    gone = missing(one.values)
    if not gone.all():
        return False
    _, worth = one.spread("missing", np.zeros(len(gone), dtype=np.int64))
    return bool(one.entry["missing"] ** worth < ABSENT_BY_CHANCE)


def _of_centres(held: list[Held], rng: np.random.Generator) -> tuple[list[Shift], int]:
    """Each centre's patients against the training, with room for what centres differed by there.

    Returns
    -------
    suspicious : list of Shift
    passed : int
        How many more were compared, and are clearly chance.
    """
    suspicious, passed = [], 0
    for one in held:
        for centre, reference, counts, sizes in _by_centre(one):
            if homogeneity(reference, counts, sizes) > drift.CLEARLY_CHANCE:
                passed += 1
                continue
            found = drift.distribution_shift(one.column.name, reference, counts, sizes, rng)
            suspicious.append(replace(found, centre=centre))
    return suspicious, passed


def _by_centre(one: Held) -> Iterator[tuple[int, IntArray, IntArray, tuple[float, float]]]:
    """Each centre of enough patients: its number, the counts then and now, and their worth."""
    codes, reference = binned(one.values, one.column, one.entry)
    if one.centre is None or len(reference) < 2:
        return
    was = one.entry["centres"]["values"]
    then = effective(int(reference.sum()), was)
    for centre in range(int(one.centre.max(initial=-1)) + 1):
        here = codes[(one.centre == centre) & (codes >= 0)]
        if len(here) >= drift.FEWEST_IN_CENTRE:
            now = effective(len(here), {**was, "concentration": 1.0})
            yield centre, reference, np.bincount(here, minlength=len(reference)), (then, now)
