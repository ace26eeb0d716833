"""What is said of a score's firmness, held against simulated patients whose truth is known.

E[pCR | observed columns] is that of a boosted model of the true probabilities (centre's shift
included) of 100,000 patients of 200 centres, on the same columns.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from scipy.special import logit

from neopcr.bundle import load_bundle
from neopcr.config import read_config
from neopcr.estimators import ESTIMATORS
from neopcr.features import feature_space
from neopcr.kernel import compile_model, judge, probability
from neopcr.kernel import logit as logit_of
from neopcr.pipeline import products_for
from neopcr.simulation import simulate, write_trial
from neopcr.simulation.measure import _cohort
from neopcr.specs import Landmark
from neopcr.validation import cross_validate, fold_plan, label_coverage
from neopcr.workflows._prepare import prepare
from neopcr.workflows._uncertainty import uncertainty_of
from neopcr.workflows.explain import explain
from neopcr.workflows.score import score
from neopcr.workflows.train import classifier

SIMULATED = Path(__file__).parents[2] / "configs" / "simulated.yaml"
STUDIES = 12
ORACLE = {
    "max_depth": 4, "learning_rate": 0.05, "n_trees": 600, "min_child_weight": 20.0,
    "subsample": 0.8, "colsample_bynode": 0.5, "reg_lambda": 5.0,
}  # fmt: skip


def test_a_bundle_holds_all_of_it_and_scores_say_so(there):
    bundle = load_bundle(Path(there.bundle()) / "1")
    known = bundle.uncertainty
    assert known.width.factor >= 1.0
    assert bundle.space.names[known.labels.feature] == "hr_positive"
    p = np.array([0.1, 0.5, 0.9])
    X = np.full((3, len(bundle.space.names)), np.nan)
    said = judge(known, X, logit(p))
    assert np.all((said.lower < p) & (p < said.upper))


@pytest.mark.parametrize("draws", [0, 1])
def test_without_refits_there_is_no_interval(there, draws):
    config = read_config(there.config)
    none = config.model_copy(
        update={"resampling": config.resampling.model_copy(update={"bootstrap": draws})}
    )
    prepared = prepare(config, Landmark.baseline)
    X, y, groups = prepared.X, prepared.y, prepared.groups
    whole = classifier(config, prepared, singly=True).set_params(lacking=())
    fitted = whole.fit(X, y, groups=groups)
    rest, ranks = uncertainty_of(none, prepared, fitted, (), np.full((1, len(y)), 0.5))
    assert rest.width is None
    assert ranks is None
    assert rest.labels is not None


def test_pages_say_how_firm_scores_are(there):
    patient = pq.read_table("new.parquet", columns=["patient_id"])["patient_id"][0].as_py()
    said = explain(there.bundle(), Path("new.parquet"), Path("firm"), patient=patient).data
    widths = said["assay_robustness"]
    assert list(widths) == ["HER2 IHC", "HER2/CEP17 ratio", "Ki-67", "ER", "all of them"]
    assert 0 < widths["Ki-67"] <= widths["all of them"] < 0.5
    cohort, one = (Path(page).read_text(encoding="utf-8") for page in said["pages"])
    assert "If an assay had been read again" in cohort
    assert "How far from the training patients" in one
    assert "If the assays had been read again" in one
    assert "How far from the training patients" not in cohort
    again = explain(there.bundle(), Path("new.parquet"), Path("again"), patient=patient).data
    for before, after in zip(said["pages"], again["pages"], strict=True):
        assert Path(before).read_bytes() == Path(after).read_bytes()


def test_scores_carry_intervals_and_flags(there):
    score(there.bundle(), Path("new.parquet"), Path("firm.parquet"), strict=False)
    every = pq.read_table("firm.parquet").to_pandas()
    scores = every[every["status"] == "scored"]
    assert np.all((scores["p_lower"] < scores["p_pcr"]) & (scores["p_pcr"] < scores["p_upper"]))
    flags = scores["flags"].str.split(";").explode().value_counts()
    assert 0.2 < flags["undecided"] / len(scores) < 0.95
    assert flags.get("out_of_applicability", 0) / len(scores) < 0.1


def _studied(seed, config):
    """One study of 1,000 patients in 10 centres, and what it says of its scores."""
    write_trial(simulate(n=1000, seed=seed), Path("demo/trial"))
    prepared = prepare(config, Landmark.baseline)
    X, y, groups = prepared.X, prepared.y, prepared.groups
    plan = fold_plan(y, folds=5, repeats=1, seed=0, groups=groups)
    fitted = classifier(config, prepared, singly=True).fit(X, y, groups=groups)
    folds = cross_validate(classifier(config, prepared), X, y, plan, groups=groups)
    known, _ = uncertainty_of(config, prepared, fitted, plan, folds.p)
    return prepared.space, fitted.model_, known


def _oracle(config, folder):
    """New patients, and E[pCR | observed columns] of each."""
    (many, truth), (new, _) = (
        _cohort(config, Landmark.baseline, "nct07239271", drawn, folder / str(drawn[1]))
        for drawn in ((100_000, 101), (20_000, 102))
    )
    offered = [column.name for column in many.columns]
    plain = feature_space(config.modalities, offered, Landmark.baseline)
    space = feature_space(config.modalities, offered, Landmark.baseline, products_for(plain.names))
    oracle = ESTIMATORS["boosted_trees"].build(ORACLE, 0).fit(space.matrix(many.table), truth)
    X = space.matrix(new.table)
    return new, space, X, probability(oracle.decision_function(X))


@pytest.mark.slow
def test_intervals_and_label_sets_cover_simulated_patients(tmp_path, monkeypatch):
    config = read_config(SIMULATED)
    few = {"repeats": 1, "trials": 10}
    config = config.model_copy(update={"resampling": config.resampling.model_copy(update=few)})
    new, space, X, expected = _oracle(config, tmp_path)
    intervals, narrow, sets, outside = [], [], [], []
    for seed in range(1, STUDIES + 1):
        home = tmp_path / f"study{seed}"
        home.mkdir()
        monkeypatch.chdir(home)
        own, model, known = _studied(seed, config)
        assert own.names == space.names
        z = logit_of(compile_model(model), X)
        said = judge(known, X, z)
        intervals.append(np.mean((said.lower <= expected) & (expected <= said.upper)))
        unwidened = judge(replace(known, width=replace(known.width, factor=1.0)), X, z)
        narrow.append(np.mean((unwidened.lower <= expected) & (expected <= unwidened.upper)))
        outside.append(said.outside.mean())
        hr = X[:, known.labels.feature]
        sets.append([
            label_coverage(known.labels, new.pcr[cell], z[cell], group).covered
            for group in (0, 1)
            for outcome in (0.0, 1.0)
            for cell in [(hr == group) & (new.pcr == outcome)]
        ])  # fmt: skip
    print(  # noqa: T201
        f"instability interval covers {np.mean(intervals):.3f} ({min(intervals):.3f}-"
        f"{max(intervals):.3f}), without its factor {np.mean(narrow):.3f}; label sets "
        f"{np.round(np.mean(sets, axis=0), 3)}; outside {np.mean(outside):.4f}"
    )
    assert np.mean(intervals) > 0.9
    assert np.mean(narrow) < np.mean(intervals)
    np.testing.assert_allclose(np.mean(sets, axis=0), 0.9, atol=0.02)
    assert 0.002 < np.mean(outside) < 0.03
