"""JSON with one way to write everything, and a reader that takes nothing on trust."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np

from neopcr.errors import BundleError

LONGEST_INTEGER = 18
"""Digits; every integer of a bundle fits 64 bits."""


def to_json(content: object, where: str) -> bytes:
    r"""Write JSON: sorted keys, no spaces, numbers with the fewest digits that read back equal.

    Parameters
    ----------
    content : object
        Dicts, lists, tuples, strings, booleans, None, and numbers of Python or numpy.
    where : str
        What is written, for the message.

    Returns
    -------
    bytes

    Raises
    ------
    BundleError
        If a number is NaN or infinite.

    Examples
    --------
    >>> to_json({"b": (1, None), "a": 0.1}, "example")
    b'{"a":0.1,"b":[1,null]}\n'
    """
    try:
        text = json.dumps(
            content, sort_keys=True, allow_nan=False, separators=(",", ":"), default=_plain
        )
    except ValueError:
        message = f"{where}: holds NaN or an infinite number. A bundle holds finite numbers only."
        raise BundleError(message) from None
    return text.encode("ascii") + b"\n"


def from_json(data: bytes, where: str) -> Any:  # noqa: ANN401 - the schema comes next
    """Read JSON that holds no duplicate key, no NaN or infinity and no integer beyond 64 bits.

    Parameters
    ----------
    data : bytes
        UTF-8.
    where : str
        What is read, for the message.

    Returns
    -------
    object
        Dicts, lists, strings, booleans, None and finite numbers.

    Raises
    ------
    BundleError
        If it is anything else.
    """
    try:
        return json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_without_duplicates,
            parse_constant=_refuse_constant,
            parse_float=_finite,
            parse_int=_short,
        )
    except (ValueError, RecursionError) as error:
        reason = str(error) if isinstance(error, _RefusedError) else "it is not JSON"
        message = f"{where}: cannot be read: {reason}. The bundle is damaged or foreign."
        raise BundleError(message) from None


class _RefusedError(ValueError):
    """A value that JSON allows and a bundle does not; the text is ours."""


def _plain(value: object) -> object:
    if isinstance(value, np.generic):
        return value.item()
    message = f"A bundle cannot hold a {type(value).__name__}."
    raise TypeError(message)


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) < len(pairs):
        message = "a key stands twice in one object"
        raise _RefusedError(message)
    return content


def _refuse_constant(_name: str) -> float:
    message = "it holds NaN or an infinite number"
    raise _RefusedError(message)


def _finite(text: str) -> float:
    value = float(text)
    return value if math.isfinite(value) else _refuse_constant(text)


def _short(text: str) -> int:
    if len(text) > LONGEST_INTEGER:
        message = "it holds an integer beyond 64 bits"
        raise _RefusedError(message)
    return int(text)
