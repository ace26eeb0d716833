"""IHC scores as they are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neopcr.oncology.her2 import IHC_SCORES
from neopcr.oncology.her2_text import read_ihc


@pytest.mark.parametrize(
    ("text", "ihc", "ish_call"),
    [
        ("0", 0, -1), ("0+", 0, -1), ("1+", 1, -1), ("2+", 2, -1), ("3+", 3, -1), ("3 +", 3, -1),
        ("+", 1, -1), ("++", 2, -1), ("+++", 3, -1), ("(+++)", 3, -1), ("2", 2, -1),
        ("IHC 2+", 2, -1), ("HER2: 3+", 3, -1), ("her2/neu 1+", 1, -1), ("HER-2 IHC 0", 0, -1),
        ("2+/FISH+", 2, 1), ("2+/FISH-", 2, 0), ("2+/FISH\N{MINUS SIGN}", 2, 0), ("2+, ISH neg", 2, 0),
        ("2+ (CISH positive)", 2, 1), ("2+ / DISH pos", 2, 1), ("1+;SISH negative", 1, 0),
    ],
)  # fmt: skip
def test_scores(text, ihc, ish_call):
    read = read_ihc(text)
    assert (read.ihc, read.ish_call) == (ihc, ish_call)
    assert read.zero_plus == (text == "0+")


@pytest.mark.parametrize(
    "text", ["", "negative", "4+", "++++", "2+/FISH", "2+/FISH?", "1+ to 2+", "10", "-1", "3+x"]
)
def test_what_is_not_a_score_is_not_read(text):
    assert read_ihc(text) is None


@given(st.text(alphabet="0123+-()/ FISHihcposneg", max_size=20) | st.text(max_size=20))
def test_any_text_is_read_or_refused(text):
    read = read_ihc(text)
    assert read is None or (read.ihc in range(len(IHC_SCORES)) and read.ish_call in {-1, 0, 1})
