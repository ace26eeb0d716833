"""What is wrong with the samples of a ctDNA table, at the rows of their patients."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from neopcr.cohort.plasma_columns import MEASURED, PlasmaSamples
from neopcr.oncology import ctdna_samples as rules
from neopcr.specs import Landmark, Problem

if TYPE_CHECKING:
    from neopcr.specs import BoolArray

# What two samples of one day, of one patient, have to agree in.
_AGREE = (*MEASURED, "assay", "lod_mtm_per_ml", "cfdna_ng_per_ml")
_CONTRADICTION = {
    "detected": "ctdna_contradiction",
    "max_vaf": "max_below_mean",
    "n_variants_detected": "more_than_tracked",
}


def plasma_problems(
    every: PlasmaSamples, usable: PlasmaSamples, latest: PlasmaSamples, limits: Mapping[str, float]
) -> tuple[Problem, ...]:
    """Find what stops a patient's samples from being used.

    Parameters
    ----------
    every : PlasmaSamples
        Of the cohort's patients.
    usable : PlasmaSamples
        Those in a window, that passed quality control.
    latest : PlasmaSamples
        The one that counts of each patient and landmark, by `key`.
    limits : mapping of str to float
        Limit of detection by assay, MTM/mL.
    """
    dates = every.bad.get(("collected_date", "not_a_date"), np.zeros(len(every.patient), bool))
    return (
        *_at_patients(every, dates, "ctdna_collected_date", "not_a_date"),
        *_unreadable(usable),
        *_conflicts(usable, latest),
        *_contradictions(latest, limits),
    )


def _unreadable(usable: PlasmaSamples) -> list[Problem]:
    """Cells that could not be read, at the patient, under the column that they would become."""
    problems: list[Problem] = []
    for (name, rule), rows in usable.bad.items():
        if name in MEASURED:
            problems += _by_landmark(usable, rows, name, rule)
        else:
            problems += _at_patients(usable, rows, f"ctdna_{name}", rule)
    return problems


def _conflicts(usable: PlasmaSamples, latest: PlasmaSamples) -> list[Problem]:
    """Samples of one patient and day that differ."""
    if len(usable.patient) == len(latest.patient):
        return []
    place = np.searchsorted(latest.key, usable.key)
    differs = np.zeros(len(place), dtype=bool)
    for name in _AGREE:
        ours, theirs = usable.table[name], latest.table[name][place]
        both_missing = (ours != ours) & (theirs != theirs)  # noqa: PLR0124 - NaN differs from itself
        differs |= (ours != theirs) & ~both_missing
    same_day = usable.table["collected_date"] == latest.table["collected_date"][place]
    return _by_landmark(usable, same_day & differs, "detected", "conflicting_samples")


def _contradictions(latest: PlasmaSamples, limits: Mapping[str, float]) -> list[Problem]:
    table = latest.table
    samples = rules.Samples(
        detected=table["detected"],
        mtm_per_ml=table["mtm_per_ml"],
        mean_vaf=table["mean_vaf"],
        max_vaf=table["max_vaf"],
        n_detected=table["n_variants_detected"],
        n_tracked=table["n_variants_tracked"],
        limit=rules.limit_of_detection(table["lod_mtm_per_ml"], table["assay"], limits),
    )
    return [
        problem
        for name, rows in rules.contradictions(samples).items()
        for problem in _by_landmark(latest, rows, name, _CONTRADICTION[name])
    ]


def _by_landmark(samples: PlasmaSamples, rows: BoolArray, name: str, rule: str) -> list[Problem]:
    if not rows.any():
        return []
    return [
        problem
        for landmark in Landmark
        for problem in _at_patients(
            samples, rows & (samples.landmark == landmark), f"ctdna_{name}_{landmark.name}", rule
        )
    ]


def _at_patients(samples: PlasmaSamples, rows: BoolArray, column: str, rule: str) -> list[Problem]:
    if not rows.any():
        return []
    return [Problem(column, rule, np.unique(samples.patient[rows]))]
