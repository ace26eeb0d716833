"""HER2-PET: what is positive, what stays open, what is rejected, and what readers agree on."""

import csv
import json
import re

import numpy as np
import pandas as pd
import pytest

from command_line import refused, run


def study(n=60, seed=0):
    """Three lesions a patient; those that take up the tracer are biopsied."""
    rng = np.random.default_rng(seed)
    patient = np.repeat(np.arange(n), 3)
    hot = rng.random(3 * n) < 0.4
    first = np.where(hot, rng.choice([3, 4, 5], 3 * n), rng.choice([1, 2, 3], 3 * n))
    second = np.clip(first + rng.choice([-1, 0, 0, 0, 1], 3 * n), 1, 5)
    suv_max = np.where(hot, rng.uniform(2.5, 9, 3 * n), rng.uniform(1, 5, 3 * n)).round(2)
    return pd.DataFrame(
        {
            "patient_id": [f"p{number}" for number in patient],
            "lesion_id": np.tile([1, 2, 3], n),
            "reader1_score": first,
            "reader2_score": second,
            "suvmax": suv_max,
            "suvpeak": (suv_max * 0.8).round(2),
            "liver": (rng.random(3 * n) < 0.1).astype(int),
            "tracer": "89Zr-trastuzumab",
            "biopsy_her2": np.where(
                rng.random(3 * n) < 0.5, np.where(hot, "positive", "negative"), ""
            ),
        }
    )


@pytest.fixture
def table():
    return study()


@pytest.fixture
def told(tmp_path):
    """Run the command on a table; what it writes."""

    def tell(table, words=""):
        source, target = tmp_path / "lesions.csv", tmp_path / "out"
        table.to_csv(source, index=False)
        done = run(f"pet {source} -o {target} {words} --json")
        assert done.exit_code == 0, done.output
        written = json.loads((target / "pet.json").read_text())
        assert written.items() <= json.loads(done.stdout).items()
        page = (target / "pet.html").read_text()
        assert not re.search(r"\bnan\b", page)
        with (target / "rejects.csv").open() as file:
            rows = {(int(row["row"]), row["column"], row["rule"]) for row in csv.DictReader(file)}
        return written, page, rows

    return tell


def rows_of(*scores, **more):
    """A lesion each of (patient, lesion, first reader, second reader)."""
    names = ["patient_id", "lesion_id", "reader1_score", "reader2_score"]
    return pd.DataFrame(scores, columns=names, dtype=object).assign(**more)


def counts(data):
    return {name: one["events"] for name, one in data["patients"].items() if one["events"]}


def test_a_study_is_told_in_every_way(told, table):
    data, page, rows = told(table)
    assert data["scanned"] == 60
    assert sum(one["events"] for one in data["patients"].values()) == 60
    both = (table.reader1_score >= 4) & (table.reader2_score >= 4)
    assert data["lesions"]["positive"]["events"] == both.sum()
    confirmed = table[both & (table.biopsy_her2 == "positive")].patient_id.nunique()
    assert data["patients"]["confirmed"]["events"] == confirmed
    kappa = {one["item"]: one for one in data["agreement"] if "kappa" in one["statistic"]}
    for one in kappa.values():
        assert one["lower"] < one["value"] < one["upper"]
        assert one["cases"] == 180
    assert rows == set()
    for title in ("Patients by outcome", "Agreement of two readers", "Operating points"):
        assert title in page


def test_operating_points_are_those_of_biopsied_lesions_outside_the_liver(told, table):
    table.loc[0, "liver"] = np.nan
    data, _, _ = told(table)
    biopsied = table[table.biopsy_her2 != ""]
    outside = biopsied[biopsied.liver == 0]
    point = next(one for one in data["points"] if one["cut"] == 3.2)
    positive = outside[outside.biopsy_her2 == "positive"]
    assert point["sensitivity"]["events"] == (positive.suvmax > 3.2).sum()
    assert point["sensitivity"]["n"] == len(positive)
    called = outside[outside.suvmax > 3.2]
    assert point["ppv"]["events"] == (called.biopsy_her2 == "positive").sum()
    rest = outside[outside.suvmax <= 3.2]
    assert (point["npv"]["events"], point["npv"]["n"]) == (
        (rest.biopsy_her2 == "negative").sum(), len(rest),
    )  # fmt: skip
    assert point["specificity"]["n"] == len(outside) - len(positive)
    assert data["not_compared"] == len(biopsied) - len(outside)
    cuts = [one["cut"] for one in data["points"]]
    assert cuts == sorted(cuts)


def test_each_patient_has_one_outcome(told):
    table = rows_of(
        ("a", 1, 5, 5), ("a", 2, 5, 4),
        ("b", 1, 4, 4),
        ("c", 1, 4, 5), ("c", 2, 4, 4),
        ("d", 1, 5, 5),
        ("e", 1, 5, 3), ("e", 2, 1, ""),
        ("f", 1, 5, ""),
        biopsy_her2=["negative", "positive", "negative", "negative", "inconclusive", "", "", "", ""],
    )  # fmt: skip
    data, page, _ = told(table)
    assert counts(data) == {
        "confirmed": 1, "false_positive": 1, "inconclusive": 1, "no_biopsy": 1, "negative": 1,
        "unknown": 1,
    }  # fmt: skip
    assert data["at_most"]["events"] == 4
    assert data["agreement"][0]["value"] is None
    assert data["points"] == []
    assert "No lesion outside the liver" in page


def test_patients_without_a_lesion_are_scanned_all_the_same(told, table, tmp_path):
    data, _, _ = told(table, "--scanned 80")
    without, _, _ = told(table)
    more = {name: data["patients"][name]["events"] - one["events"]
            for name, one in without["patients"].items()}  # fmt: skip
    assert more.pop("negative") == 20
    assert not any(more.values())
    source = tmp_path / "lesions.csv"
    words = ["pet", source, "-o", tmp_path / "no", "--scanned", "59"]
    assert "60 patients have lesions, and only 59" in refused(words, 11, tmp_path)


def test_bad_rows_are_named_and_the_rest_goes_on(told, table):
    table["reader1_score"] = table.reader1_score.astype(object)
    table.loc[0, "patient_id"] = None
    table.loc[4, "suvpeak"] = table.suvmax[4] + 1
    table.loc[7, "reader1_score"] = 3.5
    table.loc[10, "reader1_score"] = 9
    table.loc[13, "biopsy_her2"] = "perhaps"
    table.loc[16, "lesion_id"] = None
    table.loc[20, "lesion_id"] = table.lesion_id[19]
    data, page, rows = told(table)
    assert rows == {
        (1, "patient_id", "missing_patient_id"),
        (5, "suvmax", "suv_peak_above_max"),
        (8, "reader1_score", "not_a_score"),
        (11, "reader1_score", "out_of_range"),
        (14, "biopsy_her2", "unknown_category"),
        (17, "lesion_id", "missing_lesion_id"),
        (20, "lesion_id", "duplicated_lesion"),
        (21, "lesion_id", "duplicated_lesion"),
    }
    assert data["rows"] == 180
    assert data["lesions"]["positive"]["n"] == 178
    assert data["rejected"]["lesion_id: duplicated_lesion"] == 2
    assert "suv_peak_above_max" in page


def test_a_lesion_that_is_not_used_leaves_its_patient_open(told):
    table = rows_of(
        ("a", 1, 1, 1), ("a", 1, 2, 2),
        ("b", None, 1, 1), ("b", 2, 1, 1),
        ("c", 1, 9, 1), ("c", 2, 5, 5),
        ("d", 1, 9, 5),
        ("e", 1, 2, 2),
    )  # fmt: skip
    data, _, _ = told(table)
    # 9 is no score; the other reader's 1 decides.
    assert counts(data) == {"no_biopsy": 1, "negative": 1, "unknown": 3}


def test_impossible_uptake_is_not_used_but_the_scores_are(told, table):
    before, _, _ = told(table)
    table["suvpeak"] = table.suvmax + 1
    data, _, _ = told(table)
    assert data["patients"] == before["patients"]
    assert data["points"] == []


def test_a_file_without_patients_is_too_few_to_say(told):
    data, page, rows = told(rows_of((None, 1, 5, 5)))
    assert data["scanned"] == 0
    assert rows == {(1, "patient_id", "missing_patient_id")}
    assert "too few to say" in page


def test_readers_who_always_agree_have_no_kappa(told, table):
    table[["reader1_score", "reader2_score"]] = 2
    data, page, _ = told(table)
    assert [one["value"] for one in data["agreement"]] == [1.0, None, 1.0, None]
    assert "too few to say" in page


def test_kappa_of_few_patients_has_no_interval(told):
    # In many a draw all lesions are of one patient, whose readers never differ.
    same = [("a", number, 2, 2) for number in range(20)]
    other = [("b", number, 5, 5 - number % 2) for number in range(10)]
    data, page, _ = told(rows_of(*same, *other))
    kappa = data["agreement"][1]
    assert kappa["value"] == 1
    assert kappa["lower"] is None
    assert "not defined" in page


def test_tracers_are_told_apart_by_the_reader(told, table):
    table.loc[:10, "tracer"] = "89Zr-pertuzumab"
    data, page, _ = told(table)
    assert data["tracers"] == ["89zr-pertuzumab", "89zr-trastuzumab"]
    assert "2 tracers are put together" in page


@pytest.mark.parametrize("lacks", ["patient_id", "reader2_score"])
def test_a_file_that_lacks_a_column_is_refused(table, tmp_path, lacks):
    table.drop(columns=lacks).to_csv(tmp_path / "lesions.csv", index=False)
    words = ["pet", tmp_path / "lesions.csv", "-o", tmp_path / "out"]
    assert lacks in refused(words, 11, tmp_path)


def test_no_identifier_is_on_the_page(told, table):
    table["patient_id"] = "canary" + table.patient_id
    data, page, _ = told(table)
    assert "canary" not in page
    assert "canary" not in json.dumps(data)
