"""Figures of the adaptive arm of NCT07239271: its decision table, and where a cohort's patients go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from neopcr.report.drawing import Drawing
from neopcr.report.palette import (
    BLUE,
    GREEN,
    INK,
    LOW_TO_HIGH,
    MUTED,
    ORANGE,
    PAPER,
    PURPLE,
    RULE,
    SKY,
    VERMILION,
    house_style,
)
from neopcr.trials._adaptive_nct07239271 import POLICIES, REGIMENS, outcomes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes

    from neopcr.trials._adaptive_nct07239271 import Outcome

COLOURS = dict(zip(REGIMENS, (BLUE, SKY, ORANGE, VERMILION, PURPLE, GREEN), strict=True))
_CTDNA, _PAM, _RESPONSE = ("−", "+", "?"), ("wild type", "mutated", "?"), ("bad", "good", "?")  # noqa: RUF001 - a minus
_TITLES = {
    "literal": "literal (default)",
    "c1_only": "c1_only",
    "baseline_or_c1": "baseline_or_c1",
}


def decision_table() -> Drawing:
    """Draw every state after cycle 2, in the three readings of "(+)": nine by nine cells each."""
    with house_style():
        figure = Figure(figsize=(11.2, 5.0))
        # Titles do not count where the boxes are square, so that they need room.
        figure.set_layout_engine("constrained", rect=(0, 0, 1, 0.94))
        panels = figure.subplots(1, 3)
        for axes, policy in zip(panels, POLICIES, strict=True):
            _draw_policy(axes, outcomes("c2", policy), _TITLES[policy])
        panels[0].set_ylabel("ctDNA at baseline, after cycle 1")
        _legend(figure)
    return Drawing(
        name="adaptive-arm",
        title="NCT07239271, adaptive arm: the decision after cycle 2",
        caption="Rows: ctDNA at baseline, then after cycle 1. Columns: PAM pathway, then the "
        "response after cycle 2 (good: CR or PR; bad: SD or PD). ? is not known. A cell of one "
        "colour is decided; stripes are regimens still possible; ! is a conflict between two "
        "sentences of the protocol.",
        alt="Three tables of 81 cells. With ctDNA after cycle 1 all agree: PyroHT in PAM wild type, "
        "EveroHT in mutated. They part where ctDNA was there at baseline and is gone after cycle 1.",
        figure=figure,
    )


def _draw_policy(axes: Axes, table: Mapping[tuple[int, ...], Outcome], title: str) -> None:
    for (baseline, later, pam, response), said in table.items():
        _draw_cell(axes, 3 * pam + response, 3 * baseline + later, said)
    for line in (3, 6):
        axes.axhline(line, color=INK, linewidth=1.1)
        axes.axvline(line, color=INK, linewidth=1.1)
    axes.set_xlim(0, 9)
    axes.set_ylim(9, 0)
    axes.set_aspect("equal")
    axes.set_title(title, fontsize=10)
    axes.set_xticks([x + 0.5 for x in range(9)], _RESPONSE * 3, rotation=90)
    axes.set_yticks(
        [y + 0.5 for y in range(9)], [f"{first} {later}" for first in _CTDNA for later in _CTDNA]
    )
    axes.tick_params(length=0)
    for place, name in enumerate(_PAM):
        axes.text(3 * place + 1.5, 10.35, name, ha="center", va="top", fontsize=9, color=INK)
    axes.set_xlabel("PAM, response after cycle 2", labelpad=20)
    for side in ("left", "bottom"):
        axes.spines[side].set_visible(False)


def _draw_cell(axes: Axes, x: int, y: int, said: Outcome) -> None:
    width = 0.92 / len(said.regimens)
    for place, name in enumerate(said.regimens):
        axes.add_patch(
            Rectangle(
                (x + 0.04 + place * width, y + 0.04), width, 0.92, color=COLOURS[name], linewidth=0
            )
        )
    if said.status == "conflict":
        axes.text(
            x + 0.5, y + 0.5, "!", ha="center", va="center", fontsize=10, weight="bold",
            color=INK, bbox={"boxstyle": "circle,pad=0.12", "facecolor": PAPER, "linewidth": 0},
        )  # fmt: skip


def _legend(figure: Figure) -> None:
    handles = [Rectangle((0, 0), 1, 1, color=COLOURS[name]) for name in REGIMENS[:4]]
    figure.legend(handles, REGIMENS[:4], loc="outside lower center", ncols=4)


def outcome_bars(by_set: Mapping[str, int]) -> Drawing:
    """Draw how many patients have each set of possible regimens, most frequent first.

    Parameters
    ----------
    by_set : mapping of str to int
        Regimens joined by ``;`` to patients; at least one.
    """
    ordered = sorted(by_set.items(), key=lambda one: (-one[1], one[0]))
    total = sum(by_set.values())
    with house_style():
        figure = Figure(figsize=(7.6, 0.7 + 0.36 * len(ordered)), layout="constrained")
        axes = figure.subplots()
        for y, (names, n) in enumerate(ordered):
            left, regimens = 0.0, names.split(";")
            for name in regimens:
                axes.barh(y, n / len(regimens), left=left, color=COLOURS[name], height=0.7)
                left += n / len(regimens)
            axes.text(n + 0.01 * ordered[0][1], y, f"{n:,}", va="center", fontsize=8.5, color=INK)
        axes.set_yticks(range(len(ordered)), [name.replace(";", " or ") for name, _ in ordered])
        axes.set_ylim(len(ordered) - 0.5, -0.5)
        axes.set_xlim(0, ordered[0][1] * 1.12)
        axes.set_xlabel("Patients")
        axes.tick_params(axis="y", length=0)
    most, n = ordered[0]
    return Drawing(
        name="assigned",
        title="Regimens still possible",
        caption="Bars of one colour are decided; of several, that many regimens are still possible.",
        alt=f"Bars of {total:,} patients. Most frequent, {n:,}: {most.replace(';', ' or ')}.",
        figure=figure,
    )


def agreement_bars(rows: Sequence[Mapping[str, object]], bands: Sequence[str]) -> Drawing:
    """Draw the share of each branch's patients in every band of p_pcr.

    Parameters
    ----------
    rows : sequence of mapping
        ``branch``, ``n`` and the patients in each band, by its name; at least one.
    bands : sequence of str
        From low to high; the last is "not scored".
    """
    colours = [*(LOW_TO_HIGH(1 - at / (len(bands) - 2)) for at in range(len(bands) - 1)), RULE]
    with house_style():
        figure = Figure(figsize=(7.6, 1.3 + 0.38 * len(rows)), layout="constrained")
        axes = figure.subplots()
        for y, row in enumerate(rows):
            left = 0.0
            for band, colour in zip(bands, colours, strict=True):
                share = float(str(row[band])) / float(str(row["n"]))
                axes.barh(y, share, left=left, color=colour, height=0.7, label="" if y else band)
                left += share
            axes.text(1.01, y, f"{row['n']:,}", va="center", fontsize=8.5, color=MUTED)
        axes.set_yticks(range(len(rows)), [str(row["branch"]) for row in rows])
        axes.set_ylim(len(rows) - 0.5, -0.5)
        axes.set_xlim(0, 1)
        axes.set_xlabel("Share of the branch's patients, by p_pcr")
        axes.tick_params(axis="y", length=0)
        figure.legend(loc="outside upper center", ncols=len(bands))
    said = "; ".join(f"{row['branch']} mean p_pcr {row['mean_p_pcr']}" for row in rows)
    return Drawing(
        name="agreement",
        title="The model's p_pcr by the protocol's branch",
        caption="Right of the bars: patients. p_pcr holds for the treatment policy of the model's "
        "training cohort and compares no regimens.",
        alt=f"Stacked bars. {said}.",
        figure=figure,
    )
