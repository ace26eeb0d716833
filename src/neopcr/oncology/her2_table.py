"""The decision tables of HER2, by edition of the guideline: evidence from ISH by IHC score → status.

A row is a state of ISH evidence, a column an IHC score. Rows of partial evidence are not written
down but follow: where every dual-probe group that is still possible gives the same status, that is
the status; otherwise it is indeterminate.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from neopcr.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

IHC_SCORES = ("0", "1+", "2+", "3+")
CALLS = ("negative", "positive", "equivocal")
STATUSES = ("negative", "positive", "equivocal", "indeterminate")
NEGATIVE, POSITIVE, EQUIVOCAL, INDETERMINATE = 0, 1, 2, 3
UNKNOWN = -1
N, P, E, I, U = NEGATIVE, POSITIVE, EQUIVOCAL, INDETERMINATE, UNKNOWN  # noqa: E741

Row = tuple[int, int, int, int, int]

# Columns: IHC missing, 0, 1+, 2+, 3+.
NO_ISH: Row = (U, N, N, E, P)
# An ISH call "equivocal", without numbers: it decides nothing, nor does a missing IHC score.
EQUIVOCAL_ISH: Row = (I, N, N, E, P)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One edition of the guideline: its bounds and its tables.

    Parameters
    ----------
    year : int
        As `classify` is asked for it.
    citation : str
        Where it was published.
    ratio_cut : float
        HER2/CEP17 ratio from which ISH is high; the bound is included.
    copies_low, copies_high : float
        Mean HER2 signals per cell that part few, intermediate and many; both are included upwards.
    minimum_cells : int
        Cells that a count rests on.
    groups : tuple of five rows
        Status by dual-probe group 1-5 and IHC. Groups 2-4 with IHC 2+ assume that the blinded
        recount stays in its group.
    single_probe : tuple of three rows
        Status by few, intermediate or many HER2 signals, and IHC.
    """

    year: int
    citation: str
    ratio_cut: float
    copies_low: float
    copies_high: float
    minimum_cells: int
    groups: tuple[Row, Row, Row, Row, Row]
    single_probe: tuple[Row, Row, Row]


_ASCO_CAP_2018 = Edition(
    year=2018,
    citation="ASCO/CAP 2018: Wolff, J Clin Oncol 36 (2018) 2105",
    ratio_cut=2.0,
    copies_low=4.0,
    copies_high=6.0,
    minimum_cells=20,
    groups=(
        (P, P, P, P, P),  # 1; with IHC 0/1+ "positive if either is" (unverified)
        (I, N, N, N, P),  # 2
        (I, N, N, P, P),  # 3
        (I, N, N, N, P),  # 4
        (N, N, N, N, P),  # 5; with IHC 3+ "positive if either is" (unverified)
    ),
    single_probe=(
        (N, N, N, N, P),  # copies < 4.0
        (I, N, N, I, P),  # 4.0-5.9; with IHC 2+ or none a dual probe is needed
        (P, P, P, P, P),  # >= 6.0
    ),
)
_EDITIONS = (
    _ASCO_CAP_2018,
    # It affirms the categories of 2018, and makes HER2-low a matter of wording, not of status.
    replace(
        _ASCO_CAP_2018,
        year=2023,
        citation="ASCO/CAP 2023: Wolff, J Clin Oncol 41 (2023) 3867, affirming 2018",
    ),
)
EDITIONS: Mapping[int, Edition] = MappingProxyType({each.year: each for each in _EDITIONS})
CURRENT = 2023


def edition_of(year: int) -> Edition:
    """Look an edition of the guideline up.

    Raises
    ------
    ConfigError
        If there is none of that year: another year's table would be a guess.

    Examples
    --------
    >>> edition_of(2018).ratio_cut
    2.0
    >>> edition_of(2013)
    Traceback (most recent call last):
    neopcr.errors.ConfigError: HER2 guideline 2013: not known here; use one of 2018, 2023
    """
    if year not in EDITIONS:
        known = ", ".join(str(each) for each in EDITIONS)
        message = f"HER2 guideline {year}: not known here; use one of {known}"
        raise ConfigError(message)
    return EDITIONS[year]


def agree(*rows: Row) -> Row:
    """Say what every row says, column by column; indeterminate where they differ.

    >>> agree((1, 0, 0, 1, 1), (0, 0, 0, 0, 1))
    (3, 0, 0, 3, 1)
    """
    missing, zero, one, two, three = (
        column[0] if len(set(column)) == 1 else INDETERMINATE for column in zip(*rows, strict=True)
    )
    return missing, zero, one, two, three


def status_by_evidence(edition: Edition) -> NDArray[np.int16]:
    """Status by ISH numbers and IHC.

    Returns
    -------
    int array of shape (17, 5)
        Rows in the order of `her2_ish.evidence`, columns IHC missing, 0, 1+, 2+, 3+; codes into
        `STATUSES`, -1 not known.
    """
    one, two, three, four, five = edition.groups
    dual_copies = (agree(two, five), agree(one, four), agree(one, three))
    pairs = zip(dual_copies, edition.single_probe, strict=True)
    return np.array(
        [
            NO_ISH,
            *edition.groups,
            agree(one, two),
            agree(three, four, five),
            *dual_copies,
            *edition.single_probe,
            *(agree(dual, single) for dual, single in pairs),
        ],
        dtype=np.int16,
    )


def status_by_call(edition: Edition) -> NDArray[np.int16]:
    """Status by an ISH call without numbers, and IHC.

    Returns
    -------
    int array of shape (4, 5)
        Rows by code into `CALLS`, the last (-1) no call: negative reads like group 5, positive like
        group 1.
    """
    return np.array([edition.groups[4], edition.groups[0], EQUIVOCAL_ISH, NO_ISH], dtype=np.int16)
