"""What the room offers is imported when it is asked for."""

from __future__ import annotations

import subprocess
import sys

import pytest

from neopcr import cohort


def test_every_name_on_offer_is_there_and_no_other():
    assert set(cohort.__all__) == set(cohort._HOME)
    assert all(getattr(cohort, name).__name__ for name in cohort.__all__ if name[0].islower())
    with pytest.raises(AttributeError, match="no attribute 'absent'"):
        cohort.absent  # noqa: B018


def test_who_scores_loads_no_library_that_scoring_does_without():
    unwanted = {"duckdb", "matplotlib", "mlflow", "shap", "sklearn", "statsmodels", "xgboost"}
    code = "import sys, neopcr.cli, neopcr.workflows.score; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert unwanted.isdisjoint(done.stdout.split())
