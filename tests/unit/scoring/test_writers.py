"""Files of scores: formats, formulas, and floats that survive a text file."""

from __future__ import annotations

from contextlib import closing

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neopcr.errors import TargetError
from neopcr.scoring.schema import SCORE_SCHEMA
from neopcr.scoring.writers import escape_formulas, writer_for


def scores(ids, p=0.5):
    """Return a score table of patients who all have the same p."""
    n = len(ids)
    filled = {
        "row": pa.array(range(1, n + 1), pa.int64()),
        "patient_id": pa.array(ids, pa.string()),
        "p_pcr": pa.array(np.broadcast_to(p, n)),
        "status": pa.array(["scored"] * n, pa.string()),
        "rule": pa.array([""] * n, pa.string()),
        "flags": pa.array([""] * n, pa.string()),
    }
    return pa.RecordBatch.from_arrays(
        [filled.get(field.name, pa.nulls(n, field.type)) for field in SCORE_SCHEMA],
        schema=SCORE_SCHEMA,
    )


def write(path, *batches):
    with path.open("wb") as file, closing(writer_for(path)(file)) as writer:
        for batch in batches:
            writer.write(batch)
    return writer


@given(st.lists(st.none() | st.text(min_size=1)))
def test_escaping_is_reversible_and_counted(ids):
    batch, escaped = escape_formulas(scores(ids))
    shown = batch["patient_id"].to_pylist()
    assert [each[1:] if each and each[0] == "'" else each for each in shown] == ids
    assert escaped == sum(was != now for was, now in zip(ids, shown, strict=True))
    assert not any(each and each[0] in "=+-@\t\r" for each in shown)


def test_a_csv_file_escapes_what_a_spreadsheet_would_run(tmp_path):
    ids = ["=1+1", "+1", "-1", "@x", "'x", "P=1", None]
    writer = write(tmp_path / "s.csv", scores(ids), scores(["-2"]))
    assert writer.escaped == 6
    read = pa_csv.read_csv(tmp_path / "s.csv", convert_options=pa_csv.ConvertOptions(
        column_types={"patient_id": pa.string()}, strings_can_be_null=True,
        quoted_strings_can_be_null=False,
    ))  # fmt: skip
    assert read["patient_id"].to_pylist() == [
        "'=1+1", "'+1", "'-1", "'@x", "''x", "P=1", None, "'-2",
    ]  # fmt: skip


def test_a_parquet_file_keeps_identifiers_as_they_are(tmp_path):
    writer = write(tmp_path / "s.parquet", scores(["=1+1"]), scores(["@x"]))
    assert writer.escaped == 0
    assert pq.read_table(tmp_path / "s.parquet")["patient_id"].to_pylist() == ["=1+1", "@x"]


def test_both_formats_keep_every_bit_of_a_float_and_every_column(tmp_path):
    p = np.random.default_rng(0).random(1000)
    for name in ("s.csv", "s.parquet"):
        write(tmp_path / name, scores([f"P{i}" for i in range(1000)], p))
    text = pa_csv.read_csv(tmp_path / "s.csv")
    assert text.column_names == SCORE_SCHEMA.names
    assert text["p_pcr"].to_numpy().tobytes() == p.tobytes()
    binary = pq.read_table(tmp_path / "s.parquet")
    assert binary.schema.equals(SCORE_SCHEMA)
    assert binary["p_pcr"].to_numpy().tobytes() == p.tobytes()


def test_another_suffix_is_refused(tmp_path):
    with pytest.raises(TargetError, match=r"\.csv or \.parquet"):
        writer_for(tmp_path / "scores.xlsx")
