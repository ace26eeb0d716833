"""The vocabulary shared by every room: landmarks, columns, features, estimates.

A table inside the house is a mapping of column name to a one-dimensional numpy array. What the
array holds follows from the column's kind:

======== ============================ ===================
kind     array                        missing
======== ============================ ===================
number   float64                      NaN
boolean  float64, 1 yes and 0 no      NaN
category int16, index of the category -1
date     datetime64[D]                NaT
text     object (str)                 None
======== ============================ ===================
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
Table = Mapping[str, NDArray[Any]]
Kind = Literal["number", "boolean", "category", "date", "text"]


class Landmark(IntEnum):
    """When a prediction is made; `c1` is after cycle 1 and before cycle 2 is given, and so on."""

    baseline = 0
    c1 = 1
    c2 = 2
    c4 = 3
    presurgery = 4
    surgery = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One raw variable of the data contract.

    The data dictionary, the validation of input, the leakage guard and the roll-up of
    explanations are all derived from columns.

    Parameters
    ----------
    name : str
        ``<analyte>_<quantity>[_<unit>][_<landmark>]``.
    kind : {"number", "boolean", "category", "date", "text"}
        What its array holds; see the module's table.
    description : str
        One sentence for the data dictionary.
    source : str
        Who defines it: guideline and year, or "neopcr".
    modality : str
        The modality that declares it; ``core`` for identifiers, dates and the outcome.
    landmark : Landmark
        From when it is known.
    unit : str
        Empty where it has none.
    low, high : float or None
        Valid range, both ends included.
    categories : tuple of str
        The levels of a category, in order.
    title : str
        What a reason calls it, as in "HER2/CEP17 ratio"; its name where empty.
    decimals : int or None
        Of its value in a reason; three digits in all where None.
    words : tuple of str
        How a reason says each level, or no and yes, where they do not say it themselves.
    unknown : str
        How a reason says that it is missing.
    """

    name: str
    kind: Kind
    description: str
    source: str
    modality: str
    landmark: Landmark = Landmark.baseline
    unit: str = ""
    low: float | None = None
    high: float | None = None
    categories: tuple[str, ...] = ()
    title: str = ""
    decimals: int | None = None
    words: tuple[str, ...] = ()
    unknown: str = "not measured"


NEITHER = 2
"""The way of a feature that would have to go both ways: no member may lean on it."""


@dataclass(frozen=True, slots=True)
class Direction:
    """Which way pCR goes with a feature, where the field knows it.

    Parameters
    ----------
    sign : {1, -1}
        1 where more of it means that pCR is more likely.
    source : str
        Who showed it: paper and year.
    """

    sign: Literal[1, -1]
    source: str


@dataclass(frozen=True, slots=True)
class Feature:
    """One number a model sees, and the columns it is made of; `direction` where it is known."""

    name: str
    columns: tuple[str, ...]
    direction: Direction | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Product:
    """A feature made across modalities: the product of other features."""

    name: str
    factors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """Features that are missing together, by their places in the matrix.

    Parameters
    ----------
    name : str
        Of the modality.
    own : tuple of int
        Its features.
    touched : tuple of int
        These, and the products that cannot be known without it.
    """

    name: str
    own: tuple[int, ...]
    touched: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Modality:
    """A block of columns that are measured together, and the features made of them.

    Parameters
    ----------
    name, title : str
        As in a config, and as in a report.
    columns : tuple of Column
        What it declares.
    features : tuple of Feature
        What `derive` returns when every column is known.
    derive : callable
        ``derive(table) -> {feature: float64 array}``; pure and vectorised. The table holds every
        column that is known at the landmark (all missing where a cohort lacks it); the result
        holds exactly the features whose columns are all in the table.
    prefix : str
        Of a generic modality: a column so named belongs to it and is its own feature.
    """

    name: str
    title: str
    columns: tuple[Column, ...] = ()
    features: tuple[Feature, ...] = ()
    derive: Callable[[Table], dict[str, FloatArray]]
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """Rows that break one rule of the contract; `rows` are 0-based and sorted."""

    column: str
    rule: str
    rows: IntArray


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the flow of patients: who was left out, and why."""

    reason: str
    excluded: int
    remaining: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort:
    """A validated table, one row a patient, and how it came about.

    Parameters
    ----------
    table : mapping of str to array
        Columns of the contract; see the module's table.
    columns : tuple of Column
        Their declarations.
    patient_id : object array of shape (n_patients,)
        Never logged or printed.
    row : int array of shape (n_patients,)
        1-based row of the patient in the input.
    pcr : float array of shape (n_patients,)
        1 pCR reached, 0 residual disease, NaN not known.
    flow : tuple of Step
        Attrition, first step first.
    definition : str
        How the outcome was defined.
    fingerprint : str
        SHA-256 of the input files.
    """

    table: Table
    columns: tuple[Column, ...]
    patient_id: NDArray[np.object_]
    row: IntArray
    pcr: FloatArray
    flow: tuple[Step, ...] = ()
    definition: str = ""
    fingerprint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A figure with everything needed to read it; `value` is None where there is too little to say.

    `beside` is another number without which the value cannot be read, and `beside_title` what it
    is: the p-value of a z, the prevalence under an average precision.
    """

    name: str
    value: float | None
    lower: float | None
    upper: float | None
    n: int
    events: int
    method: str
    group: str = "all"
    beside: float | None = None
    beside_title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """A measure of performance.

    Parameters
    ----------
    name, title : str
        As in a table's header and as in a report.
    function : callable
        ``function(y_true, y_prob) -> float``; NaN where it is not defined, never an exception.
    best : float
        The value of a perfect model: 1 for AUROC and the calibration slope, 0 for Brier.
    reference : str
        Paper and year.
    interval : callable or None
        ``interval(y_true, y_prob) -> (lower, upper)`` at 95 %; bootstrap where None.
    interval_method : str
        What `interval` is: "DeLong", "Wald", ….
    direction : {"higher", "lower", "closer"}
        What is better: more, less, or nearer to `best` from either side.
    weighted : callable or None
        ``weighted(y_true, y_prob, weights) -> float array of shape (n_draws,)``: `function` with
        patient i counted ``weights[d, i]`` times, for all draws at once; `function` is called
        once a draw where None.
    bootstrap : bool
        Whether draws of patients make its interval where there is no formula; not where such an
        interval covers less than 90 % (`interval_method` then says why there is none).
    beside : callable or None
        ``beside(y_true, y_prob) -> float``: another number that belongs beside the value.
    beside_title : str
        What that number is.
    rests_on : callable or None
        ``rests_on(y_true, y_prob) -> int``: how many patients it is made of, where not of all.
    """

    name: str
    title: str
    function: Callable[[FloatArray, FloatArray], float]
    best: float
    reference: str
    interval: Callable[[FloatArray, FloatArray], tuple[float, float]] | None = None
    interval_method: str = "bootstrap percentile"
    direction: Literal["higher", "lower", "closer"] = "closer"
    weighted: Callable[[FloatArray, FloatArray, FloatArray], FloatArray] | None = None
    bootstrap: bool = True
    beside: Callable[[FloatArray, FloatArray], float] | None = None
    beside_title: str = ""
    rests_on: Callable[[FloatArray, FloatArray], int] | None = None
