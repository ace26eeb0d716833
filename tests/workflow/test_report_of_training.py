"""What a training leaves to be read: page 1, comparators, checklists, and a card bound to its bundle."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np

from neopcr.bundle import load_bundle
from neopcr.config import read_config
from neopcr.validation import fold_plan
from neopcr.workflows._firmness import firmness
from neopcr.workflows._prepare import prepare


def test_what_comes_first_is_what_a_reader_must_see_first(study):
    page = (study.folder / "training" / "report.html").read_text(encoding="utf-8")
    glance = page[page.index('id="glance"') : page.index('id="flow"')]
    for said in ("AUROC", "Calibration.</b>", "Decision curve.</b>", "Predictions by outcome.</b>"):
        assert said in glance
    assert "Against simple and published models, baseline" in page
    assert "HR status alone" in page


def test_checklists_are_filled_in(study):
    page = (study.folder / "training" / "report.html").read_text(encoding="utf-8")
    for title, items in (
        ("TRIPOD+AI.", 52),
        ("PROBAST+AI, model development.", 16),
        ("PROBAST+AI, model evaluation.", 18),
    ):
        found = re.search(
            rf"<b>{re.escape(title)}</b> (\d+) of {items} items done, (\d+) open, (\d+) not", page
        )
        assert sum(map(int, found.groups())) == items


def test_the_card_names_each_bundle_by_its_hash(study):
    card = (study.folder / "training" / "model_card.md").read_text(encoding="utf-8")
    for model in study.training["models"]:
        assert f"`{model['sha256']}`" in card
        overall = {one["name"]: one for one in model["performance"]}
        assert f"{overall['auroc']['value']:.3f} (" in card


def test_the_card_counts_centres(study):
    card = (study.folder / "training" / "model_card.md").read_text(encoding="utf-8")
    assert re.search(r"\*\*Training cohort\*\*: \d+ patients at baseline, of 10 centres", card)


def test_how_firm_scores_are_is_said_and_never_called_confidence(study):
    page = (study.folder / "training" / "report.html").read_text(encoding="utf-8")
    for landmark in ("baseline", "c1"):
        assert f"Instability of a score, {landmark}" in page
        known = load_bundle(Path(study.bundle(landmark)) / "1").uncertainty
        assert f"widened by a factor of {known.width.factor:.2f}" in page
    assert "instability, and no confidence interval" in page
    assert page.count("confidence") == page.count("no confidence interval") == 2
    shares = re.findall(r"([\d.]+)\N{NO-BREAK SPACE}% lie within, ([\d.]+)", page)
    assert len(shares) == 2
    for within, without in shares:
        assert float(without) <= float(within)
    assert "HR positive, residual disease" in page
    assert "both left open" in page


def test_a_bundle_that_knows_nothing_of_it_is_silent(study):
    bare = SimpleNamespace(bundle=SimpleNamespace(uncertainty=None))
    assert firmness(bare) is None
    known = load_bundle(Path(study.bundle()) / "1").uncertainty
    nothing = replace(known, width=None, labels=None)
    assert firmness(SimpleNamespace(bundle=SimpleNamespace(uncertainty=nothing))) is None


def test_a_bundle_without_refits_or_without_label_sets_tells_the_rest(study, there):
    """A small cohort has no label sets, and a config may ask for no refits."""
    bundle = load_bundle(Path(study.bundle()) / "1")
    known = bundle.uncertainty
    prepared = prepare(read_config(there.config), bundle.landmark)
    model = SimpleNamespace(model_=bundle.model, as_members_saw=lambda X: (model, X))
    rng = np.random.default_rng(0)
    trained = SimpleNamespace(
        prepared=prepared, classifier=model, plan=fold_plan(prepared.y, folds=4, repeats=1, seed=0),
        folds=SimpleNamespace(p=rng.uniform(0.2, 0.8, (1, len(prepared.y)))),
    )  # fmt: skip
    trained.bundle = SimpleNamespace(uncertainty=replace(known, width=None))
    sets = firmness(trained)
    assert "widened" not in sets.note
    assert {one.group.split(",")[0] for one in sets.estimates} >= {"HR positive", "HR negative"}
    trained.bundle.uncertainty = replace(known, labels=replace(known.labels, feature=-1))
    assert {one.group for one in firmness(trained).estimates} == {
        "all, pCR",
        "all, residual disease",
    }
    trained.bundle.uncertainty = replace(known, labels=None)
    interval = firmness(trained)
    assert "widened" in interval.note
    assert "left open" not in interval.note
    assert interval.estimates == ()
