"""Cells that a config changes before the contract reads them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from neopcr.cohort.cells import MISSING, Mask, as_array, as_text, parse_number


def recoded(
    cells: pa.ChunkedArray, recode: Mapping[str, str | float | None]
) -> tuple[pa.Array, dict[str, Mask]]:
    """Recode cells; a number matches by value, so that a key 1 finds ``1.0``.

    Returns
    -------
    cells : pyarrow string array
        Null where missing, where the recode says so, and where the recode lists nothing.
    broken : dict of str to bool array
        Rows of the rule ``not_in_recode``; a missing cell that is not listed does not break it.

    Examples
    --------
    >>> cells, broken = recoded(pa.chunked_array([["-1", "1.0", "", "2"]]), {"-1": "no", "1": "yes"})
    >>> cells.to_pylist(), broken["not_in_recode"].tolist()
    (['no', 'yes', None, None], [False, False, False, True])
    """
    listed = {_key(text): value for text, value in recode.items()}
    encoded = as_text(cells).dictionary_encode()
    texts = encoded.dictionary.to_pylist()
    values = [None if (value := listed.get(_key(text))) is None else str(value) for text in texts]
    strange = [_key(text) not in listed and text.casefold() not in MISSING for text in texts]
    index = encoded.indices
    codes = index.fill_null(len(texts)).to_numpy(zero_copy_only=False)
    broken = np.array([*strange, False], dtype=bool)[codes]
    return pa.array(values, pa.string()).take(index), {"not_in_recode": broken}


def renamed(cells: pa.ChunkedArray, synonyms: Mapping[str, str]) -> pa.Array:
    """Put the column's own names in the place of others; the rest stays as it is.

    >>> renamed(pa.chunked_array([["our THP", "TCbHP", None]]), {"our THP": "THP"}).to_pylist()
    ['THP', 'TCbHP', None]
    """
    known = {_key(text): name for text, name in synonyms.items()}
    encoded = as_text(cells).dictionary_encode()
    texts = encoded.dictionary.to_pylist()
    named = [known.get(_key(text), text) for text in texts]
    return pa.array(named, pa.string()).take(encoded.indices)


def _key(text: str) -> str | float:
    try:
        return float(text)
    except ValueError:
        return text.strip()


def decimals(
    cells: pa.ChunkedArray, mark: Literal[".", ","]
) -> tuple[pa.ChunkedArray | pa.Array, dict[str, Mask]]:
    """Numbers of a text column with a decimal point, whatever mark the file declares.

    A number with the other mark is never taken for one: ``1,234`` is a thousand to some and one
    and a bit to others.

    Returns
    -------
    cells : pyarrow array
        Null where the other mark stands.
    broken : dict of str to bool array
        Rows of the rule ``decimal_comma`` or ``decimal_point``.

    Examples
    --------
    >>> cells, broken = decimals(pa.chunked_array([["2,1", "3", "<0,5"]]), ",")
    >>> cells.to_pylist()
    ['2.1', '3', '<0.5']
    >>> cells, broken = decimals(pa.chunked_array([["2,1", "3", "2.5"]]), ".")
    >>> cells.to_pylist(), broken["decimal_comma"].tolist()
    ([None, '3', '2.5'], [True, False, False])
    """
    other, rule = (",", "decimal_comma") if mark == "." else (".", "decimal_point")
    text = as_array(cells)
    if not pa.types.is_string(text.type):
        return cells, {}
    broken = {}
    if pc.any(pc.match_substring(text, other)).as_py():
        odd = pc.fill_null(pc.match_substring_regex(text, rf"\d[{other}]\d"), fill_value=False)
        broken = {rule: np.asarray(odd.to_numpy(zero_copy_only=False), dtype=bool)}
        text = pc.if_else(odd, None, text)
    if mark == ",":
        text = pc.replace_substring_regex(text, r"(\d),(\d)", r"\1.\2")
    return text, broken


def product(
    factors: Sequence[pa.ChunkedArray], mark: Literal[".", ","] = "."
) -> tuple[pa.Array, dict[str, Mask]]:
    """Multiply number columns; a bad cell in any of them breaks the row."""
    product, bad = np.ones(len(factors[0])), np.zeros(len(factors[0]), dtype=bool)
    for cells in factors:
        written, odd = decimals(cells, mark)
        values, broken = parse_number(written)
        product, bad = product * values, bad | broken["not_a_number"]
        for rows in odd.values():
            bad |= rows
    return pa.array(product, from_pandas=True), {"not_a_number": bad}
