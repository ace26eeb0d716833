"""Laws of the cohort room, on arbitrary text: missing stays missing, order does not matter."""

from __future__ import annotations

import re
from contextlib import suppress

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from cohort_files import COLUMNS
from neopcr.cohort.contract import CORE, parse
from neopcr.cohort.long_table import is_filled
from neopcr.cohort.ranks import auroc
from neopcr.cohort.readers import read_table
from neopcr.errors import TableError

KINDS = tuple(
    COLUMNS.get(name) or CORE[name]
    for name in ("age_years", "er_status", "node_positive", "first_dose_date", "centre")
)
NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
written = st.one_of(
    st.none(),
    st.sampled_from(["", " ", "NA", "unknown", ".", "1", "0", "44", "4.5e1", "positive", "yes"]),
    st.sampled_from(
        ["inf", "nan", "1e999", "2024-02-30", "2024-02-29", "0x1A", "1_000", "\uff14\uff14"]
    ),
    st.text(max_size=8),
    st.floats().map(str),
    st.dates().map(str),
)
cells = st.lists(written, min_size=1, max_size=12)


def parsed(texts):
    raw = pa.table({column.name: pa.array(texts, pa.string()) for column in KINDS})
    return parse(raw, KINDS)


@given(cells)
def test_a_cell_is_read_or_missing_or_a_problem_and_never_two_of_them(texts):
    table, problems = parsed(texts)
    for column in KINDS:
        filled = is_filled(table[column.name])
        for row, text in enumerate(texts):
            rules = [
                each.rule for each in problems if each.column == column.name and row in each.rows
            ]
            empty = text is None or not text.strip()
            assert len(rules) <= 1
            assert not (filled[row] and rules)
            assert not (empty and (filled[row] or rules)), (column.name, text)


@given(cells)
def test_numbers_are_those_of_a_plain_reading(texts):
    table, problems = parsed(texts)
    refused = {row for each in problems if each.column == "age_years" for row in each.rows}
    for row, (text, value) in enumerate(zip(texts, table["age_years"], strict=True)):
        plain = None if text is None else text.strip()
        readable = plain is not None and NUMBER.fullmatch(plain)
        number = float(plain) if readable else np.nan
        good = bool(readable) and 18 <= number <= 120
        assert (value == number) if good else np.isnan(value)
        assert (row in refused) <= (not good)
        assert not (readable and not good) or row in refused


@given(cells, st.randoms(use_true_random=False))
def test_the_order_of_rows_and_columns_does_not_matter(texts, random):
    order = list(range(len(texts)))
    random.shuffle(order)
    table, problems = parsed(texts)
    shuffled, others = parsed([texts[row] for row in order])
    for name, values in table.items():
        np.testing.assert_array_equal(shuffled[name], values[order])
    moved = {(each.column, each.rule): sorted(order[row] for row in each.rows) for each in others}
    assert moved == {(each.column, each.rule): each.rows.tolist() for each in problems}
    backwards = pa.table({column.name: pa.array(texts, pa.string()) for column in KINDS[::-1]})
    for name, values in parse(backwards, KINDS)[0].items():
        np.testing.assert_array_equal(values, table[name])


@given(cells, st.integers(0, 12))
def test_a_table_in_pieces_reads_as_the_whole(texts, cut):
    whole, _ = parsed(texts)
    first, second = texts[:cut], texts[cut:]
    pieces = [parsed(part)[0] for part in (first, second) if part]
    for name, values in whole.items():
        np.testing.assert_array_equal(np.concatenate([piece[name] for piece in pieces]), values)


@given(st.binary(max_size=200))
@settings(max_examples=200)
def test_arbitrary_bytes_are_read_or_refused_by_us(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("bytes") / "a.csv"
    path.write_bytes(content)
    with suppress(TableError):
        table = read_table(path)
        assert table.num_rows
        assert set(map(str, table.schema.types)) == {"string"}


@given(
    st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=2, max_size=30).filter(
        lambda pairs: len({reached for _, reached in pairs}) == 2
    )
)
def test_auroc_is_the_share_of_ordered_pairs(pairs):
    values = np.array([value for value, _ in pairs])
    pcr = np.array([float(reached) for _, reached in pairs])
    reached, residual = values[pcr == 1], values[pcr == 0]
    difference = np.sign(reached[:, None] - residual[None, :])
    np.testing.assert_allclose(auroc(values, pcr), np.mean((difference + 1) / 2))
