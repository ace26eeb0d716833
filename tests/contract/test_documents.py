"""What is written down agrees with what is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from generate import dictionary
from hook import generated_pages
from typer.main import get_command

from neopcr.cli import app

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


def test_the_data_dictionary_is_that_of_the_columns():
    written = (ROOT / "docs" / "data-dictionary.md").read_text(encoding="utf-8")
    assert written == dictionary(), "run `make docs`"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_to_files_lead_somewhere(page):
    links = re.findall(r"\]\(([^)#]+)", page.read_text(encoding="utf-8"))
    files = [page.parent / link for link in links if "://" not in link]
    made_with_the_site = {ROOT / "docs" / uri for uri in generated_pages()}
    assert not [file for file in files if not (file.exists() or file in made_with_the_site)]


def test_the_readme_names_every_command_and_no_other():
    commands = set(get_command(app).commands)
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert set(re.findall(r"neopcr ([a-z][a-z-]*)", text)) == commands


def test_no_file_names_a_registry_host():
    hosts = ("pypi" + ".org", "python" + "hosted", "npmjs")
    for path in (ROOT / "requirements.lock", ROOT / "pyproject.toml", *PAGES):
        assert not [host for host in hosts if host in path.read_text(encoding="utf-8")], path.name
