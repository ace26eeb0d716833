"""The Spark engine gives the local engine's rows, to the bit."""

from __future__ import annotations

import importlib
import json
import shutil
import stat

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.dataset as pa_dataset
import pyarrow.parquet as pq
import pytest

from neopcr.errors import TableError, TargetError
from neopcr.scoring import score_batch, score_file

pytestmark = [
    pytest.mark.java,
    # The gateway to Java closes its socket when the interpreter ends, not before.
    pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"),
]


@pytest.fixture(scope="module")
def engine():
    """Return the engine's module; only with Java, without which pyspark may be absent too."""
    if shutil.which("java") is None:
        pytest.skip("java is not installed")
    return importlib.import_module("neopcr.scoring.spark")


def cohort(n):
    """Return raw text cells with gaps, bad cells, and identifiers that repeat far apart."""
    rng = np.random.default_rng(7)

    def some(*cells):
        return [str(cell) for cell in rng.choice(cells, n)]

    ids = [f"P{i}" for i in range(n)]
    ids[-1], ids[n // 2], ids[5] = ids[0], "", '=quoted "id", with a comma'
    return pa.table({
        "patient_id": ids,
        "age_years": some("40", "61.5", "", "x"),
        "her2_cep17_ratio": some("1.2", "8.4", "", "51"),
        "her2_ihc": some("2+", "3+", "unknown"),
        "ctdna_detected_baseline": some("1", "0", ""),
    })  # fmt: skip


@pytest.fixture(params=["cohort.csv", "cohort.parquet"])
def source(request, tmp_path):
    path = tmp_path / request.param
    if path.suffix == ".csv":
        pa_csv.write_csv(cohort(3000), path)
    else:
        pq.write_table(cohort(3000), path, row_group_size=500)
    return path


def test_rows_are_those_of_the_local_engine_to_the_bit(engine, bundle_folder, source, tmp_path):
    local = score_file(bundle_folder, source, tmp_path / "local.parquet")
    manifest = engine.score_spark(bundle_folder, source, tmp_path / "spark", master="local[2]")
    here = pq.read_table(tmp_path / "local.parquet")
    there = pa_dataset.dataset(tmp_path / "spark", format="parquet").to_table().sort_by("row")
    assert here["rule"].to_pylist().count("duplicate_id") == 2
    assert there.cast(here.schema).combine_chunks().equals(here.combine_chunks())

    own = {"seconds", "started", "resumed_rows"}
    assert {k: v for k, v in manifest.items() if k not in own} == {
        k: v for k, v in local.items() if k not in own
    }
    assert json.loads((tmp_path / "spark.manifest.json").read_text()) == manifest
    for path in (tmp_path / "spark").glob("*.parquet"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_running_session_is_used_and_left_running(engine, bundle_folder, tmp_path):
    pq.write_table(cohort(20), tmp_path / "cohort.parquet")
    with engine._session("local[1]") as spark:
        engine.score_spark(bundle_folder, tmp_path / "cohort.parquet", tmp_path / "spark")
        assert spark.read.parquet(str(tmp_path / "spark")).count() == 20


def test_what_is_sent_to_the_workers_scores_and_hashes(engine, bundle, scorer):
    # Run here as well, because what runs in a worker is seen by no debugger and no coverage.
    (batch,) = cohort(50).to_batches()
    (hashed,) = engine._hashing(iter([batch]))
    hashes = hashed["hash"].to_numpy().view(np.uint64)
    repeated = np.unique(hashes[np.flatnonzero(hashes == hashes[0])])
    numbered = batch.append_column("_neopcr_row", pa.array(range(50), pa.int64()))
    (scores,) = engine._scoring(bundle, repeated)(iter([numbered]))
    duplicated = np.isin(np.arange(50), [0, 49])
    assert scores.equals(score_batch(scorer, batch, duplicated=duplicated))


def test_a_target_that_is_there_is_not_replaced(engine, bundle_folder, source, tmp_path):
    (tmp_path / "spark").mkdir()
    with pytest.raises(TargetError, match="it is there already"):
        engine.score_spark(bundle_folder, source, tmp_path / "spark")


def test_a_row_that_does_not_fit_stops_without_a_target_or_a_quote(
    engine, bundle_folder, tmp_path, capfd
):
    source = tmp_path / "cohort.csv"
    source.write_text("patient_id,age_years\nP1,50\nP2,50,canary\n")
    with pytest.raises(TableError, match="Spark could not score it") as caught:
        engine.score_spark(bundle_folder, source, tmp_path / "spark", master="local[2]")
    assert "canary" not in f"{caught.value}{capfd.readouterr()}"
    assert [path.name for path in tmp_path.iterdir()] == ["cohort.csv"]
