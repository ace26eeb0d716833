"""The main job, end to end: simulate, train, validate, explain, score."""

from __future__ import annotations

import json
import math
import shutil
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from neopcr.bundle import load_bundle
from neopcr.cli import app
from neopcr.cohort import read_cohort
from neopcr.config import read_config
from neopcr.explain import explain_cohort
from neopcr.modalities import find_column
from neopcr.specs import Landmark
from neopcr.workflows._folds import common_plan
from neopcr.workflows._prepare import prepare

RESEARCH = "Nothing here is a treatment recommendation"


def command(*words: str) -> dict:
    """Run a command with --json; its object, exit code included."""
    done = CliRunner().invoke(app, [*words, "--json"])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return {"exit_code": done.exit_code, **(json.loads(done.stdout) if done.exit_code == 0 else {})}


def test_training_leaves_a_bundle_for_each_landmark_and_a_report(study):
    landmarks = [model["landmark"] for model in study.training["models"]]
    assert landmarks == ["baseline", "c1"]
    for model in study.training["models"]:
        bundle = load_bundle(Path(model["bundle"]))
        assert bundle.landmark.name == model["landmark"]
        assert {column.landmark for column in bundle.space.columns} <= {
            landmark for landmark in Landmark if landmark <= bundle.landmark
        }
        estimates = {one["name"]: one for one in model["performance"]}
        assert (
            estimates["auroc"]["lower"] < estimates["auroc"]["value"] < estimates["auroc"]["upper"]
        )
        assert estimates["auroc"]["events"] > 100
    page = Path(study.training["report"]).read_text(encoding="utf-8")
    assert RESEARCH in page
    assert "What each landmark adds" in page
    assert (study.folder / "training" / "rejects.csv").read_text().startswith("row,column,rule")


def test_a_second_training_makes_version_2_of_the_same_bytes(there):
    first = {model["bundle"]: model["sha256"] for model in there.training["models"]}
    data = command("train", "quick.yaml", "-o", "again", "--models", "models-again")
    assert [Path(model["bundle"]).name for model in data["models"]] == ["1", "1"]
    assert [model["sha256"] for model in data["models"]] == list(first.values())
    second = command("train", "quick.yaml", "-o", "again", "--models", "models-again")
    assert [Path(model["bundle"]).name for model in second["models"]] == ["2", "2"]


def test_landmarks_share_one_fold_plan(there):
    config = read_config(there.config)
    prepared = [prepare(config, landmark) for landmark in config.landmarks]
    plans = common_plan(config, prepared)
    folds = [
        [set(each.cohort.row[fold].tolist()) for fold in plan[0]]
        for each, plan in zip(prepared, plans, strict=True)
    ]
    assert all(later <= earlier for earlier, later in zip(*folds, strict=True))
    for each, plan in zip(prepared, plans, strict=True):
        for fold in plan[0]:
            outside = np.setdiff1d(np.arange(len(each.y)), fold)
            assert not set(each.groups[fold]) & set(each.groups[outside])


def test_external_validation_reports_whatever_comes_out(there):
    predictions = pd.read_csv("new/patients.csv", dtype=str)[["patient_id"]]
    predictions["p_pcr"] = 0.5
    predictions.iloc[3:].to_csv("constant.csv", index=False)
    data = command(
        "validate", there.bundle(), "quick.yaml", "-o", "validation", "--against", "constant.csv"
    )
    estimates = {one["name"]: one for one in data["performance"] if one["group"] == "all"}
    assert 0.5 < estimates["auroc"]["value"] < 0.95
    against = {
        row["difference"]["name"]: row for row in data["against"] if row["label"] == "All patients"
    }
    assert against["auroc_difference"]["second"]["value"] == 0.5
    assert against["auroc_difference"]["difference"]["value"] == pytest.approx(
        against["auroc_difference"]["first"]["value"] - 0.5
    )
    page = Path("validation/report.html").read_text(encoding="utf-8")
    assert RESEARCH in page
    assert "Against p_pcr" in page


def test_explanation_adds_up_for_every_patient(there):
    data = command("explain", there.bundle(), "new.parquet", "-o", "explanation")
    assert data["largest_additivity_error"] < 1e-6
    rows = pq.read_table("explanation/contributions.parquet").to_pandas()
    total = rows.drop(columns=["row", "p_pcr"]).sum(axis=1)
    logit = np.log(rows["p_pcr"] / (1 - rows["p_pcr"]))
    np.testing.assert_allclose(total, logit, atol=1e-6)
    assert len(rows) == data["n"] == 150


def test_a_patients_page_is_drawn_only_when_asked_for(there):
    patient = pq.read_table("new.parquet")["patient_id"][0].as_py()
    assert not Path("explanation-one").exists()
    data = command(
        "explain", there.bundle(), "new.parquet", "-o", "explanation-one", "--patient", patient
    )
    assert data["pages"][-1].endswith("patient.html")
    refused = command("explain", there.bundle(), "new.parquet", "-o", "x", "--patient", "nobody")
    assert refused["exit_code"] == 11


def test_scores_are_one_row_in_one_row_out_and_equal_the_explanation(there):
    data = command("score", there.bundle(), "new.parquet", "-o", "scores.parquet")
    scores = pq.read_table("scores.parquet").to_pandas()
    assert len(scores) == data["rows"] == 150
    cohort, _ = read_cohort(Path("new.parquet"), find_column)
    p = explain_cohort(load_bundle(Path(there.bundle()) / "1"), cohort.table).p
    scored = scores["status"] == "scored"
    np.testing.assert_array_equal(scores.loc[scored, "p_pcr"], p[scored.to_numpy()])


def test_scores_of_csv_and_parquet_are_the_same(there):
    command("assemble", "quick.yaml", "--external", "-o", "new.csv")
    command("score", there.bundle(), "new.csv", "-o", "from_csv.parquet")
    command("score", there.bundle(), "new.parquet", "-o", "from_parquet.parquet")
    assert pq.read_table("from_csv.parquet") == pq.read_table("from_parquet.parquet")


def test_strict_scoring_says_so_when_a_row_is_not_scored(there):
    table = pd.read_csv("new.csv", dtype=str) if Path("new.csv").exists() else None
    if table is None:
        command("assemble", "quick.yaml", "--external", "-o", "new.csv")
        table = pd.read_csv("new.csv", dtype=str)
    table.loc[4, "ki67_percent"] = "high"
    table.to_csv("broken.csv", index=False)
    lenient = command("score", there.bundle(), "broken.csv", "-o", "broken.parquet")
    # Two had one cycle, then surgery: no patients of a model after cycle 1.
    assert lenient["status"] == {"not_scored": 3, "scored": 147}
    assert lenient["rule"] == {"not_a_number:ki67_percent": 1, "off_therapy_at_landmark": 2}
    assert (
        command("score", there.bundle(), "broken.csv", "-o", "b.csv", "--strict")["exit_code"] == 11
    )


@pytest.mark.usefixtures("there")
def test_screening_answers_for_every_patient():
    data = command("screen", "nct07239271", "new.parquet", "-o", "screening.csv")
    table = pd.read_csv("screening.csv")
    assert len(table) == data["n"] == 150
    assert table["eligible"].value_counts().to_dict() == {
        answer: count for answer, count in data["eligible"].items() if count
    }
    assert set(table["I2"]) <= {"met", "not_met", "unknown"}
    assert command("screen", "nct0", "new.parquet", "-o", "x.csv")["exit_code"] == 10


def test_simulated_reports_hold_what_is_reachable(study):
    page = Path(study.training["report"]).read_text(encoding="utf-8")
    assert "Reachable" in page
    assert not math.isnan(study.training["seconds"])


def test_the_spark_engine_refuses_like_the_local_one(there, monkeypatch):
    for engine in ("local", "spark"):
        refused = command("score", there.bundle(), "absent.csv", "-o", "x.csv", "--engine", engine)
        assert refused["exit_code"] == 11
    monkeypatch.delitem(sys.modules, "neopcr.scoring.spark", raising=False)
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    refused = command("score", there.bundle(), "new.parquet", "-o", "x", "--engine", "spark")
    assert refused["exit_code"] == 2


@pytest.mark.java
@pytest.mark.skipif(shutil.which("java") is None, reason="Java is not installed")
@pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")
def test_the_spark_engine_gives_the_same_scores(there):
    command("score", there.bundle(), "new.parquet", "-o", "local.parquet")
    words = ("--engine", "spark", "--master", "local[2]")
    command("score", there.bundle(), "new.parquet", "-o", "sparked", *words)
    assert pq.read_table("sparked").sort_by("row") == pq.read_table("local.parquet")
