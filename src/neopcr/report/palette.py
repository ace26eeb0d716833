"""Colours that stay apart for colour-blind readers, and their names in the report's style sheet.

Okabe & Ito, "Color Universal Design" (2008). A figure is drawn in the light colours; in the
report each becomes a CSS variable, so that one drawing serves light and dark pages.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib as mpl
from matplotlib.colors import LinearSegmentedColormap

INK = "#1b1f24"
MUTED = "#6a727b"
RULE = "#d3d7dc"
PAPER = "#fdfdfb"
BLUE = "#0072b2"
VERMILION = "#d55e00"
GREEN = "#009e73"
ORANGE = "#e69f00"
SKY = "#56b4e9"
PURPLE = "#cc79a7"

SERIES = (BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY)
DASHES = (
    "-",
    (0, (5, 1.6)),
    (0, (1.2, 1.4)),
    (0, (5, 1.4, 1.2, 1.4)),
    (0, (8, 2)),
    (0, (2.5, 1.2)),
)
"""Line styles beside the colours: no figure is read by colour alone."""

REACHED = BLUE
RESIDUAL = VERMILION

CSS_NAMES = {
    INK: "currentColor",
    MUTED: "var(--muted)",
    RULE: "var(--rule)",
    PAPER: "var(--paper)",
    BLUE: "var(--blue)",
    VERMILION: "var(--vermilion)",
    GREEN: "var(--green)",
    ORANGE: "var(--orange)",
    SKY: "var(--sky)",
    PURPLE: "var(--purple)",
}

LOW_TO_HIGH = LinearSegmentedColormap.from_list(
    "low_to_high", ["#3a8fcb", "#8f8fa8", "#e0692a"], N=32
)
"""From a low to a high value of a column; both ends stand out on white and on near-black."""

_STYLE: dict[Any, Any] = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 9.5,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.labelsize": 9.5,
    "axes.edgecolor": MUTED,
    "axes.linewidth": 0.7,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.facecolor": "none",
    "figure.facecolor": "none",
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.labelsize": 9,
    "ytick.labelsize": 9,
    "legend.frameon": False,
    "legend.fontsize": 9,
    "grid.color": RULE,
    "grid.linewidth": 0.6,
    "lines.linewidth": 1.7,
    "lines.solid_capstyle": "butt",
}


@contextmanager
def house_style() -> Iterator[None]:
    """Draw in the house's style; what the caller had set comes back afterwards."""
    with mpl.rc_context(_STYLE):
        yield
