"""A small cohort at a landmark, as workflows prepare it, and a model that is fitted at once."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from neopcr.config import CohortConfig, Config, WideTable
from neopcr.features import feature_space
from neopcr.modalities import find_column
from neopcr.specs import Cohort, Landmark
from neopcr.validation import cross_validate, fold_plan
from neopcr.workflows._prepare import Prepared

N = 240


@pytest.fixture(scope="session")
def small() -> Prepared:
    """240 patients of five centres; HR status and Ki-67 carry the outcome, age does not."""
    rng = np.random.default_rng(3)
    positive, ki67 = rng.random(N) < 0.6, rng.uniform(0, 80, N)
    y = (rng.random(N) < 1 / (1 + np.exp(1.2 * positive - 0.03 * ki67 + 0.4))).astype(float)
    status = positive.astype(np.int16)
    status[:9] = -1
    ki67[9:15] = np.nan
    date = np.datetime64("2024-01-01") + rng.permutation(N).astype("timedelta64[D]")
    date[:4] = np.datetime64("NaT", "D")
    centre = np.array([f"c{number}" for number in rng.integers(5, size=N)], dtype=object)
    centre[:3] = None
    table = {
        "age_years": rng.uniform(30, 75, N).round(),
        "hr_status": status,
        "ki67_percent": ki67,
        "her2_ihc": rng.integers(2, 4, N).astype(np.int16),
        "centre": centre,
        "first_dose_date": date,
    }
    columns = tuple(find_column(name) for name in table)
    space = feature_space(["clinical", "receptors", "her2"], list(table), Landmark.baseline)
    return Prepared(
        landmark=Landmark.baseline,
        cohort=Cohort(
            table=table, columns=columns, patient_id=np.arange(N).astype(object),
            row=np.arange(1, N + 1), pcr=y, definition="ypT0/Tis ypN0",
        ),
        problems=(),
        space=space,
        X=space.matrix(table),
        groups=None,
    )  # fmt: skip


@pytest.fixture
def asked():
    """A config with some keys of its own."""

    def make(resampling=None, **keys) -> Config:
        return Config(
            name="small",
            modalities=("clinical", "receptors", "her2"),
            cohort=CohortConfig(patients=WideTable(path=("a.csv",))),
            resampling=resampling or {},
            **keys,
        )

    return make


@pytest.fixture(scope="session")
def plan(small):
    return fold_plan(small.y, folds=4, repeats=1, seed=0)


@pytest.fixture(scope="session")
def quick():
    """Stands for the classifier: fitted in a moment, blind to groups."""
    return lambda _: make_pipeline(
        SimpleImputer(keep_empty_features=True), LogisticRegression(max_iter=500)
    )


@pytest.fixture(scope="session")
def out_of_fold(small, plan, quick):
    return cross_validate(quick(small), small.X, small.y, plan, n_jobs=1).p


@pytest.fixture(scope="session")
def trained(small):
    """What checklists look at."""
    return SimpleNamespace(prepared=small, bundle=SimpleNamespace(provenance={"commit": "abc"}))
