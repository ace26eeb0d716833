"""How numbers are written: the same everywhere, with their interval, and never more than is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from neopcr.specs import Estimate
    from neopcr.validation.characteristics import Cell

TOO_FEW = "too few to say"
HIDDEN = "not shown"
_MINUS = "\N{MINUS SIGN}"
_TWO_DECIMALS = frozenset({"calibration_slope", "calibration_in_the_large"})
"""On these scales a third decimal is noise at any n met in this field."""


def number(value: float, decimals: int = 3, *, signed: bool = False) -> str:
    r"""Write a number with a fixed count of decimals and a real minus sign.

    Examples
    --------
    >>> number(0.0412), number(0.05, 2, signed=True), number(-0.0001)
    ('0.041', '+0.05', '0.000')
    >>> number(-1.2, 2) == "\N{MINUS SIGN}1.20"
    True
    """
    text = f"{value:.{decimals}f}"
    if float(text) == 0:
        return text.lstrip("-")
    sign = "+" if signed and value > 0 else ""
    return sign + text.replace("-", _MINUS)


def percent(share: float) -> str:
    r"""Write a share as a percentage with one decimal.

    Examples
    --------
    >>> percent(0.4607) == "46.1\N{NO-BREAK SPACE}%"
    True
    """
    return f"{100 * share:.1f}\N{NO-BREAK SPACE}%"


def count(value: int) -> str:
    """Write a count; thousands stand apart.

    Examples
    --------
    >>> count(2000)
    '2,000'
    """
    return f"{value:,}"


def short(value: float) -> str:
    """Write a number of any scale with about three digits.

    Examples
    --------
    >>> short(0.0312), short(5.25), short(52.41), short(1041.0)
    ('0.031', '5.25', '52.4', '1,041')
    """
    size = abs(value)
    decimals = 3 if size < 1 else 2 if size < 10 else 1 if size < 100 else 0
    text = f"{value:,.{decimals}f}"
    if decimals:
        text = text.rstrip("0").rstrip(".")
    return text.replace("-", _MINUS)


def cell_text(cell: Cell) -> str:
    """Write a cell of the table of characteristics.

    Examples
    --------
    >>> from neopcr.validation.characteristics import Count, Quartiles
    >>> cell_text(Quartiles(44, 52, 61)), cell_text(None)
    ('52 (44 to 61)', 'not shown')
    >>> cell_text(Count(30, 120)) == "30 (25.0\N{NO-BREAK SPACE}%)"
    True
    """
    if cell is None:
        return HIDDEN
    if len(cell) == 3:
        return f"{short(cell.median)} ({short(cell.lower)} to {short(cell.upper)})"
    return f"{count(cell.n)} ({percent(cell.n / cell.of)})" if cell.of else "0"


def value_text(estimate: Estimate, *, signed: bool = False) -> str:
    """Write the estimate alone, or "too few to say"."""
    if estimate.value is None:
        return TOO_FEW
    return number(estimate.value, _decimals(estimate), signed=signed)


def interval_text(estimate: Estimate, *, signed: bool = False) -> str:
    """Write its 95 % interval, or nothing where there is none."""
    if estimate.lower is None or estimate.upper is None:
        return ""
    lower, upper = (
        number(bound, _decimals(estimate), signed=signed)
        for bound in (estimate.lower, estimate.upper)
    )
    return f"{lower} to {upper}"


def beside_text(estimate: Estimate) -> str:
    """Write the number that belongs beside it, or nothing where there is none.

    Examples
    --------
    >>> from neopcr.specs import Estimate
    >>> ici = Estimate(
    ...     name="ici", value=0.04, lower=None, upper=None, n=400, events=180,
    ...     method="", beside=0.031, beside_title="perfectly calibrated",
    ... )
    >>> beside_text(ici)
    'perfectly calibrated 0.031'
    """
    if estimate.beside is None:
        return ""
    return f"{estimate.beside_title} {number(estimate.beside, _decimals(estimate))}"


def estimate_text(estimate: Estimate, *, signed: bool = False) -> str:
    """Write an estimate in one line.

    Examples
    --------
    >>> from neopcr.specs import Estimate
    >>> few = Estimate(
    ...     name="auroc", value=None, lower=None, upper=None, n=18, events=3, method="DeLong"
    ... )
    >>> estimate_text(few)
    'too few to say'
    """
    told = (interval_text(estimate, signed=signed), beside_text(estimate))
    value = value_text(estimate, signed=signed)
    noted = "; ".join(each for each in told if each)
    return f"{value} ({noted})" if noted else value


def _decimals(estimate: Estimate) -> int:
    return 2 if estimate.name in _TWO_DECIMALS else 3
