"""What a bundle says of its training beside the model, to the last key: commands read it."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Any, LiteralString, NoReturn, Self

from pydantic import Discriminator, Field, Tag, model_validator
from pydantic_core import PydanticCustomError

from neopcr.bundle.reference import FEWEST_PATIENTS, P_PCR, levels_of
from neopcr.bundle.strict import Name, Text, Wire
from neopcr.errors import BundleError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from neopcr.specs import Column

Count = Annotated[int, Field(ge=0, lt=2**31)]
Share = Annotated[float, Field(ge=0, le=1)]
Figure = Annotated[float, Field(ge=-1e6, le=1e6)]
Shown = Annotated[int, Field(ge=FEWEST_PATIENTS, lt=2**31)]
"""Patients in a bin or a level: fewer would show them."""


class SampleSizeWire(Wire):
    """Fewest patients by each of Riley's criteria; see `neopcr.validation.SampleSize`."""

    parameters: Count
    shrinkage: Count
    optimism: Count
    overall_risk: Count
    events: Count
    cox_snell: Figure


class RanksWire(Wire):
    """Whether refits lean on the same columns; see `neopcr.explain.RankStability`."""

    models: Count
    overlap: Share
    concordance: Figure | None
    names: list[Name]
    rank: list[Count]
    lower: list[Count]
    upper: list[Count]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if len({len(self.names), len(self.rank), len(self.lower), len(self.upper)}) > 1:
            _refuse("not_every_column_has_its_ranks")
        if len(set(self.names)) < len(self.names):
            _refuse("a_column_stands_twice")
        return self


class TrainingWire(Wire):
    """Training patients."""

    n: Count
    events: Count
    sample_size: SampleSizeWire | None = None
    between_centre_sd: Annotated[float, Field(ge=1e-3, le=100)] | None = None
    rank_stability: RanksWire | None = None

    @model_validator(mode="after")
    def _events(self) -> Self:
        if self.events > self.n:
            _refuse("more_events_than_patients")
        return self


class EstimateWire(Wire):
    """Internal performance; see `neopcr.specs.Estimate`."""

    name: Name
    value: Figure | None
    lower: Figure | None
    upper: Figure | None
    n: Count
    events: Count
    method: Text
    group: Text
    beside: Figure | None
    beside_title: Text

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.lower is not None and self.upper is not None and self.lower > self.upper:
            _refuse("its_interval_ends_before_it_begins")
        return self


class SpreadWire(Wire):
    """How far centres differ; see `neopcr.bundle.between_centres`."""

    icc: Share
    concentration: Share


class CentresWire(Wire):
    """In a column's values, and in who has any."""

    values: SpreadWire
    missing: SpreadWire


class NumberWire(Wire):
    """Distribution of a number column; see `neopcr.bundle.reference_distributions`."""

    n: Count
    missing: Share
    edges: list[float]
    counts: list[Shown]
    centres: CentresWire

    @model_validator(mode="after")
    def _cut(self) -> Self:
        if any(one >= other for one, other in pairwise(self.edges)):
            _refuse("its_edges_do_not_ascend")
        if len(self.counts) != len(self.edges) + 1 and (self.edges or self.counts):
            _refuse("not_one_bin_more_than_edges")
        if self.counts and sum(self.counts) != _known(self):
            _refuse("its_bins_do_not_add_up")
        return self


class LevelsWire(Wire):
    """Distribution of a boolean or category column."""

    n: Count
    missing: Share
    levels: dict[Text, Shown]
    centres: CentresWire

    @model_validator(mode="after")
    def _within(self) -> Self:
        if sum(self.levels.values()) > _known(self):
            _refuse("its_levels_do_not_add_up")
        return self


class RecalibrationWire(Wire):
    """How a child's line was chosen; see `neopcr.validation.SiteUpdate`."""

    step: Name
    intercept: Figure
    slope: Figure
    intercept_se: Figure
    p_values: dict[Name, Share]
    n: Count
    events: Count
    between_centre_sd: Figure
    data_sha256: Text


def _shape(entry: Any) -> str:  # noqa: ANN401 - whatever JSON can hold
    return "number" if isinstance(entry, dict) and "edges" in entry else "levels"


ReferenceWire = dict[
    Name,
    Annotated[
        Annotated[NumberWire, Tag("number")] | Annotated[LevelsWire, Tag("levels")],
        Discriminator(_shape),
    ],
]
ProvenanceWire = dict[Name, Text | RecalibrationWire]


def refuse_misfit(reference: ReferenceWire, columns: Iterable[Column]) -> None:
    """Refuse a reference that describes a column which the model has not, or not as it is.

    Raises
    ------
    BundleError
    """
    known = {column.name: column for column in (*columns, P_PCR)}
    for name, entry in reference.items():
        reason = _misfit(known[name], entry) if name in known else "is no column of the model"
        if reason:
            message = f"bundle.json: refused: 'reference': {ascii(name)[:80]} {reason}."
            raise BundleError(message)


def _misfit(column: Column, entry: NumberWire | LevelsWire) -> str:
    kinds = {"number"} if isinstance(entry, NumberWire) else {"boolean", "category"}
    if column.kind not in kinds:
        return "is described as a column of another kind"
    unknown = isinstance(entry, LevelsWire) and {*entry.levels} - {*levels_of(column)}
    return "has levels that are not declared" if unknown else ""


def _known(entry: NumberWire | LevelsWire) -> int:
    return round(entry.n * (1 - entry.missing))


def _refuse(rule: LiteralString) -> NoReturn:
    raise PydanticCustomError(rule, rule)
