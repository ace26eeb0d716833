"""Small cohorts as files, and the few columns that they need."""

from __future__ import annotations

from pathlib import Path

from neopcr.cohort.contract import CORE
from neopcr.config import CohortConfig
from neopcr.specs import Column, Landmark

COLUMNS = {
    column.name: column
    for column in (
        Column(
            name="age_years", kind="number", unit="years", low=18, high=120,
            description="", source="", modality="clinical",
        ),
        Column(
            name="tumor_diameter_mm", kind="number", unit="mm", low=0, high=300,
            description="", source="", modality="clinical",
        ),
        Column(
            name="ki67_percent", kind="number", unit="percent", low=0, high=100,
            description="", source="", modality="receptors",
        ),
        Column(
            name="er_status", kind="category", categories=("negative", "positive"),
            description="", source="", modality="receptors",
        ),
        Column(
            name="node_positive", kind="boolean", description="", source="", modality="clinical",
        ),
        Column(
            name="ctdna_assay", kind="category",
            categories=("tumour_informed", "panel", "ddpcr", "methylation"),
            description="", source="", modality="ctdna",
        ),
        *(
            Column(
                name=f"ctdna_{what}_{landmark.name}", kind=kind, landmark=landmark,
                description="", source="", modality="ctdna",
            )
            for landmark in Landmark
            for what, kind in (
                ("detected", "boolean"), ("mtm_per_ml", "number"), ("mean_vaf", "number"),
            )
        ),
        *(
            Column(
                name=f"{gene}_status", kind="category", categories=("wild_type", "altered"),
                description="", source="", modality="pam",
            )
            for gene in ("pam", "pik3ca", "pten")
        ),
    )
}  # fmt: skip


def find_column(name: str) -> Column:
    """Declared columns, the core's, and ``imaging_…`` numbers that may end in a landmark."""
    if name.startswith("imaging_"):
        landmark = Landmark.__members__.get(name.rpartition("_")[2], Landmark.baseline)
        return Column(
            name=name, kind="number", description="", source="", modality="imaging",
            landmark=landmark,
        )  # fmt: skip
    return COLUMNS[name] if name in COLUMNS else CORE[name]


def write(folder: Path, name: str, text: str) -> Path:
    """Write a text file and return its path."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def config(**blocks: object) -> CohortConfig:
    """Return a cohort's config as a YAML file would give it."""
    return CohortConfig.model_validate({"patients": {"path": "patients.csv"}, **blocks})
