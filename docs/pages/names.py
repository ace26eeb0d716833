"""An index of every name a reader may meet: columns, features, commands, keys, facts."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from pages.commands import command_names
from pages.config_keys import blocks, meanings
from pages.markdown import plain, table

from neopcr.config import Config
from neopcr.modalities import CONTRACT, MODALITIES
from neopcr.oncology.facts import Facts
from neopcr.trials import COLUMNS

Name = tuple[str, str, str, str]


def names_page() -> str:
    """Every name in alphabetical order, with its page."""
    rows = [
        [f"`{name}`", f"[{kind}]({link})", plain(what)]
        for name, kind, link, what in sorted(set(_names()))
    ]
    return (
        "# Index of names\n\nThe browser's own search (Ctrl+F) finds what you look for.\n\n"
        + table(["name", "what", "meaning"], rows)
        + "\n"
    )


def _names() -> Iterator[Name]:
    yield from _of_the_contract()
    for name, field in Facts.model_fields.items():
        yield name, "fact", f"facts.md#{name}", field.description or ""
    for name, what in command_names():
        yield name, "command", f"command-line.md#{name.replace(' ', '-')}", what
    for block in blocks(Config):
        for key, what in meanings(block).items():
            yield key, "config key", f"config.md#{block.__name__.lower()}", what


def _of_the_contract() -> Iterator[Name]:
    page = "data-dictionary.md"
    for column in (*CONTRACT.values(), *COLUMNS.values()):
        yield column.name, "column", page, column.description
    features = chain.from_iterable(modality.features for modality in MODALITIES.values())
    for feature in features:
        if feature.name not in CONTRACT:
            yield feature.name, "feature", page, f"Made of {', '.join(feature.columns)}."
