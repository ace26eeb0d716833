"""Work done ahead by a few threads, taken in order: what comes out does not know of them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Done = TypeVar("Done")


def ahead(work: Callable[[Item], Done], items: Iterable[Item], threads: int) -> Iterator[Done]:
    """Results of `work`, in the order of the items.

    At most one item more than there are threads is taken and not handed out, so that memory does
    not grow with the items.

    >>> list(ahead(abs, [-3, 2, -1], threads=2))
    [3, 2, 1]
    """
    with ThreadPoolExecutor(threads) as pool:
        begun: deque[Future[Done]] = deque()
        for item in items:
            begun.append(pool.submit(work, item))
            if len(begun) > threads:
                yield begun.popleft().result()
        while begun:
            yield begun.popleft().result()
