"""The one path from columns to the matrix a model reads, in training and in scoring alike."""

from neopcr.features.choice import feature_space
from neopcr.features.space import WIDE, FeatureSpace

__all__ = ["WIDE", "FeatureSpace", "feature_space"]
