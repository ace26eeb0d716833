"""Modalities + estimators + recalibration: fits, exports at once, predicts through the exported model."""

from neopcr.pipeline.classifier import PcrClassifier
from neopcr.pipeline.declared import (
    FEWEST_LACKING,
    PRODUCTS,
    patterns_for,
    products_for,
)
from neopcr.pipeline.ridge import RidgeLogistic

__all__ = [
    "FEWEST_LACKING",
    "PRODUCTS",
    "PcrClassifier",
    "RidgeLogistic",
    "patterns_for",
    "products_for",
]
