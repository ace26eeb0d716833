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

from neopcr.specs.arrays import BoolArray, FloatArray, IntArray, Kind, Table
from neopcr.specs.cohort import Cohort, Problem, Step
from neopcr.specs.columns import (
    NEITHER,
    Block,
    Column,
    Direction,
    Feature,
    Landmark,
    Modality,
    Product,
)
from neopcr.specs.measures import Estimate, Metric

__all__ = [
    "NEITHER",
    "Block",
    "BoolArray",
    "Cohort",
    "Column",
    "Direction",
    "Estimate",
    "Feature",
    "FloatArray",
    "IntArray",
    "Kind",
    "Landmark",
    "Metric",
    "Modality",
    "Problem",
    "Product",
    "Step",
    "Table",
]
