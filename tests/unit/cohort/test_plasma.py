"""Long ctDNA tables: which sample a patient has at a landmark, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from cohort_files import config, find_column, write
from neopcr.cohort.assemble import assemble
from neopcr.cohort.patient_index import PatientIndex
from neopcr.cohort.plasma import assign_samples
from neopcr.errors import TableError
from neopcr.specs import Landmark

HEADER = (
    "patient_id,collected_date,assay,detected,mtm_per_ml,mean_vaf,n_variants_detected,"
    "lod_mtm_per_ml,qc_fail\n"
)
PATIENTS = np.array(["P1", "P2", "P3"], dtype=object)
COURSE = {
    "first_dose_date": np.array(["2024-01-10"] * 3, dtype="datetime64[D]"),
    "cycle2_date": np.array(["2024-01-31"] * 3, dtype="datetime64[D]"),
    "cycle3_date": np.array(["2024-02-21"] * 3, dtype="datetime64[D]"),
}


def assigned(tmp_path, *rows, until=Landmark.surgery, header=HEADER):
    path = write(tmp_path, "ctdna.csv", header + "".join(f"{row}\n" for row in rows))
    with PatientIndex(PATIENTS) as index:
        return assign_samples(path, COURSE, index, until)


def broken(part):
    return {(each.column, each.rule): each.rows.tolist() for each in part.problems}


def test_samples_go_to_landmarks_by_their_dates(tmp_path):
    part = assigned(
        tmp_path,
        "P1,2024-01-10,tumour_informed,1,12.5,0.02,7,0.3,0",
        "P1,2024-01-30,tumour_informed,0,0,0,0,0.3,0",
        "P3,2024-02-20,panel,1,3,0.01,2,0.3,",
        "P3,2024-03-30,panel,1,3,0.01,2,0.3,0",
        "PX,2024-01-05,panel,1,3,0.01,2,0.3,0",
    )
    nan = np.nan
    np.testing.assert_array_equal(part.table["ctdna_detected_baseline"], [1, nan, nan])
    np.testing.assert_array_equal(part.table["ctdna_mtm_per_ml_baseline"], [12.5, nan, nan])
    np.testing.assert_array_equal(part.table["ctdna_mean_vaf_baseline"], [0.02, nan, nan])
    np.testing.assert_array_equal(part.table["ctdna_detected_c1"], [0, nan, nan])
    np.testing.assert_array_equal(part.table["ctdna_detected_c2"], [nan, nan, 1])
    # P3 has no sample at baseline, so that its assay is not known there.
    assert part.table["ctdna_assay"].tolist() == [0, -1, -1]
    assert "ctdna_detected_c4" not in part.table
    assert part.notes == (
        "ctDNA samples of patients who are not in the cohort's table: 1",
        "ctDNA samples outside every landmark's window, not used: 1",
    )
    assert part.problems == ()
    assert part.tallies == ()


def test_later_samples_than_the_landmark_are_not_used(tmp_path):
    part = assigned(
        tmp_path,
        "P1,2024-01-10,panel,1,12.5,0.02,7,0.3,0",
        "P1,2024-01-30,panel,0,900,0,0,0.3,0",
        until=Landmark.baseline,
    )
    assert set(part.table) == {
        "ctdna_detected_baseline", "ctdna_mtm_per_ml_baseline", "ctdna_mean_vaf_baseline",
        "ctdna_n_variants_detected_baseline", "ctdna_assay",
    }  # fmt: skip
    assert part.problems == ()


def test_of_several_samples_the_latest_that_passed_counts(tmp_path):
    part = assigned(
        tmp_path,
        "P1,2024-01-08,panel,1,8,0.02,7,0.3,0",
        "P1,2024-01-02,panel,1,2,0.02,7,0.3,0",
        "P1,2024-01-09,panel,,,,,0.3,1",
        "P2,2024-01-09,panel,,,,,0.3,1",
    )
    np.testing.assert_array_equal(part.table["ctdna_mtm_per_ml_baseline"], [8, np.nan, np.nan])


def test_samples_of_one_day_have_to_agree(tmp_path):
    part = assigned(
        tmp_path,
        "P1,2024-01-08,panel,1,8,,7,0.3,0",
        "P1,2024-01-08,panel,1,8,,7,0.3,0",
        "P2,2024-01-08,panel,1,8,0.02,7,0.3,0",
        "P2,2024-01-08,panel,1,9,0.02,7,0.3,0",
        "P3,2024-01-08,panel,1,8,0.02,7,0.3,0",
        "P3,2024-01-07,panel,1,9,0.02,7,0.3,0",
    )
    assert broken(part) == {("ctdna_detected_baseline", "conflicting_samples"): [1]}


def test_not_detected_beside_an_amount_is_a_contradiction(tmp_path):
    part = assigned(
        tmp_path,
        "P1,2024-01-08,panel,0,0.4,,0,,0",
        "P2,2024-01-08,panel,0,0.4,,0,0.5,0",
        "P3,2024-01-08,panel,0,0.5,,0,0.5,0",
    )
    assert broken(part) == {("ctdna_detected_baseline", "ctdna_contradiction"): [0, 2]}


def test_bad_cells_stand_at_the_patient_and_are_tallied_by_the_file(tmp_path):
    part = assigned(
        tmp_path,
        "P1,2024-01-08,panel,1,8,20,7,0.3,0",
        "P2,2024-01-08,panel,perhaps,8,0.2,7,0.3,0",
        "P3,2024-01-08,guess,1,much,0.2,7,0.3,0",
        "P3,08.01.2024,panel,1,8,0.2,7,0.3,0",
        "PX,2024-01-08,panel,1,-8,0.2,7,0.3,0",
    )
    assert broken(part) == {
        ("ctdna_mean_vaf_baseline", "percent_suspected"): [0],
        ("ctdna_detected_baseline", "not_a_boolean"): [1],
        ("ctdna_assay", "unknown_category"): [2],
        ("ctdna_mtm_per_ml_baseline", "not_a_number"): [2],
        ("ctdna_collected_date", "not_a_date"): [2],
    }
    tallies = {(each.column, each.rule): each for each in part.tallies}
    assert tallies["mtm_per_ml", "out_of_range"].first == 5
    assert tallies["collected_date", "not_a_date"].first == 4
    assert tallies["mean_vaf", "percent_suspected"].broken == 1
    assert tallies["mean_vaf", "percent_suspected"].filled == 5


def test_only_three_columns_are_needed(tmp_path):
    header = "patient_id,collected_date,detected\n"
    part = assigned(tmp_path, "P1,2024-01-08,1", header=header)
    np.testing.assert_array_equal(part.table["ctdna_detected_baseline"], [1, np.nan, np.nan])
    assert part.table["ctdna_assay"].tolist() == [-1, -1, -1]
    with pytest.raises(TableError, match=r"it needs column\(s\) \['detected'\]"):
        assigned(tmp_path, "P1,2024-01-08", header="patient_id,collected_date\n")


def test_a_table_without_samples_gives_no_columns(tmp_path):
    assert assigned(tmp_path).table == {}


def test_without_dates_of_treatment_no_sample_belongs_anywhere(tmp_path):
    path = write(tmp_path, "ctdna.csv", HEADER + "P1,2024-01-08,panel,1,8,0.2,7,0.3,0\n")
    with PatientIndex(PATIENTS) as index:
        part = assign_samples(path, {}, index, Landmark.surgery)
    assert part.table == {}
    assert part.notes == ("ctDNA samples outside every landmark's window, not used: 1",)


def test_pieces_of_a_long_table_are_put_together(tmp_path, monkeypatch):
    rows = [
        f"P{1 + number % 3},2024-01-{1 + number % 9:02},panel,1,{number},0.1,2,0.3,0"
        for number in range(9)
    ]
    rows.append("P1,2024-01-10,panel,1,many,0.1,2,0.3,0")
    whole = assigned(tmp_path, *rows)
    monkeypatch.setattr("neopcr.cohort.text_files.BLOCK_BYTES", 120)
    pieces = assigned(tmp_path, *rows)
    assert broken(pieces) == broken(whole) == {("ctdna_mtm_per_ml_baseline", "not_a_number"): [0]}
    assert pieces.tallies == whole.tallies
    assert whole.tallies[0].first == 10
    for name, values in whole.table.items():
        np.testing.assert_array_equal(pieces.table[name], values)


WIDER = (
    "patient_id,collected_date,assay,detected,mtm_per_ml,mean_vaf,max_vaf,n_variants_detected,"
    "n_variants_tracked,cfdna_ng_per_ml,qc_fail\n"
)


def test_every_value_of_a_sample_becomes_a_column(tmp_path):
    part = assigned(
        tmp_path, "P2,2024-01-08,tumour_informed,1,20,0.01,0.03,7,16,6.6,0", header=WIDER
    )
    found = {name: values[1] for name, values in part.table.items()}
    assert found == {
        "ctdna_detected_baseline": 1, "ctdna_mtm_per_ml_baseline": 20,
        "ctdna_mean_vaf_baseline": 0.01, "ctdna_max_vaf_baseline": 0.03,
        "ctdna_n_variants_detected_baseline": 7, "ctdna_n_variants_tracked_baseline": 16,
        "ctdna_assay": 0,
    }  # fmt: skip
    assert all(np.isnan(values[0]) for name, values in part.table.items() if name != "ctdna_assay")
    assert part.notes == ()


def test_percents_are_suspected_and_nonsense_is_out_of_range(tmp_path):
    part = assigned(
        tmp_path,
        "P1,2024-01-08,panel,1,8,1.0,1.5,7,16,,0",
        "P2,2024-01-08,panel,1,8,1.01,,7,16,,0",
        "P3,2024-01-08,panel,1,8,101,,7,16,,0",
        header=WIDER,
    )
    assert broken(part) == {
        ("ctdna_mean_vaf_baseline", "percent_suspected"): [1],
        ("ctdna_mean_vaf_baseline", "out_of_range"): [2],
        ("ctdna_max_vaf_baseline", "percent_suspected"): [0],
    }
    np.testing.assert_array_equal(part.table["ctdna_mean_vaf_baseline"], [1, np.nan, np.nan])
    assert {each.rule: each.broken for each in part.tallies} == {
        "percent_suspected": 1, "out_of_range": 1,
    }  # fmt: skip


def test_contradictions_stand_under_the_value_in_doubt(tmp_path):
    part = assigned(
        tmp_path,
        "P1,2024-01-08,panel,1,8,0.02,0.01,7,16,,0",
        "P2,2024-01-20,panel,1,8,0.02,0.02,17,16,,0",
        header=WIDER,
    )
    assert broken(part) == {
        ("ctdna_max_vaf_baseline", "max_below_mean"): [0],
        ("ctdna_n_variants_detected_c1", "more_than_tracked"): [1],
    }


def test_an_unreadable_verdict_on_quality_is_told_at_the_patient(tmp_path):
    part = assigned(tmp_path, "P2,2024-01-08,panel,1,8,0.02,0.02,7,16,,perhaps", header=WIDER)
    assert broken(part) == {("ctdna_qc_fail", "not_a_boolean"): [1]}


def test_amounts_of_another_assay_are_not_used_and_counted(tmp_path):
    part = assigned(
        tmp_path,
        "P1,2024-01-08,tumour_informed,1,8,0.02,0.02,7,16,,0",
        "P1,2024-01-20,ddpcr,1,5,0.01,0.02,1,2,,0",
        "P2,2024-01-08,tumour_informed,1,8,0.02,0.02,1,16,,0",
        "P2,2024-01-20,tumour_informed,1,5,0.01,0.02,2,16,,0",
        header=WIDER,
    )
    nan = np.nan
    np.testing.assert_array_equal(part.table["ctdna_detected_c1"], [1, 1, nan])
    for name in ("mtm_per_ml", "mean_vaf", "max_vaf"):
        assert np.isnan(part.table[f"ctdna_{name}_c1"]).tolist() == [True, False, True]
    np.testing.assert_array_equal(part.table["ctdna_n_variants_detected_c1"], [1, 2, nan])
    assert part.table["ctdna_assay"].tolist() == [0, 0, -1]
    assert part.notes == (
        "ctDNA samples by another assay than at baseline, their amounts not used: 1",
        "ctDNA samples called detected on fewer than two variants (an unverified rule, told only): 1",
    )


def test_an_amount_far_from_its_vaf_is_told(tmp_path):
    part = assigned(
        tmp_path,
        "P1,2024-01-08,panel,1,20,0.01,0.02,7,16,6.6,0",
        "P2,2024-01-08,panel,1,200,0.01,0.02,7,16,6.6,0",
        header=WIDER,
    )
    note = "ctDNA samples whose MTM/mL is far from VAF x cfDNA (an unverified rule, told only): 1"
    assert part.notes == (note,)
    assert part.problems == ()


def test_limits_of_detection_are_those_of_the_config(tmp_path):
    write(tmp_path, "patients.csv", "patient_id,first_dose_date\nP1,2024-01-10\nP2,2024-01-10\n")
    write(
        tmp_path, "ctdna.csv",
        "patient_id,collected_date,assay,detected,mtm_per_ml\n"
        "P1,2024-01-08,ddpcr,0,1.9\nP2,2024-01-08,ddpcr,0,2\n",
    )  # fmt: skip

    def contradicting(**facts):
        files = config(ctdna="ctdna.csv", facts=facts)
        joined = assemble(files, find_column, base=tmp_path, until=Landmark.baseline)
        return broken(joined)

    assert contradicting(ctdna_lod_mtm_per_ml={"ddpcr": 2}) == {
        ("ctdna_detected_baseline", "ctdna_contradiction"): [1]
    }
    assert contradicting() == {("ctdna_detected_baseline", "ctdna_contradiction"): [0, 1]}


def test_amounts_and_counts_have_a_highest_value(tmp_path):
    part = assigned(
        tmp_path,
        "P1,2024-01-08,panel,1,1e6,,,1e6,1e6,,0",
        "P2,2024-01-08,panel,1,1000001,,,1000001,1000001,,0",
        header=WIDER,
    )
    assert broken(part) == {
        (f"ctdna_{name}_baseline", "out_of_range"): [1]
        for name in ("mtm_per_ml", "n_variants_detected", "n_variants_tracked")
    }
