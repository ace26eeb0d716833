"""Measured lesions become RECIST responses at their landmarks; nothing missing is a response."""

from __future__ import annotations

import numpy as np
import pytest

from cohort_files import config, write
from neopcr.cohort.assemble import assemble
from neopcr.cohort.build import build_cohort
from neopcr.cohort.complaint import RULES
from neopcr.cohort.parts import take_apart
from neopcr.cohort.patient_index import PatientIndex
from neopcr.cohort.sources import find_sources
from neopcr.cohort.target_lesions import assemble_responses
from neopcr.errors import TableError
from neopcr.modalities import find_column
from neopcr.oncology.recist import RESPONSES
from neopcr.specs import Landmark

HEADER = "patient_id,lesion_id,scan_date,diameter_mm,lymph_node,new_lesion,organ\n"
DATES = ("first_dose_date", "cycle2_date", "cycle3_date", "cycle4_date", "cycle5_date",
         "last_dose_date", "surgery_date")  # fmt: skip
DAYS = ("2024-01-10", "2024-01-31", "2024-02-21", "2024-03-13", "2024-04-03", "2024-04-24",
        "2024-06-01")  # fmt: skip
PATIENTS = np.array(["P1", "P2", "P3"], dtype=object)
COURSE = {name: np.array([day] * 3, "datetime64[D]") for name, day in zip(DATES, DAYS, strict=True)}
# A scan of each landmark, and one between the windows.
BEFORE, C1, C2, BETWEEN, C4, LAST = (
    "2024-01-08", "2024-01-20", "2024-02-10", "2024-03-01", "2024-03-20", "2024-05-20",
)  # fmt: skip


def read(tmp_path, *rows, until=Landmark.surgery, course=COURSE, header=HEADER):
    path = write(tmp_path, "recist.csv", header + "".join(f"{row}\n" for row in rows))
    with PatientIndex(PATIENTS) as index:
        return assemble_responses(path, course, index, until)


def responses(part):
    return {
        name.removeprefix("recist_response_"): [
            RESPONSES[code] if code >= 0 else "" for code in codes
        ]
        for name, codes in part.table.items()
    }


def broken(part):
    return {(each.column, each.rule): each.rows.tolist() for each in part.problems}


def scans(patient, *sizes, lesion="a", node=0):
    """One lesion over scans: pairs of day and size; nothing new is seen."""
    return [f"{patient},{lesion},{day},{size},{node},0," for day, size in sizes]


def test_a_response_at_each_landmark(tmp_path):
    part = read(
        tmp_path,
        *scans("P1", (BEFORE, 40), (C1, 30), (C2, 28), (C4, 20), (LAST, 0)),
        *scans("P2", (BEFORE, 40), (C2, 50)),
        *scans("PX", (BEFORE, 40), (C2, 50)),
    )
    assert responses(part) == {
        "c1": ["SD", "", ""], "c2": ["PR", "PD", ""], "c4": ["PR", "", ""],
        "presurgery": ["CR", "", ""],
    }  # fmt: skip
    assert part.problems == ()
    assert part.notes == ("measured lesions of patients who are not in the cohort's table: 2",)


def test_the_order_of_the_rows_does_not_matter(tmp_path):
    rows = [
        *scans("P1", (BEFORE, 40), (C2, 28), (C4, 36)), *scans("P2", (BEFORE, 30), (C2, 28)),
        *scans("P1", (BEFORE, 20), (C2, 20), (C4, 20), lesion="n", node=1),
    ]  # fmt: skip
    expected = responses(read(tmp_path, *rows))
    assert expected == {"c2": ["SD", "SD", ""], "c4": ["SD", "", ""]}
    assert responses(read(tmp_path, *rows[::-1])) == expected


def test_of_several_scans_the_last_counts_and_all_of_them_for_the_least_sum(tmp_path):
    part = read(
        tmp_path,
        *scans("P1", ("2023-12-20", 80), (BEFORE, 40), (C2, 30), ("2024-02-15", 28), (C4, 32)),
        # The least was seen where no landmark claims the scan.
        *scans("P2", (BEFORE, 40), (C2, 28), (BETWEEN, 20), (C4, 26)),
        *scans("P3", (BEFORE, 40), (C2, 28), (C4, 26)),
    )
    assert responses(part) == {"c2": ["PR", "PR", "PR"], "c4": ["SD", "PD", "PR"]}
    assert part.notes == (
        "measured lesions outside every landmark's window, at most the least sum so far: 1",
    )


def test_the_largest_two_of_an_organ_are_targets_and_no_smaller_third(tmp_path):
    rows = [
        f"P1,{lesion},{day},{size},0,0,{organ}"
        for lesion, organ, sizes in (
            ("a", "Breast", (30, 21)), ("b", "breast", (20, 14)), ("c", "breast", (15, 60)),
        )
        for day, size in zip((BEFORE, C2), sizes, strict=True)
    ]  # fmt: skip
    assert responses(read(tmp_path, *rows)) == {"c2": ["PR", "", ""]}
    unnamed = [row.replace("Breast", "").replace("breast", "") for row in rows]
    assert responses(read(tmp_path, *unnamed)) == {"c2": ["PD", "", ""]}
    lacking = [row.rpartition(",")[0] for row in rows]
    part = read(tmp_path, *lacking, header=HEADER.replace(",organ", ""))
    assert responses(part) == {"c2": ["PD", "", ""]}


def test_nodes_are_normal_below_ten_and_targets_from_fifteen(tmp_path):
    part = read(
        tmp_path,
        *scans("P1", (BEFORE, 20), (C2, 9), node=1),
        *scans("P2", (BEFORE, 14), (C2, 0), node=1),
        *scans("P3", (BEFORE, 14), (C2, 0), node=0),
    )
    assert responses(part) == {"c2": ["CR", "NE", "CR"]}


def test_what_is_new_stays_new_and_what_was_not_looked_for_is_not_known(tmp_path):
    part = read(
        tmp_path,
        f"P1,a,{BEFORE},40,0,,", f"P1,a,{C2},20,0,1,", f"P1,a,{C4},20,0,0,",
        f"P2,a,{BEFORE},40,0,,", f"P2,a,{C2},20,0,,", f"P2,a,{C4},50,0,,",
        f"P3,a,{BEFORE},40,0,,", f"P3,b,{BEFORE},12,0,,", f"P3,a,{C2},20,0,,",
        f"P3,b,{C2},10,0,0,",
    )  # fmt: skip
    assert responses(part) == {"c2": ["PD", "NE", "PR"], "c4": ["PD", "PD", ""]}


def test_without_a_baseline_or_a_measurement_nothing_can_be_evaluated(tmp_path):
    part = read(
        tmp_path,
        *scans("P1", (C1, 40), (C2, 20)),
        *scans("P2", (BEFORE, 40), (C2, "")),
        *scans("P3", (BEFORE, 40), (C2, 20)),
        *scans("P3", (BEFORE, 20), lesion="b"),
        *scans("P3", (C2, 2), lesion="later"),
    )
    assert responses(part) == {"c1": ["NE", "", ""], "c2": ["NE", "NE", "NE"]}
    assert part.problems == ()


def test_later_scans_are_not_read_at_an_earlier_landmark(tmp_path):
    rows = [*scans("P1", (BEFORE, 40), (C2, 28), (C4, 60)), f"P2,a,{BEFORE},40,0,0,",
            f"P2,a,{C4},1000,0,0,"]  # fmt: skip
    part = read(tmp_path, *rows, until=Landmark.c2)
    assert responses(part) == {"c2": ["PR", "", ""]}
    assert part.problems == ()
    assert read(tmp_path, *rows, until=Landmark.baseline).table == {}
    assert broken(read(tmp_path, *rows)) == {("recist_response_c4", "out_of_range"): [1]}


def test_scans_without_a_day_are_counted(tmp_path):
    part = read(tmp_path, *scans("P1", (BEFORE, 40), (C2, 28), ("", 10)))
    assert responses(part) == {"c2": ["PR", "", ""]}
    assert part.notes == ("measured lesions without a scan_date, not used: 1",)
    nowhere = read(tmp_path, *scans("P1", (BEFORE, 40), (C2, 28)), course={})
    assert nowhere.table == {}


@pytest.mark.parametrize(
    ("row", "column", "rule"),
    [
        (f"P2,a,{C2},many,0,0,", "c2", "not_a_number"),
        (f"P2,a,{C2},-1,0,0,", "c2", "out_of_range"),
        (f"P2,a,{BEFORE},20,perhaps,0,", "c1", "not_a_boolean"),
        (f"P2,b,{BEFORE},20,,0,", "c1", "missing_lymph_node"),
        (f"P2,,{C4},20,0,0,", "c4", "missing_lesion_id"),
        (f"P2,a,{LAST},20,0,0,", "presurgery", "duplicated_lesion"),
        ("P2,a,8.1.2024,20,0,0,", "c1", "not_a_date"),
    ],
)
def test_what_breaks_a_rule_stands_at_the_patient_and_the_response_concerned(
    tmp_path, row, column, rule
):
    whole = scans("P2", (BEFORE, 40), (C1, 30), (LAST, 20))
    part = read(tmp_path, *scans("P1", (BEFORE, 40), (C2, 28)), *whole, row)
    found = broken(part)
    assert found[f"recist_response_{column}", rule] == [1]
    assert {rows for each in found.values() for rows in each} == {1}
    assert rule in RULES


def test_a_file_without_what_it_needs_is_refused(tmp_path):
    with pytest.raises(TableError, match="new_lesion"):
        read(tmp_path, header=HEADER.replace("new_lesion", "new"))


@pytest.fixture
def folder(tmp_path):
    header = ",".join(["patient_id", *DATES, "pcr"])
    patients = [f"P{place},{','.join(DAYS)},{place % 2}" for place in (1, 2)]
    write(tmp_path, "patients.csv", "\n".join([header, *patients]) + "\n")
    rows = scans("P1", (BEFORE, 40), (C2, 28)) + scans("P2", (BEFORE, 40), (C2, 40))
    write(tmp_path, "recist.csv", HEADER + "\n".join(rows) + "\n")
    return tmp_path


def test_responses_join_the_patients_where_they_are_known(folder):
    cohort, _ = build_cohort(
        config(recist="recist.csv"), find_column, landmark=Landmark.c2, mode="train", base=folder
    )
    assert [RESPONSES[code] for code in cohort.table["recist_response_c2"]] == ["PR", "SD"]
    early, _ = build_cohort(
        config(recist="recist.csv"), find_column, landmark=Landmark.c1, mode="train", base=folder
    )
    assert "recist_response_c2" not in early.table


def test_the_scans_are_part_of_the_fingerprint_and_kept_in_one_part(folder):
    with_scans, without = config(recist="recist.csv"), config()
    one, other = (
        assemble(each, find_column, base=folder, until=Landmark.baseline)
        for each in (with_scans, without)
    )
    assert one.fingerprint != other.fingerprint
    for each, parts in ((with_scans, 1), (without, 2)):
        assert len(take_apart(find_sources(each, folder), each, find_column, 2, folder)) == parts
