"""Laws of the regimens' vocabulary on arbitrary text, and of lesions in any order."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from neopcr.oncology.pet import LesionReads, by_patient, lesion_positive
from neopcr.oncology.regimen import (
    MatchedRegimens,
    candidates,
    explain_ambiguous,
    match_regimens,
    taxane_type,
)
from neopcr.oncology.regimen_names import AMBIGUOUS, REGIMEN_NAMES, REGIMENS
from neopcr.oncology.regimen_text import MOST_CYCLES

KNOWN = [*REGIMEN_NAMES, *AMBIGUOUS, *(text for each in REGIMENS for text in each.synonyms)]
pieces = st.sampled_from(
    [*KNOWN, "x6", "6x", "x12wk", " -> ", "+", "then", "docetaxel", "(", "q3w"]
)
written = st.one_of(
    st.none(), st.text(max_size=12), st.sampled_from(KNOWN),
    st.lists(pieces, max_size=5).map(" ".join), st.lists(pieces, max_size=5).map("".join),
)  # fmt: skip
texts = st.lists(written, min_size=1, max_size=8)


def read(cells) -> MatchedRegimens:
    return match_regimens(np.array([*cells, None], dtype=object)[:-1])


@given(texts)
def test_a_text_is_a_regimen_or_ambiguous_or_unmatched_or_missing_and_one_of_them(cells):
    found = read(cells)
    for row, cell in enumerate(cells):
        says = [found.codes[row] >= 0, row in found.ambiguous, row in found.unmatched]
        assert sum(says) <= 1
        if cell is None or not cell.strip():
            assert not any(says)
        if found.codes[row] < 0:
            assert found.taxane[row] == -1
            assert np.isnan(found.cycles[row])
        assert np.isnan(found.cycles[row]) or 1 <= found.cycles[row] <= MOST_CYCLES
        if row in found.ambiguous:
            assert candidates(cell)
            assert explain_ambiguous(np.array([cell], dtype=object))


@given(texts, st.randoms(use_true_random=False))
def test_the_order_of_texts_does_not_matter(cells, random):
    order = list(range(len(cells)))
    random.shuffle(order)
    straight, shuffled = read(cells), read([cells[row] for row in order])
    for name in ("codes", "taxane", "cycles"):
        np.testing.assert_array_equal(getattr(shuffled, name), getattr(straight, name)[order])


@given(st.sampled_from(KNOWN), st.sampled_from(["", " ", "-", " + ", "\N{RIGHTWARDS ARROW}", "_"]))
def test_case_and_noise_at_the_ends_do_not_matter(text, noise):
    plain = read([text])
    for other in (text.upper(), text.lower(), f"{noise}{text}{noise}"):
        found = read([other])
        assert found.codes[0] == plain.codes[0]
        assert found.ambiguous.tolist() == plain.ambiguous.tolist()


@given(texts)
def test_a_taxane_that_a_text_tells_never_contradicts_the_name(cells):
    found = read(cells)
    named = taxane_type(found.codes)
    told = (found.taxane >= 0) & (named >= 0)
    np.testing.assert_array_equal(found.taxane[told], named[told])


scores = st.sampled_from([1.0, 2.0, 3.0, 4.0, 5.0, np.nan])
lesions = st.lists(
    st.tuples(
        st.integers(0, 3), scores, scores, *(st.floats(0, 20) | st.just(np.nan),) * 2,
        st.sampled_from([0.0, 1.0, np.nan]),
    ),
    max_size=8,
)  # fmt: skip


def put_together(rows):
    columns = np.array(rows, dtype=float).reshape(-1, 6).T
    return by_patient(LesionReads(columns[0].astype(int), *columns[1:]), 4)


@given(lesions, st.randoms(use_true_random=False))
def test_the_order_of_lesions_does_not_matter(rows, random):
    other = list(rows)
    random.shuffle(other)
    one, two = put_together(rows), put_together(other)
    for name in ("positive", "lesions", "positive_lesions", "disagreement", "suv_max"):
        np.testing.assert_array_equal(getattr(one, name), getattr(two, name), err_msg=name)


@given(lesions)
def test_a_patient_is_negative_only_where_every_lesion_is_known_to_be(rows):
    found = put_together(rows)
    for patient in range(4):
        own = [row for row in rows if row[0] == patient]
        each = lesion_positive(
            np.array([row[1] for row in own], float), np.array([row[2] for row in own], float)
        )
        assert (found.positive[patient] == 0) == (len(own) > 0 and bool((each == 0).all()))
        assert (found.positive[patient] == 1) == bool((each == 1).any())
