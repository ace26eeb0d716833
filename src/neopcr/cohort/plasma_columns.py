"""Cells of a ctDNA table: what each column holds, and what of it may be there or not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from neopcr.oncology.ctdna import ASSAYS
from neopcr.specs import Column, Kind, Landmark

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from neopcr.specs import BoolArray, FloatArray, IntArray

HIGHEST_PERCENT = 100.0


def _sample(
    name: str,
    kind: Kind,
    description: str,
    *,
    high: float | None = None,
    categories: tuple[str, ...] = (),
) -> Column:
    return Column(
        name=name,
        kind=kind,
        description=description,
        source="neopcr",
        modality="ctdna",
        low=0 if kind == "number" else None,
        high=high,
        categories=categories,
    )


# Headers of the file beside patient_id; collected_date and detected are needed.
SAMPLE_COLUMNS = (
    _sample("collected_date", "date", "When blood was taken."),
    _sample("assay", "category", "Kind of assay.", categories=ASSAYS),
    _sample("detected", "boolean", "Whether ctDNA was detected."),
    _sample("mtm_per_ml", "number", "Mean tumour molecules per mL of plasma.", high=1e6),
    # Up to 100, so that a percent is told from nonsense; see `percent_suspected`.
    _sample("mean_vaf", "number", "Mean variant allele fraction.", high=HIGHEST_PERCENT),
    _sample("max_vaf", "number", "Largest variant allele fraction.", high=HIGHEST_PERCENT),
    _sample("n_variants_detected", "number", "Variants found in plasma.", high=1e6),
    _sample("n_variants_tracked", "number", "Variants looked for.", high=1e6),
    _sample("cfdna_ng_per_ml", "number", "Cell-free DNA of a mL of plasma."),
    _sample("lod_mtm_per_ml", "number", "Limit of detection that the report gives."),
    _sample("qc_fail", "boolean", "Whether the sample failed quality control."),
)
BY_NAME = {column.name: column for column in SAMPLE_COLUMNS}
FRACTIONS = ("mean_vaf", "max_vaf")
# What becomes a column of each landmark.
MEASURED = (
    "detected", "mtm_per_ml", "mean_vaf", "max_vaf", "n_variants_detected", "n_variants_tracked",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PlasmaSamples:
    """Samples of the cohort's patients; `bad` holds the rows of each broken rule, by column."""

    patient: IntArray
    landmark: NDArray[np.int16]
    table: dict[str, NDArray[Any]]
    bad: dict[tuple[str, str], BoolArray]

    @property
    def key(self) -> IntArray:
        """One number a patient and landmark, patients ascending."""
        return self.patient * len(Landmark) + self.landmark

    def select(self, chosen: NDArray[Any]) -> PlasmaSamples:
        """Some of them, by a mask or their places; themselves where a mask takes all."""
        if chosen.dtype == np.bool_ and chosen.all():
            return self
        return PlasmaSamples(
            self.patient[chosen],
            self.landmark[chosen],
            {name: values[chosen] for name, values in self.table.items()},
            {rule: rows[chosen] for rule, rows in self.bad.items()},
        )


def missing_cells(n: int) -> dict[str, NDArray[Any]]:
    """Every column of a table that lacks it."""
    numbers = [name for name, each in BY_NAME.items() if each.kind in {"number", "boolean"}]
    return {
        "collected_date": np.full(n, np.datetime64("NaT", "D")),
        "assay": np.full(n, -1, dtype=np.int16),
        **{name: np.full(n, np.nan) for name in numbers},
    }


def percent_suspected(fractions: FloatArray) -> BoolArray:
    """Whether an allele fraction exceeds 1, as a percent would.

    >>> percent_suspected(np.array([0.02, 1.0, 1.5, np.nan]))
    array([False, False,  True, False])
    """
    return np.asarray(fractions > 1)
