"""Circulating tumour DNA at each landmark, and what became of it since baseline."""

from __future__ import annotations

from functools import partial

from neopcr.modalities._shared import WHEN, Derived, derived, modality
from neopcr.oncology.ctdna import (
    ASSAYS,
    LOD_MEAN_VAF,
    LOD_MTM_PER_ML,
    is_dynamics,
    log10_burden,
)
from neopcr.oncology.kleene import equals
from neopcr.specs import Column, Direction, FloatArray, Landmark, Table

_MAGBANUA = "Magbanua, Ann Oncol 32 (2021) 229"

# Blood of the day of surgery predicts nothing that is still to be decided.
LANDMARKS = tuple(landmark for landmark in Landmark if landmark < Landmark.surgery)


def _columns(landmark: Landmark) -> tuple[Column, ...]:
    name, when = landmark.name, WHEN[landmark]
    return (
        Column(
            name=f"ctdna_detected_{name}", kind="boolean", modality="ctdna", landmark=landmark,
            description=f"Circulating tumour DNA detected at {name}.", source=_MAGBANUA,
            title=f"ctDNA {when}", words=("not detected", "detected"),
        ),
        Column(
            name=f"ctdna_mtm_per_ml_{name}", kind="number", unit="MTM/mL", low=0, high=1e6,
            modality="ctdna", landmark=landmark, source=_MAGBANUA,
            description=f"Mean tumour molecules per mL of plasma at {name}.",
            title=f"ctDNA burden {when}",
        ),
        Column(
            name=f"ctdna_mean_vaf_{name}", kind="number", unit="fraction", low=0, high=1,
            modality="ctdna", landmark=landmark, source="neopcr",
            description=f"Mean variant allele fraction of the variants found in plasma at {name}.",
            title=f"mean allele fraction of ctDNA {when}",
        ),
        Column(
            name=f"ctdna_max_vaf_{name}", kind="number", unit="fraction", low=0, high=1,
            modality="ctdna", landmark=landmark, source="neopcr",
            description=f"Largest variant allele fraction found in plasma at {name}.",
            title=f"largest allele fraction of ctDNA {when}",
        ),
        Column(
            name=f"ctdna_n_variants_detected_{name}", kind="number", low=0, high=1e6,
            modality="ctdna", landmark=landmark, source=_MAGBANUA,
            description=f"Tumour variants found in plasma at {name}.",
            title=f"tumour variants found in plasma {when}", decimals=0,
        ),
        Column(
            name=f"ctdna_n_variants_tracked_{name}", kind="number", low=0, high=1e6,
            modality="ctdna", landmark=landmark, source=_MAGBANUA,
            description=f"Tumour variants that plasma was searched for at {name}.",
            title=f"tumour variants searched for in plasma {when}", decimals=0,
        ),
    )  # fmt: skip


COLUMNS = (
    Column(
        name="ctdna_assay", kind="category", categories=ASSAYS, modality="ctdna",
        description="Kind of assay: burdens of different kinds are not comparable without it.",
        source="neopcr", title="ctDNA assay", unknown="not recorded",
        words=("tumour-informed", "panel", "droplet digital PCR", "methylation"),
    ),
    *(column for landmark in LANDMARKS for column in _columns(landmark)),
)  # fmt: skip


def _names(landmark: Landmark) -> tuple[str, ...]:
    """Call, MTM/mL and mean VAF: what features are made of."""
    return tuple(f"ctdna_{what}_{landmark.name}" for what in ("detected", "mtm_per_ml", "mean_vaf"))


def _log10(detected: str, amount: str, limit: float, table: Table) -> FloatArray:
    return log10_burden(table[amount], table[detected], limit)


def _change(amounts: tuple[str, str], detected: tuple[str, str], table: Table) -> FloatArray:
    before, later = (
        _log10(was, amount, LOD_MTM_PER_ML, table)
        for was, amount in zip(detected, amounts, strict=True)
    )
    return later - before


def _dynamics(name: str, before: str, later: str, table: Table) -> FloatArray:
    return is_dynamics(table[before], table[later], name)


_MAGBANUA = (
    "Magbanua, Ann Oncol 32 (2021) 229, doi:10.1016/j.annonc.2020.11.007: no pCR in 83 % of those "
    "still positive after cycle 1, in 52 % of those who cleared; HER2-positive and -negative"
)
_LESS, _MORE = Direction(-1, _MAGBANUA), Direction(1, _MAGBANUA)


def _at(landmark: Landmark) -> tuple[Derived, ...]:
    """Declare what one sample says by itself."""
    found, mtm, vaf = _names(landmark)
    name = landmark.name
    return (
        derived(
            f"ctdna_detected_{name}",
            (found,),
            lambda table: table[found].astype("float64"),
            _LESS if landmark is Landmark.c1 else None,
        ),
        derived(
            f"ctdna_log10_mtm_{name}", (found, mtm), partial(_log10, found, mtm, LOD_MTM_PER_ML)
        ),
        derived(f"ctdna_log10_vaf_{name}", (found, vaf), partial(_log10, found, vaf, LOD_MEAN_VAF)),
    )


def _since_baseline(landmark: Landmark) -> tuple[Derived, ...]:
    """Declare what a later sample says beside the first."""
    first, first_mtm, _ = _names(Landmark.baseline)
    found, mtm, _ = _names(landmark)
    name = landmark.name
    return (
        derived(
            f"ctdna_cleared_{name}",
            (first, found),
            partial(_dynamics, "cleared", first, found),
            _MORE if landmark is Landmark.c1 else None,
        ),
        derived(
            f"ctdna_log10_change_{name}",
            (first, first_mtm, found, mtm),
            partial(_change, (first_mtm, mtm), (first, found)),
        ),
    )


MODALITY = modality(
    "ctdna",
    "Circulating tumour DNA",
    COLUMNS,
    (
        derived(
            "ctdna_tumour_informed",
            ("ctdna_assay",),
            lambda table: equals(table["ctdna_assay"], ASSAYS.index("tumour_informed")),
        ),
        *(each for landmark in LANDMARKS for each in _at(landmark)),
        *(each for landmark in LANDMARKS[1:] for each in _since_baseline(landmark)),
    ),
)
