"""New cohorts, other models' predictions and bundles that are refused, and rows that are not."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from bad_place import put
from command_line import CANARY, run

EVERY_READER = ("score models/quick-c1 {} -o out.csv", "explain models/quick-c1 {} -o out",
                "screen nct07239271 {} -o out.csv")  # fmt: skip


def without_rows(name: str) -> None:
    header = Path("new.csv").read_bytes().partition(b"\n")[0]
    Path(name).write_bytes(header + b"\n")


@pytest.mark.parametrize("words", EVERY_READER)
@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("no_such.csv", None, "there is no such file"),
        ("empty.csv", b"", "the file is empty"),
        ("bad.csv", bytes(range(256)) * 9, "it holds NUL bytes"),
        ("bad.parquet", b"PAR1" + bytes(range(256)) * 9, "it is not a readable parquet file"),
        ("bad.xlsx", b"PK", "it is no workbook, or a damaged one"),
        ("no_id.csv", f"id,age_years\n{CANARY},54\n".encode(), "patient_id"),
        ("bare.csv", f"{CANARY},54\n{CANARY},55\n".encode(), "patient_id"),
    ],
)
def test_a_cohort_that_cannot_be_read(place, words, name, content, says):
    if content is not None:
        Path(name).write_bytes(content)
    said = place.refused(words.format(name), 11)
    assert name in said
    assert says in said


@pytest.mark.parametrize("words", EVERY_READER[1:])
def test_a_table_without_rows_cannot_be_explained_or_screened(place, words):
    without_rows("header.csv")
    assert "header.csv: it has no rows" in place.refused(words.format("header.csv"), 11)


@pytest.mark.usefixtures("place")
def test_a_table_without_rows_gives_a_table_without_rows():
    without_rows("header.csv")
    done = run("score models/quick-c1 header.csv -o none.csv")
    assert done.exit_code == 0, done.output
    assert len(pd.read_csv("none.csv")) == 0


def test_bad_cells_of_a_new_cohort_are_rows_that_are_not_scored(place):
    def spoil(table: pd.DataFrame) -> None:
        table.loc[[2, 40], "ki67_percent"] = f"{CANARY}-high"
        table.loc[3, "her2_ihc"] = f"{CANARY}-4+"
        table.loc[5, "patient_id"] = table.loc[4, "patient_id"]
        table.loc[6, "patient_id"] = ""

    place.edit("new.csv", spoil)
    done = run("score models/quick-c1 new.csv -o scores.csv --json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["rule"] == {
        "duplicate_id": 2,
        "missing_id": 1,
        "not_a_number:ki67_percent": 2,
        "off_therapy_at_landmark": 2,
        "unknown_category:her2_ihc": 1,
    }
    scores = pd.read_csv("scores.csv")
    assert len(scores) == 150
    assert scores.loc[[2, 3, 4, 5, 6, 40], "p_pcr"].isna().all()
    # An identifier is where it belongs, and nowhere else; an odd cell is nowhere.
    rest = scores.drop(columns="patient_id").to_csv() + Path("scores.csv.manifest.json").read_text()
    assert CANARY not in done.output + rest
    assert f"{CANARY}-high" not in Path("scores.csv").read_text()


def test_bad_rows_are_rejects_where_a_cohort_is_assembled_screened_or_explained(place):
    place.edit("new.csv", put("ki67_percent", f"{CANARY}-high", range(2, 32)))
    place.edit("new/patients.csv", put("ki67_percent", f"{CANARY}-high", range(2, 32)))
    for words, rejects in (
        ("assemble quick.yaml --external -o joined.csv", "joined.csv.rejects.csv"),
        ("screen nct07239271 new.csv -o answers.csv", "answers.csv.rejects.csv"),
        ("explain models/quick-c1 new.csv -o explained", ""),
    ):
        done = run(words)
        assert done.exit_code == 0, done.output
        assert CANARY not in done.output
        if rejects:
            lines = Path(rejects).read_text().splitlines()
            assert lines == ["row,column,rule"] + [
                f"{row},ki67_percent,not_a_number" for row in range(3, 33)
            ]
    for path in Path("explained").iterdir():
        assert CANARY.encode() not in path.read_bytes()


def test_a_patient_who_is_not_there(place):
    words = f"explain models/quick-c1 new.csv -o out --patient {CANARY}-none"
    assert "stands 0 times in the cohort" in place.refused(words, 11)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "there is no such file"),
        (f"patient_id,other\n{CANARY},0.4\n", "there is no column 'p_pcr'"),
        (f"{CANARY},0.4\n{CANARY}-2,0.5\n", "there is no column 'patient_id'"),
        (f"patient_id,p_pcr\n{CANARY},0.4\n{CANARY},0.5\n", "a patient stands there twice"),
        (f"patient_id,p_pcr\n{CANARY},{CANARY}\n", "p_pcr holds text"),
        (
            f"patient_id,p_pcr\n{CANARY},0.4\n{CANARY}-2,40\n",
            "p_pcr must lie in [0, 1], but 1 of 2 rows do not (first at row 2)",
        ),
        (f"patient_id,p_pcr\n{CANARY}-nobody,0.4\n", "No patient of the cohort is among the other"),
    ],
)
def test_other_predictions_that_cannot_stand_beside_ours(place, content, says):
    if content is not None:
        Path("other.csv").write_text(content)
    words = "validate models/quick-c1 quick.yaml -o out --against other.csv"
    assert says in place.refused(words, 11)


def test_an_external_cohort_is_held_to_the_contract(place):
    place.edit("new/patients.csv", put("ki67_percent", f"{CANARY} %", range(6, 36)))
    words = "validate models/quick-c1 quick.yaml -o out"
    assert "must be a number, but 30 of" in place.refused(words, 11)


@pytest.mark.parametrize("keep", [slice(0, 3), slice(0, 25)])
def test_an_external_cohort_of_any_size_and_of_one_outcome_is_reported(place, keep):
    """Too few to say is an answer, not an error."""
    place.edit("new/patients.csv", lambda table: table.iloc[keep].assign(pcr="1"))
    done = run("validate models/quick-c1 quick.yaml -o out --json")
    assert done.exit_code == 0, done.output
    estimates = json.loads(done.stdout)["performance"]
    assert {one["value"] for one in estimates if one["name"] == "auroc"} == {None}
    assert "too few to say" in Path("out/report.html").read_text()


def test_a_parquet_cohort_without_identifiers(place):
    pq.write_table(pa.table({"age_years": [54.0]}), "no_id.parquet")
    assert "there is no column patient_id" in place.refused(
        "score models/quick-c1 no_id.parquet -o out.csv", 11
    )


def resum(folder: Path) -> None:
    """Make the sums fit what was changed, as whoever changes it on purpose would."""
    names = ("bundle.json", "trees.json")
    sums = [
        f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in names
    ]
    (folder / "SHA256SUMS").write_text("".join(sums))


def tamper(folder: Path, old: str, new: str, name: str = "bundle.json") -> None:
    text = (folder / name).read_text()
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1))


def version_from_the_future(folder: Path) -> None:
    content = json.loads((folder / "bundle.json").read_text())
    content["format_version"] = 99
    (folder / "bundle.json").write_text(json.dumps(content))
    resum(folder)


def another_column(folder: Path) -> None:
    text = (folder / "bundle.json").read_text()
    (folder / "bundle.json").write_text(text.replace('"ki67_percent"', '"pcr"'))
    resum(folder)


BROKEN: dict[str, Callable[[Path], object]] = {
    "trees.json is not as listed": lambda folder: tamper(folder, "0", "1", "trees.json"),
    "trees.json is missing": lambda folder: (folder / "trees.json").unlink(),
    "no bundle has": lambda folder: (folder / "extra.py").write_text("import os"),
    "it has format 99": version_from_the_future,
    "'pcr'": another_column,
    "is a link": lambda folder: (
        (folder / "trees.json").rename(folder.parent / "t"),
        (folder / "trees.json").symlink_to(folder.parent / "t"),
    ),
    "JSON": lambda folder: ((folder / "bundle.json").write_bytes(b"\xff{"), resum(folder)),
}


@pytest.mark.parametrize("says", BROKEN)
@pytest.mark.parametrize(
    "words",
    ["score {} new.csv -o out.csv", "explain {} new.csv -o out", "validate {} quick.yaml -o out"],
)
def test_a_bundle_that_was_tampered_with(place, words, says):
    BROKEN[says](Path("models/quick-c1/1"))
    assert says in place.refused(words.format("models/quick-c1"), 12)


@pytest.mark.parametrize("name", ["models/no-such", "models", "new.csv", "models/quick-c1/7"])
def test_a_bundle_that_is_not_there(place, name):
    said = place.refused(f"score {name} new.csv -o out.csv", 12)
    assert f"{name}: there is no bundle here" in said
