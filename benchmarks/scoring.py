"""Scoring, file to file, against the loop that one would write by hand."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import xgboost
from measure import Line, race
from study import Study, fit_bundle, repeat_table

from neopcr.scoring import N_REASONS, score_file

# Smallest and largest trees of the defaults and ranges that a search draws from, and the ratios
# that are promised.
TREES = {"small": {"max_depth": 2, "n_trees": 100}, "large": {"max_depth": 3, "n_trees": 150}}
PROMISED = {"small": 1.5, "large": 5.0}


def lines(study: Study, *, quick: bool) -> Iterator[Line]:
    """Rows a second, parquet to parquet: ours derives features, checks, flags and accounts too."""
    n, rounds = (1_000, 1) if quick else (100_000, 3)
    pq.write_table(repeat_table(study.new, n), "cohort.parquet")
    pq.write_table(repeat_table(_matrix(study), n), "features.parquet")
    for size, trees in TREES.items():
        folder = Path(f"scored-{size}")
        booster = fit_bundle(study.prepared, folder, **trees)
        booster.set_param({"nthread": os.cpu_count()})
        ours = partial(score_file, folder, Path("cohort.parquet"), Path("ours.parquet"))
        stock = partial(stock_loop, booster, Path("features.parquet"), Path("stock.parquet"))
        ours()  # compiles
        timed = race({"ours": ours, "stock": stock}, rounds=rounds)
        yield Line(
            name=f"scoring, {size} trees",
            value=n / timed["ours"].wall,
            unit="rows/s",
            baseline=n / timed["stock"].wall,
            n=n,
            cpu_per_wall=timed["ours"].cpu_per_wall,
            floor=PROMISED[size],
            note=(
                f"{trees['n_trees']} trees of depth {trees['max_depth']} and the linear member; "
                f"median of {rounds}; against the trees alone on features worked out before: "
                "pred_contribs in 64k chunks, argpartition, pyarrow"
            ),
        )


def _matrix(study: Study) -> pa.Table:
    """The features as a table, which spares the stock loop the making of them."""
    names, X = study.prepared.space.names, study.prepared.X
    columns = {name: X[:, place] for place, name in enumerate(names)}
    return pa.table({"patient_id": pa.nulls(len(X), pa.string()), **columns})


def stock_loop(booster: xgboost.Booster, source: Path, target: Path) -> None:
    """Predict, explain and name the five largest contributions, 64 thousand rows at a time."""
    with pq.ParquetFile(source) as file:
        names = np.array(file.schema_arrow.names[1:])
        writer = None
        for batch in file.iter_batches(1 << 16):
            frame = batch.to_pandas()
            data = xgboost.DMatrix(frame[names].to_numpy())
            phi = booster.predict(data, pred_contribs=True)
            scores = _stock_scores(frame["patient_id"], phi, names)
            writer = writer or pq.ParquetWriter(target, scores.schema)
            writer.write_table(scores)
        if writer is not None:
            writer.close()


def _stock_scores(ids: object, phi: np.ndarray, names: np.ndarray) -> pa.Table:
    phi, logit = phi[:, :-1], phi.sum(axis=1)
    size = np.abs(phi)
    top = np.argpartition(-size, N_REASONS, axis=1)[:, :N_REASONS]
    order = np.argsort(-np.take_along_axis(size, top, axis=1), axis=1)
    top = np.take_along_axis(top, order, axis=1)
    value = np.take_along_axis(phi, top, axis=1)
    columns = {"patient_id": ids, "p_pcr": 1.0 / (1.0 + np.exp(-logit))}
    for k in range(N_REASONS):
        columns[f"reason_{k + 1}"] = names[top[:, k]]
        columns[f"reason_{k + 1}_contribution"] = value[:, k]
    return pa.table(columns)
