"""Estimates as rows of a table: one row a group of patients, one column a metric."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from neopcr.metrics import comes_first, find_metric

if TYPE_CHECKING:
    from collections.abc import Sequence

    from neopcr.report.content import Section
    from neopcr.specs import Estimate, Metric
    from neopcr.validation import Missingness


_LANDMARKS = {
    "baseline": "Baseline",
    "c1": "After cycle 1",
    "c2": "After cycle 2",
    "c4": "After cycle 4",
    "presurgery": "Before surgery",
    "surgery": "At surgery",
}

REACHABLE = "reachable"


@dataclass(frozen=True, slots=True)
class Row:
    """A group of patients; a cell is None where a metric was not estimated in it."""

    group: str
    n: int
    events: int
    cells: tuple[Estimate | None, ...]

    @property
    def aside(self) -> bool:
        """Whether it is no result of ours, but what could be reached."""
        return self.group.endswith(REACHABLE)


@dataclass(frozen=True, slots=True)
class Header:
    """A metric as a column: title, how most intervals were made, the value of a perfect model."""

    name: str
    title: str
    method: str
    best: str


@dataclass(frozen=True, slots=True)
class Definition:
    """A metric in words, from its own declaration."""

    title: str
    meaning: str
    best: str
    reference: str


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of estimates."""

    headers: tuple[Header, ...]
    rows: tuple[Row, ...]


def grid(estimates: Sequence[Estimate]) -> Grid:
    """Lay estimates out by group and metric, both in the order in which they first appear.

    Parameters
    ----------
    estimates : sequence of Estimate
        One metric in one group may appear once. A group whose metrics rest on different numbers
        of patients takes a row for each number.

    Returns
    -------
    Grid
    """
    names = tuple(dict.fromkeys(one.name for one in estimates))
    keys = dict.fromkeys((one.group, one.n, one.events) for one in estimates)
    held = {(one.group, one.n, one.events, one.name): one for one in estimates}
    rows = (Row(*key, tuple(held.get((*key, name)) for name in names)) for key in keys)
    return Grid(tuple(_header(name, estimates) for name in names), tuple(rows))


def by_group(section: Section) -> Grid:
    """One model in every group of its patients, and last what could be reached in all of them."""
    first = [one for one in section.performance if comes_first(one.name)]
    return grid([*first, *_reachable(section, REACHABLE)])


def by_group_further(section: Section) -> Grid:
    """The metrics that do not stand in the first table, in every group."""
    return grid([one for one in section.performance if not comes_first(one.name)])


def overall(sections: Sequence[Section]) -> Grid:
    """Every model in all its patients, one row a model; what could be reached stands beneath it."""
    estimates: list[Estimate] = []
    for section in sections:
        title = section_title(section.name)
        estimates += [
            replace(one, group=title)
            for one in section.performance
            if one.group == "all" and comes_first(one.name)
        ]
        estimates += _reachable(section, f"{title}, {REACHABLE}")
    return grid(estimates)


def _reachable(section: Section, group: str) -> list[Estimate]:
    return [replace(one, group=group) for one in section.reachable if one.group == "all"]


def told(availability: Sequence[Missingness]) -> tuple[str, ...]:
    """List what missingness was tested against in any column, in order of appearance."""
    return tuple(dict.fromkeys(what for row in availability for what in row.tells))


def section_title(name: str) -> str:
    """Say a landmark in words; any other name stays as it is."""
    return _LANDMARKS.get(name, name)


def metric_title(name: str) -> str:
    """Take the title a metric declares; the name in words where it is no metric."""
    metric = find_metric(name)
    return metric.title if metric else name.replace("_", " ")


def definitions(names: Sequence[str]) -> tuple[Definition, ...]:
    """Describe the metrics among `names`; each once, in order."""
    metrics = [find_metric(name) for name in dict.fromkeys(names)]
    return tuple(
        Definition(
            title=metric.title,
            meaning=_meaning(metric),
            best=f"{metric.best:g}",
            reference=metric.reference,
        )
        for metric in metrics
        if metric
    )


def _meaning(metric: Metric) -> str:
    """First line of the docstring; a metric at a threshold is a function whose threshold is set."""
    function = getattr(metric.function, "func", metric.function)
    return (function.__doc__ or "").strip().partition("\n")[0]


def _header(name: str, estimates: Sequence[Estimate]) -> Header:
    """What could be reached is no result of ours, so its method is not the column's."""
    methods = Counter(
        one.method
        for one in estimates
        if one.name == name and one.value is not None and not one.group.endswith(REACHABLE)
    )
    metric = find_metric(name)
    best = f"{metric.best:g}" if metric else ""
    return Header(name, metric_title(name), max(methods, key=methods.__getitem__, default=""), best)
