"""What a validation leaves to be read: checklists of an evaluation, who the patients are, a card."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from neopcr.config import read_config
from neopcr.workflows.validate import validate


@pytest.fixture(scope="module")
def written(study, tmp_path_factory):
    """Report and card of the bundle in the new cohort."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(study.folder)
        folder = tmp_path_factory.mktemp("validation")
        done = validate(study.bundle(), study.config, folder, against=None, column="p_pcr")
    page, card = ((folder / name).read_text("utf-8") for name in ("report.html", "model_card.md"))
    return done.data, page, card


def test_checklists_speak_of_an_evaluation(written):
    _, page, _ = written
    for title, items in (("TRIPOD+AI.", 52), ("PROBAST+AI, model evaluation.", 18)):
        found = re.search(
            rf"<b>{re.escape(title)}</b> (\d+) of {items} items done, (\d+) open, (\d+) not", page
        )
        assert sum(map(int, found.groups())) == items
    assert "PROBAST+AI, model development." not in page
    assert "whose files are not those of the training" in page
    assert "The bundle was frozen before this cohort was read." in page


def test_the_size_of_the_evaluation_is_told(written):
    _, page, _ = written
    assert "An evaluation asks for at least 100 patients with" in page
    assert "intervals are wide, and calibration is hardly told" in page


def test_the_card_is_bound_to_the_bundle_and_says_who_was_examined(written):
    data, _, card = written
    assert f"`{data['bundle']}`" in card
    assert re.search(
        r"\*\*Evaluated in\*\*: \d+ patients of the config's `external` block, of 10 centres; "
        r"made from \d+ others, \d+ with pCR\.",
        card,
    )
    assert "**Training cohort**" not in card


@pytest.mark.parametrize("which", ["training", "validation"])
def test_who_the_patients_are_is_told_by_outcome_and_never_of_few(study, written, which):
    training = (study.folder / "training" / "report.html").read_text("utf-8")
    page = training if which == "training" else written[1]
    table = page[page.index("characteristics of the patients.") :]
    table = table[: table.index("</table>")]
    names = set(re.findall(r"<code>(\w+)</code>", table))
    assert {"age_years", "her2_ihc", "arm"} <= names
    assert not {"patient_id", "centre", "first_dose_date", "pcr"} & names
    shares = r">([\d,]+) \([\d.]+\s%\)"
    counts = [int(each.replace(",", "")) for each in re.findall(shares, table)]
    assert min(count for count in counts if count) >= 5
    assert "not shown" in table


def test_training_files_are_no_external_evaluation(study, tmp_path, monkeypatch):
    monkeypatch.chdir(study.folder)
    text = Path(study.config).read_text("utf-8").replace("new/", "trial/")
    (tmp_path / "same.yaml").write_text(text, encoding="utf-8")
    read_config(tmp_path / "same.yaml")
    validate(study.bundle(), tmp_path / "same.yaml", tmp_path / "out", against=None, column="p_pcr")
    page = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert "this is no external evaluation" in page
