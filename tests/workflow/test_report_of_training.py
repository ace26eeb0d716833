"""What a training leaves to be read: page 1, comparators, checklists, and a card bound to its bundle."""

from __future__ import annotations

import re


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
