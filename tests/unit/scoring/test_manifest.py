"""Counts of a score table, and the check that no row is lost."""

from __future__ import annotations

import pyarrow as pa
import pytest

from neopcr.errors import InternalError
from neopcr.scoring.manifest import Tally, fingerprint


def batch(status, rule, flags):
    return pa.RecordBatch.from_pydict({"status": status, "rule": rule, "flags": flags})


def test_rows_are_counted_by_status_rule_and_flag():
    tally = Tally()
    tally.add(batch(["scored", "scored"], ["", ""], ["", "missing:a;missing:b"]))
    tally.add(batch(["not_scored", "scored"], ["duplicate_id", ""], ["missing:b", ""]))
    assert tally.as_dict() == {
        "rows": 4,
        "status": {"not_scored": 1, "scored": 3},
        "rule": {"duplicate_id": 1},
        "flag": {"missing:a": 1, "missing:b": 2},
    }
    tally.check(4)


@pytest.mark.parametrize("rows_in", [0, 3, 5])
def test_a_lost_or_invented_row_is_our_bug(rows_in):
    tally = Tally()
    tally.add(batch(["scored"] * 4, [""] * 4, [""] * 4))
    with pytest.raises(InternalError, match=f"{rows_in} rows went in, but 4 came out"):
        tally.check(rows_in)


def test_the_fingerprint_is_sha256(tmp_path):
    (tmp_path / "x").write_bytes(b"abc")
    # FIPS 180-2, appendix B.1
    assert fingerprint(tmp_path / "x").startswith("ba7816bf8f01cfea414140de5dae2223b00361a3")
