"""Prognosis: who is followed, what is compared, what is refused."""

import csv
import json
import re
import warnings

import numpy as np
import pandas as pd
import pytest

from command_line import refused, run
from neopcr.validation.balance import standardised_difference

SURGERY = np.datetime64("2012-03-01")


def cohort(n=240, seed=0):
    """Patients whose hazard is three times as high above a ratio of 7.0, older ones on that side."""
    rng = np.random.default_rng(seed)
    ratio = rng.uniform(2, 12, n).round(2)
    high = ratio > 7.0
    months = rng.exponential(np.where(high, 30, 90))
    stop = rng.uniform(20, 120, n)
    days = (np.minimum(months, stop) * 30.4375).astype(int).astype("timedelta64[D]")
    end = SURGERY + days
    event = months <= stop
    return pd.DataFrame(
        {
            "patient_id": [f"p{number}" for number in range(n)],
            "her2_cep17_ratio": ratio,
            "age_years": (rng.normal(52, 8, n) + 4 * high).round().clip(20, 90),
            "hr_status": rng.choice(["positive", "negative"], n),
            "surgery_date": SURGERY,
            "recurrence_date": np.where(event, end, np.datetime64("NaT")),
            "last_followup_date": end,
            "pcr": (rng.random(n) < np.where(high, 0.7, 0.5)).astype(int),
        }
    )


@pytest.fixture
def table():
    return cohort()


@pytest.fixture
def told(tmp_path):
    """Run the command on a table; what it writes."""

    def tell(table, words="", code=0):
        source, target = tmp_path / "cohort.csv", tmp_path / "out"
        table.to_csv(source, index=False)
        done = run(f"prognosis {source} -o {target} {words} --json")
        assert done.exit_code == code, done.output
        written = json.loads((target / "prognosis.json").read_text())
        assert written.items() <= json.loads(done.stdout).items()
        return written, (target / "prognosis.html").read_text(), target

    return tell


def test_a_high_ratio_recurs_more_often_and_pcr_stands_apart(told, table):
    data, page, _ = told(table)
    assert data["endpoint"].startswith("disease-free survival from surgery")
    one = data["hazard_ratios"]["terms"][0]
    assert one["name"] == "ratio > 7.0"
    assert one["lower"] < 3 < one["upper"]
    assert data["log_rank"]["p_value"] < 0.001
    gained = data["restricted_mean"]["gained"]["ratio > 7.0"]
    assert gained["upper"] < 0
    assert data["restricted_mean"]["months"] == 60
    assert {name: one["n"] for name, one in data["groups"].items()} == {
        "ratio ≤ 7.0": int((table.her2_cep17_ratio <= 7).sum()),
        "ratio > 7.0": int((table.her2_cep17_ratio > 7).sum()),
    }
    assert "pCR in the patients above" in page
    assert not re.search(r"\bnan\b", page)


def test_each_cut_off_is_tried_and_the_number_tried_is_told(told, table):
    data, page, _ = told(table)
    assert list(data["cut_offs"]) == [str(cut) for cut in range(2, 13)]
    assert data["cut_offs"]["12"] is None
    assert data["cut_offs"]["7"]["ratio"] == data["hazard_ratios"]["terms"][0]["ratio"]
    tried = sum(one is not None for one in data["cut_offs"].values())
    assert f"{tried} cut-offs could be tried" in page
    assert "Bonferroni" in page


def test_adjustment_takes_numbers_and_categories_and_counts_who_lacks_them(told, table):
    table.loc[:9, "age_years"] = np.nan
    data, page, _ = told(table, "--adjust age_years --adjust hr_status")
    terms = [one["name"] for one in data["adjusted_hazard_ratios"]["terms"]]
    assert terms == ["ratio > 7.0", "age_years", "hr_status: positive"]
    assert data["adjusted_hazard_ratios"]["n"] == 230
    assert data["hazard_ratios"]["n"] == 240
    assert "Adjusted for age_years, hr_status" in page


def test_a_missing_level_is_not_the_first_level(told, table):
    table.loc[:19, "hr_status"] = None
    data, _, _ = told(table, "--adjust hr_status")
    assert data["adjusted_hazard_ratios"]["n"] == 220


def test_dates_that_contradict_one_another_are_rejects_and_the_rest_goes_on(told, table):
    table.loc[0, "recurrence_date"] = SURGERY - 10
    table.loc[1, "last_followup_date"] = SURGERY - 10
    table.loc[1, "recurrence_date"] = pd.NaT
    table.loc[2, ["recurrence_date", "last_followup_date"]] = pd.NaT
    table.loc[3, "her2_cep17_ratio"] = np.nan
    data, _, target = told(table)
    with (target / "rejects.csv").open() as file:
        rows = {(int(row["row"]), row["rule"]) for row in csv.DictReader(file)}
    assert rows == {(1, "event_before_surgery"), (2, "followup_before_surgery")}
    left_out = {step["reason"]: step["excluded"] for step in data["flow"]}
    assert left_out["dates that contradict one another (see the rejects)"] == 2
    assert left_out["no follow-up recorded"] == 1
    assert left_out["HER2/CEP17 ratio not known"] == 1
    assert sum(one["n"] for one in data["groups"].values()) == 236


def test_a_regimen_that_cannot_be_read_is_named_and_its_patient_stays(told, table):
    table["regimen_assigned"] = ["magic", *["TCbHP"] * 239]
    data, _, target = told(table)
    assert sum(one["n"] for one in data["groups"].values()) == 240
    with (target / "rejects.csv").open() as file:
        assert list(csv.reader(file))[1:] == [["1", "regimen_assigned", "unmatched_regimen"]]
    assert any("not in the vocabulary" in step["reason"] for step in data["flow"])


def test_pcr_starts_the_clock_at_surgery(told, table):
    data, page, _ = told(table, "--by pcr")
    assert list(data["groups"]) == ["residual disease", "pCR"]
    assert "pCR in the patients above" not in page
    assert data["cut_offs"] == {}


def test_months_as_given_need_a_landmark_for_what_is_known_at_surgery(told, table, tmp_path):
    table["dfs_months"] = (table.last_followup_date - SURGERY).dt.days / 30.4375
    table["dfs_event"] = table.recurrence_date.notna().astype(int)
    given = table.drop(columns=["surgery_date", "recurrence_date", "last_followup_date"])
    data, _, _ = told(given)
    assert data["endpoint"].startswith("months and event as the cohort gives them")
    source = tmp_path / "given.csv"
    given.to_csv(source, index=False)
    words = ["prognosis", source, "--by", "pcr", "-o", tmp_path / "no"]
    assert "immortal time" in refused(words, 11, tmp_path)
    data, _, _ = told(given, "--by pcr --landmark-months 6")
    early = int((given.dfs_months <= 6).sum())
    assert data["flow"][-1] == {
        "reason": "event or end of follow-up within 6 months",
        "excluded": early,
        "remaining": 240 - early,
    }
    assert "the clock starts at 6 months" in data["endpoint"]


def test_a_landmark_starts_the_clock_anew(told, table):
    data, _, _ = told(table, "--landmark-months 12")
    days = (table.last_followup_date - SURGERY).dt.days
    kept = days / (365.25 / 12) > 12
    assert sum(one["n"] for one in data["groups"].values()) == int(kept.sum())


def test_three_groups_are_compared_with_the_first(told):
    table = cohort(300, seed=4)
    table["her2_ihc"] = np.tile(["3+", "2+", "1+"], 100)
    data, page, _ = told(table, "--by her2_ihc")
    assert list(data["groups"]) == ["1+", "2+", "3+"]
    assert [one["name"] for one in data["hazard_ratios"]["terms"]] == ["2+", "3+"]
    assert set(data["restricted_mean"]["gained"]) == {"2+", "3+"}
    assert "against 1+" in page


def test_her2_classes_are_those_of_the_rules(told):
    table = cohort(300, seed=4)
    table["her2_ihc"] = np.tile(["3+", "2+", "2+"], 100)
    table["her2_copies_per_cell"] = 8.0
    data, _, _ = told(table, "--by expression_label")
    assert data["cut_offs"] == {}
    assert set(data["groups"]) == {"her2_strong_positive", "her2_moderate_positive"}


def test_too_few_events_are_said_not_estimated(told, table):
    table.loc[3:, "recurrence_date"] = pd.NaT
    data, page, _ = told(table, "--adjust age_years")
    assert data["hazard_ratios"] is None
    assert data["adjusted_hazard_ratios"] is None
    assert "too few to say" in page


def test_without_any_event_nothing_is_tested(told, table):
    table["recurrence_date"] = pd.NaT
    data, page, _ = told(table)
    assert data["log_rank"] == {"chi_squared": None, "p_value": None}
    assert "Log-rank test: not defined" in page
    assert not re.search(r"\bnan\b", page)


@pytest.mark.parametrize(
    ("change", "words", "sentence"),
    [
        (lambda table: table.drop(columns="surgery_date"), [], "no follow-up"),
        (lambda table: table, ["--by", "colour"], "no grouping 'colour'"),
        (lambda table: table.drop(columns="her2_cep17_ratio"), [], "at least two groups"),
        (lambda table: table, ["--adjust", "surgery_date"], "cannot adjust for 'surgery_date'"),
        (
            lambda table: table.assign(
                last_followup_date=table.last_followup_date.where(table.her2_cep17_ratio > 7),
                recurrence_date=table.recurrence_date.where(table.her2_cep17_ratio > 7),
            ),
            [],
            "fewer than two groups have follow-up",
        ),
    ],
)
def test_what_cannot_be_compared_is_refused(table, tmp_path, change, words, sentence):
    source = tmp_path / "cohort.csv"
    change(table).to_csv(source, index=False)
    words = ["prognosis", source, "-o", tmp_path / "out", *words]
    assert sentence in refused(words, 11, tmp_path)


def test_no_identifier_is_on_the_page(told, table):
    table["patient_id"] = [f"canary{number}" for number in range(len(table))]
    _, page, target = told(table)
    assert "canary" not in page
    assert "canary" not in (target / "prognosis.json").read_text()


def test_standardised_differences():
    first = np.arange(200) < 100
    shifted = np.concatenate((np.tile([0.0, 2.0], 50), np.tile([1.0, 3.0], 50)))
    assert standardised_difference(shifted, first, ~first) == pytest.approx(
        1 / np.std([0.0, 2.0] * 50, ddof=1)
    )
    codes = np.concatenate((np.tile([0, 1], 50), np.tile([0, 0, 0, 1], 25))).astype(np.int16)
    expected = 0.25 / np.sqrt((0.25 + 0.1875) / 2)
    assert standardised_difference(codes, first, ~first) == pytest.approx(expected)
    for nothing in (np.ones(200), np.zeros(200, np.int16), np.full(200, np.nan)):
        assert np.isnan(standardised_difference(nothing, first, ~first))
    alone = np.arange(200) == 3
    assert np.isnan(standardised_difference(shifted, alone, ~first))


@pytest.mark.data
def test_ispy1_gives_the_hazard_ratio_of_her2(data_dir, told):
    book = data_dir / "ispy1" / "ispy1_clinical_and_outcome.xlsx"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # an extension of the workbook
        left, right = (pd.read_excel(book, sheet_name=name) for name in ("predictors", "outcomes"))
    both = left.merge(right, on="SUBJECTID")
    table = pd.DataFrame(
        {
            "patient_id": both.SUBJECTID,
            "her2_status": both.Her2MostPos.map({1: "positive", 0: "negative"}),
            "age_years": both.age,
            "dfs_months": both.RFS / (365.25 / 12),
            "dfs_event": both.rfs_ind,
        }
    )
    data, _, _ = told(table, "--by her2_status --adjust age_years")
    assert (data["hazard_ratios"]["n"], data["hazard_ratios"]["events"]) == (216, 61)
    coefficients = [one["coefficient"] for one in data["adjusted_hazard_ratios"]["terms"]]
    # R 4.2.2, survival 3.5-3: coxph of the same patients.
    assert coefficients == pytest.approx([0.235184, -0.008472], abs=1e-5)
