"""Laws of the readers: what is written comes back; whatever the bytes, we read or refuse them."""

from __future__ import annotations

import csv
import io
import json
from contextlib import suppress

import numpy as np
import openpyxl
import pyarrow.parquet as pq
from hypothesis import given, settings
from hypothesis import strategies as st

from neopcr.cohort.build import read_cohort
from neopcr.cohort.fhir import fhir_header
from neopcr.cohort.readers import READERS, read_header, read_table
from neopcr.cohort.redcap import variable_names
from neopcr.cohort.storage import write_cohort
from neopcr.config import FileForm, Redcap
from neopcr.errors import TableError
from neopcr.modalities import find_column
from neopcr.specs import Cohort

# What a text file cannot hold is no cell of one: NUL, and halves of characters.
words = st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs", "Cc")), max_size=9)
names = st.lists(words.filter(str.strip), min_size=1, max_size=5, unique=True)


@st.composite
def tables(draw):
    """Header and rows of text; no cell is empty, so that no row is blank."""
    header = draw(names)
    row = st.lists(words.filter(bool), min_size=len(header), max_size=len(header))
    return header, draw(st.lists(row, min_size=1, max_size=6))


def written(header, rows, delimiter):
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows([header, *rows])
    return buffer.getvalue()


@given(
    tables(),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "gb18030", "utf-16-le"]),
)
@settings(max_examples=60, deadline=None)
def test_text_comes_back_in_every_form(tmp_path_factory, table, delimiter, encoding):
    header, rows = table
    path = tmp_path_factory.mktemp("text") / "a.csv"
    path.write_bytes(written(header, rows, delimiter).encode(encoding))
    declared = encoding if encoding in {"gb18030", "utf-16-le"} else ""
    form = FileForm(encoding=declared, delimiter=delimiter)
    assert read_header(path, form) == tuple(header)
    found = read_table(path, form=form)
    assert [list(row.values()) for row in found.to_pylist()] == rows


@given(tables())
@settings(max_examples=40, deadline=None)
def test_a_workbook_comes_back(tmp_path_factory, table):
    header, rows = table
    # Trimmed, since Excel's own cells of white space are empty; no formulas.
    header = list(dict.fromkeys(name.strip().lstrip("=") for name in header if name.strip(" =")))
    rows = [[f"x{cell}" for cell in row[: len(header)]] for row in rows]
    path = tmp_path_factory.mktemp("book") / "a.xlsx"
    book = openpyxl.Workbook()
    for row in [header, *rows]:
        book.active.append(row)
    book.save(path)
    with suppress(TableError):
        found = read_table(path)
        assert [list(row.values()) for row in found.to_pylist()] == rows


COLUMNS = tuple(
    find_column(name)
    for name in ("age_years", "er_status", "nodal_status_positive", "tumor_diameter_mm", "grade")
)


@st.composite
def cohorts(draw):
    n = draw(st.integers(1, 8))
    numbers = st.one_of(st.just(np.nan), st.floats(18, 120, allow_subnormal=False))
    sizes = st.one_of(st.just(np.nan), st.floats(1.5, 300))
    table = {
        "age_years": np.array(draw(st.lists(numbers, min_size=n, max_size=n))),
        "er_status": np.array(
            draw(st.lists(st.integers(-1, 1), min_size=n, max_size=n)), dtype=np.int16
        ),
        "nodal_status_positive": np.array(
            draw(st.lists(st.sampled_from([np.nan, 0.0, 1.0]), min_size=n, max_size=n))
        ),
        "tumor_diameter_mm": np.array(draw(st.lists(sizes, min_size=n, max_size=n))),
        "grade": np.array(
            draw(st.lists(st.sampled_from([np.nan, 1.0, 2.0, 3.0]), min_size=n, max_size=n))
        ),
    }
    identifiers = draw(
        st.lists(
            words.map(str.strip).filter(lambda text: text and text.casefold() not in {"", "."}),
            min_size=n, max_size=n, unique=True,
        )
    )  # fmt: skip
    return Cohort(
        table=table,
        columns=COLUMNS,
        patient_id=np.array(identifiers, dtype=object),
        row=np.arange(1, n + 1),
        pcr=np.array(draw(st.lists(st.sampled_from([np.nan, 0.0, 1.0]), min_size=n, max_size=n))),
    )


@given(cohorts(), st.sampled_from(["csv", "parquet"]))
@settings(max_examples=60, deadline=None)
def test_a_cohort_comes_back_and_is_written_alike(tmp_path_factory, cohort, suffix):
    folder = tmp_path_factory.mktemp("cohort")
    path = write_cohort(cohort, folder / f"a.{suffix}")
    found, problems = read_cohort(path, find_column)
    assert not problems
    assert found.patient_id.tolist() == cohort.patient_id.tolist()
    np.testing.assert_array_equal(found.pcr, cohort.pcr)
    for name, values in cohort.table.items():
        np.testing.assert_array_equal(found.table[name], values)
    again = write_cohort(found, folder / f"b.{suffix}")
    assert again.read_bytes() == path.read_bytes()


@given(cohorts(), st.randoms(use_true_random=False))
@settings(max_examples=30, deadline=None)
def test_the_order_of_columns_in_a_file_does_not_matter(tmp_path_factory, cohort, dice):
    folder = tmp_path_factory.mktemp("order")
    path = write_cohort(cohort, folder / "a.parquet")
    whole = pq.read_table(path)
    order = list(whole.column_names)
    dice.shuffle(order)
    pq.write_table(whole.select(order), folder / "b.parquet")
    first, _ = read_cohort(path, find_column)
    second, _ = read_cohort(folder / "b.parquet", find_column)
    assert first.patient_id.tolist() == second.patient_id.tolist()
    for name, values in first.table.items():
        np.testing.assert_array_equal(second.table[name], values)


READABLE = sorted(suffix for suffix in READERS if suffix != ".piece")


@given(st.binary(max_size=300), st.sampled_from(READABLE))
@settings(max_examples=300, deadline=None)
def test_arbitrary_bytes_are_read_or_refused_by_us(tmp_path_factory, content, suffix):
    path = tmp_path_factory.mktemp("bytes") / f"a{suffix}"
    path.write_bytes(content)
    with suppress(TableError):
        assert read_table(path).num_rows


@given(st.text(max_size=60), words, st.sampled_from(["", "utf-16", "latin-1", "gbk", "klingon"]))
@settings(max_examples=150, deadline=None)
def test_arbitrary_text_and_declarations_are_read_or_refused_by_us(
    tmp_path_factory, text, sheet, encoding
):
    path = tmp_path_factory.mktemp("text") / "a.csv"
    path.write_text(text, encoding="utf-8", errors="surrogatepass")
    form = FileForm(encoding=encoding, sheet=sheet, redcap=Redcap(event=sheet))
    with suppress(TableError):
        read_table(path, form=form)


@given(st.text(max_size=80), st.lists(st.text(max_size=10), max_size=5))
@settings(max_examples=100, deadline=None)
def test_an_arbitrary_dictionary_is_read_or_refused_by_us(tmp_path_factory, text, header):
    path = tmp_path_factory.mktemp("dictionary") / "d.csv"
    head = "field_name,form_name,field_type,field_label,select_choices_or_calculations\n"
    path.write_text(head + text, encoding="utf-8", errors="surrogatepass")
    with suppress(TableError):
        assert len(variable_names(path, header, Redcap(dictionary=str(path)))) == len(header)


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
keys = st.sampled_from(
    ["id", "status", "code", "coding", "system", "subject", "reference", "valueQuantity", "value",
     "unit", "valueCodeableConcept", "text", "component", "birthDate", "effectivePeriod", "start",
     "medicationCodeableConcept", "interpretation", "valueRatio", "numerator", "denominator", "gender", "resourceType",
     "effectiveDateTime", "onsetDateTime", "comparator", "valueString"]
)  # fmt: skip
resources = st.dictionaries(keys, json_values | st.dictionaries(keys, json_values), max_size=6)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(
                ["Patient", "Observation", "Condition", "MedicationStatement", "Bundle"]
            ),
            resources,
        ),
        min_size=1,
        max_size=4,
    )
)
@settings(max_examples=200, deadline=None)
def test_resources_of_any_shape_are_read_or_refused_by_us(tmp_path_factory, found):
    path = tmp_path_factory.mktemp("fhir") / "a.ndjson"
    code = {"coding": [{"code": "85330-9"}, {"code": "C50"}, {"code": "85319-2"}]}
    subject = {"reference": "Patient/p"}
    lines = [
        json.dumps({"resourceType": kind, "id": "p", "code": code, "subject": subject, **each})
        for kind, each in found
    ]
    path.write_text("\n".join(lines))
    with suppress(TableError):
        assert fhir_header(path)[0] == "patient_id"
        read_table(path)
