"""Comparison by class: who is counted where, what is too few to say, what is refused."""

import csv
import json
import re

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.contingency_tables import StratifiedTable

from command_line import refused, run
from neopcr.cohort.leakage import refuse_name
from neopcr.errors import TableError
from neopcr.modalities import MODALITIES, find_column
from neopcr.report.comparison_figures import operating_points_figure
from neopcr.specs import Landmark
from neopcr.validation.odds import odds_ratios, stratified_odds_ratio
from neopcr.validation.proportion import compare_shares, share

SURGERY = np.datetime64("2012-03-01")


def cohort(n=400, seed=0):
    """HER2-positive patients, two thirds of them 3+, with everything that is compared."""
    rng = np.random.default_rng(seed)
    strong = np.arange(n) % 3 > 0
    hr = rng.random(n) < np.where(strong, 0.5, 0.75)
    dual = rng.random(n) < 0.5
    logit = -1.6 + 1.5 * strong - 0.6 * hr + 0.5 * dual
    pcr = rng.random(n) < 1 / (1 + np.exp(-logit))
    months = rng.exponential(np.where(strong, 90, 50))
    stop = rng.uniform(20, 120, n)
    end = SURGERY + (np.minimum(months, stop) * 30.4).astype(int).astype("timedelta64[D]")
    after = np.where(rng.random(n) < np.where(strong, 0.15, 0.5), "1+", "3+")
    return pd.DataFrame(
        {
            "patient_id": [f"p{number}" for number in range(n)],
            "her2_ihc": np.where(strong, "3+", "2+"),
            "her2_ish": np.where(strong, "", "positive"),
            "hr_status": np.where(hr, "positive", "negative"),
            "regimen_assigned": np.where(dual, "TCbHP", "TCH"),
            "pcr": pcr.astype(int),
            "her2_ihc_surgery": np.where(pcr, "", after),
            "surgery_date": SURGERY,
            "recurrence_date": np.where(months <= stop, end, np.datetime64("NaT")),
            "last_followup_date": end,
        }
    )


@pytest.fixture
def table():
    return cohort()


@pytest.fixture
def told(tmp_path):
    """Run the command on a table; what it writes."""

    def tell(table, words=""):
        source, target = tmp_path / "cohort.csv", tmp_path / "out"
        table.to_csv(source, index=False)
        done = run(f"compare {source} -o {target} {words} --json")
        assert done.exit_code == 0, done.output
        written = json.loads((target / "compare.json").read_text())
        assert written.items() <= json.loads(done.stdout).items()
        return written, (target / "compare.html").read_text(), target

    return tell


def test_a_cohort_is_compared_in_every_way(told, table):
    data, page, _ = told(table)
    strong, moderate = data["classes"]
    assert (strong["n"], moderate["n"]) == (266, 134)
    assert strong["pcr"]["events"] == int(table.pcr[table.her2_ihc == "3+"].sum())
    (pair,) = data["pairs"]
    assert (
        pair["adjusted"]["terms"][0]["lower"] < np.exp(1.5) < pair["adjusted"]["terms"][0]["upper"]
    )
    assert [one["name"] for one in pair["interaction"]["terms"]][-1] == "interaction"
    assert {one["name"] for one in data["blockade"]} == {strong["name"], moderate["name"]}
    kept, lost = data["loss"]
    assert kept["lost"]["value"] < lost["lost"]["value"]
    by_class, by_blockade = data["recurrence"].values()
    assert by_class["hazard_ratios"]["terms"][0]["lower"] > 1
    assert set(by_blockade["groups"]) == {"single blockade", "dual blockade"}
    assert not re.search(r"\bnan\b", page)
    for title in ("pCR by class", "HER2 of what is left after therapy", "If IHC were read again"):
        assert title in page


def test_reading_again_blurs_the_classes_and_is_the_same_for_a_seed(told, table, tmp_path):
    data, page, _ = told(table)
    crude, by_hr = data["odds_ratio_over_rereads"]
    assert 1 < crude["lower"] < crude["median"] < crude["as_recorded"]
    assert crude["turned"] == 0
    assert by_hr["by_hormone_receptors"]
    again, _, _ = told(table)
    assert again["odds_ratio_over_rereads"] == data["odds_ratio_over_rereads"]
    rates = tmp_path / "rates.json"
    rates.write_text(json.dumps({"ihc_2_3": 0.0, "ihc_1_2": 0.0}))
    sure, _, _ = told(table, f"--assay-error {rates}")
    crude = sure["odds_ratio_over_rereads"][0]
    assert crude["lower"] == crude["upper"] == pytest.approx(crude["as_recorded"])
    assert crude["left"] == 0
    assert "500 re-reads" in page


def test_what_is_not_known_is_counted_and_never_negative(told, table):
    table.loc[:9, "pcr"] = np.nan
    table.loc[:9, "her2_ihc_surgery"] = ""
    table.loc[10:14, "hr_status"] = None
    table.loc[15:18, "regimen_assigned"] = "PyroHT"
    table.loc[19:20, "regimen_assigned"] = None
    table.loc[21, ["her2_ihc", "her2_ish"]] = None
    data, _, _ = told(table)
    assert data["unknown"] == {
        "HER2 class": 1, "Response": 10, "Hormone receptors": 5, "Single or dual blockade": 6,
    }  # fmt: skip
    assert sum(one["pcr"]["n"] for one in data["classes"]) == 389
    assert data["pairs"][0]["crude"]["n"] == 389
    assert data["pairs"][0]["adjusted"]["n"] == 384
    assert data["pairs"][0]["interaction"]["n"] == 378


def test_loss_counts_equivocal_and_missing_apart(told, table):
    left = table.index[(table.pcr == 0) & (table.her2_ihc == "3+")]
    table.loc[left, "her2_ihc_surgery"] = "3+"
    table.loc[left[:4], "her2_ihc_surgery"] = "2+/FISH+"
    table.loc[left[4:9], "her2_ihc_surgery"] = ""
    table.loc[left[9:12], "her2_ihc_surgery"] = ["0", "1+", "1+"]
    reached = table.index[table.pcr == 1][0]
    table.loc[reached, "her2_ihc_surgery"] = "3+"
    data, _, target = told(table)
    strong = data["loss"][0]
    assert (strong["residual"], strong["equivocal"], strong["missing"]) == (len(left), 4, 5)
    assert (strong["lost"]["events"], strong["lost"]["n"]) == (3, len(left) - 9)
    assert strong["test"] is None
    assert data["loss"][1]["test"]["fisher"] < 0.001
    with (target / "rejects.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert rows == [
        {"row": str(reached + 1), "column": "her2_ihc_surgery", "rule": "scored_after_pcr"}
    ]


def test_a_cohort_without_the_rest_says_so(told, table):
    bare = table[["patient_id", "her2_ihc", "her2_ish", "pcr"]]
    data, page, _ = told(bare)
    assert data["loss"] == []
    assert data["pairs"][0]["crude"] is not None
    assert data["pairs"][0]["adjusted"] is None
    assert all(
        "no follow-up" in one or "at least two" in one for one in data["recurrence"].values()
    )
    assert data["blockade"][0]["single"]["n"] == 0
    assert "no her2_ihc_surgery" in page
    assert len(data["odds_ratio_over_rereads"]) == 1


def test_survival_is_adjusted_for_hormone_receptors_where_they_are_known(told, table, tmp_path):
    table.loc[:19, "hr_status"] = ""
    data, page, _ = told(table)
    by_class, by_blockade = data["recurrence"].values()
    assert {one["adjusted_hazard_ratios"]["n"] for one in (by_class, by_blockade)} == {380}
    assert "beside hormone receptor status (known of 380)" in page
    done = run(
        f"prognosis {tmp_path / 'cohort.csv'} --by expression_label --adjust hr_status "
        f"-o {tmp_path / 'prognosis'} --json"
    )
    expected, found = (
        one["adjusted_hazard_ratios"]["terms"] for one in (json.loads(done.stdout), by_class)
    )
    for name in ("ratio", "lower", "upper", "p_value"):
        assert [one[name] for one in found] == pytest.approx([one[name] for one in expected])


def test_survival_without_receptors_is_not_adjusted(told, table):
    data, page, _ = told(table.drop(columns="hr_status"))
    by_class, _ = data["recurrence"].values()
    assert by_class["hazard_ratios"] is not None
    assert by_class["adjusted_hazard_ratios"] is None
    assert "too few to say" in page


def test_few_patients_are_too_few_to_say(told, table):
    table.loc[:3, "her2_ihc"] = "1+"
    table.loc[:3, "her2_ish"] = "negative"
    table.loc[:3, "her2_ihc_surgery"] = ""
    table["recurrence_date"] = pd.NaT
    data, page, _ = told(table)
    low = next(one for one in data["classes"] if one["name"] == "low")
    assert low["n"] == 4
    assert low["pcr"]["value"] is None
    pair = next(one for one in data["pairs"] if one["second"] == "low")
    assert pair["crude"] is pair["pcr"]["pearson"] is None
    assert {one["second"] for one in data["odds_ratio_over_rereads"]} == {"her2_moderate_positive"}
    assert "too few to say" in page
    assert "log-rank not defined" in page
    assert not re.search(r"\bnan\b", page)


def test_her2_low_is_taken_apart(told):
    table = cohort(300, seed=3)
    scores = np.tile(["3+", "2+", "2+", "1+", "0"], 60)
    table["her2_ihc"] = scores
    table["her2_ish"] = np.tile(["", "positive", "negative", "negative", "positive"], 60)
    data, page, _ = told(table, "--by her2_ihc_ish")
    assert [one["name"] for one in data["classes"]] == ["3+", "2+/ISH+", "2+/ISH-", "1+"]
    assert data["unknown"]["HER2 by IHC and ISH"] == 60
    assert {one["name"] for one in data["loss"]} == {"3+", "2+/ISH+"}
    assert "IHC does not form" not in page


def test_one_plus_is_held_against_two_plus_without_amplification(told, tmp_path):
    table = cohort(300, seed=3)
    table["her2_ihc"] = np.tile(["3+", "2+", "2+", "1+", "1+"], 60)
    table["her2_ish"] = np.tile(["", "positive", "negative", "negative", "negative"], 60)
    table["her2_ihc_surgery"] = ""
    rates = tmp_path / "rates.json"
    rates.write_text(json.dumps({"ihc_0_1": 0.0, "ihc_1_2": 0.0, "ihc_2_3": 0.0}))
    words = f"--by her2_ihc_ish --reference 1+ --assay-error {rates}"
    data, _, _ = told(table, words)
    assert [one["name"] for one in data["classes"]] == ["1+", "3+", "2+/ISH+", "2+/ISH-"]
    (pair,) = (one for one in data["pairs"] if one["second"] == "2+/ISH-")
    low, other = (
        table[(table.her2_ihc == score) & (table.her2_ish == "negative")].pcr
        for score in ("1+", "2+")
    )
    odds = [one.sum() / (1 - one).sum() for one in (low, other)]
    assert pair["crude"]["terms"][0]["ratio"] == pytest.approx(odds[0] / odds[1])
    again = next(one for one in data["odds_ratio_over_rereads"] if one["second"] == "2+/ISH-")
    assert again["lower"] == again["upper"] == pytest.approx(odds[0] / odds[1])
    assert next(iter(data["recurrence"].values()))["hazard_ratios"]["terms"][0]["name"] == "3+"


def test_other_groupings_are_not_read_again(told, table):
    data, page, _ = told(table, "--by blockade")
    assert [one["name"] for one in data["classes"]] == ["single blockade", "dual blockade"]
    assert data["odds_ratio_over_rereads"] == []
    assert data["pairs"][0]["interaction"] is None
    assert "IHC does not form these classes" in page


def test_too_few_for_any_reread(told, table):
    table.loc[5:, "pcr"] = np.nan
    table.loc[5:, "her2_ihc_surgery"] = ""
    data, _, _ = told(table)
    assert data["odds_ratio_over_rereads"] == []


def test_classes_that_a_reread_may_empty_are_not_told(told):
    table = cohort(12, seed=1)
    table["her2_ihc"] = np.tile(["3+", "2+"], 6)
    table["her2_ish"] = np.tile(["", "positive"], 6)
    table["pcr"] = [1, 0] + [0, 0] * 5
    table["her2_ihc_surgery"] = ""
    data, _, _ = told(table)
    assert data["odds_ratio_over_rereads"] == []


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["--by", "pcr"], 11, "is the outcome itself"),
        (["--reference", "low"], 11, "nobody is of 'low'"),
        (["--by", "colour"], 11, "no grouping 'colour'"),
        (["--assay-error", "absent.json"], 10, "not a readable JSON"),
    ],
)
def test_what_cannot_be_compared_is_refused(table, tmp_path, words, code, sentence):
    source = tmp_path / "cohort.csv"
    table.to_csv(source, index=False)
    assert sentence in refused(["compare", source, "-o", tmp_path / "out", *words], code, tmp_path)


def test_no_identifier_is_on_the_page(told, table):
    table["patient_id"] = [f"canary{number}" for number in range(len(table))]
    _, page, target = told(table)
    assert "canary" not in page
    assert "canary" not in (target / "compare.json").read_text()


def test_the_score_at_surgery_can_be_no_feature():
    column = find_column("her2_ihc_surgery")
    assert (column.modality, column.landmark) == ("core", Landmark.surgery)
    made_of = {
        name
        for modality in MODALITIES.values()
        for feature in modality.features
        for name in feature.columns
    }
    assert "her2_ihc_surgery" not in made_of
    # As the header that another column is mapped from, it is refused by name.
    with pytest.raises(TableError, match=r"'her2_ihc_surgery' is refused.*surgery or what follows"):
        refuse_name("her2_ihc_surgery")


def test_shares_have_exact_intervals():
    # By the beta quantiles of Clopper and Pearson: 3 of 24, 0 of 20, 20 of 20.
    few, none, every = share(3, 24), share(0, 20), share(20, 20)
    assert (few.lower, few.upper) == pytest.approx((0.0266, 0.3236), abs=1e-4)
    assert (none.lower, none.upper) == pytest.approx((0.0, 1 - 0.025 ** (1 / 20)))
    assert (every.lower, every.upper) == pytest.approx((0.025 ** (1 / 20), 1.0))
    assert compare_shares(none, none).fisher is None
    assert compare_shares(none, share(0, 4)).pearson is None


def test_separation_is_too_few_to_say():
    x = np.repeat([0.0, 1.0], 20)
    assert odds_ratios(x, {"x": x}) is None
    some = np.tile([0.0, 1.0], 20)
    assert odds_ratios(some * x, {"x": x}) is None
    assert odds_ratios(some, {"x": x, "twice": 2 * x}) is None
    assert odds_ratios(some, {"x": np.arange(40) < 3.0}) is None
    assert odds_ratios(np.zeros(40), {"x": x}) is None
    number = np.arange(40.0)
    assert odds_ratios((number > 19).astype(float), {"number": number}) is None
    # Newton's steps may also end in a singular matrix.
    rng = np.random.default_rng(0)
    for scale in np.repeat([1e3, 1e6], 40):
        one, other = rng.normal(size=(2, 40)) * scale
        assert odds_ratios((one > 0).astype(float), {"one": one, "other": other / 1e3}) is None
    fitted = odds_ratios(some, {"number": number})
    assert fitted.terms[0].lower < 1 < fitted.terms[0].upper


def test_strata_are_weighted_together():
    # Two strata of odds ratio 4 and of other prevalence: confounded when they are pooled.
    y, exposed, strata = [], [], []
    for stratum, cells in enumerate(((8, 2, 10, 10), (10, 10, 4, 16))):
        for (event, exposure), n in zip(((1, 1), (0, 1), (1, 0), (0, 0)), cells, strict=True):
            y += [event] * n
            exposed += [exposure] * n
            strata += [stratum] * n
    arrays = [np.array(each, dtype=float) for each in (y, exposed, strata)]
    assert stratified_odds_ratio(*arrays) == pytest.approx(4.0)
    tables = [[[8, 10], [2, 10]], [[10, 4], [10, 17]]]
    extra = [np.append(each, value) for each, value in zip(arrays, (0.0, 0.0, 1.0), strict=True)]
    of_library = StratifiedTable([np.array(each).T for each in tables]).oddsratio_pooled
    assert stratified_odds_ratio(*extra) == pytest.approx(of_library)
    arrays[0][0] = np.nan
    assert stratified_odds_ratio(*arrays) != pytest.approx(4.0)
    assert np.isnan(stratified_odds_ratio(np.ones(4), np.array([1.0, 1, 0, 0]), np.zeros(4)))


def test_operating_points_leave_gaps():
    shares = [share(3, 4), share(6, 8)]
    drawing = operating_points_figure((1.0, 3.2), {"Sensitivity": shares}, 3.2)
    assert "Sensitivity at 3.2: 75.0" in drawing.alt
