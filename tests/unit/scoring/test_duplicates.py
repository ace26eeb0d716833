"""Repeated identifiers, found by hash over all pieces of a file."""

from __future__ import annotations

from collections import Counter

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from neopcr.scoring.duplicates import hash_ids, is_repeated, repeated

ids = st.lists(st.lists(st.none() | st.text("ab1 é", min_size=1, max_size=3), max_size=8))


def as_ids(chunk):
    return pa.array(chunk, pa.string())


@given(ids)
def test_an_identifier_repeats_if_it_stands_twice_in_any_pieces(chunks):
    hashes = repeated([hash_ids(as_ids(chunk)) for chunk in chunks])
    counts = Counter(each for chunk in chunks for each in chunk)
    for chunk in chunks:
        assert is_repeated(as_ids(chunk), hashes).tolist() == [
            each is not None and counts[each] > 1 for each in chunk
        ]


def test_hashes_do_not_change_between_runs():
    # Spark's workers and the local engine must agree, whatever PYTHONHASHSEED is.
    assert hash_ids(as_ids(["P1"])).tolist() == [13689194973915521852]
