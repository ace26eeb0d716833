"""A figure with the words it needs, as inline SVG for the report and as files for MLflow."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import matplotlib as mpl

from neopcr.report.palette import CSS_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from matplotlib.figure import Figure

_DISPLAY_PX_PER_PT = 1.3
"""A figure is shown at most so much larger than it was drawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A figure, and the words without which it may not be shown.

    Parameters
    ----------
    name : str
        Lower case with hyphens; file name, and prefix of every id in its SVG.
    title, caption : str
        What it shows, and how to read it.
    alt : str
        The finding in words, for those who cannot see the figure.
    figure : matplotlib Figure
        Drawn with `house_style`.
    shows_patients : bool
        Whether patients are dots or lines of it; such a figure stays on the page.
    """

    name: str
    title: str
    caption: str
    alt: str
    figure: Figure
    shows_patients: bool = False

    def __post_init__(self) -> None:
        """Lay the figure out once: each later drawing would move it by a fraction of a point."""
        self.figure.draw_without_rendering()
        self.figure.set_layout_engine("none")

    @property
    def width(self) -> int:
        """The widest it is shown, in CSS pixels."""
        return round(self.figure.get_figwidth() * 72 * _DISPLAY_PX_PER_PT)


def svg(drawing: Drawing) -> str:
    """Render as SVG to be put inside a page.

    Colours become CSS variables, text stays text in the page's font, ids carry the figure's name,
    and nothing depends on the time or the machine.

    Parameters
    ----------
    drawing : Drawing
        What is drawn; its figure is not changed.

    Returns
    -------
    str
        One ``<svg>`` element without XML prologue.
    """
    buffer = io.StringIO()
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": drawing.name}):
        drawing.figure.savefig(
            buffer, format="svg", transparent=True, metadata={"Date": None, "Creator": None}
        )
    text = buffer.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>\s*", "", text, count=1, flags=re.DOTALL)
    text = re.sub(r"<!--.*?-->\s*", "", text, flags=re.DOTALL)
    text = re.sub(r"<style.*?</style>", "", text, count=1, flags=re.DOTALL)
    return _slim(_recolour(_own_ids(_head(text), drawing.name)))


def png(drawing: Drawing, path: Path) -> Path:
    """Write as PNG on white, 160 dots an inch.

    Returns
    -------
    Path
        The file.
    """
    drawing.figure.savefig(
        path, format="png", dpi=160, facecolor="white", metadata={"Software": None}
    )
    return path


def figure_files(drawings: Iterable[Drawing], folder: Path) -> tuple[Path, ...]:
    """Write every drawing as ``<name>.png``, to be logged as artifacts.

    Parameters
    ----------
    drawings : iterable of Drawing
        Names differ.
    folder : Path
        Made where it is absent.

    Returns
    -------
    tuple of Path
    """
    folder.mkdir(parents=True, exist_ok=True)
    return tuple(png(drawing, folder / f"{drawing.name}.png") for drawing in drawings)


def _head(text: str) -> str:
    """Leave the size to the page, and the words to the figure element around it."""
    text = re.sub(r' (?:width|height)="[\d.]+pt"', "", text, count=2)
    return text.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1)


def _own_ids(text: str, name: str) -> str:
    """Keep the ids something points to, under the figure's name; drop the rest."""
    used = set(re.findall(r'(?:url\(|href=")#([^)"]+)', text))
    text = re.sub(
        r' id="([^"]+)"',
        lambda found: f' id="{name}-{found[1]}"' if found[1] in used else "",
        text,
    )
    return re.sub(r'(url\(|href=")#', rf"\1#{name}-", text)


def _recolour(text: str) -> str:
    for colour, name in CSS_NAMES.items():
        text = text.replace(colour, name)
    text = re.sub(r"font-family: [^;\"]*Mono[^;\"]*", "font-family: var(--mono)", text)
    return re.sub(r" ?font-family: (?!var)[^;\"]+;?", "", text)


def _slim(text: str) -> str:
    """Drop rotations by nothing, spaces, a group around each dot, and digits nobody sees."""
    text = re.sub(r' transform="rotate\(-0 [^"]*\)"', "", text)
    text = re.sub(
        r' (?:d|x|y|transform)="[^"]*"',
        lambda found: re.sub(r"(\.\d\d)\d+", r"\1", found[0]),
        text,
    )
    text = re.sub(r"\s*\n\s*", "\n", text)
    return re.sub(r"<g>\n(<use [^>]*/>)\n</g>", r"\1", text)
