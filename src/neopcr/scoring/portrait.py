"""What the scores of a cohort look like, gathered batch by batch in memory that rows do not grow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from neopcr.cohort.contract import PATIENT_ID, read_columns
from neopcr.features import feature_space
from neopcr.scoring.account import OUT_OF_APPLICABILITY, is_missing

if TYPE_CHECKING:
    import pyarrow as pa

    from neopcr.scoring.batch import Scorer
    from neopcr.specs import BoolArray, FloatArray, IntArray, Table

BINS = 1_000
"""Of p_pcr: a quantile read from them is off by less than 0.001."""

ROWS_SHOWN = 1_000
"""First rows of the cohort, kept whole for a table."""

EVERYONE = "all"
_NAMED = {1.0: "positive", 0.0: "negative"}


class Portrait:
    """Counts of the scores of a cohort, and its first rows.

    Parameters
    ----------
    scorer : Scorer
        What scores it.

    Attributes
    ----------
    rows : int
        Rows seen.
    histograms : dict of str to int64 array of shape (BINS,)
        Scored rows by p_pcr, in all and by HR and HER2 class as the features of both have it.
    outside : dict of str to int
        Scored rows outside the model's applicability, in the same groups.
    missing : dict of str to int
        Rows in which a column of the model has no value that can be read.
    first : list of RecordBatch
        The first `ROWS_SHOWN` rows of the score table.
    """

    def __init__(self, scorer: Scorer) -> None:
        self._columns = scorer.columns
        space = scorer.bundle.space
        named = [name for name in ("receptors", "her2") if name in space.modalities]
        read = [column.name for column in space.columns if column.modality in named]
        self._classes = feature_space(named, read, space.landmark) if read else None
        self.rows = 0
        self.histograms = {EVERYONE: np.zeros(BINS, dtype=np.int64)}
        self.outside = {EVERYONE: 0}
        self.missing = {column.name: 0 for column in self._columns}
        self.first: list[pa.RecordBatch] = []

    def add(self, cells: pa.RecordBatch, scores: pa.RecordBatch) -> None:
        """Count a batch: what was read of it, and its scores."""
        n = scores.num_rows
        table = read_columns(cells, self._columns).table
        missing = is_missing(table, self._columns, n).sum(axis=0)
        for column, count in zip(self._columns, missing.tolist(), strict=True):
            self.missing[column.name] += count
        p = scores["p_pcr"].to_numpy(zero_copy_only=False)
        flags = scores["flags"].dictionary_encode()
        names = [OUT_OF_APPLICABILITY in text.split(";") for text in flags.dictionary.to_pylist()]
        outside = np.array([*names, False])[flags.indices.to_numpy()]
        for group, members in self._groups(table, n):
            self._count(group, p[members], outside[members])
        if self.rows < ROWS_SHOWN:
            self.first.append(scores.slice(0, ROWS_SHOWN - self.rows))
        self.rows += n

    def _count(self, group: str, p: FloatArray, outside: BoolArray) -> None:
        scored = ~np.isnan(p)
        place = np.minimum((p[scored] * BINS).astype(np.int64), BINS - 1)
        counts = np.bincount(place, minlength=BINS)
        self.histograms[group] = self.histograms.get(group, np.zeros(BINS, np.int64)) + counts
        self.outside[group] = self.outside.get(group, 0) + int((outside & scored).sum())

    def _groups(self, table: Table, n: int) -> Iterator[tuple[str, BoolArray]]:
        """Everyone, then the classes, each with its rows."""
        yield EVERYONE, np.ones(n, dtype=bool)
        if self._classes is None:
            return
        X = self._classes.matrix({PATIENT_ID: np.empty(n), **table})
        for name, feature in (("HR", "hr_positive"), ("HER2", "her2_positive")):
            if feature in self._classes.names:
                called = X[:, self._classes.names.index(feature)]
                for value, word in _NAMED.items():
                    yield f"{name} {word}", called == value
                yield f"{name} not known", np.isnan(called)
        if "her2_ihc_3plus" in self._classes.names:
            yield "HER2 IHC 3+", X[:, self._classes.names.index("her2_ihc_3plus")] == 1.0


def quantile(histogram: IntArray, share: float) -> float:
    """Value below which a share of the counted lies: the middle of its bin; NaN of nobody.

    >>> quantile(np.array([0, 0, 5, 0, 0]), 0.5)
    0.5
    """
    total = int(histogram.sum())
    if not total:
        return float("nan")
    place = int(np.searchsorted(np.cumsum(histogram), share * total))
    return (place + 0.5) / len(histogram)
