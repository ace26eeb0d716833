"""Cells that a config changes before the contract reads them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa

from neopcr.cohort.cells import MISSING, Mask, as_text, parse_number


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


def _key(text: str) -> str | float:
    try:
        return float(text)
    except ValueError:
        return text.strip()


def product(factors: Sequence[pa.ChunkedArray]) -> tuple[pa.Array, dict[str, Mask]]:
    """Multiply number columns; a bad cell in any of them breaks the row."""
    product, bad = np.ones(len(factors[0])), np.zeros(len(factors[0]), dtype=bool)
    for cells in factors:
        values, broken = parse_number(cells)
        product, bad = product * values, bad | broken["not_a_number"]
    return pa.array(product, from_pandas=True), {"not_a_number": bad}
