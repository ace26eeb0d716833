"""MkDocs' hook: the pages that are made while the site is built, and the order of all pages."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from pages.adaptive_arm import adaptive_arm_figure, adaptive_arm_page
from pages.commands import commands_page, exit_codes_page
from pages.config_keys import config_page
from pages.facts import facts_page
from pages.long_tables import long_tables_page
from pages.names import names_page
from pages.rules import ROOT, rule_page, rules, rules_by_subject, rules_index

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files


def generated_pages() -> dict[str, Callable[[], str]]:
    """Address of a page in the site to the function that writes it."""
    return {
        "rules/index.md": rules_index,
        **{rule.uri: partial(rule_page, rule) for rule in rules()},
        "adaptive-arm.md": adaptive_arm_page,
        "adaptive-arm.svg": adaptive_arm_figure,
        "facts.md": facts_page,
        "config.md": lambda: config_page(_read("configs/simulated.yaml")),
        "long-tables.md": long_tables_page,
        "command-line.md": commands_page,
        "exit-codes.md": exit_codes_page,
        "names.md": names_page,
        "bundles.md": lambda: _read("models/README.md"),
        "contributing.md": lambda: _read("CONTRIBUTING.md").replace("](docs/", "]("),
    }


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Put the pages in order; rules and decisions list themselves."""
    decisions = sorted((ROOT / "docs" / "decisions").glob("0*.md"))
    config.nav = [
        {"Home": "index.md"},
        {"Your files": "files.md"},
        {"Use it from Python": "python.md"},
        {"Measured": "measured.md"},
        {"Clinical rules": ["rules/index.md", "facts.md", "adaptive-arm.md"]},
        *({subject: [r.uri for r in group]} for subject, group in rules_by_subject().items()),
        {"Reference": [
            "data-dictionary.md", "long-tables.md", "config.md", "command-line.md", "exit-codes.md", "bundles.md", "names.md",
        ]},
        {"Decisions": [
            "decisions/README.md", *(f"decisions/{path.name}" for path in decisions),
            "decisions/external-looks.md",
        ]},
        {"Contributing": "contributing.md"},
    ]  # fmt: skip
    # Read from a disk, nobody meets a page that is not there; a server brings its own.
    config.theme.static_templates.discard("404.html")
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add what is generated; nothing of it is written into ``docs/``."""
    from mkdocs.structure.files import File  # noqa: PLC0415 - only MkDocs calls this

    for uri, page in generated_pages().items():
        files.append(File.generated(config, uri, content=page()))
    return files


def _read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")
