"""The page of configs: every key of every block, from the models that read them."""

from __future__ import annotations

import inspect
import re
import types
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from numpydoc.docscrape import NumpyDocString
from pages.markdown import plain, table
from pydantic import BaseModel

from neopcr.config import Config

_WORDS = {
    str: "text",
    int: "whole number",
    float: "number",
    bool: "`true` or `false`",
    Any: "any",
    Path: "path",
}
_SIGNS = {"": "nothing", "\t": "tab", "|": "`\\|`"}
_BOUNDS = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<"}


def config_page(example: str) -> str:
    """Every block of a config.

    Parameters
    ----------
    example : str
        A whole config, shown at the end.
    """
    return (
        "# Config\n\nOne YAML file says everything about a run: files, columns, outcome, landmarks, folds, tracking. An unknown key is an "
        "error that names its neighbour; so is a key written twice. Configs that work are in `configs/`. A key that is left out "
        "has the default below.\n\n"
        + "\n".join(_chapter(block, places) for block, places in blocks(Config).items())
        + "\n## An example\n\n`configs/simulated.yaml`:\n\n```yaml\n"
        + example
        + "```\n"
    )


def blocks(model: type[BaseModel], place: str = "") -> dict[type[BaseModel], list[str]]:
    """A block and those inside it, from the outside in, each with the keys that hold it."""
    found: dict[type[BaseModel], list[str]] = {model: [place]}
    for key, field in model.model_fields.items():
        for inner in _models(field.annotation):
            for block, places in blocks(inner, f"{place}.{key}".strip(".")).items():
                found.setdefault(block, []).extend(places)
    return found


def meanings(block: type[BaseModel]) -> dict[str, str]:
    """Key to meaning: from the docstrings of the class and its bases, else from the field."""
    said = {key: field.description or "" for key, field in block.model_fields.items()}
    for each in reversed(block.__mro__):
        if issubclass(each, BaseModel):
            said |= _written_in(each)
    return {key: said[key] for key in block.model_fields if said[key]}


def _written_in(block: type[BaseModel]) -> dict[str, str]:
    written = NumpyDocString(inspect.getdoc(block) or "")["Parameters"]
    return {
        name: " ".join(" ".join(each.desc).split())
        for each in written
        for name in each.name.split(", ")
    }


def _chapter(block: type[BaseModel], places: list[str]) -> str:
    said = meanings(block)
    rows = [
        [f"`{key}`", _kind(field), _default(field), plain(said.get(key, ""))]
        for key, field in _own_first(block)
    ]
    doc = NumpyDocString(inspect.getdoc(block) or "")
    intro = " ".join([*doc["Summary"], *doc["Extended Summary"]])
    held = f" Under {', '.join(f'`{place}`' for place in dict.fromkeys(places))}." * any(places)
    title = "The whole" if block is Config else _words(block)
    return (
        f"## {title} {{#{block.__name__.lower()}}}\n\n{plain(intro)}{held}\n\n"
        + table(["key", "kind", "default", "meaning"], rows)
        + "\n"
    )


def _own_first(block: type[BaseModel]) -> list[tuple[str, Any]]:
    """The keys of a block, then those that it shares with others."""
    return sorted(
        block.model_fields.items(), key=lambda field: field[0] not in inspect.get_annotations(block)
    )


def _models(kind: object) -> Iterator[type[BaseModel]]:
    if inspect.isclass(kind) and issubclass(kind, BaseModel):
        yield kind
    for inner in get_args(kind):
        yield from _models(inner)


def _kind(field: Any) -> str:  # noqa: ANN401 - pydantic's FieldInfo
    bounds = [
        f"{sign} {getattr(limit, name)}"
        for limit in field.metadata
        for name, sign in _BOUNDS.items()
        if getattr(limit, name, None) is not None
    ]
    return " ".join([kind_name(field.annotation), *bounds])


def kind_name(kind: Any) -> str:  # noqa: ANN401 - any annotation
    """An annotation in words.

    >>> kind_name(dict[str, tuple[float, ...]] | None)
    'mapping of text to list of number or nothing'
    """
    origin, inside = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return kind_name(inside[0])
    if origin is Literal:
        return " or ".join(_SIGNS.get(each, f"`{each}`") for each in inside)
    if origin in {Union, types.UnionType}:
        names = ["nothing" if each is type(None) else kind_name(each) for each in inside]
        return " or ".join(dict.fromkeys(names))
    if origin in {tuple, list, set, frozenset}:
        return f"list of {kind_name(inside[0])}"
    if origin is dict:
        return f"mapping of {kind_name(inside[0])} to {kind_name(inside[1])}"
    return _word(kind)


def _word(kind: Any) -> str:  # noqa: ANN401
    if inspect.isclass(kind) and issubclass(kind, BaseModel):
        return f"[{_words(kind)}](#{kind.__name__.lower()})"
    if inspect.isclass(kind) and issubclass(kind, Enum):
        return " or ".join(f"`{each}`" for each in kind.__members__)
    return _WORDS.get(kind, getattr(kind, "__name__", str(kind)))


def _words(block: type[BaseModel]) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", block.__name__).capitalize()


def _default(field: Any) -> str:  # noqa: ANN401
    if field.is_required():
        return "required"
    value = field.get_default(call_default_factory=True)
    if isinstance(value, BaseModel):
        return "as below"
    return _written(value)


def _written(value: object) -> str:
    if value is None or value in ("", (), {}):
        return "none"
    if isinstance(value, (tuple, list, frozenset)):
        return ", ".join(_written(each) for each in value)
    text = value.name if isinstance(value, Enum) else str(value)
    return f"`{text.lower() if isinstance(value, bool) else text}`"
