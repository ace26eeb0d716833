"""Laws of receptors, subtypes, stage and response: what is missing never decides, and text is safe."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from neopcr.cohort.contract import out_of_range, read_columns
from neopcr.cohort.grammars import GRAMMARS, NOTED
from neopcr.cohort.long_table import is_filled
from neopcr.modalities import CONTRACT
from neopcr.oncology import (
    call_text,
    rcb,
    receptor_score_text,
    receptor_text,
    receptors,
    response,
    stage,
    stage_text,
    subtypes,
)

PERCENT = st.sampled_from([0.0, 0.9, 1.0, 10.0, 10.5, 19.0, 20.0, 100.0, np.nan])
ALLRED = st.sampled_from([0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 8.0, np.nan])
H_SCORE = st.sampled_from([0.0, 0.5, 1.0, 10.0, 30.0, 210.0, 400.0, np.nan])
CALL = st.sampled_from([-1, 0, 1])
ANSWER = st.sampled_from([0.0, 1.0, np.nan])
RECEPTOR = st.tuples(PERCENT, ALLRED, H_SCORE, CALL)
PATIENTS = st.lists(st.tuples(RECEPTOR, RECEPTOR, CALL), min_size=1, max_size=8)
SUBTYPED = st.tuples(ANSWER, ANSWER, ANSWER, PERCENT, PERCENT)
TNM = st.tuples(st.integers(-1, 5), st.integers(-1, 4), st.integers(-1, 1))
YP = st.tuples(st.integers(-1, 5), st.integers(-1, 5))

# Pieces of what people write, so that arbitrary text comes near to what is read.
PIECES = st.sampled_from(
    [
        "0",
        "1",
        "2",
        "3",
        "5",
        "8",
        "10",
        "20",
        "30",
        "90",
        "100",
        "300",
        "1.5",
        ",",
        ".",
        "%",
        "<",
        ">",
        "<=",
        ">=",
        "-",
        "+",
        "(",
        ")",
        "/",
        "~",
        "\u2013",
        "\u2264",
        "ER",
        "PR",
        "PgR",
        "Ki-67",
        "T",
        "T1c",
        "N",
        "N2a",
        "M",
        "M0",
        "c",
        "p",
        "yp",
        "is",
        "mi",
        "X",
        "positive",
        "negative",
        "neg",
        "pos",
        "Allred",
        "PS",
        "IS",
        "H-score",
        "HER2",
        "FISH",
        "to",
        "weakly",
        "amplified",
        "not",
    ]
)
TEXT = st.one_of(
    st.text(max_size=20),
    st.lists(PIECES, max_size=6).map(" ".join),
    st.lists(PIECES, max_size=6).map("".join),
)
NAMES = st.sampled_from(sorted(GRAMMARS))
READERS = (
    receptor_text.read_percent,
    receptor_text.read_call,
    receptor_text.read_hr_call,
    receptor_score_text.read_allred,
    receptor_score_text.read_h_score,
    stage_text.read_tnm,
    call_text.read_her2_call,
)


def evidence(rows) -> receptors.Evidence:
    percent, allred, h_score, call = zip(*rows, strict=True)
    return receptors.Evidence(
        percent=np.array(percent),
        allred=np.array(allred),
        h_score=np.array(h_score),
        call=np.array(call, np.int16),
    )


def classified(patients) -> receptors.Receptors:
    er, pgr, hr_call = zip(*patients, strict=True)
    return receptors.classify(evidence(er), evidence(pgr), np.array(hr_call, np.int16))


def subtype_input(rows) -> subtypes.SubtypeInput:
    names = ("er", "pgr", "her2", "pgr_percent", "ki67_percent")
    return subtypes.SubtypeInput(**dict(zip(names, np.array(rows, dtype=float).T, strict=True)))


def same_or_unknown(blanked, full) -> bool:
    return bool(np.all(np.isnan(blanked) | (blanked == full)))


@given(PATIENTS)
def test_a_negative_receptor_was_shown_to_be_negative(patients):
    found = classified(patients)
    for row, (er, pgr, hr_call) in enumerate(patients):
        for positive, (percent, allred, h_score, call) in ((found.er, er), (found.pgr, pgr)):
            if positive[row] == 0:
                assert percent < 1 or allred in (0, 2) or h_score < 1 or call == 0
        if found.hr[row] == 0:
            assert hr_call == 0 or (found.er[row] == 0 and found.pgr[row] == 0)
        if found.er_low[row] == 0:
            assert not np.isnan(er[:3]).all()


@given(PATIENTS, st.integers(0, 3))
def test_evidence_taken_away_leaves_what_weighs_more(patients, last):
    """Percent, Allred, H-score, call: what stands behind the first that decides does not matter."""

    def without(receptor):
        return (*receptor[: last + 1], *(np.nan, np.nan, np.nan, -1)[last + 1 :])

    fewer = [(without(er), without(pgr), -1) for er, pgr, _ in patients]
    for name in ("er", "pgr"):
        assert same_or_unknown(
            getattr(classified(fewer), name), getattr(classified(patients), name)
        )


@given(PATIENTS, st.randoms(use_true_random=False))
def test_the_order_of_patients_does_not_matter_to_receptors(patients, random):
    order = list(range(len(patients)))
    random.shuffle(order)
    found, shuffled = classified(patients), classified([patients[row] for row in order])
    for name in ("er", "pgr", "hr", "er_low"):
        np.testing.assert_array_equal(getattr(shuffled, name), getattr(found, name)[order])
    for name, rows in found.flags.items():
        np.testing.assert_array_equal(shuffled.flags[name], rows[order])


@given(SUBTYPED, st.integers(0, 4))
def test_a_subtype_stays_possible_when_less_is_known(patient, place):
    blanked = [value if index != place else np.nan for index, value in enumerate(patient)]
    full = subtypes.possible_subtypes(subtype_input([patient]))
    fewer = subtypes.possible_subtypes(subtype_input([blanked]))
    assert (full <= fewer).all()


@given(st.lists(SUBTYPED, min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_the_order_of_patients_does_not_matter_to_subtypes(patients, random):
    order = list(range(len(patients)))
    random.shuffle(order)
    found = subtypes.surrogate_subtype(subtype_input(patients))
    shuffled = subtypes.surrogate_subtype(subtype_input([patients[row] for row in order]))
    np.testing.assert_array_equal(shuffled, found[order])


@given(TNM, st.integers(0, 2))
def test_a_stage_stays_possible_when_less_is_known(patient, place):
    blanked = [value if index != place else -1 for index, value in enumerate(patient)]
    full, fewer = (
        stage.possible_stages(*(np.array([value], np.int16) for value in each))
        for each in (patient, blanked)
    )
    assert (full <= fewer).all()


@given(st.lists(TNM, min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_the_order_of_patients_does_not_matter_to_stages(patients, random):
    order = list(range(len(patients)))
    random.shuffle(order)
    codes = np.array(patients, np.int16).T
    found, shuffled = stage.anatomic_stage(*codes), stage.anatomic_stage(*codes[:, order])
    np.testing.assert_array_equal(shuffled, found[order])


@given(YP, st.integers(0, 1), st.sampled_from(response.DEFINITIONS))
def test_a_response_that_is_not_known_is_not_residual_disease(patient, place, definition):
    blanked = [value if index != place else -1 for index, value in enumerate(patient)]
    full, fewer = (
        response.is_pcr(*(np.array([value], np.int16) for value in each), definition)
        for each in (patient, blanked)
    )
    assert same_or_unknown(fewer, full)


@given(st.lists(st.sampled_from([0.0, 1.0, 5.0, 100.0]), min_size=6, max_size=6), st.integers(0, 5))
def test_a_missing_component_makes_no_index(components, place):
    components[place] = np.nan
    d1, d2, *rest = (np.array([value]) for value in components)
    index = rcb.rcb_index((d1, d2), *rest)
    assert np.isnan(index[0])
    assert rcb.rcb_class(index)[0] == -1


@given(TEXT)
def test_parsers_read_any_text_or_leave_it(text):
    for read in READERS:
        read(text)
    percent = receptor_text.read_percent(text)
    if percent is not None:
        assert 0 <= percent.low <= percent.middle() <= percent.high <= 100
    if receptor_text.read_call(text) == 0:
        assert any(sign in text.casefold() for sign in ("neg", "-", "\u2013", "\u2212", "<", "0"))


@given(NAMES, st.lists(st.one_of(st.none(), TEXT), min_size=1, max_size=6))
def test_a_grammar_reads_a_cell_or_refuses_it_or_finds_it_empty(name, texts):
    column = CONTRACT[name]
    table, problems, noted = read_columns(pa.table({name: pa.array(texts, pa.string())}), [column])
    filled = is_filled(table[name])
    assert not out_of_range(table[name], column).any()
    assert all(each.rule in NOTED for each in noted)
    for each in problems:
        assert not filled[each.rows].any()
    for row, text in enumerate(texts):
        if text is None or not text.strip():
            assert not filled[row]
            assert not any(row in each.rows for each in (*problems, *noted))


@given(NAMES, st.lists(TEXT, min_size=1, max_size=6), st.integers(0, 6))
def test_a_column_in_pieces_reads_as_the_whole(name, texts, cut):
    whole, first, second = (
        read_columns(pa.table({name: pa.array(part, pa.string())}), [CONTRACT[name]]).table[name]
        for part in (texts, texts[:cut], texts[cut:])
    )
    np.testing.assert_array_equal(np.concatenate([first, second]), whole)
