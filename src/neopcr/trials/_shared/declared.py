"""Columns that more than one trial reads and no modality declares, and how trials declare theirs."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from neopcr.specs import Column, Kind, Landmark

ELIGIBILITY = "eligibility"


def eligibility_column(  # noqa: PLR0913 - a column has that many properties
    name: str,
    kind: Kind,
    description: str,
    *,
    source: str = "neopcr",
    unit: str = "",
    low: float | None = None,
    high: float | None = None,
    categories: tuple[str, ...] = (),
    landmark: Landmark = Landmark.baseline,
) -> Column:
    """Declare a column that only trials read."""
    return Column(
        name=name,
        kind=kind,
        description=description,
        source=source,
        modality=ELIGIBILITY,
        landmark=landmark,
        unit=unit,
        low=low,
        high=high,
        categories=categories,
    )


PREGNANCY_TEST = ("negative", "positive")

SHARED: Mapping[str, Column] = MappingProxyType({
    column.name: column
    for column in (
        eligibility_column("birth_date", "date", "Date of birth."),
        eligibility_column("enrolment_date", "date", "Enrolment in the trial."),
        eligibility_column("pregnancy_test", "category", "Last pregnancy test.", categories=PREGNANCY_TEST),
        eligibility_column("lactating", "boolean", "Breast-feeding."),
        eligibility_column(
            "life_expectancy_months", "number", "Expected survival.", unit="months", low=0, high=1200,
        ),
        eligibility_column(
            "breast_cancer_bilateral", "boolean", "Invasive cancer in both breasts at diagnosis.",
        ),
        eligibility_column("other_malignancy", "boolean", "Any other malignancy, past or present."),
    )
})  # fmt: skip
"""By name."""


def pick(*names: str) -> tuple[Column, ...]:
    """Take shared columns by name."""
    return tuple(SHARED[name] for name in names)
