"""A small model of both kinds of members, its feature space, and a cohort with gaps."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
import pytest

from neopcr.estimators import ESTIMATORS
from neopcr.kernel import Model
from neopcr.specs import Column

COLUMNS = (
    Column(
        name="her2_ihc", kind="category", description="", source="", modality="her2",
        categories=("0", "1+", "2+", "3+"),
    ),
    Column(name="her2_cep17_ratio", kind="number", description="", source="", modality="her2"),
    Column(name="ki67_percent", kind="number", unit="%", description="", source="", modality="receptors"),
    Column(name="ctdna_detected_c1", kind="boolean", description="", source="", modality="ctdna"),
)  # fmt: skip


@dataclass(frozen=True)
class Space:
    """Four columns, five features: the last is a product of two columns of two modalities."""

    columns: tuple[Column, ...] = COLUMNS
    modalities: tuple[str, ...] = ("her2", "receptors", "ctdna")
    names: tuple[str, ...] = ("ihc_3", "ratio", "ki67", "cleared", "ihc_3_x_ki67")

    def matrix(self, table):
        n = len(table["her2_ihc"])
        ihc = np.where(table["her2_ihc"] < 0, np.nan, table["her2_ihc"] == 3)
        rest = [table.get(column.name, np.full(n, np.nan)) for column in COLUMNS[1:]]
        return np.ascontiguousarray(np.column_stack([ihc, *rest, ihc * rest[1]]))

    def seen_names(self):
        return self.names

    def column_groups(self):
        return ((0,), (1,), (2,), (3,), (0, 2))

    def modality_groups(self):
        return ((0,), (0,), (1,), (2,))


@pytest.fixture(scope="session")
def cohort():
    """240 patients; a fifth of the numbers, and of the categories, is missing."""
    rng = np.random.default_rng(3)
    n = 240
    ihc = rng.integers(2, 4, n).astype(np.int16)
    ihc[rng.random(n) < 0.2] = -1
    numbers = {
        "her2_cep17_ratio": rng.gamma(4, 1.2, n),
        "ki67_percent": rng.uniform(0, 90, n),
        "ctdna_detected_c1": rng.integers(0, 2, n).astype(float),
    }
    for values in numbers.values():
        values[rng.random(n) < 0.2] = np.nan
    return {"her2_ihc": ihc, **numbers}


@pytest.fixture(scope="session")
def outcome(cohort):
    rng = np.random.default_rng(4)
    lean = (cohort["her2_ihc"] == 3) - np.nan_to_num(cohort["ctdna_detected_c1"])
    return (rng.random(len(lean)) < 1 / (1 + np.exp(-1.5 * lean))).astype(float)


@pytest.fixture(scope="session")
def fitted(cohort, outcome):
    """The members, fitted to the cohort."""
    X = Space().matrix(cohort)
    return tuple(
        ESTIMATORS[name].build(ESTIMATORS[name].default, 0).fit(X, outcome)
        for name in ("elastic_net", "boosted_trees")
    )


@pytest.fixture(scope="session")
def bundle(fitted):
    """A blend of both, recalibrated."""
    members = tuple(member.export() for member in fitted)
    model = Model(5, members, (0.4, 0.6), intercept=-0.15, slope=1.2)
    return SimpleNamespace(space=Space(), model=model)
