"""Laws of assembly: order and parts never matter, what is missing stays missing, nothing is lost."""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pyarrow.parquet as pq
from hypothesis import given, settings
from hypothesis import strategies as st

from neopcr.cohort import spill
from neopcr.cohort.build import build_cohort, read_cohort
from neopcr.cohort.rejects import write_rejects
from neopcr.cohort.storage import write_cohort
from neopcr.cohort.stream import write_assembled
from neopcr.config import CohortConfig
from neopcr.modalities import find_column

PATIENTS = ("P1", "P2", "P3", "P4", "P5", "P6")
DAYS = ("2024-01-05", "2024-01-08", "2024-01-20", "2024-02-03", "2024-06-01", "", "soon")
COURSE = {
    "first_dose_date": "2024-01-10", "cycle2_date": "2024-01-31", "cycle3_date": "2024-02-21",
}  # fmt: skip
cell = st.sampled_from
patient = st.fixed_dictionaries(
    {
        "patient_id": cell([*PATIENTS, " P1", ""]),
        "age_years": cell(["44", "45", "", "old"]),
        "ki67_percent": cell(["0.2", "0.9", "", "20"]),
        **{name: cell([day, ""]) for name, day in COURSE.items()},
        "pcr": cell(["1", "0", "", "?"]),
    }
)
sample = st.fixed_dictionaries(
    {
        "patient_id": cell([*PATIENTS, "PX"]),
        "collected_date": cell(DAYS),
        "assay": cell(["tumour_informed", "panel", "", "guess"]),
        "detected": cell(["1", "0", "", "perhaps"]),
        "mtm_per_ml": cell(["0", "0.2", "9", ""]),
        "mean_vaf": cell(["0.01", "20", ""]),
        "n_variants_detected": cell(["2", ""]),
        "qc_fail": cell(["1", "0", ""]),
    }
)
call = st.fixed_dictionaries(
    {
        "Tumor_Sample_Barcode": cell([*PATIENTS, "PX"]),
        "Hugo_Symbol": cell(["PIK3CA", "PTEN", "TTN"]),
        "Variant_Classification": cell(["Missense_Mutation", "Nonsense_Mutation"]),
        "HGVSp_Short": cell(["p.H1047R", "p.R130*", ""]),
        "t_depth": cell(["100", "5", ""]),
        "t_alt_count": cell(["50", "1", ""]),
    }
)
panel = st.fixed_dictionaries(
    {
        "patient_id": cell([*PATIENTS, "PX"]),
        "genes": cell(["PIK3CA;PTEN", "PIK3CA", ""]),
        "tumour_purity": cell(["0.5", "0.01", ""]),
    }
)
files = st.fixed_dictionaries(
    {
        "patients": st.lists(patient, min_size=1, max_size=8),
        "ctdna": st.lists(sample, min_size=1, max_size=12),
        "mutations": st.lists(call, min_size=1, max_size=8),
        # A patient who is listed twice is rejected, and which row is counted as proof is not said.
        "panel": st.lists(panel, min_size=1, max_size=6, unique_by=lambda row: row["patient_id"]),
    }
)
few = settings(max_examples=15, deadline=None)


def put(folder, tables, suffix="csv"):
    """Write the files and return their config."""
    for name, rows in tables.items():
        text = io.StringIO(newline="")
        writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        (folder / f"{name}.{suffix}").write_text(text.getvalue(), encoding="utf-8")
    return CohortConfig.model_validate(
        {
            "patients": {"path": "patients.csv"},
            "ctdna": "ctdna.csv",
            "mutations": {"path": "mutations.csv", "panel": "panel.csv"},
        }
    )


def assembled(tables, n_parts=1):
    """Bytes of the cohort and of its rejects, the flow, and the cohort read back."""
    with tempfile.TemporaryDirectory() as name, patch.object(spill, "RANGE_ROWS", 3):
        folder = Path(name)
        config, out = put(folder, tables), folder / "out.parquet"
        written = write_assembled(config, find_column, out, base=folder, n_parts=n_parts)
        rejects = write_rejects(written.problems, folder / "rejects.csv").read_bytes()
        return out.read_bytes(), rejects, written.flow, pq.read_table(out)


@few
@given(files, st.integers(2, 5))
def test_the_number_of_parts_changes_no_byte(tables, n_parts):
    assert assembled(tables, n_parts)[:3] == assembled(tables)[:3]


@few
@given(files, st.randoms(use_true_random=False))
def test_the_order_of_rows_and_columns_of_long_tables_never_matters(tables, random):
    names = ("ctdna", "mutations", "panel")
    shuffled = dict(tables)
    for name in names:
        headers = random.sample(list(tables[name][0]), len(tables[name][0]))
        rows = random.sample(tables[name], len(tables[name]))
        shuffled[name] = [{header: row[header] for header in headers} for row in rows]
    assert assembled(shuffled)[:3] == assembled(tables)[:3]


@few
@given(files)
def test_what_was_not_measured_is_never_negative(tables):
    table = assembled(tables)[3]
    drawn = {
        row["patient_id"]
        for row in tables["ctdna"]
        if row["detected"] == "0" and row["qc_fail"] != "1" and row["collected_date"]
    }
    sequenced = {
        row["patient_id"]
        for row in tables["panel"]
        if row["tumour_purity"] == "0.5" and row["genes"]
    }
    for row in table.to_pylist():
        for name, value in row.items():
            if name.startswith("ctdna_detected") and value is False:
                assert row["patient_id"] in drawn
            if name == "pik3ca_status" and value == "wild_type":
                assert row["patient_id"] in sequenced


@few
@given(files)
def test_what_is_written_is_read_back_and_written_alike(tables):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        config = put(folder, tables)
        cohort, _ = build_cohort(config, find_column, landmark=None, mode="check", base=folder)
        if not cohort.row.size:
            return
        for suffix in ("parquet", "csv"):
            first = write_cohort(cohort, folder / f"first.{suffix}")
            # What was a percent beside larger ones may be in doubt alone: that is told, not read.
            back, problems = read_cohort(first, find_column)
            if problems:
                assert {each.rule for each in problems} == {"unit_ambiguous"}
                continue
            for column, values in cohort.table.items():
                np.testing.assert_array_equal(back.table[column], values)
            again = write_cohort(back, folder / f"again.{suffix}")
            assert again.read_bytes() == first.read_bytes()
