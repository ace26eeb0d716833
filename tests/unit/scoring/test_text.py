"""Reasons in words, beside those in names and numbers."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest

from command_line import run
from neopcr.errors import TargetError
from neopcr.scoring import SCORE_SCHEMA, prepare, score_batch, score_file

TEXTS = [f"reason_{k}_text" for k in range(1, 6)]


@pytest.fixture
def cohort():
    return pa.table({
        "patient_id": ["A", "B", "C"],
        "age_years": ["50", "61", "oops"],
        "her2_cep17_ratio": ["8.43", "", "2"],
        "ctdna_detected_baseline": ["1", "", "0"],
    })  # fmt: skip


def test_every_reason_is_said_in_words(bundle, cohort):
    scores = score_batch(prepare(bundle, text=True), cohort)
    assert scores.schema.names == [*SCORE_SCHEMA.names, *TEXTS]
    first, second, third = scores.to_pylist()
    assert first["reason_1"] == "her2_cep17_ratio"
    assert first["reason_1_text"].startswith("HER2/CEP17 ratio 8.4 (raises p_pcr by ")
    assert "age 50 years (lowers p_pcr by " in " ".join(filter(None, map(first.get, TEXTS)))
    lacking = {second[f"reason_{k}"]: second[f"reason_{k}_text"] for k in range(1, 6)}
    assert lacking["ctdna_detected_baseline"].startswith(
        "ctDNA at baseline not measured (lowers p_pcr by "
    )
    # What is not scored has no reasons, in words or without.
    assert [third[name] for name in TEXTS] == [None] * 5
    for row in (first, second):
        for k in range(1, 6):
            assert (row[f"reason_{k}"] is None) == (row[f"reason_{k}_text"] is None)


def test_words_change_no_score(bundle, scorer, cohort):
    worded = score_batch(prepare(bundle, text=True), cohort).select(SCORE_SCHEMA.names)
    assert worded.equals(score_batch(scorer, cohort))


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_a_file_of_scores_has_them_when_asked_for(bundle_folder, cohort, tmp_path, suffix):
    pq.write_table(cohort, tmp_path / "cohort.parquet")
    target = tmp_path / f"scores.{suffix}"
    score_file(bundle_folder, tmp_path / "cohort.parquet", target, text=True)
    read = pq.read_table if suffix == "parquet" else pa_csv.read_csv
    assert read(target).column_names == [*SCORE_SCHEMA.names, *TEXTS]
    score_file(bundle_folder, tmp_path / "cohort.parquet", target)
    assert read(target).column_names == SCORE_SCHEMA.names


def test_parts_without_words_are_not_gone_on_with(bundle_folder, cohort, tmp_path, monkeypatch):
    pq.write_table(cohort, tmp_path / "cohort.parquet")
    files = (bundle_folder, tmp_path / "cohort.parquet", tmp_path / "scores.csv")

    def full(*_args):
        raise OSError(28, "")

    with monkeypatch.context() as broken:
        broken.setattr("neopcr.scoring.writers.ScoreWriter.write", full)
        with pytest.raises(TargetError):
            score_file(*files)
    with pytest.raises(TargetError, match=r"what is asked for \(--text\)"):
        score_file(*files, text=True)
    score_file(*files)


def test_the_command_line_asks_for_words(bundle_folder, cohort, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    pq.write_table(cohort, "cohort.parquet")
    done = run(f"score {bundle_folder} cohort.parquet -o scores.csv --text")
    assert done.exit_code == 0, done.output
    assert "HER2/CEP17 ratio 8.4 (raises p_pcr by" in Path("scores.csv").read_text()
