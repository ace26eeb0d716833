"""Rows dealt to threads; the loops release the interpreter's lock, so threads are enough."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numba import get_num_threads

if TYPE_CHECKING:
    from collections.abc import Callable

ROWS_A_THREAD = 16_384
"""Fewer rows than this are not worth another thread."""


def spread(work: Callable[[slice], None], n_rows: int, threads: int | None = None) -> None:
    """Call `work` for slices that cover all rows, one thread each.

    Parameters
    ----------
    work : callable
        Writes the rows of its slice and touches no others.
    n_rows : int
        How many rows there are.
    threads : int, optional
        At most so many; as many as numba has, unless given.
    """
    wanted = get_num_threads() if threads is None else threads
    n_parts = max(1, min(wanted, n_rows // ROWS_A_THREAD))
    if n_parts == 1:
        work(slice(0, n_rows))
        return
    edges = np.linspace(0, n_rows, n_parts + 1).astype(int)
    with ThreadPoolExecutor(n_parts) as pool:
        # Reading the results raises what a thread has raised.
        list(pool.map(work, (slice(first, last) for first, last in pairwise(edges))))
