"""What a figure gives away: how many marks an artist of it has, and every number that it draws."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.collections import Collection, LineCollection, PathCollection
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def most_marks(figure: Figure) -> int:
    """Marks of the artist with the most: dots, or lines beside one another."""
    return max((_marks(artist) for artist in figure.findobj()), default=0)


def _marks(artist: object) -> int:
    if isinstance(artist, PathCollection):
        return len(artist.get_offsets())
    if isinstance(artist, LineCollection):
        return len(artist.get_segments())
    if isinstance(artist, Line2D) and artist.get_marker() not in {"", " ", "None", None}:
        return len(artist.get_xdata())
    return 0


def numbers(figure: Figure) -> np.ndarray:
    """Every coordinate of what stands on the axes, in the units of the data."""
    drawn = [np.empty(0)]
    for axes in figure.axes:
        for artist in axes.get_children():
            if isinstance(artist, Line2D):
                drawn.append(np.asarray(artist.get_xydata(), dtype=float).ravel())
            elif isinstance(artist, Collection):
                drawn.append(np.ma.filled(artist.get_offsets(), np.nan).astype(float).ravel())
                drawn += [path.vertices.ravel() for path in artist.get_paths()]
            elif isinstance(artist, Patch):
                path = artist.get_path().transformed(artist.get_patch_transform())
                drawn.append(path.vertices.ravel())
    return np.concatenate(drawn)
