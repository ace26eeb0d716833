"""Folds for other tools: they get the columns our pipeline reads, and no outcome of the tested."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from neopcr.config import read_config
from neopcr.simulation import simulate, write_trial
from neopcr.specs import Landmark
from neopcr.validation import fold_plan
from neopcr.workflows._prepare import prepare

ROOT = Path(__file__).parents[2]
PEERS = ROOT / "benchmarks" / "peers"


@pytest.fixture
def peers(monkeypatch):
    """The modules of the folder, which is no package."""
    monkeypatch.syspath_prepend(str(PEERS))
    return {name: importlib.import_module(name) for name in ("environment", "folds", "peer")}


@pytest.fixture
def written(peers, tmp_path, monkeypatch):
    """A small cohort, its plan and its folds as files."""
    monkeypatch.chdir(tmp_path)
    write_trial(simulate(n=80, seed=3), Path("trial"))
    prepared = prepare(read_config(ROOT / "configs" / "quick.yaml"), Landmark.baseline)
    plan = fold_plan(prepared.y, folds=3, repeats=1, seed=0)
    peers["folds"].write_folds(prepared, plan, tmp_path / "folds")
    return prepared, plan, tmp_path / "folds"


def test_a_tested_patient_has_no_outcome_and_is_not_trained_on(written):
    prepared, [plan], folder = written
    columns = {column.name for column in prepared.space.columns}
    for number, rows in enumerate(plan):
        train, test = (
            pd.read_parquet(folder / f"fold_{number}_{part}.parquet") for part in ("train", "test")
        )
        assert set(test) == columns | {"row"}
        assert set(train) == set(test) | {"pcr"}
        assert test["row"].tolist() == rows.tolist()
        assert sorted([*train["row"], *test["row"]]) == list(range(len(prepared.y)))
        np.testing.assert_array_equal(train["pcr"], prepared.y[train["row"]])


def test_categories_go_by_name_and_what_is_missing_stays_missing(peers, written):
    prepared, _, _ = written
    frame = peers["folds"].columns_of(prepared)
    gaps = 0
    for column in prepared.space.columns:
        values = prepared.cohort.table[column.name]
        if column.kind != "category":
            np.testing.assert_array_equal(frame[column.name], values)
            continue
        names = [None if code < 0 else column.categories[code] for code in values]
        assert [None if pd.isna(name) else name for name in frame[column.name]] == names
        gaps += names.count(None)
    assert gaps


def test_predictions_of_every_fold_come_back_by_row(peers, written, monkeypatch):
    prepared, _, folder = written
    peer = peers["peer"]

    def age_alone(X, y, test):
        assert len(X) == len(y) == len(prepared.y) - len(test)
        assert isinstance(X["her2_ihc"].dtype, pd.CategoricalDtype)
        return test["age_years"].to_numpy() / 200.0

    monkeypatch.setitem(peer.PEERS, "age", peer.Peer("pandas", "pandas", age_alone))
    peer.main("age", folder)
    predicted = pd.read_parquet(folder / "age_predictions.parquet").set_index("row")["p"]
    expected = prepared.cohort.table["age_years"] / 200.0
    np.testing.assert_array_equal(predicted.sort_index(), expected)
    told = json.loads((folder / "age_times.json").read_text())
    assert told["version"] == pd.__version__
    assert [set(fold) for fold in told["folds"]] == [{"wall", "cpu"}] * 3


def test_every_peer_has_its_list_of_requirements(peers):
    lists = {path.stem: path.read_text() for path in peers["environment"].LISTS.glob("*.txt")}
    assert set(lists) == set(peers["peer"].PEERS)
    for name, one in peers["peer"].PEERS.items():
        assert f"\n{one.distribution}" in f"\n{lists[name]}"


def test_requirements_are_installed_in_the_order_of_the_list(peers, tmp_path, monkeypatch):
    asked = []

    def noted(command, **_):
        asked.append([str(word) for word in command])
        (tmp_path / "autogluon").mkdir(exist_ok=True)
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(peers["environment"].subprocess, "run", noted)
    python = peers["environment"].ensure("autogluon", tmp_path)
    assert asked[0][:3] == [sys.executable, "-m", "venv"]
    assert [words[0] for words in asked[1:]] == [str(python)] * 4
    assert [words[-1].split("=")[0] for words in asked[1:]] == [
        "torch", "autogluon.tabular[catboost,fastai,lightgbm,xgboost]", "psutil", "pyarrow",
    ]  # fmt: skip
    asked.clear()
    assert peers["environment"].ensure("autogluon", tmp_path) == python
    assert not asked
