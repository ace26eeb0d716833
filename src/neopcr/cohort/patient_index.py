"""Finding the patients of a long table among the rows of the cohort, by a DuckDB join."""

from __future__ import annotations

import tempfile
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import duckdb
import numpy as np
import pyarrow as pa

from neopcr.cohort.cells import as_text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from neopcr.specs import IntArray

_SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "memory_limit": "1GB",
    "threads": 2,
    "temp_directory": tempfile.gettempdir(),
}


def open_duckdb() -> duckdb.DuckDBPyConnection:
    """Connect to a database in memory that spills to disk beyond its limit."""
    return duckdb.connect(config=_SETTINGS)


class PatientIndex:
    """Rows of the patients whose identifier occurs once.

    Parameters
    ----------
    patient_id : object array of shape (n_patients,)
        None missing.
    """

    def __init__(self, patient_id: NDArray[Any]) -> None:
        self.n_patients = len(patient_id)
        self._connection = open_duckdb()
        identifiers = pa.table(
            {"id": pa.array(patient_id, pa.string()), "place": np.arange(self.n_patients)}
        )
        self._connection.register("given", identifiers)
        self._connection.execute(
            "CREATE TABLE patient AS SELECT id, min(place) AS place FROM given "
            "WHERE id IS NOT NULL GROUP BY id HAVING count(*) = 1"
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._connection.close()

    def rows(self, identifiers: pa.ChunkedArray | pa.Array) -> IntArray:
        """0-based row of each identifier's patient; -1 where the cohort has no such patient."""
        sample = pa.table({"place": np.arange(len(identifiers)), "id": as_text(identifiers)})
        self._connection.register("sample", sample)
        joined = self._connection.execute(
            "SELECT sample.place AS place, patient.place AS patient "
            "FROM sample JOIN patient ON sample.id = patient.id"
        ).fetchnumpy()
        self._connection.unregister("sample")
        rows = np.full(len(identifiers), -1, dtype=np.int64)
        rows[joined["place"]] = joined["patient"]
        return rows
