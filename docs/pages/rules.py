"""A page for every clinical table of ``tests/spec``: the page and the test read one file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from pages.markdown import counted, plain, table

ROOT = Path(__file__).parents[2]
SPEC = ROOT / "tests" / "spec"
# Subject of a table by the first word of its file name; a table of another word is "Other".
_SUBJECTS = {
    "her2": "HER2", "receptors": "Hormone receptors", "anatomic": "Stage", "stage": "Stage",
    "regimen": "Regimens", "regimens": "Regimens", "pam": "PAM pathway", "ctdna": "ctDNA",
    "pcr": "Response", "rcb": "Response", "pet": "Imaging", "recist": "Imaging", "mri": "Imaging",
    "lesion": "Imaging", "imaging": "Imaging", "nct07239271": "Trials", "nct07376174": "Trials",
    "nct02286843": "Trials", "nct": "Trials", "dfs": "Follow-up",
}  # fmt: skip
# What a title leaves to the text: a source in brackets at its end.
_CITATION = re.compile(r" \((\D(?:[^()]|\([^()]*\)){14,})\)$")
_FILE = re.compile(r"([\w\\]+)\.txt")
# Where a long cell may be broken; other cells keep their words.
_JOINT = re.compile(r"(\\_|[:)/;+])(?=\w)")
_LONG = 9


@dataclass(frozen=True)
class Rule:
    """One clinical table.

    Parameters
    ----------
    path : Path
        Of the file under ``tests/spec``.
    title : str
        The first clause of its first comment.
    blocks : list of (str, list of list of str)
        Comments as one text, and the rows of cells that follow; the first row of all is the header.
    """

    path: Path
    title: str
    blocks: list[tuple[str, list[list[str]]]]

    @property
    def uri(self) -> str:
        """Where the page stands in the site."""
        return f"rules/{self.path.stem}.md"

    @property
    def subject(self) -> str:
        """Under what heading it stands."""
        words = self.path.stem.split("_")
        return "Imaging" if "pet" in words else _SUBJECTS.get(words[0], "Other")

    @property
    def cells(self) -> list[list[str]]:
        """Every row, the header first."""
        return [row for _, rows in self.blocks for row in rows]


def read_rule(path: Path) -> Rule:
    """Read a table with the comments around its rows."""
    lines = path.read_text(encoding="utf-8").splitlines()
    blocks: list[tuple[str, list[list[str]]]] = []
    for is_row, group in groupby(filter(str.strip, lines), key=_is_row):
        block = list(group)
        if not is_row:
            blocks.append(("\n".join(_comment(line) for line in block), []))
        elif blocks:
            blocks[-1][1].extend(_cells(line) for line in block)
        else:
            blocks.append(("", [_cells(line) for line in block]))
    title, rest = _title(blocks[0][0], path.stem)
    return Rule(path, title, [(rest, blocks[0][1]), *blocks[1:]])


def rules() -> list[Rule]:
    """Every table, by file name."""
    return [read_rule(path) for path in sorted(SPEC.glob("*.txt"))]


def rule_page(rule: Rule) -> str:
    """The page of a table."""
    header, *rows = rule.cells
    parts = [f"# {plain(rule.title)}", _text(rule.blocks[0][0]), _how_it_is_run(rule, len(rows))]
    for place, (comment, cells) in enumerate(rule.blocks):
        if place:
            parts.append(_text(comment))
        body = cells[1:] if place == 0 else cells
        if body:
            parts.append(table(_plain(header), map(_plain, body)))
    return "\n\n".join(filter(None, parts)) + "\n"


def rules_by_subject() -> dict[str, list[Rule]]:
    """Every table under its subject; subjects in the order in which a patient's file is read."""
    order = list(dict.fromkeys([*_SUBJECTS.values(), "Other"]))
    by_order = sorted(rules(), key=lambda rule: order.index(rule.subject))
    return {subject: list(group) for subject, group in groupby(by_order, lambda r: r.subject)}


def rules_index() -> str:
    """What rule pages there are."""
    chapters = [
        f"\n## {subject}\n\n" + table(["rule", "rows"], map(_line, group)) + "\n"
        for subject, group in rules_by_subject().items()
    ]
    return (
        "# Rules at a glance\n\nWhat hospitals and laboratories write down becomes variables by rules, and each rule is a table that a "
        "pathologist can read. The tables below are the test suite's own files: a test runs every row "
        "against the code, and this site is made from the same files, so that code, test and page cannot disagree.\n\n"
        "In all of them an empty input is missing, and missing is never negative. "
        "What a rule takes for granted and a site may know better is on the page of [clinical facts](../facts.md).\n"
        + "".join(chapters)
    )


def _line(rule: Rule) -> list[str]:
    return [f"[{plain(rule.title)}]({rule.path.stem}.md)", str(len(rule.cells) - 1)]


def run_by(rule: Rule) -> list[str]:
    """Test files that read the table."""
    return [
        path.relative_to(ROOT).as_posix()
        for path in sorted((ROOT / "tests").rglob("test_*.py"))
        if f'"{rule.path.name}"' in path.read_text(encoding="utf-8")
    ]


def _is_row(line: str) -> bool:
    return "|" in line and not line.startswith("#")


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.split("|")]


def _comment(line: str) -> str:
    return line.lstrip("#").removeprefix(" ")


def _title(comment: str, stem: str) -> tuple[str, str]:
    """The first clause of the comment, and what is left of it.

    >>> _title("HER2 in words: what they say (2018). More.", "x")
    ('HER2 in words', 'What they say (2018). More.')
    >>> _title("HER2: everything; but stage", "x")
    ('HER2: everything', 'But stage')
    >>> _title("Scores of ER (Harvey, J Clin Oncol 17 (1999) 1474; unverified). More.", "x")
    ('Scores of ER', 'Harvey, J Clin Oncol 17 (1999) 1474; unverified. More.')
    """
    ends = [
        at
        for at in (found.start() for found in re.finditer(r"[;:.](?=\s|$)", comment))
        if comment.count("(", 0, at) == comment.count(")", 0, at)
    ]
    # One or two words before a colon are a topic, not yet a title.
    end = next((at for at in ends if comment[at] != ":" or comment[:at].count(" ") > 1), None)
    title = " ".join(comment[:end].split()) or stem.replace("_", " ")
    left = comment[len(comment) if end is None else end :].lstrip(";:. \n")
    left = left[:1].upper() + left[1:]
    cited = _CITATION.search(title)
    return (title[: cited.start()], f"{cited[1]}. {left}".strip()) if cited else (title, left)


def _plain(cells: list[str]) -> list[str]:
    return [" ".join(map(_breakable, plain(cell).split(" "))) for cell in cells]


def _breakable(word: str) -> str:
    return word if len(word) < _LONG else _JOINT.sub(r"\1<wbr>", word)


def _text(comment: str) -> str:
    """Comment lines as paragraphs; a line of a list stays a line."""
    return "\n".join(_lines(comment)).strip()


def _lines(comment: str) -> Iterator[str]:
    in_list = False
    for line in comment.splitlines():
        starts = line.startswith("- ")
        if starts and not in_list:
            yield ""
        in_list = starts or (in_list and line.startswith("  "))
        yield _FILE.sub(_link, plain(line))


def _link(name: re.Match[str]) -> str:
    """A link to the page of another table that a comment names."""
    stem = name[1].replace("\\", "")
    return f"[{name[0]}]({stem}.md)" if (SPEC / f"{stem}.txt").exists() else name[0]


def _how_it_is_run(rule: Rule, n_rows: int) -> str:
    runs = ", ".join(f"`{path}`" for path in run_by(rule))
    return (
        f"> **This table is run as a test**, all {counted(n_rows, 'row')} of it, by {runs}. "
        f"It is the file `tests/spec/{rule.path.name}`: to correct the rule, correct a row there, and the test says what "
        "the code does instead."
    )
