"""A cohort written in parts: the same bytes whatever their number, and errors that name the files."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cohort_files import config, find_column, write
from neopcr.cohort import spill, split
from neopcr.cohort.build import build_cohort
from neopcr.cohort.parts import enough_parts
from neopcr.cohort.readers import read_batches
from neopcr.cohort.rejects import write_rejects
from neopcr.cohort.sources import Sources, find_sources
from neopcr.cohort.storage import write_cohort
from neopcr.cohort.stream import write_assembled
from neopcr.errors import ConfigError, TableError, TargetError

HEADER = "patient_id,age_years,ki67_percent,centre,first_dose_date,cycle2_date,pcr,notes\n"
PATIENTS = HEADER + (
    "P1,44,0.2,A,2024-01-10,2024-01-31,1,x\n"
    " P2 ,45,0.1,A,2024-01-10,2024-01-31,0,x\n"
    "P3,46,,B,2024-01-10,,,x\n"
    "P4,old,0.5,B,2024-01-10,2024-01-31,1,x\n"
    ",47,0.6,B,2024-01-10,2024-01-31,1,x\n"
    "P5,48,0.9,B,2024-01-10,2024-01-09,1,x\n"
    "P6,49,,C,2024-01-10,2024-01-31,maybe,x\n"
)
MORE = HEADER + "P7,50,,C,2024-01-10,2024-01-31,0,x\nP2,51,,C,2024-01-10,2024-01-31,0,x\n"
CTDNA = (
    "patient_id,collected_date,assay,detected,mtm_per_ml,mean_vaf\n"
    "P1,2024-01-09,panel,1,12.5,0.02\n"
    "P3,2024-01-20,panel,1,1.5,0.02\n"
    "P7,2024-01-20,panel,0,0,0\n"
    "P7,2024-05-20,panel,0,0,0\n"
    "P6,2024-01-08,panel,0,9,0\n"
    "PX,2024-01-08,panel,0,9,0\n"
    "PY,2024-01-08,panel,0,9,0\n"
)
MAF = (
    "Hugo_Symbol\tTumor_Sample_Barcode\tVariant_Classification\tHGVSp_Short\n"
    "PIK3CA\tP1\tMissense_Mutation\tp.H1047R\nTTN\tP1\tMissense_Mutation\tp.A1B\n"
    "PTEN\tP7\tNonsense_Mutation\tp.R130*\nPIK3CA\tPX\tMissense_Mutation\tp.H1047R\n"
)
PANEL = "patient_id,genes,tumour_purity\nP1,PIK3CA;PTEN,0.5\nP3,PIK3CA;PTEN,0.5\nP6,PIK3CA,2\n"
IMAGES = "id,imaging_ftv_baseline\nP3,11\nP1,12\nP9,13\nP7,many\nP6,1\nP6,1\n"
BLOCKS = {
    "patients": {"path": ["patients.csv", "more.csv"]},
    "imaging": {"path": "images.csv", "id": "id"},
    "ctdna": "ctdna.csv",
    "mutations": {"path": "calls.maf", "panel": "panel.csv"},
}


@pytest.fixture
def place(tmp_path, monkeypatch):
    """Every kind of file, and ranges of two patients, so that little is much."""
    monkeypatch.setattr(spill, "RANGE_ROWS", 2)
    for name, text in {
        "patients.csv": PATIENTS, "more.csv": MORE, "ctdna.csv": CTDNA, "calls.maf": MAF,
        "panel.csv": PANEL, "images.csv": IMAGES,
    }.items():  # fmt: skip
        write(tmp_path, name, text)
    return tmp_path


def written(place, n_parts, name="out.parquet", **blocks):
    files = config(**{**BLOCKS, **blocks})
    found = write_assembled(files, find_column, place / name, base=place, n_parts=n_parts)
    write_rejects(found.problems, place / "rejects.csv")
    return found, (place / name).read_bytes(), (place / "rejects.csv").read_text()


@pytest.mark.parametrize("name", ["out.parquet", "out.csv"])
@pytest.mark.parametrize("n_parts", [2, 11])
def test_the_number_of_parts_changes_no_byte(place, n_parts, name):
    one, file, rejects = written(place, 1, name)
    several, other_file, other_rejects = written(place, n_parts, name)
    assert other_file == file
    assert other_rejects == rejects
    assert several.flow == one.flow
    assert (several.n_patients, several.n_columns) == (one.n_patients, one.n_columns)


def test_what_is_written_is_what_a_cohort_in_memory_holds(place):
    found, _, rejects = written(place, 3)
    cohort, problems = build_cohort(
        config(**BLOCKS), find_column, landmark=None, mode="check", base=place
    )
    plain = pq.read_table(write_cohort(cohort, place / "plain.parquet"))
    assert pq.read_table(place / "out.parquet").equals(plain)
    assert write_rejects(problems, place / "plain.csv").read_text() == rejects
    assert sorted((step.reason, step.excluded) for step in found.flow) == sorted(
        (step.reason, step.excluded) for step in cohort.flow
    )
    assert (found.n_patients, found.n_columns) == (len(cohort.row), len(cohort.columns))


def test_rejects_are_those_of_the_whole(place):
    _, _, rejects = written(place, 5)
    lines = rejects.splitlines()[1:]
    # Both rows of P2, though the second is in another file and carries no white space.
    assert [line for line in lines if "duplicated" in line] == [
        "2,patient_id,duplicated_patient",
        "7,imaging,duplicated_patient",
        "9,patient_id,duplicated_patient",
    ]
    # Nothing in the column exceeds 1, which no part of it can know.
    doubtful = [line.split(",")[0] for line in lines if line.endswith("unit_ambiguous")]
    assert doubtful == ["1", "2", "4", "5", "6"]
    assert "5,patient_id,missing_patient_id" in lines
    assert "7,ctdna_detected_baseline,ctdna_contradiction" in lines


def test_a_value_above_one_in_any_part_settles_the_unit(place):
    write(place, "more.csv", MORE.replace("P7,50,,", "P7,50,20,"))
    for n_parts in (1, 6):
        _, _, rejects = written(place, n_parts)
        assert "unit_ambiguous" not in rejects


def test_counts_of_the_parts_add_up(place):
    found, _, _ = written(place, 4)
    reasons = [step.reason for step in found.flow]
    assert "ctDNA samples of patients who are not in the cohort's table: 2" in reasons
    assert "ctDNA samples outside every landmark's window, not used: 2" in reasons
    assert "imaging rows of patients who are not in the cohort's table: 1" in reasons
    assert "variants of patients who are not in the cohort's table: 1" in reasons
    assert reasons.count("columns that are not of the contract, not used: notes") == 1
    assert found.flow[0].remaining == 9


def test_conditions_hold_over_all_parts(place):
    keep = [{"column": "centre", "equals": ["A", "C"], "reason": "another centre"}]
    for n_parts in (1, 4):
        found, _, _ = written(place, n_parts, ctdna=None, mutations=None, imaging=None, keep=keep)
        last = found.flow[-1]
        assert (last.reason, last.excluded, last.remaining) == ("another centre", 1, 1)
    assert pq.read_table(place / "out.parquet")["patient_id"].to_pylist() == ["P7"]


def test_nobody_left_is_an_empty_table_of_the_same_columns(place):
    keep = [{"column": "centre", "equals": "Z", "reason": "another centre"}]
    found, _, _ = written(place, 3, keep=keep)
    table = pq.read_table(place / "out.parquet")
    assert (table.num_rows, found.n_patients) == (0, 0)
    assert "ctdna_detected_c1" in table.column_names


def test_a_study_whose_samples_must_be_looked_up_is_joined_in_one_part(place, monkeypatch):
    def refuse(*_):
        message = "nothing is to be taken apart"
        raise AssertionError(message)

    monkeypatch.setattr("neopcr.cohort.parts.split_table", refuse)
    with pytest.raises(AssertionError, match="taken apart"):
        written(place, 4)
    written(place, 4, mutations={**BLOCKS["mutations"], "barcode": "tcga"})
    written(place, 4, mutations={"path": ["calls.maf"], "panel": "panel.csv", "barcode": "tcga"})


@pytest.mark.parametrize(
    ("name", "text", "fault"),
    [
        ("ctdna.csv", "patient_id,detected\nP1,1\n", "it needs column(s) ['collected_date']"),
        ("ctdna.csv", "patient,detected\nP1,1\n", "it needs column(s) ['patient_id',"),
        ("patients.csv", "patient,age_years\nP1,44\n", "it needs column(s) ['patient_id']"),
        ("images.csv", "patient,imaging_ftv\nP1,44\n", "it needs column(s) ['id']"),
        ("ctdna.csv", CTDNA + "P1,2024-01-09\n", "1 do not have them (first at row 8)"),
        ("more.csv", "", "the file is empty"),
    ],
)
def test_errors_name_the_file_that_people_know(place, name, text, fault):
    write(place, name, text)
    with pytest.raises(TableError) as caught:
        written(place, 3)
    assert str(caught.value).startswith(f"{place / name}: ")
    assert fault in str(caught.value)
    assert not (place / "out.parquet").exists()


def test_what_cannot_be_begun_is_refused_at_once(place):
    with pytest.raises(TargetError, match=r"written as \.parquet or \.csv"):
        written(place, 2, "out.txt")
    with pytest.raises(TableError, match=r"absent\.csv: there is no such file"):
        written(place, 2, ctdna="absent.csv")
    with pytest.raises(ConfigError, match="which the cohort does not have"):
        written(place, 2, keep=[{"column": "ki", "equals": 20, "reason": "r"}])


def test_nothing_is_left_in_the_folder_of_temporary_files(place, tmp_path_factory, monkeypatch):
    temporary = tmp_path_factory.mktemp("temporary")
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    written(place, 3)
    write(place, "ctdna.csv", "patient_id,detected\nP1,1\n")
    with pytest.raises(TableError):
        written(place, 3)
    assert list(temporary.iterdir()) == []


def test_a_full_disk_of_temporary_files_is_told(place, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("neopcr.cohort.split._append", full)
    with pytest.raises(TargetError, match=f"{tempfile.gettempdir()}: the disk is full"):
        written(place, 3)
    assert not (place / "out.parquet").exists()


def test_large_files_are_taken_apart_and_small_ones_are_not(place, monkeypatch):
    files = find_sources(config(**BLOCKS), place)
    size = sum(path.stat().st_size for path in files.all())
    assert enough_parts(files) == 1
    monkeypatch.setattr("neopcr.cohort.parts.PART_BYTES", size)
    assert enough_parts(files) == 1
    monkeypatch.setattr("neopcr.cohort.parts.PART_BYTES", size / 2 - 1)
    assert enough_parts(files) == 3
    monkeypatch.setattr("neopcr.cohort.parts.PART_BYTES", 1e-3)
    assert enough_parts(files) == 512
    packed = write(place, "a.parquet", "x" * 10)
    monkeypatch.setattr("neopcr.cohort.parts.PART_BYTES", 20)
    assert enough_parts(Sources((packed,))) == 3


def test_tables_are_split_in_pieces_that_read_as_the_rows_do(place, monkeypatch):
    monkeypatch.setattr(split, "CHUNK_BYTES", 1)
    path = place / "patients.parquet"
    ids = pa.array(["P1", "P2", None, "P1", "P3"]).dictionary_encode()
    days = np.array(["2024-01-10"] * 5, dtype="datetime64[D]")
    age = pa.array([44.0, 45, 46, 47, None])
    table = pa.table({"patient_id": ids, "age_years": age, "first_dose_date": days})
    pq.write_table(table, path, row_group_size=2)
    blocks = {"imaging": None, "ctdna": None, "mutations": None}
    _, one, rejects = written(place, 1, patients={"path": "patients.parquet"}, **blocks)
    _, two, others = written(place, 2, patients={"path": "patients.parquet"}, **blocks)
    assert (one, rejects) == (two, others)
    assert rejects.splitlines()[1:] == [
        "1,patient_id,duplicated_patient",
        "3,patient_id,missing_patient_id",
        "4,patient_id,duplicated_patient",
    ]
    back = pq.read_table(place / "out.parquet").to_pydict()
    assert back["patient_id"] == ["P2", "P3"]
    assert back["age_years"] == [45.0, None]


def test_mapped_files_are_read_by_the_headers_that_the_config_names(place):
    mapping = {
        "path": ["patients.csv", "more.csv"],
        "columns": {
            "tumor_diameter_mm": {"source": "age_years", "times": ["ki67_percent"]},
            "centre": "notes",
        },
    }
    blocks = {"imaging": None, "ctdna": None, "mutations": None, "patients": mapping}
    assert written(place, 1, **blocks)[1:] == written(place, 4, **blocks)[1:]
    table = pq.read_table(place / "out.parquet").to_pydict()
    assert table["centre"][0] == "x"
    assert table["tumor_diameter_mm"][0] == 44 * 0.2
    assert Path(place / "out.parquet").stat().st_mode & 0o777 == 0o600


def test_what_was_read_of_a_parquet_file_is_let_go_of(tmp_path):
    path = tmp_path / "large.parquet"
    values = np.random.default_rng(0).random(1 << 20)
    pq.write_table(pa.table({"a": values}), path, row_group_size=1 << 16)
    before = pa.total_allocated_bytes()
    held = [pa.total_allocated_bytes() - before for _ in read_batches(path)]
    assert len(held) == 16
    assert max(held) < values.nbytes / 2
