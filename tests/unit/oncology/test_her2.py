"""HER2: how it is asked for, and what is refused (tests/spec has the decision tables)."""

import numpy as np
import pytest

from neopcr.errors import ConfigError, TableError
from neopcr.oncology import her2
from neopcr.oncology.her2 import Her2Input, classify
from neopcr.oncology.her2_input import COLUMNS


def ints(*codes):
    return np.array(codes, dtype=np.int16)


def test_a_column_that_is_absent_is_missing_for_everyone():
    given = Her2Input.from_table({"er_percent": np.zeros(3), "her2_ihc": ints(3, 2, -1)})
    assert len(given) == 3
    assert list(classify(given).asco_cap_status) == [1, 2, -1]
    assert np.isnan(given.copies).all()
    assert list(given.assay) == [-1, -1, -1]


def test_every_column_reaches_its_field():
    table = {column: ints(1) if field in {"ihc", "assay", "ish_call", "status_call"} else
             np.array([place + 1.0]) for place, (field, column) in enumerate(COLUMNS.items())}  # fmt: skip
    given = Her2Input.from_table(table)
    for field, column in COLUMNS.items():
        assert getattr(given, field) is table[column]


def test_no_patient():
    classified = classify(Her2Input.from_table({}))
    assert classified.asco_cap_status.shape == (0,)
    assert len(Her2Input.from_table({"her2_ihc": ints()})) == 0


@pytest.mark.parametrize("year", [2013, 2024, 0])
def test_another_edition_is_refused(year):
    with pytest.raises(
        ConfigError, match=f"HER2 guideline {year}: not known here; use one of 2018, 2023"
    ):
        classify(Her2Input.from_table({}), guideline=year)


def test_the_current_edition_is_the_default():
    assert classify(Her2Input.from_table({})).guideline == 2023


def test_columns_of_different_length_are_refused():
    with pytest.raises(TableError, match="her2_ihc: 1 rows where another column has 2"):
        Her2Input.from_table({"her2_ihc": ints(1), "her2_cep17_ratio": np.ones(2)})


@pytest.mark.parametrize(
    ("column", "codes"),
    [("her2_ihc", (0, 4)), ("her2_ihc", (-2, 3)), ("her2_ish_assay", (2,)), ("her2_ish", (3,)),
     ("her2_status", (3,))],
)  # fmt: skip
def test_a_code_of_no_category_is_refused(column, codes):
    with pytest.raises(TableError, match=f"{column}: a code is none of its [234] categories"):
        Her2Input.from_table({column: ints(*codes)})


def test_a_cohort_longer_than_one_pass():
    """Patients at the edges of the passes get what they get alone."""
    n = 3 * 16_384 + 5
    rng = np.random.default_rng(0)
    given = Her2Input.from_table(
        {
            "her2_ihc": rng.integers(-1, 4, n).astype(np.int16),
            "her2_cep17_ratio": rng.choice([np.nan, 1.5, 2.0, 8.0], n),
            "her2_copies_per_cell": rng.choice([np.nan, 3.0, 5.0, 7.0], n),
        }
    )
    whole = classify(given)
    for row in (0, 16_383, 16_384, 32_768, n - 1):
        alone = classify(given.rows(slice(row, row + 1)))
        for name in ("asco_cap_status", "ish_group", "expression_label", "flag_bits"):
            assert getattr(whole, name)[row] == getattr(alone, name)[0]
        assert np.array_equal(whole.ratio[row], alone.ratio[0], equal_nan=True)


def test_what_is_used_is_the_recount():
    given = Her2Input.from_table(
        {
            "her2_ihc": ints(3, 3),
            "her2_cep17_ratio": np.array([9.0, 9.0]),
            "her2_recount_ratio": np.array([7.0, 7.0]),
            "her2_recount_copies_per_cell": np.array([14.0, np.nan]),
        }
    )
    classified = classify(given)
    assert list(classified.ratio) == [7.0, 9.0]
    assert list(classified.ultra_high_ratio) == [0.0, 1.0]


def test_every_flag_is_told_apart():
    bits = {name: int(her2.her2_states.bit_of(name)) for name in her2.FLAGS}
    assert len(set(bits.values())) == len(her2.FLAGS)
    assert all(bit.bit_count() == 1 for bit in bits.values())
