"""Regimens as tables an oncologist can read."""

import numpy as np
import pytest

from neopcr.oncology.regimen import TAXANES, blockade, candidates, has, match_regimens
from neopcr.oncology.regimen_names import REGIMEN_NAMES, REGIMENS
from spec.spec_tables import number, read_spec

REGIMEN_ROWS = read_spec("regimens.txt")
TEXTS = read_spec("regimen_texts.txt")
# What the table calls "any" and "(nab-)paclitaxel".
OPEN = {"any": "taxane", "(nab-)paclitaxel": "paclitaxel or nab-paclitaxel"}


def trait(code, name):
    value = has(np.array([code], dtype=np.int16), name)[0]
    return "open" if np.isnan(value) else str(int(value))


def test_the_table_is_whole():
    assert sorted(row["regimen"] for row in REGIMEN_ROWS) == sorted(REGIMEN_NAMES)


@pytest.mark.parametrize("row", REGIMEN_ROWS, ids=lambda row: row["regimen"])
def test_regimen(row):
    code = REGIMEN_NAMES.index(row["regimen"])
    regimen = REGIMENS[code]
    drugs = [OPEN.get(drug, drug) for drug in row["drugs"].split(", ")]
    assert list(regimen.components) == drugs
    assert regimen.blocks == int(row["blocks"])
    assert blockade(regimen) == row["blockade"]
    for column, name in (
        ("anthracycline", "anthracycline"), ("platinum", "platinum"), ("mtor", "mtor_inhibitor"),
        ("endocrine", "endocrine"),
    ):  # fmt: skip
        assert trait(code, name) == row[column], column
    expected = {
        "none": ("0", "0", "0"), "open": ("open", "open", "open"), "any": ("1", "open", "open"),
        "(nab-)paclitaxel": ("1", "0", "open"), "docetaxel": ("1", "1", "0"),
        "paclitaxel": ("1", "0", "0"), "nab-paclitaxel": ("1", "0", "1"),
    }  # fmt: skip
    found = tuple(trait(code, name) for name in ("taxane", "docetaxel", "nab_paclitaxel"))
    assert found == expected[row["taxane"]]


@pytest.mark.parametrize("row", TEXTS, ids=lambda row: row["written"])
def test_text(row):
    matched = match_regimens(np.array([row["written"]], dtype=object))
    if row["read as"].startswith("refused: "):
        assert matched.ambiguous.tolist() == [0]
        assert ", ".join(candidates(row["written"])) == row["read as"].removeprefix("refused: ")
    elif row["read as"] == "not known":
        assert matched.unmatched.tolist() == [0]
    else:
        assert REGIMEN_NAMES[matched.codes[0]] == row["read as"]
    assert (TAXANES[matched.taxane[0]] if matched.taxane[0] >= 0 else "") == row["taxane"]
    np.testing.assert_equal(matched.cycles[0], number(row["cycles"]))
