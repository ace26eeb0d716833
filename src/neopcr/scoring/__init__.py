"""Scores of a cohort: one pure function of a batch, and the engines that move batches."""

from __future__ import annotations

from neopcr.scoring.batch import Scorer, model_inputs, prepare, score_batch
from neopcr.scoring.local import score_file
from neopcr.scoring.schema import N_REASONS, SCORE_DDL, SCORE_SCHEMA

__all__ = [
    "N_REASONS",
    "SCORE_DDL",
    "SCORE_SCHEMA",
    "Scorer",
    "model_inputs",
    "prepare",
    "score_batch",
    "score_file",
]
