"""What a bundle's files must look like, to the last key."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field

from neopcr.bundle.account import EstimateWire, ProvenanceWire, ReferenceWire, TrainingWire
from neopcr.bundle.strict import Name, Text, Wire
from neopcr.specs import Column, Kind, Landmark

FORMAT_VERSION = 1
"""Raised when a file that an older reader would misread can be written."""

Index = Annotated[int, Field(ge=-1, lt=2**31)]


class ColumnWire(Wire):
    """A column, without its description and source: those come from the installed modalities."""

    name: Name
    kind: Kind
    modality: Name
    landmark: Name
    unit: Text
    low: float | None
    high: float | None
    categories: list[Text]

    @classmethod
    def of(cls, column: Column) -> Self:
        """Take from a column what a model's meaning depends on."""
        return cls(
            name=column.name,
            kind=column.kind,
            modality=column.modality,
            landmark=column.landmark.name,
            unit=column.unit,
            low=None if column.low is None else float(column.low),
            high=None if column.high is None else float(column.high),
            categories=list(column.categories),
        )


class FeatureWire(Wire):
    """A feature."""

    name: Name
    columns: list[Name] = Field(min_length=1)


class ProductWire(Wire):
    """A product of features."""

    name: Name
    factors: list[Name] = Field(min_length=2)


class SpaceWire(Wire):
    """From columns to the matrix."""

    modalities: list[Name]
    columns: list[ColumnWire]
    features: list[FeatureWire]
    products: list[ProductWire]


class LinearWire(Wire):
    """The linear member."""

    kind: Literal["linear"]
    intercept: float
    offset: list[float]
    coefficient: list[float]
    missing: list[float]


class TreesWire(Wire):
    """A member of trees; the trees themselves are in ``trees.json``, in the order of members."""

    kind: Literal["trees"]
    base: float
    n_trees: int


class BlendWire(Wire):
    """Members, their blend and the recalibration line."""

    n_features: int
    members: list[Annotated[LinearWire | TreesWire, Field(discriminator="kind")]]
    weights: list[float]
    intercept: float
    slope: float


class ReducedWire(Wire):
    """What scores the rows that lack whole blocks of features."""

    blocks: list[list[int]]
    model: BlendWire


class ScoreWire(Wire):
    """What members see of a wide block; see `neopcr.kernel.Score`."""

    features: list[Index]
    centre: list[float]
    coefficient: list[float]


class ModelWire(BlendWire):
    """The model; the trees of reduced models follow its own in ``trees.json``, in order."""

    reduced: list[ReducedWire]
    scores: list[ScoreWire]


class TreeWire(Wire):
    """One tree; see `neopcr.kernel.Tree`."""

    left: list[Index]
    right: list[Index]
    feature: list[Index]
    threshold: list[float]
    default_left: list[bool]
    value: list[float]
    cover: list[float]


class TreesFile(Wire):
    """``trees.json``."""

    format_version: Literal[1]
    members: list[list[TreeWire]]


class ReachWire(Wire):
    """Where the training patients were; see `neopcr.kernel.Reach`."""

    centre: list[float]
    scale: list[float]
    low: list[float]
    high: list[float]
    farthest: float
    outermost: float


class WidthWire(Wire):
    """Instability of a logit; see `neopcr.kernel.Width`."""

    intercept: float
    by_logit: float
    by_square: float
    by_distance: float
    low: float
    high: float
    blocks: list[list[int]]
    lacking: list[float]
    factor: float
    site_sd: float


class LabelSetsWire(Wire):
    """Outcomes that a logit leaves open; see `neopcr.kernel.LabelSets`."""

    level: float
    feature: int
    pcr: list[float] = Field(min_length=3, max_length=3)
    residual: list[float] = Field(min_length=3, max_length=3)


class UncertaintyWire(Wire):
    """What is known of a score beside its value."""

    reach: ReachWire
    width: WidthWire | None
    labels: LabelSetsWire | None


class BundleFile(Wire):
    """``bundle.json``."""

    format_version: Literal[1]
    name: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=200)
    version: int = Field(ge=1)
    landmark: Literal[tuple(Landmark.__members__)]  # type: ignore[valid-type]
    space: SpaceWire
    model: ModelWire
    uncertainty: UncertaintyWire | None
    estimand: Text
    definition: Text
    training: TrainingWire
    metrics: list[EstimateWire]
    reference: ReferenceWire
    provenance: ProvenanceWire


def unknown_format(content: Any) -> str:  # noqa: ANN401 - whatever JSON can hold
    """Say why a file's format is not ours; empty where it is.

    >>> unknown_format({"format_version": 2})
    'it has format 2 and this neopcr reads up to 1: upgrade neopcr'
    """
    version = content.get("format_version") if isinstance(content, dict) else None
    if type(version) is not int or version < 1:
        return "it does not say its format_version"
    if version > FORMAT_VERSION:
        return (
            f"it has format {version} and this neopcr reads up to {FORMAT_VERSION}: upgrade neopcr"
        )
    return ""
