"""What every workflow returns to the command line, and the progress it shows meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

if TYPE_CHECKING:
    from neopcr.specs import Estimate


PUBLISHED = "This applies published definitions; it is not a treatment recommendation."
"""Stands on every output of an analysis that a study's text defines."""


@dataclass(frozen=True, slots=True)
class Result:
    """A machine-readable summary, and the same as lines for a person."""

    data: Mapping[str, Any]
    lines: tuple[str, ...] = field(default=())


@contextmanager
def progress(title: str) -> Iterator[Callable[[int, int], None]]:
    """Show a bar with the time left; calls of ``(done, total)`` move it.

    On standard error where that is a terminal: a file of messages is not for bars.
    """
    console = Console(stderr=True)
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
    with bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def said(estimates: Sequence[Estimate]) -> str:
    """The first estimates in all patients as one line: value, interval, n and events.

    >>> from neopcr.specs import Estimate
    >>> said([Estimate(name="auroc", value=0.7, lower=0.6, upper=0.8, n=90, events=40, method="")])
    'n 90, 40 pCR; auroc 0.700 (0.600-0.800)'
    """
    from neopcr.metrics import comes_first  # noqa: PLC0415 - brings statsmodels, which scoring lacks

    overall = [one for one in estimates if one.group == "all"]
    first = [one for one in overall if comes_first(one.name)]
    figures = "; ".join(f"{one.name} {_figure(one)}" for one in first)
    return f"n {overall[0].n:,}, {overall[0].events:,} pCR; {figures}"


def _figure(one: Estimate) -> str:
    if one.value is None:
        return one.method
    if one.lower is None or one.upper is None:
        return f"{one.value:.3f} ({one.method})"
    return f"{one.value:.3f} ({one.lower:.3f}-{one.upper:.3f})"
