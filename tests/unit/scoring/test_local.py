"""The local engine: every row accounted for, whole files or none, and no identifier elsewhere."""

from __future__ import annotations

import json
import resource
import stat

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest

from neopcr.bundle import bundle_hash
from neopcr.errors import BundleError, TableError, TargetError
from neopcr.scoring import SCORE_SCHEMA, score_batch, score_file

CSV = """patient_id,age_years,grade,her2_cep17_ratio,note
P1,50,3,8,=1+1
-P2,61,2,2.5,
P3,oops,2,2.5,
P4,,,,
P1,40,1,3,
,40,1,3,
"""


@pytest.fixture
def cohort(tmp_path):
    (tmp_path / "in").mkdir()
    path = tmp_path / "in" / "cohort.csv"
    path.write_text(CSV)
    return path


def read(path):
    if path.suffix == ".parquet":
        return pq.read_table(path)
    options = pa_csv.ConvertOptions(
        column_types=dict(zip(SCORE_SCHEMA.names, SCORE_SCHEMA.types, strict=True)),
        strings_can_be_null=True,
        quoted_strings_can_be_null=False,
    )
    return pa_csv.read_csv(path, convert_options=options).cast(SCORE_SCHEMA)


def test_one_row_in_one_row_out(bundle_folder, cohort, tmp_path):
    target = tmp_path / "scores.parquet"
    manifest = score_file(bundle_folder, cohort, target)
    scores = read(target)
    assert scores["row"].to_pylist() == [1, 2, 3, 4, 5, 6]
    assert scores["patient_id"].to_pylist() == ["P1", "-P2", "P3", "P4", "P1", None]
    assert scores["rule"].to_pylist() == [
        "duplicate_id", "", "not_a_number:age_years", "no_information", "duplicate_id",
        "missing_id",
    ]  # fmt: skip
    assert manifest["rows"] == 6
    assert manifest["status"] == {"not_scored": 5, "scored": 1}
    assert manifest["rule"] == {
        "duplicate_id": 2, "missing_id": 1, "no_information": 1, "not_a_number:age_years": 1,
    }  # fmt: skip
    assert manifest["flag"] == {"missing:clinical": 1, "missing:ctdna": 6, "missing:her2": 1}


def test_the_manifest_names_bundle_and_input_but_no_patient_and_no_path(
    bundle_folder, cohort, tmp_path
):
    target = tmp_path / "scores.csv"
    manifest = score_file(bundle_folder, cohort, target)
    written = tmp_path / "scores.csv.manifest.json"
    assert json.loads(written.read_text()) == manifest
    assert manifest["bundle_hash"] == bundle_hash(bundle_folder)
    assert (manifest["bundle"]["name"], manifest["bundle"]["landmark"]) == ("hand-made", "baseline")
    assert manifest["input"]["bytes"] == len(CSV)
    assert "ctdna_detected_baseline" in manifest["absent_columns"]
    assert "age_years" not in manifest["absent_columns"]
    assert manifest["escaped_cells"] == 1
    for text in ("P1", "P2", "oops", "cohort.csv", str(tmp_path)):
        assert text not in written.read_text()
    for path in (target, written):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_csv_and_parquet_say_the_same_and_twice_the_same_bytes(bundle_folder, cohort, tmp_path):
    for name in ("a.csv", "b.csv", "a.parquet", "b.parquet"):
        score_file(bundle_folder, cohort, tmp_path / name)
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
    assert (tmp_path / "a.parquet").read_bytes() == (tmp_path / "b.parquet").read_bytes()
    text, binary = read(tmp_path / "a.csv"), read(tmp_path / "a.parquet")
    assert text["patient_id"][1].as_py() == "'-P2"
    assert text.drop_columns(["patient_id"]).equals(binary.drop_columns(["patient_id"]))


@pytest.fixture(scope="module")
def long_cohort(tmp_path_factory):
    """Return more rows than one batch holds, the first and the last of one patient."""
    n = 70_000
    rng = np.random.default_rng(0)
    ids = [f"P{i}" for i in range(n)]
    ids[-1] = ids[0]
    raw = pa.table({
        "patient_id": ids,
        "age_years": rng.integers(25, 90, n),
        "her2_cep17_ratio": rng.uniform(0.5, 55, n),
    })  # fmt: skip
    path = tmp_path_factory.mktemp("long") / "cohort.parquet"
    pq.write_table(raw, path)
    return path


def test_duplicates_are_found_across_batches_and_batches_change_no_bit(
    bundle_folder, scorer, long_cohort, tmp_path
):
    calls = []
    score_file(
        bundle_folder, long_cohort, tmp_path / "s.parquet", progress=lambda *at: calls.append(at)
    )
    scores = read(tmp_path / "s.parquet")
    raw = pq.read_table(long_cohort)
    duplicated = np.zeros(len(raw), dtype=bool)
    duplicated[[0, -1]] = True
    whole = score_batch(scorer, raw, duplicated=duplicated)
    assert scores.combine_chunks().equals(pa.Table.from_batches([whole]))
    assert len(calls) > 1
    assert calls[-1] == (70_000, 70_000)


def test_a_header_without_rows_gives_a_header_without_rows(bundle_folder, tmp_path):
    (tmp_path / "c.csv").write_text("patient_id,age_years\n")
    manifest = score_file(bundle_folder, tmp_path / "c.csv", tmp_path / "s.parquet")
    assert (manifest["rows"], read(tmp_path / "s.parquet").num_rows) == (0, 0)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "there is no such file"),
        ("age_years\n50\n", "no column patient_id"),
        ("patient_id,age_years\nP1,50\nP2,50,canary\n", "as many cells as the header"),
        ("patient_id,patient_id\nP1,P1\n", "have the same header"),
    ],
)
def test_an_unreadable_cohort_stops_without_a_target(bundle_folder, tmp_path, text, message):
    source = tmp_path / "cohort.csv"
    if text is not None:
        source.write_text(text)
    (tmp_path / "out").mkdir()
    with pytest.raises(TableError, match=message) as caught:
        score_file(bundle_folder, source, tmp_path / "out" / "s.csv")
    assert "canary" not in str(caught.value)
    assert list((tmp_path / "out").iterdir()) == []


def test_a_bundle_that_is_not_there_is_refused(cohort, tmp_path):
    with pytest.raises(BundleError):
        score_file(tmp_path / "absent", cohort, tmp_path / "s.csv")


def test_the_cohort_itself_is_no_target(bundle_folder, cohort):
    with pytest.raises(TargetError, match="this is the cohort itself"):
        score_file(bundle_folder, cohort, cohort)
    assert cohort.read_text() == CSV


def test_a_target_that_is_there_is_replaced(bundle_folder, cohort, tmp_path):
    (tmp_path / "s.csv").write_text("old")
    score_file(bundle_folder, cohort, tmp_path / "s.csv")
    assert read(tmp_path / "s.csv").num_rows == 6


def test_an_input_that_changes_meanwhile_is_refused(bundle_folder, cohort, tmp_path):
    def change(*_):
        with cohort.open("a") as file:
            file.write("P7,1,1,1,\n")

    with pytest.raises(TargetError, match="changed while it was scored"):
        score_file(bundle_folder, cohort, tmp_path / "s.csv", progress=change)
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


@pytest.mark.parametrize("name", ["s.csv", "s.parquet"])
def test_a_full_disk_leaves_nothing(bundle_folder, long_cohort, tmp_path, name):
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (65_536, limits[1]))
    try:
        with pytest.raises(TargetError, match="nothing was written"):
            score_file(bundle_folder, long_cohort, tmp_path / name)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert list(tmp_path.iterdir()) == []
