"""The model card: what a bundle is for, how well it does and where it ends, in one page of text.

It names the bundle by its SHA-256, so that a card and a model cannot be mixed up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from neopcr.metrics import comes_first
from neopcr.report.numbers import TOO_FEW, count, estimate_text, percent
from neopcr.report.tables import metric_title, section_title
from neopcr.report.write import write_page

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from neopcr.report.content import Report, Section
    from neopcr.specs import Estimate

NOTICE = "For research use only. Nothing here is a treatment recommendation."
INTENDED = (
    "Research on neoadjuvant therapy of HER2-positive early breast cancer: to study who reaches "
    "pCR, to stratify and describe cohorts, to plan trials. One table in, one row a patient out."
)
NOT_FOR = (
    "Choosing, changing or withholding a treatment; comparing regimens; metastatic disease; "
    "cohorts unlike the training cohort without a validation of their own."
)


def write_card(report: Report, path: Path) -> Path:
    """Write the card of a report's bundles as Markdown; the file is whole or not there.

    Parameters
    ----------
    report : Report
    path : Path
        Such as ``model_card.md``.

    Returns
    -------
    Path

    Raises
    ------
    TargetError
        If it cannot be written.
    """
    return write_page(model_card(report), path)


def model_card(report: Report) -> str:
    """Say a report's bundles in Markdown; the same report gives the same text.

    Parameters
    ----------
    report : Report
        Its sections each name a bundle.
    """
    parts = [
        f"# Model card: {report.title}",
        f"**{NOTICE}** Made by neopcr {report.version}.",
        _list(
            ("Predicts", report.estimand),
            ("Outcome", f"{report.definition}; 1 reached, 0 residual disease"),
            ("Intended use", INTENDED),
            ("Not for", NOT_FOR),
            (report.role, report.data),
            ("Evaluation", report.design),
        ),
        *(_bundle(section) for section in report.sections),
        "## Limits",
        "\n".join(f"- {limit}" for limit in (*report.limits, *_EVERYWHERE)),
        "## Provenance",
        "\n".join(f"- {key}: `{value}`" for key, value in report.provenance.items()),
    ]
    return "\n\n".join(parts) + "\n"


_EVERYWHERE = (
    "Intervals say how far chance in the choice of patients reaches, and nothing of another "
    "centre, another time or another way of measuring.",
    "pCR is an early endpoint: nothing here is about recurrence or survival.",
)


def _bundle(section: Section) -> str:
    """One bundle: its hash, performance, subgroups and missing data."""
    performance = [one for one in section.performance if comes_first(one.name)]
    overall = [one for one in performance if one.group == "all"]
    parts = [
        f"## {section_title(section.name)}",
        _list(
            ("Bundle (SHA-256)", f"`{section.bundle}`"),
            ("Patients", f"{count(section.n)}, {count(section.events)} with pCR"),
        ),
        "### Performance",
        _table(("Metric", "Estimate (95 % interval)", "Method"), _lines(overall)),
    ]
    groups = dict.fromkeys(one.group for one in performance if one.group != "all")
    if groups:
        parts += ["### Subgroups", _table(_GROUP_HEAD, _group_lines(groups, performance))]
    missing = [row for row in section.availability if row.known < row.n]
    if missing:
        known = [(f"`{row.column}`", percent(1 - row.known / row.n)) for row in missing]
        parts += ["### Missing values", _table(("Column", "Missing"), known)]
    return "\n\n".join(parts)


_GROUP_HEAD = ("Group", "Patients", "pCR", "AUROC", "Calibration in the large")


def _lines(estimates: Iterable[Estimate]) -> list[tuple[str, ...]]:
    return [(metric_title(one.name), estimate_text(one), one.method) for one in estimates]


def _group_lines(groups: Iterable[str], performance: Sequence[Estimate]) -> list[tuple[str, ...]]:
    lines = []
    for group in groups:
        held = {one.name: one for one in performance if one.group == group}
        shown = [held.get(name) for name in ("auroc", "calibration_in_the_large")]
        any_one = next(iter(held.values()))
        said = [estimate_text(one) if one else TOO_FEW for one in shown]
        lines.append((group, count(any_one.n), count(any_one.events), *said))
    return lines


def _list(*entries: tuple[str, str]) -> str:
    return "\n".join(f"- **{name}**: {said}" for name, said in entries)


def _table(head: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """Markdown; a bar inside a cell would end it."""
    rows = [head, ["---"] * len(head), *lines]
    return "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in row)} |" for row in rows)
