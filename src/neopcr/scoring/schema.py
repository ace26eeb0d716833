"""The score table: one row a patient, whatever the patient's data are like."""

from __future__ import annotations

import pyarrow as pa

N_REASONS = 5
"""Columns named as reasons, largest contribution first."""

SCORED = "scored"
NOT_SCORED = "not_scored"

SCORE_SCHEMA = pa.schema([
    pa.field("row", pa.int64(), nullable=False),
    pa.field("patient_id", pa.string()),
    pa.field("p_pcr", pa.float64()),
    pa.field("p_lower", pa.float64()),
    pa.field("p_upper", pa.float64()),
    pa.field("status", pa.string(), nullable=False),
    pa.field("rule", pa.string(), nullable=False),
    pa.field("flags", pa.string(), nullable=False),
    *(
        field
        for k in range(1, N_REASONS + 1)
        for field in (
            pa.field(f"reason_{k}", pa.string()),
            pa.field(f"reason_{k}_contribution", pa.float64()),
        )
    ),
])  # fmt: skip
"""Columns in order.

``row`` is 1-based. ``rule`` is empty where the row is scored, ``flags`` where there is nothing to
say. Contributions are in logits, of columns.
"""

TEXT_SCHEMA = pa.schema(
    [*SCORE_SCHEMA, *(pa.field(f"reason_{k}_text", pa.string()) for k in range(1, N_REASONS + 1))]
)
"""The same with the reasons in words."""

_SPARK_NAMES = {pa.int64(): "bigint", pa.float64(): "double", pa.string(): "string"}

SCORE_DDL = ", ".join(f"{field.name} {_SPARK_NAMES[field.type]}" for field in SCORE_SCHEMA)
"""The same columns as Spark writes a struct: the ``result_type`` of ``mlflow.pyfunc.spark_udf``."""


def schema_of(*, text: bool) -> pa.Schema:
    """Columns of scores, with reasons in words or without."""
    return TEXT_SCHEMA if text else SCORE_SCHEMA
