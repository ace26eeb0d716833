"""The use case above the engines: what it tells, the page it draws, what it refuses."""

from __future__ import annotations

import json
import sys
from types import ModuleType

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from neopcr.errors import UserError
from neopcr.workflows.score import Page, score

CELLS = {
    "patient_id": ["P-canary", "P2", "P3"],
    "age_years": ["50", "old", "41"],
    "her2_ihc": ["3+", "2+", ""],
    "her2_cep17_ratio": ["8.25", "2.5", ""],
}


@pytest.fixture
def cohort(tmp_path):
    pq.write_table(pa.table(CELLS), tmp_path / "cohort.parquet")
    return tmp_path / "cohort.parquet"


def test_every_row_is_told_of(bundle_folder, cohort, tmp_path):
    done = score(str(bundle_folder), cohort, tmp_path / "s.csv", strict=False)
    assert done.data["status"] == {"not_scored": 1, "scored": 2}
    assert "exit_code" not in done.data
    told = "\n".join(done.lines)
    assert "2 scored, 1 not scored\n  not_a_number:age_years: 1 rows" in told
    assert "flagged missing:ctdna: 3 rows" in told
    assert "rows/s" in told
    assert "interrupted" not in told
    assert score(
        str(bundle_folder), cohort, tmp_path / "s.csv", strict=True
    ).data["exit_code"] == 11  # fmt: skip


def test_what_an_interrupted_run_had_done_is_told(bundle_folder, cohort, tmp_path, monkeypatch):
    target = tmp_path / "s.csv"
    score(str(bundle_folder), cohort, target, strict=False)
    manifest = json.loads((tmp_path / "s.csv.manifest.json").read_text()) | {"resumed_rows": 2}
    monkeypatch.setattr("neopcr.workflows.score.score_file", lambda *_, **__: manifest)
    done = score(str(bundle_folder), cohort, target, strict=False)
    assert "2 rows had been scored by a run that was interrupted" in done.lines


@pytest.mark.parametrize("with_ids", [False, True])
def test_the_page_names_patients_where_that_is_asked_for(bundle_folder, cohort, tmp_path, with_ids):
    page = Page(tmp_path / "page.html", with_ids)
    done = score(str(bundle_folder), cohort, tmp_path / "s.csv", strict=False, page=page)
    assert f"page: {page.path}" in done.lines
    text = page.path.read_text()
    assert ("P-canary" in text) is with_ids
    assert "HER2 IHC 3+" in text


def test_the_page_of_a_cohort_without_a_score_has_no_figure(bundle_folder, tmp_path):
    for name, cells in (
        ("none", {"patient_id": ["P1"], "age_years": ["old"]}),
        ("one", {"patient_id": ["P1"], "age_years": ["50"]}),
    ):
        pq.write_table(pa.table(cells), tmp_path / f"{name}.parquet")
        page = Page(tmp_path / f"{name}.html")
        source, target = tmp_path / f"{name}.parquet", tmp_path / f"{name}.csv"
        score(str(bundle_folder), source, target, strict=False, page=page)
    assert "<svg" not in (tmp_path / "none.html").read_text()
    assert "<svg" in (tmp_path / "one.html").read_text()


def test_a_page_that_cannot_be_made_is_refused(bundle_folder, cohort, tmp_path):
    with pytest.raises(UserError, match="Ask for that too"):
        score(
            str(bundle_folder), cohort, tmp_path / "s.csv", strict=False, page=Page(with_ids=True)
        )
    with pytest.raises(UserError, match="of the local engine"):
        score(
            str(bundle_folder),
            cohort,
            tmp_path / "s",
            strict=False,
            spark="local[1]",
            page=Page(tmp_path / "page.html"),
        )
    assert not (tmp_path / "s.csv").exists()


def test_spark_is_handed_the_same_words(bundle_folder, cohort, tmp_path, monkeypatch):
    engine = ModuleType("neopcr.scoring.spark")
    asked = {}

    def score_spark(folder, source, target, **how):
        asked.update(how, folder=folder, source=source, target=target)
        return {"rows": 3, "status": {"scored": 3}, "rule": {}, "flag": {}, "seconds": 0.0}

    engine.score_spark = score_spark
    monkeypatch.setitem(sys.modules, "neopcr.scoring.spark", engine)
    done = score(str(bundle_folder), cohort, tmp_path / "s", strict=True, spark="local[1]")
    assert (asked["master"], asked["source"], asked["target"]) == (
        "local[1]",
        cohort,
        tmp_path / "s",
    )
    assert "exit_code" not in done.data


def test_without_its_extra_spark_is_refused(bundle_folder, cohort, tmp_path, monkeypatch):
    monkeypatch.delitem(sys.modules, "neopcr.scoring.spark", raising=False)
    monkeypatch.setitem(sys.modules, "py4j.protocol", None)
    with pytest.raises(UserError, match=r"neopcr\[spark\]"):
        score(str(bundle_folder), cohort, tmp_path / "s", strict=False, spark="local[1]")
