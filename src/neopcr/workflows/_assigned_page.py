"""The page of an assignment: what is decided, what is missing, what conflicts, and a model beside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from neopcr import __version__
from neopcr.report.adaptive_arm import agreement_bars, outcome_bars
from neopcr.report.chapters import Chapter, ChapterPage, Grid, write_chapters
from neopcr.report.numbers import count, number, percent
from neopcr.trials._adaptive_nct07239271 import RULES
from neopcr.trials._adaptive_readings import AMBIGUITIES
from neopcr.workflows._beside_rule import BAND_NAMES
from neopcr.workflows._going_on import GIVEN_AGAINST_TEXT

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from neopcr.workflows._assigned import Arm
    from neopcr.workflows._beside_rule import Beside

_NOTICE = "It reads a published protocol's text, word by word, and says where the text is silent."
_SAYS = {
    "decided": "one regimen, whatever is missing",
    "open": "what is missing could change it",
    "conflict": "two sentences of the protocol name two regimens",
    "choice": "the protocol leaves the choice to the investigator",
}

_FLAGS = {one.flag: one.gap for one in AMBIGUITIES} | {
    GIVEN_AGAINST_TEXT: "The regimen on record is none that the text could have led to."
}


def assigned_page(manifest: Mapping[str, Any], arm: Arm, model: Beside | None, path: Path) -> Path:
    """Write the page; it holds counts only."""
    chapters = [_counts(manifest), *([_beside(model)] if model else []), _text(manifest)]
    page = ChapterPage(
        title="NCT07239271: what the adaptive arm's text says",
        subtitle=f"{count(manifest['answered'])} patients at {arm.decision}, "
        f"{count(manifest['rejected'])} rows rejected; ctDNA (+) read as {arm.policy}; "
        f"PAM from {arm.pam_source.replace('_', ' at ')}",
        version=__version__,
        notice=_NOTICE,
        chapters=tuple(chapters),
        provenance={"data_sha256": manifest["input"]["sha256"]}
        | ({"bundle_sha256": manifest["bundle_hash"]} if model else {}),
    )
    return write_chapters(page, path)


def _counts(manifest: Mapping[str, Any]) -> Chapter:
    counts, n = manifest["counts"], manifest["answered"]
    by_set = {name: k for name, k in counts["possible"].items() if k}
    return Chapter(
        title="What the text decides",
        text=(
            "A regimen is decided where every way to complete what is missing leads to it. Otherwise "
            "all that are still possible are listed, and what would have to be known. After cycle 4 the "
            "regimen of cycles 3-4 goes on: the recorded one where there is a record, else what the "
            "rules say it was.",
        ),
        figures=(outcome_bars(by_set),) if by_set else (),
        grids=(
            _grid("Patients by answer", counts["status"], n, _SAYS),
            _grid("Conflicts, by the sentences that disagree", _conflicts(counts["rules"]), n),
            _grid("What would settle what is open", counts["needs"], n),
            _grid("Flags", _each(counts["flags"]), n, _FLAGS),
        ),
        folded=(_grid("Rows rejected, by rule", manifest["rules"], manifest["rows"]),),
    )


def _grid(
    title: str, counts: Mapping[str, int], n: int, says: Mapping[str, str] | None = None
) -> Grid:
    rows = [(name, k) for name, k in sorted(counts.items(), key=lambda one: -one[1]) if name and k]
    meant = says is not None
    return Grid(
        title=title,
        how="" if rows else "None.",
        header=("", *(["What it means"] if meant else []), "Patients", "Share"),
        rows=tuple(
            (
                name.replace(";", ", "),
                *([says[name]] if says is not None else []),
                count(k),
                percent(k / n),
            )
            for name, k in rows
        ),
        words=1 + meant,
    )


def _conflicts(by_rules: Mapping[str, int]) -> dict[str, int]:
    """Of rules that apply together, those of which two name a regimen each."""
    return {
        names: n
        for names, n in by_rules.items()
        if "d" in names.split(";") and {"a", "b"} & set(names.split(";"))
    }


def _each(counts: Mapping[str, int]) -> dict[str, int]:
    """Flags one by one, of flags that stand together."""
    single: dict[str, int] = {}
    for names, n in counts.items():
        for name in names.split(";"):
            single[name] = single.get(name, 0) + n
    return single


def _beside(model: Beside) -> Chapter:
    rows = model.agreement()
    header = ("The protocol's text", *BAND_NAMES, "Patients", "Mean p_pcr")
    return Chapter(
        title="A model beside the text",
        text=(
            f"p_pcr holds for: {model.policy}",
            "It is a prediction under the treatment policy of the model's training cohort, whatever "
            "the text assigns: p_pcr must not be compared between regimens, and a low p_pcr beside "
            "a branch does not say that the branch is wrong. What the table shows is whether rule "
            "and model pick out the same patients.",
        ),
        figures=(agreement_bars(rows, BAND_NAMES),) if rows else (),
        grids=(
            Grid(
                title="Patients by branch and p_pcr",
                how="Bands include their lower end.",
                header=header,
                rows=tuple(
                    (
                        str(row["branch"]),
                        *(count(int(str(row[name]))) for name in BAND_NAMES),
                        count(int(str(row["n"]))),
                        "not scored"
                        if row["mean_p_pcr"] is None
                        else number(float(str(row["mean_p_pcr"]))),
                    )
                    for row in rows
                ),
            ),
        ),
    )


def _text(manifest: Mapping[str, Any]) -> Chapter:
    return Chapter(
        title="The text, and how its gaps are read",
        grids=(
            Grid(
                title="Sentences of the arm",
                how="The registry's, in our words; the letters are ours.",
                header=("", "Sentence"),
                rows=tuple((rule.id, rule.sentence) for rule in RULES.values()),
                words=2,
            ),
            Grid(
                title="Ambiguities",
                header=("", "What the text does not say", "How it is read here", "Flag"),
                rows=tuple(
                    (one.id, one.gap, one.reading.replace("`", ""), one.flag) for one in AMBIGUITIES
                ),
                words=4,
            ),
        ),
        text=(str(manifest["notice"]),),
    )
