"""MLflow's function for Spark gives the scores that ``neopcr score`` writes."""

from __future__ import annotations

import importlib
import shutil

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from neopcr import tracking
from neopcr.scoring import SCORE_DDL, SCORE_SCHEMA, model_inputs, score_file

pytestmark = [
    pytest.mark.java,
    # The gateway to Java closes its socket when the interpreter ends, not before.
    pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"),
    # MLflow hands pandas tables over, and Spark warns of every pandas from 3 on.
    pytest.mark.filterwarnings("ignore:PySpark does not yet fully support:FutureWarning"),
]


@pytest.fixture(scope="module")
def engine():
    """Return the module of our Spark engine; only with Java, without which pyspark may be absent."""
    if shutil.which("java") is None:
        pytest.skip("java is not installed")
    return importlib.import_module("neopcr.scoring.spark")


def cohort(n: int) -> pa.Table:
    """Raw cells with gaps and with one that cannot be."""
    rng = np.random.default_rng(11)
    age = rng.normal(52.0, 9.0, n).round(1)
    unknown = rng.random(n) < 0.1
    age[3], unknown[3] = 400.0, False
    return pa.table({
        "patient_id": [f"P{row}" for row in range(n)],
        "age_years": pa.array(age, mask=unknown),
        "her2_cep17_ratio": pa.array(rng.gamma(4.0, 1.0, n), mask=rng.random(n) < 0.3),
        "her2_ihc": pa.array(rng.choice(["2+", "3+", None], n).tolist(), pa.string()),
        "ctdna_detected_baseline": rng.choice([True, False], n),
    })  # fmt: skip


def test_scores_are_those_of_the_file(engine, bundle, bundle_folder, tmp_path):
    from pyspark.sql import functions as F  # noqa: PLC0415, N812 - Spark is an extra

    pq.write_table(cohort(2_000), tmp_path / "cohort.parquet")
    score_file(bundle_folder, tmp_path / "cohort.parquet", tmp_path / "scores.parquet")
    tracking.save_model(bundle_folder, model_inputs(bundle), tmp_path / "model")
    with engine._session("local[2]") as spark, tracking._mlflow() as mlflow:
        score = mlflow.pyfunc.spark_udf(
            spark,
            str(tmp_path / "model"),
            result_type=SCORE_DDL,
            env_manager="local",
        )
        patients = spark.read.parquet(str(tmp_path / "cohort.parquet")).repartition(3)
        table = patients.select(score(F.struct(*patients.columns)).alias("score"))
        there = table.select("score.*").toArrow().to_pandas()
    here = pq.read_table(tmp_path / "scores.parquet").to_pandas()
    # The function is handed batches, and knows no row of the whole.
    same = [name for name in SCORE_SCHEMA.names if name != "row"]
    there = there.set_index("patient_id", drop=False).loc[here["patient_id"], same]
    assert here["rule"].value_counts().to_dict() == {"": 1_999, "out_of_range:age_years": 1}
    # MLflow turns a text that is missing into this one.
    assert there.loc["P3", "reason_1"] == "nan"
    there = there.reset_index(drop=True).replace("nan", None)
    pd.testing.assert_frame_equal(there, here[same], check_exact=True)
