"""Texts that a spreadsheet would run, escaped in every csv that is written and read back as they were.

A text that begins with ``= + - @``, a tab, a carriage return or ``'`` gets a ``'`` before it (OWASP,
CSV injection). Whatever reads texts takes that one ``'`` away again, from a table of any kind, so
that an identifier is the same in a csv, in a parquet and in the scores of either. Numbers are no
texts: ``'-5`` stays a cell that is no number.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

_RISKY = r"^['=+\-@\t\r]"
_ESCAPED = r"^'(['=+\-@\t\r])"


def escaped(text: pa.Array) -> tuple[pa.Array, int]:
    """Put ``'`` before texts that need it.

    Parameters
    ----------
    text : pyarrow StringArray

    Returns
    -------
    text : pyarrow StringArray
    count : int
        How many did.

    Examples
    --------
    >>> text, count = escaped(pa.array(["P1", "=1+1", "'=1", None]))
    >>> text.to_pylist(), count
    (['P1', "'=1+1", "''=1", None], 2)
    >>> unescaped(text).to_pylist()
    ['P1', '=1+1', "'=1", None]
    """
    risky = pc.fill_null(pc.match_substring_regex(text, _RISKY), fill_value=False)
    count = int(pc.sum(risky).as_py() or 0)
    return (pc.if_else(risky, pc.binary_join_element_wise("'", text, ""), text), count)


def unescaped(text: pa.Array) -> pa.Array:
    """Take one ``'`` from texts that `escaped` gave one.

    Parameters
    ----------
    text : pyarrow StringArray

    Returns
    -------
    pyarrow string Array
    """
    # Of a million texts hardly one begins so, and to look for it takes a tenth of replacing it.
    if not pc.any(pc.starts_with(text, "'")).as_py():
        return text
    return pc.replace_substring_regex(text, _ESCAPED, r"\1")
