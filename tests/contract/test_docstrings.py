"""What is public says what it takes and gives: numpydoc's checks, but for those the house does without."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re

import pytest
from numpydoc.docscrape import NumpyDocString
from numpydoc.validate import validate

import neopcr

DONE_WITHOUT = {
    "SA01": "imports and links of the site say what belongs together",
    "EX01": "an example where it teaches; tables in tests/spec are the examples of rules",
    "ES01": "one line is enough where one line says it",
    "PR01": "names and types of short functions speak; half a list is refused below",
    "RT01": "the summary of a short function is its result",
    "YD01": "as RT01",
    "RT02": "one returned value may have a name",
    "RT03": "the type says it, where it is a record of ours",
    "RT04": "a result may be a clause",
    "PR03": "records are built by name, so that fields stand in any order",
    "PR04": "one type may stand for several names",
    "PR07": "the type says it, where it is a record of ours",
    "PR08": "a description may be a clause, such as the codes of a binary",
    "SS05": "a noun phrase is welcome: nouns in s and 'Status of …' are not verbs",
}


def modules():
    found = pkgutil.walk_packages(neopcr.__path__, "neopcr.")
    # Spark's file is imported where there is Java; the command line's docstrings are help texts.
    return [each.name for each in found if each.name not in {"neopcr.scoring.spark", "neopcr.cli"}]


def public_names(module):
    return [
        f"{module.__name__}.{name}"
        for name, each in vars(module).items()
        if not name.startswith("_")
        and (inspect.isfunction(each) or inspect.isclass(each))
        and each.__module__ == module.__name__
    ]


@pytest.mark.parametrize("name", modules())
def test_docstrings_of_public_names(name):
    faults = [
        f"{public}: {code} {message}"
        for public in public_names(importlib.import_module(name))
        for code, message in validate(public)["errors"]
        if code not in DONE_WITHOUT or is_half_a_list(code, message, public)
    ]
    assert not faults, "\n".join(faults)


def is_half_a_list(code, message, public):
    names_missing = re.findall(r"'(\w+)'", message)
    is_told = all(name.startswith("_") for name in names_missing)
    return code == "PR01" and not is_told and lists_parameters(public)


def lists_parameters(public):
    module, _, name = public.rpartition(".")
    given = getattr(importlib.import_module(module), name)
    bases = given.__mro__[1:] if inspect.isclass(given) else ()
    # What a block shares with others is listed once, in its base.
    return listed(given) and not any(listed(base) for base in bases if is_ours(base))


def listed(given):
    return bool(NumpyDocString(inspect.getdoc(given) or "")["Parameters"])


def is_ours(kind):
    return kind.__module__.startswith("neopcr.")
