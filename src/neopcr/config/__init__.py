"""The configs people write, as types; an unknown key is an error that names its neighbour."""

from neopcr.config.cohort import CohortConfig, Condition, External, Outcome
from neopcr.config.files import ColumnSource, FileForm, Joined, Redcap, WideTable
from neopcr.config.mutations import Mutations, Purity
from neopcr.config.reading import config_hash, explain_fault, read_config
from neopcr.config.run import Config, Resampling, Tracking
from neopcr.config.types import Strict, later

__all__ = [
    "CohortConfig",
    "ColumnSource",
    "Condition",
    "Config",
    "External",
    "FileForm",
    "Joined",
    "Mutations",
    "Outcome",
    "Purity",
    "Redcap",
    "Resampling",
    "Strict",
    "Tracking",
    "WideTable",
    "config_hash",
    "explain_fault",
    "later",
    "read_config",
]
