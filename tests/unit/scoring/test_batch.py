"""The pure function of a batch: numbers by hand, rules, flags, and what may not matter."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neopcr.errors import TableError
from neopcr.features import feature_space
from neopcr.kernel import LabelSets, LinearMember, Model, Reach, Uncertainty, Width
from neopcr.scoring import SCORE_SCHEMA, model_inputs, prepare, score_batch
from neopcr.specs import Landmark

COMPLETE = {
    "patient_id": "P1", "age_years": "50", "grade": "3", "her2_cep17_ratio": "8",
    "ctdna_detected_baseline": "1",
}  # fmt: skip


def table(*rows):
    """Return a raw table of text; each row states how it differs from the complete patient."""
    complete = dict.fromkeys((name for row in rows for name in row), "") | COMPLETE
    return pa.Table.from_pylist(
        [complete | {"patient_id": f"P{i}"} | row for i, row in enumerate(rows)]
    )


def test_a_score_can_be_worked_out_by_hand(scorer):
    # Linear: -0.2 - 0.01*50 + 0.3*3 + 0.5*log2(8) + 0.4 = 2.1; tree: 0.7.
    logit = 0.1 + 0.9 * (0.6 * 2.1 + 0.4 * 0.7)
    (score,) = score_batch(scorer, pa.Table.from_pylist([COMPLETE])).to_pylist()
    assert score["p_pcr"] == pytest.approx(1 / (1 + math.exp(-logit)), abs=1e-12)
    # The tree's mean over its covers is -0.02, so its split adds 0.72 to the ratio's own share.
    expected = {
        "row": 1, "patient_id": "P1", "p_lower": None, "p_upper": None,
        "status": "scored", "rule": "", "flags": "",
        "reason_1": "her2_cep17_ratio", "reason_1_contribution": 0.54 * 1.5 + 0.36 * 0.72,
        "reason_2": "grade", "reason_2_contribution": 0.54 * 0.9,
        "reason_3": "age_years", "reason_3_contribution": -0.54 * 0.5,
        "reason_4": "ctdna_detected_baseline", "reason_4_contribution": 0.54 * 0.4,
        "reason_5": None, "reason_5_contribution": None,
    }  # fmt: skip
    assert list(score) == SCORE_SCHEMA.names
    assert {name: score[name] for name in expected} == pytest.approx(expected, abs=1e-12)


def known(bundle, **parts):
    """Return a scorer of the bundle that knows how firm its scores are."""
    names = bundle.space.names
    n = len(names)
    reach = Reach(np.zeros(n), np.where([each == "age_years" for each in names], 10.0, 0.0),
                  np.full(n, 0.0), np.full(n, 80.0), 100.0, 1.0)  # fmt: skip
    width = Width(math.log(0.5), 0.0, 0.0, 0.0, 0.0, 0.0, (), (), 1.0)
    uncertainty = Uncertainty(reach, parts.get("width", width), parts.get("labels"))
    return prepare(dataclasses.replace(bundle, uncertainty=uncertainty))


def test_the_interval_can_be_worked_out_by_hand(bundle):
    logit = 0.1 + 0.9 * (0.6 * 2.1 + 0.4 * 0.7)
    (score,) = score_batch(known(bundle), pa.Table.from_pylist([COMPLETE])).to_pylist()
    half = 0.5 * 1.959963984540054
    for name, end in (("p_lower", logit - half), ("p_upper", logit + half)):
        assert score[name] == pytest.approx(1 / (1 + math.exp(-end)), abs=1e-12)
    (without,) = score_batch(known(bundle, width=None), table({})).to_pylist()
    assert (without["p_lower"], without["p_upper"]) == (None, None)
    assert without["p_pcr"] == score["p_pcr"]


def test_who_is_unlike_the_training_patients_is_flagged_and_scored(bundle):
    scores = score_batch(known(bundle), table({}, {"age_years": "91"}, {"age_years": "89"}))
    assert scores["flags"].to_pylist() == ["", "out_of_applicability", ""]
    assert scores["status"].to_pylist() == ["scored"] * 3


def test_who_is_undecided_is_flagged_beside_what_else_there_is(bundle):
    labels = LabelSets(0.9, -1, (0.0, 0.0, 0.0), (5.0, 5.0, 1.0))
    rows = table({}, {"her2_cep17_ratio": "2", "ctdna_detected_baseline": ""})
    scores = score_batch(known(bundle, labels=labels), rows)
    assert scores["flags"].to_pylist() == ["", "missing:ctdna;undecided"]


def test_a_row_without_a_score_has_no_interval_and_is_not_judged(bundle):
    labels = LabelSets(0.9, -1, (-9.0, -9.0, -9.0), (9.0, 9.0, 9.0))
    (score,) = score_batch(known(bundle, labels=labels), table({"age_years": "x"})).to_pylist()
    assert (score["p_lower"], score["p_upper"], score["flags"]) == (None, None, "")


def test_a_missing_modality_is_scored_flagged_and_owns_its_contribution(scorer):
    (score,) = score_batch(scorer, table({"ctdna_detected_baseline": ""})).to_pylist()
    assert (score["status"], score["flags"]) == ("scored", "missing:ctdna")
    assert score["reason_4"] == "ctdna_detected_baseline"
    assert score["reason_4_contribution"] == pytest.approx(-0.54 * 0.25)


def test_a_cell_that_was_read_with_a_loss_is_flagged_and_scored(scorer):
    (score,) = score_batch(scorer, table({"her2_ihc": "2+/FISH+"})).to_pylist()
    assert (score["status"], score["flags"]) == ("scored", "rest_unused:her2_ihc")


def test_an_ish_call_in_the_score_s_text_is_the_call_that_the_model_reads(bundle):
    space = feature_space(["her2"], ["her2_ihc", "her2_ish"], Landmark.baseline)
    features = np.array([name == "her2_positive" for name in space.names], dtype=float)
    member = LinearMember(0.0, np.zeros(len(features)), features, -features)
    model = Model(len(features), (member,), (1.0,), 0.0, 1.0)
    scorer = prepare(dataclasses.replace(bundle, space=space, model=model))
    texts = [("2+/FISH+", None), ("2+", "positive"), ("2+/FISH+", "negative"), ("2+", None)]
    names = ("patient_id", "her2_ihc", "her2_ish")
    rows = [dict(zip(names, (f"P{i}", *each), strict=True)) for i, each in enumerate(texts)]
    scores = score_batch(scorer, pa.Table.from_pylist(rows)).to_pylist()
    assert [score["flags"] for score in scores] == [
        "told_by_her2_ihc:her2_ish", "", "contradicts_her2_ihc:her2_ish", "",
    ]  # fmt: skip
    assert scores[0]["p_pcr"] == scores[1]["p_pcr"] == pytest.approx(1 / (1 + math.exp(-1)))
    assert [score["p_pcr"] for score in scores[2:]] == [0.5, pytest.approx(1 / (1 + math.exp(1)))]
    # The engine hands over only what the file has: no column of calls at all.
    without = pa.Table.from_pylist(rows[:1]).drop_columns(["her2_ish"])
    assert score_batch(scorer, without).to_pylist() == scores[:1]


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"her2_cep17_ratio": "51"}, "out_of_range:her2_cep17_ratio"),
        ({"age_years": "fifty"}, "not_a_number:age_years"),
        ({"her2_ihc": "?"}, "unknown_category:her2_ihc"),
        ({"ctdna_detected_baseline": "maybe"}, "not_a_boolean:ctdna_detected_baseline"),
        ({"her2_cep17_ratio": "51", "age_years": "-1"}, "out_of_range:age_years"),
        ({"patient_id": " "}, "missing_id"),
        ({"patient_id": None, "age_years": "x"}, "missing_id"),
        (dict.fromkeys(COMPLETE, "") | {"patient_id": "P9"}, "no_information"),
    ],
)
def test_a_row_that_breaks_a_rule_is_kept_without_a_score(scorer, change, rule):
    scores = score_batch(scorer, table({}, change, {})).to_pylist()
    assert [score["status"] for score in scores] == ["scored", "not_scored", "scored"]
    broken = scores[1]
    assert broken["rule"] == rule
    reasons = {name for name in SCORE_SCHEMA.names if name.startswith("reason")}
    assert all(broken[name] is None for name in {"p_pcr", "p_lower", "p_upper", *reasons})
    assert scores[0] | {"row": 3, "patient_id": "P2"} == scores[2]


def test_a_bad_cell_is_not_called_missing(scorer):
    (score,) = score_batch(scorer, table({"ctdna_detected_baseline": "maybe"})).to_pylist()
    assert score["flags"] == ""


def test_duplicates_and_rows_are_told_by_the_engine(scorer):
    scores = score_batch(
        scorer, table({}, {}), rows=np.array([7, 9]), duplicated=np.array([True, False])
    ).to_pylist()
    assert [(score["row"], score["rule"]) for score in scores] == [(7, "duplicate_id"), (9, "")]


def test_a_cohort_that_lacks_every_column_is_accounted_for(scorer):
    scores = score_batch(scorer, pa.table({"patient_id": ["a", "b"], "shoe_size": [38, 39]}))
    assert scores["rule"].to_pylist() == ["no_information"] * 2
    assert scores["flags"].to_pylist() == ["missing:clinical;missing:ctdna;missing:her2"] * 2


def test_a_column_the_model_does_not_read_is_not_looked_at(scorer):
    scores = score_batch(scorer, table({"ki67_percent": "400"}))
    assert scores["status"].to_pylist() == ["scored"]


def test_without_identifiers_nothing_is_scored(scorer):
    with pytest.raises(TableError, match="no column patient_id"):
        score_batch(scorer, pa.table({"age_years": ["50"]}))


def test_no_rows_in_no_rows_out(scorer):
    empty = table({}).slice(0, 0)
    assert score_batch(scorer, empty).num_rows == 0


def test_text_and_typed_cells_give_the_same_bits(scorer):
    typed = pa.table({
        "patient_id": pa.array([0, 1], pa.int64()),
        "age_years": pa.array([50, 61], pa.int32()),
        "grade": pa.array([3.0, None]),
        "her2_cep17_ratio": pa.array([8.4, 2.1], pa.float64()),
        "ctdna_detected_baseline": pa.array([True, None]),
    })  # fmt: skip
    text = pa.table({
        "patient_id": ["0", "1"], "age_years": ["50", "61"], "grade": ["3", "NA"],
        "her2_cep17_ratio": ["8.4", "2.1"], "ctdna_detected_baseline": ["yes", ""],
    })  # fmt: skip
    assert score_batch(scorer, typed).equals(score_batch(scorer, text))


rows = st.lists(
    st.fixed_dictionaries({
        "age_years": st.sampled_from(["40", "73.5", "", "x", "300"]),
        "grade": st.sampled_from(["1", "2", "3", ""]),
        "her2_cep17_ratio": st.sampled_from(["1.2", "4", "19", "", "-1"]),
        "ctdna_detected_baseline": st.sampled_from(["1", "0", "", "?"]),
    }),
    min_size=1,
    max_size=12,
)  # fmt: skip


@given(rows, st.randoms(use_true_random=False), st.integers(0, 12))
@settings(max_examples=40)
def test_order_of_rows_and_columns_and_the_cut_into_batches_do_not_matter(
    scorer, changes, random, cut
):
    raw = table(*changes)
    whole = score_batch(scorer, raw)
    assert whole.num_rows == raw.num_rows

    numbers = np.arange(1, raw.num_rows + 1)
    parts = [raw.slice(0, cut), raw.slice(cut)]
    cuts = [numbers[:cut], numbers[cut:]]
    pieces = [score_batch(scorer, p, rows=n) for p, n in zip(parts, cuts, strict=True)]
    assert pa.Table.from_batches(pieces).equals(pa.Table.from_batches([whole]))

    order = random.sample(range(raw.num_rows), raw.num_rows)
    names = random.sample(raw.column_names, raw.num_columns)
    shuffled = score_batch(scorer, raw.take(order).select(names), rows=numbers[order])
    assert shuffled.equals(whole.take(pa.array(order)))


def test_the_identifier_and_every_column_of_the_features_are_read(bundle, scorer):
    assert model_inputs(bundle) == scorer.headers
    assert scorer.headers[0] == "patient_id"
    assert {"age_years", "grade", "her2_cep17_ratio"} <= set(scorer.headers)
    assert "er_percent" not in scorer.headers
