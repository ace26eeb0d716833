"""One pass over a cohort: every row answered or among the rejects, whatever the batches."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from neopcr.errors import InternalError, TableError, TargetError
from neopcr.modalities import find_column
from neopcr.specs import Problem
from neopcr.workflows._answers import Account
from neopcr.workflows._streamed import Question, answer_file

READ = ("age_years", "sex", "ecog", "first_dose_date", "surgery_date", "regimen_assigned")
TABLE = """patient_id,age_years,sex,first_dose_date,surgery_date
=a,50,female,2024-01-02,2023-01-01
b,x,male,,
c,40,male,,
c,41,male,,
,40,male,,
=d,44,female,2024-01-01,2024-09-01
e,30,female,2024-02-30,
f,99,female,,
"""


def old(table):
    codes = pa.array((table["age_years"] > 45).astype(np.int8))
    assert {*READ, "patient_id"} <= set(table)
    return {"old": pa.DictionaryArray.from_arrays(codes, pa.array(["no", "yes"]))}


def too_old(table):
    return [Problem("age_years", "too_old", np.flatnonzero(table["age_years"] > 90))]


QUESTION = Question(
    columns=tuple(find_column(name) for name in READ),
    answer=old,
    check=too_old,
    about={"who": "us"},
)


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "cohort.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


def test_every_row_is_answered_or_named_in_the_rejects(source):
    target = source.with_name("answers.csv")
    manifest = answer_file(source, target, QUESTION)
    assert target.read_text().splitlines() == ['"row","patient_id","old"', '6,"\'=d","no"']
    assert source.with_name("answers.csv.rejects.csv").read_text().splitlines() == [
        "row,column,rule",
        "1,surgery_date,dates_out_of_order",
        "2,age_years,not_a_number",
        "3,patient_id,duplicated_patient",
        "4,patient_id,duplicated_patient",
        "5,patient_id,missing_patient_id",
        "7,first_dose_date,not_a_date",
        "8,age_years,too_old",
    ]
    written = json.loads(source.with_name("answers.csv.manifest.json").read_text())
    assert written == manifest
    assert (manifest["rows"], manifest["answered"], manifest["rejected"]) == (8, 1, 7)
    assert manifest["counts"] == {"old": {"no": 1, "yes": 0}}
    assert manifest["rules"]["duplicated_patient:patient_id"] == 2
    assert manifest["absent_columns"] == ["ecog", "regimen_assigned"]
    assert (manifest["escaped_cells"], manifest["who"]) == (1, "us")


def test_parquet_in_batches_says_the_same_as_csv(tmp_path):
    many = pd.DataFrame({
        "patient_id": [f"p{i}" for i in range(150_000)], "age_years": np.arange(150_000) % 80 + 18.0
    })  # fmt: skip
    many.loc[149_999, "patient_id"] = "p0"
    many.to_parquet(tmp_path / "many.parquet")
    done = []
    manifest = answer_file(
        tmp_path / "many.parquet",
        tmp_path / "out.parquet",
        QUESTION,
        progress=lambda rows, of: done.append((rows, of)),
    )
    assert len(done) > 1
    assert done[-1] == (150_000, 150_000)
    answers = pq.read_table(tmp_path / "out.parquet").to_pandas()
    assert len(answers) == manifest["answered"]
    kept = many[(many["age_years"] <= 90) & (many["patient_id"] != "p0")]
    assert answers["row"].tolist() == (kept.index + 1).tolist()
    assert (answers["old"] == np.where(kept["age_years"] > 45, "yes", "no")).all()
    assert "p149999" not in set(answers["patient_id"])


def test_what_cannot_be_answered_is_refused_and_leaves_nothing(source, tmp_path):
    for text, says in (("age_years\n1\n", "no column patient_id"), ("patient_id\n", "no rows")):
        (tmp_path / "bad.csv").write_text(text)
        with pytest.raises(TableError, match=says):
            answer_file(tmp_path / "bad.csv", tmp_path / "none.csv", QUESTION)
    with pytest.raises(TargetError, match=r"\.csv or \.parquet"):
        answer_file(source, tmp_path / "none.txt", QUESTION)
    with pytest.raises(TargetError, match="one of the inputs"):
        answer_file(source, source, QUESTION)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad.csv", "cohort.csv"]


def test_a_lost_row_is_our_bug():
    with pytest.raises(InternalError, match="3 rows went in, 1 were answered and 1 rejected"):
        Account(rows=3, answered=1, rejected=1).check(3)


def test_an_answer_that_fails_leaves_nothing(source, tmp_path):
    def fails(_):
        raise KeyError("x")  # noqa: EM101

    with pytest.raises(KeyError):
        answer_file(source, tmp_path / "none.csv", Question(columns=(), answer=fails))
    assert [path.name for path in tmp_path.iterdir()] == ["cohort.csv"]


def test_a_parquet_file_carries_what_is_said_of_it(source):
    target = source.with_name("answers.parquet")
    answer_file(source, target, QUESTION)
    assert pq.read_schema(target).metadata[b"neopcr.who"] == b"us"
    assert pd.read_parquet(target)["old"].tolist() == ["no"]
