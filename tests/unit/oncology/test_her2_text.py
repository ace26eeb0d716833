"""IHC scores as they are written: whatever the text, it is read or refused (tests/spec has cells)."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neopcr.oncology.her2 import CALLS, IHC_SCORES
from neopcr.oncology.her2_text import read_ihc

PIECES = [
    "IHC",
    "HER2",
    "0",
    "1+",
    "2+",
    "3+",
    "+",
    "/",
    "FISH",
    "ISH",
    "-",
    "pos",
    "negative",
    "(",
    ")",
    " ",
]


@given(
    st.text(alphabet="0123+-()/ FISHihcposneg.ratio", max_size=30)
    | st.lists(st.sampled_from(PIECES), max_size=10).map("".join)
    | st.text(max_size=200)
)
def test_any_text_is_read_or_refused(text):
    read = read_ihc(text)
    if read is not None:
        # A cell that is read says its score, and its ISH call where it has one.
        assert IHC_SCORES[read.ihc].rstrip("+") in text or "+" * read.ihc in text
        assert read.ish_call == -1 or CALLS[read.ish_call]
        assert not read.zero_plus or read.ihc == 0
        assert read_ihc(f"  {text.upper()}\n") == pytest.approx(read, nan_ok=True)


@pytest.mark.parametrize(
    "text", [" " * 100_000, "HER2 " * 20_000, "2+/" + "(" * 100_000, "2+" + " " * 76 + "x"]
)
def test_long_text_is_refused_at_once(text):
    started = time.perf_counter()
    assert read_ihc(text) is None
    assert time.perf_counter() - started < 0.5


def test_the_longest_cell_that_may_be_a_score():
    assert read_ihc("2+".ljust(80)).ihc == 2
    assert read_ihc("2+".ljust(81)) is None
