"""MLflow's ways of scoring give the numbers of ours."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pandas as pd
import pyarrow.parquet as pq
import pytest

from neopcr import tracking
from neopcr.scoring import model_inputs, score_file
from neopcr.scoring.pyfunc import _load_pyfunc

COHORT = pd.DataFrame({
    "patient_id": ["P1", "P2", "P3", "P3", "P5"],
    "age_years": [50.0, 61.0, 40.0, 41.0, 300.0],
    "her2_cep17_ratio": [8.25, 2.5, None, 3.0, 3.0],
    "her2_ihc": ["3+", None, "2+", "2+", "1+"],
    "ctdna_detected_baseline": [1, 0, 1, 1, 0],
})  # fmt: skip


@pytest.fixture(scope="module")
def ours(bundle_folder, tmp_path_factory):
    """Return what ``neopcr score`` writes for the cohort."""
    folder = tmp_path_factory.mktemp("ours")
    COHORT.to_csv(folder / "cohort.csv", index=False)
    score_file(bundle_folder, folder / "cohort.csv", folder / "scores.parquet")
    return pq.read_table(folder / "scores.parquet").to_pandas()


@pytest.fixture(scope="module")
def model(bundle, bundle_folder, tmp_path_factory):
    folder = tmp_path_factory.mktemp("mlflow") / "model"
    tracking.save_model(bundle_folder, model_inputs(bundle), folder)
    return folder


def test_the_loader_scores_as_the_file_engine_does(bundle_folder, ours):
    scores = _load_pyfunc(str(bundle_folder)).predict(COHORT)
    pd.testing.assert_frame_equal(scores, ours, check_exact=True)
    assert ours["rule"].tolist() == ["", "", *["duplicate_id"] * 2, "out_of_range:age_years"]


def test_a_bad_cell_costs_its_own_row_alone(bundle_folder, ours):
    mixed = COHORT.astype({"age_years": object})
    mixed.loc[0, "age_years"] = "canary"
    mixed.loc[1, "age_years"] = 61
    scores = _load_pyfunc(str(bundle_folder)).predict(mixed)
    assert scores["rule"].tolist()[:2] == ["not_a_number:age_years", ""]
    pd.testing.assert_frame_equal(scores[1:], ours[1:], check_exact=True)


def test_mlflow_loads_it_without_a_pickle_and_scores_the_same(model, ours, monkeypatch):
    monkeypatch.setenv("MLFLOW_ALLOW_PICKLE_DESERIALIZATION", "false")
    with tracking._mlflow() as mlflow:
        scores = mlflow.pyfunc.load_model(str(model)).predict(COHORT)
    pd.testing.assert_frame_equal(scores, ours, check_exact=True)


def test_mlflow_passes_whole_numbers_and_bad_cells_on(model, ours):
    plain = COHORT.assign(age_years=[50, 61, 40, 41, 300], grade="canary")
    with tracking._mlflow() as mlflow:
        scores = mlflow.pyfunc.load_model(str(model)).predict(plain)
    assert set(scores["rule"]) == {"not_a_number:grade", "duplicate_id", "out_of_range:age_years"}
    with tracking._mlflow() as mlflow:
        scores = mlflow.pyfunc.load_model(str(model)).predict(plain.drop(columns="grade"))
    pd.testing.assert_frame_equal(scores, ours, check_exact=True)


def test_mlflow_models_predict_says_the_same(model, ours, tmp_path):
    (tmp_path / "in.json").write_text(json.dumps({"dataframe_split": COHORT.to_dict("split")}))
    environment = os.environ | {
        "MLFLOW_ALLOW_PICKLE_DESERIALIZATION": "false", "MLFLOW_DISABLE_TELEMETRY": "true",
    }  # fmt: skip
    command = [
        sys.executable, "-m", "mlflow", "models", "predict", "--env-manager", "local",
        "-m", str(model), "-i", str(tmp_path / "in.json"), "-o", str(tmp_path / "out.json"),
        "-t", "json",
    ]  # fmt: skip
    done = subprocess.run(
        command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    predictions = json.loads((tmp_path / "out.json").read_text())["predictions"]
    # Names in the order of the score table, numbers as its own.
    assert list(predictions[0]) == list(ours)
    theirs = pd.DataFrame(predictions).astype(ours.dtypes)
    pd.testing.assert_frame_equal(theirs, ours, check_exact=True)


def test_scoring_imports_no_library_of_training():
    program = (
        "import sys, neopcr.scoring.pyfunc\n"
        "heavy = {'mlflow', 'sklearn', 'xgboost', 'shap', 'matplotlib', 'pyspark', 'statsmodels'}\n"
        "sys.exit(', '.join(sorted(heavy & set(sys.modules))))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.stderr.strip() == ""
