"""How far a patient stands from the training patients, and which columns say so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from neopcr.kernel import condense, deviations, distances

if TYPE_CHECKING:
    from neopcr.bundle import Bundle
    from neopcr.specs import Table


@dataclass(frozen=True, slots=True)
class FarColumn:
    """One column, by the feature made of it that is farthest off.

    Parameters
    ----------
    name : str
        Of the column; of a wide block's score, such as ``expression_score``.
    deviation : float
        Standard deviations from the training patients' mean; counted up to 10.
    excess : float
        Standard deviations outside their range; 0 inside it.
    """

    name: str
    deviation: float
    excess: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a patient stands.

    Parameters
    ----------
    distance, excess : float
        Root mean square of the standardised values; and how far the outermost lies outside the range.
    farthest, outermost : float
        Beyond which either is unlike the training patients.
    columns : tuple of FarColumn
        Of which something is known, farthest outside the range first, then farthest from the mean.
    """

    distance: float
    excess: float
    farthest: float
    outermost: float
    columns: tuple[FarColumn, ...]

    @property
    def outside(self) -> bool:
        """Whether the patient is unlike the training patients."""
        return self.distance > self.farthest or self.excess > self.outermost


def standing(bundle: Bundle, table: Table, patient: int) -> Standing | None:
    """Say how far a patient stands from the training patients, and what says so.

    Parameters
    ----------
    bundle : Bundle
        A fitted model.
    table : mapping of str to array
        Columns of the contract.
    patient : int
        0-based position in it.

    Returns
    -------
    Standing or None
        None where the bundle does not know where its training patients were.
    """
    if bundle.uncertainty is None:
        return None
    reach = bundle.uncertainty.reach
    space = bundle.space
    X = space.matrix({name: cells[patient : patient + 1] for name, cells in table.items()})
    X = condense(bundle.model, X)
    (distance,), (excess,) = distances(reach, X)
    by_feature = [each[0] for each in deviations(reach, X)]
    made_of = dict(zip(space.names, space.column_groups(), strict=True))
    names = space.seen_names()
    found: dict[str, FarColumn] = {}
    for feature in np.lexsort(tuple(-np.abs(each) for each in by_feature)):
        deviation, beyond = (float(each[feature]) for each in by_feature)
        places = made_of.get(names[feature])
        # A score of thousands of columns is told as one.
        told = (
            (names[feature],) if places is None else [space.columns[each].name for each in places]
        )
        for name in told:
            if not np.isnan(deviation) and name not in found:
                found[name] = FarColumn(name, deviation, beyond)
    return Standing(
        distance=float(distance),
        excess=float(excess),
        farthest=reach.farthest,
        outermost=reach.outermost,
        columns=tuple(found.values()),
    )
