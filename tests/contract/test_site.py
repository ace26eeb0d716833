"""The documentation site is built from the tables the code and the tests use, and no link in it is dead."""

from __future__ import annotations

import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
import yaml
from check_links import dead_links, external_links
from hook import generated_pages
from pages.commands import commands_page, exit_codes
from pages.config_keys import blocks, config_page, meanings
from pages.facts import facts_page
from pages.markdown import plain
from pages.rules import read_rule, rule_page, rules, run_by
from typer.main import get_command

from neopcr.cli import app
from neopcr.cohort import pieces
from neopcr.cohort.readers import READERS
from neopcr.config import CohortConfig, Config
from neopcr.modalities import CONTRACT
from neopcr.oncology.facts import Facts, facts_from
from spec.spec_tables import read_spec

ROOT = Path(__file__).parents[2]
RULES = rules()


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site") / "built"
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "-d", str(folder)]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    return folder


def test_no_link_is_dead_and_nothing_is_fetched_from_elsewhere(site):
    assert not dead_links(site)


def test_a_reader_is_sent_to_no_host_but_the_theme_s_own(site):
    about_the_theme = ("https://www.mkdocs.org", "https://readthedocs.org", "https://github.com/r")
    assert not [link for link in external_links(site) if not link.startswith(about_the_theme)]


def test_every_page_is_in_the_menu(site):
    home = (site / "index.html").read_text(encoding="utf-8")
    pages = [path.relative_to(site).as_posix() for path in site.rglob("*.html")]
    assert len(pages) > len(RULES)
    assert not [page for page in pages if f'href="{page}"' not in home and page != "index.html"]


def test_the_site_holds_no_code_of_ours(site):
    assert not [*site.rglob("*.py"), *site.rglob("__pycache__")]


@pytest.mark.parametrize(
    ("page", "fault"),
    [
        ('<a href="gone.html">x</a>', "gone.html: no such file"),
        ('<a href="#gone">x</a>', "#gone: no such place on the page"),
        ('<a href="other.html#gone">x</a>', "other.html#gone: no such place on the page"),
        ('<img src="gone.png">', "gone.png: no such file"),
        ('<a href="/other.html">x</a>', "/other.html: no such file"),
        ('<script src="https://cdn.example/x.js"></script>', "fetched from another host"),
        ('<link rel="stylesheet" href="//cdn.example/x.css">', "fetched from another host"),
    ],
)
def test_the_checker_finds(page, fault, tmp_path):
    (tmp_path / "page.html").write_text(page, encoding="utf-8")
    (tmp_path / "other.html").write_text('<p id="here">', encoding="utf-8")
    found = dead_links(tmp_path)
    assert len(found) == 1
    assert found[0].startswith("page.html: ")
    assert found[0].endswith(fault)


def test_the_checker_leaves_sound_links_alone(tmp_path):
    links = '<p id="a"><a href="#a"></a><a href="other.html#b%20c"></a><a href="mailto:x@example.org"></a>'
    (tmp_path / "page.html").write_text(
        links + '<a href="https://example.org/x"></a>', encoding="utf-8"
    )
    (tmp_path / "other.html").write_text('<a name="b c"></a>', encoding="utf-8")
    assert not dead_links(tmp_path)
    assert external_links(tmp_path) == ["https://example.org/x"]


class Cells(HTMLParser):
    """The text of the table cells of a page."""

    def __init__(self):
        super().__init__()
        self.cells, self.inside = [], False

    def handle_starttag(self, tag, attrs):  # noqa: ARG002
        if tag == "td":
            self.cells.append("")
        self.inside = self.inside or tag == "td"

    def handle_endtag(self, tag):
        self.inside = self.inside and tag != "td"

    def handle_data(self, data):
        if self.inside:
            self.cells[-1] += data


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.path.stem)
def test_a_rule_page_holds_the_cells_that_the_test_runs(rule, site):
    page = Cells()
    page.feed((site / rule.uri).with_suffix(".html").read_text(encoding="utf-8"))
    run = [cell for row in read_spec(rule.path.name) for cell in row.values()]
    assert page.cells == [cell.replace("`", "") for cell in run]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.path.stem)
def test_a_rule_table_says_what_it_is_and_is_run(rule):
    assert any(map(str.isupper, rule.title.split()[0])), (
        "a title begins with a capital, as pCR does"
    )
    assert len(rule.title) < 120, "the first clause of the first comment is the page's title"
    first = rule.path.read_text(encoding="utf-8").partition("\n")[0]
    assert first.startswith("# "), "a header comment says what the table holds, and its source"
    assert run_by(rule), "no test names this file"


def test_a_comment_inside_a_table_stands_between_its_rows(tmp_path):
    path = tmp_path / "x.txt"
    path.write_text(
        "# Title; more (2018).\n# - first\n#   goes on\n# - second\na | b\n1 |\n# Then *these*.\n2 | <3\n",
        encoding="utf-8",
    )
    rule = read_rule(path)
    assert rule.title == "Title"
    page = rule_page(rule)
    assert page.startswith("# Title\n\nMore (2018).\n\n- first\n  goes on\n- second\n")
    assert "| 1 |  |\n\nThen \\*these\\*.\n\n| a | b |\n|---|---|\n| 2 | &lt;3 |\n" in page


def test_a_table_without_comments_is_named_by_its_file(tmp_path):
    path = tmp_path / "two_words.txt"
    path.write_text("a | b\n1 | 2\n", encoding="utf-8")
    assert rule_page(read_rule(path)).startswith("# two words\n")


def test_every_fact_can_be_replaced_as_its_page_says():
    examples = re.findall(r"```yaml\n(.+?)```", facts_page(), flags=re.DOTALL)
    replaced = [yaml.safe_load(example)["cohort"]["facts"] for example in examples]
    assert {name for facts in replaced for name in facts} == set(Facts.model_fields)
    for facts in replaced:
        assert facts_from(facts).model_fields_set == set(facts)


def test_a_fact_says_whether_it_was_verified_and_where_it_is_from():
    page = facts_page()
    for name, field in Facts.model_fields.items():
        said = "Verified" if field.json_schema_extra["verified"] else "Unverified"
        assert field.description, name
        chapter = page.partition(f"{{#{name}}}")[2].partition("\n## ")[0]
        assert plain(field.json_schema_extra["source"]) in chapter, name
        assert f"**{said}.**" in chapter, name


def test_every_command_and_option_has_its_line():
    page = commands_page()
    for name, command in get_command(app).commands.items():
        assert f"## neopcr {name}" in page
        for option in (opt for param in getattr(command, "params", []) for opt in param.opts):
            assert option in page or option.upper() in page or option == "--help", option


def test_every_command_prints_json_when_asked():
    for chapter in commands_page().split("\n## ")[1:]:
        assert "| `--json` |" in chapter, chapter.partition("\n")[0]


@pytest.mark.parametrize("page", ["index.md", "files.md", "python.md"])
def test_a_page_names_only_commands_that_there_are(page):
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    named = set(re.findall(r"`neopcr ([a-z][a-z-]*)", text))
    assert named <= set(get_command(app).commands)


def test_every_option_says_what_it_does():
    rows = re.findall(r"^\| `.*", commands_page(), flags=re.MULTILINE)
    assert rows
    assert not [row for row in rows if not row.split(" | ")[2].strip()]


def test_the_readme_names_the_exit_codes():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    sentence = re.search(r"Exit codes: (.+?)\.", text, flags=re.DOTALL).group(1)
    assert set(map(int, re.findall(r"\d+", sentence))) <= set(exit_codes())
    assert {0, 2, 10, 11, 12, 13, 70} <= set(exit_codes())


def test_every_key_of_a_config_is_on_its_page():
    page = config_page("")
    for block in blocks(Config):
        chapter = page.partition(f"{{#{block.__name__.lower()}}}")[2].partition("\n## ")[0]
        assert not [key for key in block.model_fields if f"| `{key}` |" not in chapter]
        assert set(meanings(block)) == set(block.model_fields), "Parameters of the docstring"


def test_configs_on_the_page_of_files_are_sound():
    page = (ROOT / "docs" / "files.md").read_text(encoding="utf-8")
    snippets = re.findall(r"```yaml\n(.+?)```", page, flags=re.DOTALL)
    cohorts = [CohortConfig.model_validate(yaml.safe_load(each)["cohort"]) for each in snippets]
    columns = {name for cohort in cohorts for name in cohort.patients.columns}
    assert columns
    assert columns <= set(CONTRACT)


def test_the_page_of_files_names_every_format():
    page = (ROOT / "docs" / "files.md").read_text(encoding="utf-8")
    assert not [suffix for suffix in set(READERS) - {pieces.SUFFIX} if f"`{suffix}`" not in page]


def test_generated_pages_are_written_once():
    assert not [uri for uri in generated_pages() if (ROOT / "docs" / uri).exists()]
