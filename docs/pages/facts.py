"""The page of clinical facts that a config may replace."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from pages.markdown import counted, plain, table
from pages.unverified import unverified_table

import neopcr
from neopcr.oncology.facts import Facts

_INTRODUCTION = """# Clinical facts

Rules rest on facts: which substitutions of PIK3CA count, which genes in plasma point to blood instead of tumour. Each fact that a
site may know better stands here with its source, and can be replaced **from a config, without touching code**:

```yaml
cohort:
  facts:
    chip_genes: [DNMT3A, TET2, ASXL1]
```

A fact that is replaced is replaced whole; an unknown name or a value of another kind is refused by name (exit code 10). What was
replaced is part of the config, hence of its hash and of every run and bundle made with it.

**Verified** means: a public copy of the source was at hand and was compared with the table. **Unverified** means: written down
from general knowledge of the field, and to be checked by somebody who has the source before anything rests on it.
"""

_ELSEWHERE = """## Marked unverified in the code

Every sentence of the clinical rooms that says so of itself, collected from their comments. Whoever has the source at hand can
confirm or correct it; until then nothing should rest on it alone.
"""


def facts_page() -> str:
    """Every fact: what it is, its default, its source, and how to replace it."""
    rows = [
        [f"[`{name}`](#{name})", plain(field.description or ""), _verified(_extra(field))]
        for name, field in Facts.model_fields.items()
    ]
    chapters = [_chapter(name, field) for name, field in Facts.model_fields.items()]
    overview = table(["fact", "what it is", "verified"], rows)
    package = Path(neopcr.__file__).parent
    return "\n".join(
        [_INTRODUCTION, overview, "", *chapters, _ELSEWHERE, unverified_table(package)]
    )


def example(default: object) -> object:
    """A short value of the same kind as a default."""
    if hasattr(default, "_asdict"):
        return {name: example(value) for name, value in default._asdict().items()}
    if isinstance(default, Mapping):
        key = next(iter(default))
        return {str(key): example(default[key])}
    if isinstance(default, (tuple, list, set, frozenset)):
        values = default if isinstance(default, (tuple, list)) else sorted(default, key=str)
        return [example(value) for value in values[:2]]
    return default


def _chapter(name: str, field: Any) -> str:  # noqa: ANN401 - pydantic's FieldInfo
    default = field.get_default(call_default_factory=True)
    extra = _extra(field)
    replace = yaml.safe_dump({"cohort": {"facts": {name: example(default)}}}, sort_keys=False)
    return (
        f"## {name} {{#{name}}}\n\n{plain(field.description or '')}\n\n"
        f"Source: {plain(str(extra.get('source', 'none')))}. **{_verified(extra).capitalize()}.**\n\n"
        f"{_default(default)}\n\nTo replace it (values for illustration):\n\n```yaml\n{replace}```\n"
    )


def _extra(field: Any) -> dict[str, Any]:  # noqa: ANN401
    return field.json_schema_extra or {}


def _verified(extra: Mapping[str, Any]) -> str:
    return "verified" if extra.get("verified") else "unverified"


def _default(value: object) -> str:
    """A default in full: a table for a mapping, else one line."""
    if isinstance(value, Mapping) and value:
        rows = [[f"`{key}`", _line(each)] for key, each in value.items()]
        return f"Default, {counted(len(value), 'entry', 'entries')}:\n\n" + table(
            ["key", "value"], rows
        )
    return f"Default: {_line(value)}."


def _inside(value: object) -> str:
    return f"({_line(value)})" if isinstance(value, (tuple, list)) else _line(value)


def _line(value: object) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"`{key}`: {_line(each)}" for key, each in value.items()) or "none"
    if isinstance(value, (set, frozenset)):
        value = sorted(value, key=str)
    if isinstance(value, (tuple, list)):
        return ", ".join(map(_inside, value)) or "none"
    return f"`{value}`"
