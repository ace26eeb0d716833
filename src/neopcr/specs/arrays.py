"""What a table inside the house is made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
Table = Mapping[str, NDArray[Any]]
Kind = Literal["number", "boolean", "category", "date", "text"]
