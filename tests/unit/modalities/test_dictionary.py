"""The data dictionary."""

from neopcr.modalities import CONTRACT, MODALITIES
from neopcr.modalities.dictionary import data_dictionary
from neopcr.specs import Column


def column(**given):
    default = {
        "name": "x",
        "kind": "number",
        "description": "D.",
        "source": "S",
        "modality": "core",
    }
    return Column(**{**default, **given})


def values_of(one):
    row = next(line for line in data_dictionary([one], {}).splitlines() if line.startswith("| `x`"))
    return row.split(" | ")[1]


def test_every_column_stands_in_it_once():
    text = data_dictionary(CONTRACT.values(), MODALITIES)
    for name in CONTRACT:
        assert text.count(f"\n| `{name}` |") == 1, name
    assert "Any other number column named `expression_…`" in text
    assert "`hr_positive` (er_percent, er_status, er_allred, er_h_score, pgr_percent," in text
    assert "; `er_percent`;" in text


def test_values():
    assert values_of(column(low=0, high=50)) == "number 0 to 50"
    assert values_of(column(low=0, unit="mm")) == "number 0 to … mm"
    assert values_of(column()) == "number"
    assert values_of(column(kind="boolean")) == "yes / no (1 / 0)"
    assert values_of(column(kind="category", categories=("a", "b"))) == "`a`, `b`"


def test_a_bar_does_not_break_the_table():
    assert "a \\| b" in data_dictionary([column(description="a | b")], {})


def test_a_modality_without_core_columns_comes_first():
    text = data_dictionary(MODALITIES["pam"].columns, {"pam": MODALITIES["pam"]})
    assert text.startswith("# Data dictionary\n\n## PI3K/AKT/mTOR pathway\n")
