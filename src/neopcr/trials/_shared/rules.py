"""The simplest rules: one column, or two dates, against the bounds of a protocol."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from neopcr.trials._shared.logic import UNKNOWN, YES, Probe, Rule, Truth

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from neopcr.specs import Table

# From when days are counted where neither end of an interval is known.
_ORIGIN = np.datetime64("2000-01-01", "D")


def number(
    name: str,
    low: float | None = None,
    high: float | None = None,
    *,
    unit: str = "",
    open_low: bool = False,
    open_high: bool = False,
) -> Rule:
    """A number lies in a range; both ends are included unless they are open.

    >>> over = number("tumor_diameter_mm", 20, unit="mm", open_low=True)
    >>> over.says
    'tumor_diameter_mm > 20 mm'
    >>> over.holds({"tumor_diameter_mm": np.array([20.0, 20.1, np.nan])})
    array([0, 2, 1], dtype=int8)
    """
    bounds = np.array([each for each in (low, high) if each is not None], dtype=np.float64)
    sides = np.unique([np.nextafter(bounds, -np.inf), bounds, np.nextafter(bounds, np.inf)])

    def holds(table: Table) -> Truth:
        value = table[name]
        inside = np.ones(len(value), dtype=bool)
        if low is not None:
            inside &= value > low if open_low else value >= low
        if high is not None:
            inside &= value < high if open_high else value <= high
        # A missing value compares as false.
        return _truth(inside & (value == value), np.isnan(value))  # noqa: PLR0124

    words = [
        f"{sign} {bound:g}"
        for bound, sign in (
            (low, ">" if open_low else ">="),
            (high, "<" if open_high else "<="),
        )
        if bound is not None
    ]
    says = f"{name} {' and '.join(words)}{f' {unit}' if unit else ''}"
    return Rule(says, (name,), holds, {name: unit}, {name: lambda _: sides})


def one_of_numbers(name: str, *wanted: float) -> Rule:
    """A number is one of a few."""
    others = np.array([*wanted, max(wanted) + 1])

    def holds(table: Table) -> Truth:
        return _truth(np.isin(table[name], wanted), np.isnan(table[name]))

    says = f"{name} {' or '.join(f'{each:g}' for each in wanted)}"
    return Rule(says, (name,), holds, {}, {name: lambda _: others})


def yes(name: str) -> Rule:
    """A boolean is yes."""
    return _boolean(name, 1, "yes")


def no(name: str) -> Rule:
    """A boolean is no; a blank is not."""
    return _boolean(name, 0, "no")


def one_of(name: str, categories: tuple[str, ...], *wanted: str) -> Rule:
    """A category is one of those wanted.

    Parameters
    ----------
    name : str
    categories : tuple of str
        All of the column's, in its order.
    *wanted : str

    Examples
    --------
    >>> one_of("cm_stage", ("M0", "M1"), "M0").holds({"cm_stage": np.array([0, 1, -1])})
    array([2, 0, 1], dtype=int8)
    """
    # A missing code, -1, is the last.
    truths = np.array([*(YES * (each in wanted) for each in categories), UNKNOWN], dtype=np.int8)
    codes = np.arange(len(categories), dtype=np.int16)
    return Rule(
        f"{name} {' or '.join(wanted)}",
        (name,),
        lambda table: truths[table[name]],
        {},
        {name: lambda _: codes},
    )


def recorded(name: str, probe: float = 0.0) -> Rule:
    """A value is there: a blank is not known, never "not there"."""

    def holds(table: Table) -> Truth:
        missing = is_missing(table[name])
        return _truth(~missing, missing)

    return Rule(
        f"{name} recorded", (name,), holds, {}, {name: lambda table: _like(table[name], probe)}
    )


def days_between(earlier: str, later: str, low: int | None = None, high: int | None = None) -> Rule:
    """So many days lie between two dates, both ends included."""
    bounds = [each for each in (low, high) if each is not None]
    days = np.unique([[each - 1, each, each + 1] for each in bounds]).astype("timedelta64[D]")

    def holds(table: Table) -> Truth:
        between = table[later] - table[earlier]
        inside = ~np.isnat(between)
        if low is not None:
            inside &= between >= np.timedelta64(low, "D")
        if high is not None:
            inside &= between <= np.timedelta64(high, "D")
        return _truth(inside, np.isnat(between))

    words = [f"{sign} {each}" for each, sign in ((low, ">="), (high, "<=")) if each is not None]
    says = f"{earlier} to {later} {' and '.join(words)} days"
    probes = _probes_of_dates(earlier, later, days)
    return Rule(says, (earlier, later), holds, {}, probes, reach=max(map(abs, bounds)) + 1)


def years_between(earlier: str, later: str, years: int) -> Rule:
    """More years than that lie between two dates: the anniversary itself is not enough."""
    reach = np.array([years - 1, years + 1]) * np.timedelta64(366, "D")

    def holds(table: Table) -> Truth:
        start = table[earlier]
        month = start.astype("datetime64[M]")
        # 29 February comes round as 1 March.
        anniversary = (month + 12 * years).astype("datetime64[D]") + (start - month)
        unknown = np.isnat(start) | np.isnat(table[later])
        return _truth(~unknown & (table[later] > anniversary), unknown)

    says = f"{earlier} to {later} > {years} years"
    probes = _probes_of_dates(earlier, later, reach)
    return Rule(says, (earlier, later), holds, {}, probes, reach=366 * (years + 1))


def _probes_of_dates(earlier: str, later: str, days: NDArray[Any]) -> dict[str, Probe]:
    """Dates so far from the other, or from any that is known where that is not."""

    def near(name: str, days: NDArray[Any]) -> Probe:
        return lambda table: (_anchors(table, name)[:, None] + days).ravel()

    return {earlier: near(later, -days), later: near(earlier, days)}


def _anchors(table: Table, name: str) -> NDArray[Any]:
    """A date where it is known, else every other date that is, else some day."""
    others = [each for each in table.values() if each.dtype.kind == "M"]
    known = [each[~np.isnat(each)] for each in (table[name], *others)]
    days: NDArray[Any] = known[0] if known[0].size else np.unique(np.concatenate(known))
    return days if days.size else np.array([_ORIGIN])


def of_oncology(
    says: str,
    function: Callable[[Table], NDArray[np.float64]],
    probes: Mapping[str, Iterable[float]],
) -> Rule:
    """A rule of `neopcr.oncology`: 1 it holds, 0 it does not, NaN not known.

    Parameters
    ----------
    says : str
    function : callable
    probes : mapping of str to iterable of float
        By column that it reads: numbers or codes that stand for all others.
    """

    def holds(table: Table) -> Truth:
        value = function(table)
        return _truth(value == 1, np.isnan(value))

    def probe(name: str) -> Probe:
        values = np.array(list(probes[name]))
        return lambda table: values.astype(table[name].dtype)

    by_column = {name: probe(name) for name in probes}
    return Rule(says, tuple(probes), holds, {}, by_column, revisable=True)


def is_missing(values: NDArray[Any]) -> NDArray[np.bool_]:
    """Missing cells of an array of the house table; see `neopcr.specs`."""
    if values.dtype.kind == "i":
        return np.asarray(values < 0)
    return np.asarray(np.isnat(values) if values.dtype.kind == "M" else np.isnan(values))


def _truth(holds: NDArray[np.bool_], unknown: NDArray[np.bool_]) -> Truth:
    """`holds` and `unknown` never both."""
    return (holds.view(np.int8) << 1) | unknown.view(np.int8)


def _boolean(name: str, wanted: float, word: str) -> Rule:
    both = np.array([0.0, 1.0])

    def holds(table: Table) -> Truth:
        return _truth(table[name] == wanted, np.isnan(table[name]))

    return Rule(f"{name} {word}", (name,), holds, {}, {name: lambda _: both})


def _like(values: NDArray[Any], probe: float) -> NDArray[Any]:
    if values.dtype.kind == "M":
        return np.array([_ORIGIN])
    return np.array([probe]).astype(values.dtype)
