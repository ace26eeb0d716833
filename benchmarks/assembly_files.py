"""Files of a cohort of any size: patients, four plasma samples each, six mutations each, a panel."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from neopcr.specs import IntArray

SAMPLES, MUTATIONS = 4, 6
CHUNK_ROWS = 1 << 20
DOSES = ("first_dose_date", "cycle2_date", "cycle3_date", "cycle4_date", "cycle5_date")
GENES = ("PIK3CA", "PTEN", "AKT1", "PIK3R1", "TSC1", "TSC2", "MTOR")
# Share of the calls that fall into each of them; the others into a gene that no rule asks for.
_SHARES = (0.02, 0.006, 0.004, 0.004, 0.002, 0.002, 0.003)
_OTHERS = 300
_KINDS = ("Missense_Mutation", "Nonsense_Mutation", "Silent", "Frame_Shift_Del")
_CHANGES = ("p.H1047R", "p.E545K", "p.R130Q", "p.E17K", *(f"p.A{place}T" for place in range(500)))
# Days after the first dose: before it, before cycles 2 and 3, before surgery.
_DRAWN = (-5, 14, 35, 120)
# A prime: row numbers times it, modulo how many there are, are the rows in another order.
_STRIDE = 2_147_483_647


def write_files(folder: Path, n: int) -> None:
    """Write `patients`, `ctdna`, `mutations` and `panel` as parquet, a piece at a time."""
    folder.mkdir(parents=True, exist_ok=True)
    first_dose = np.random.default_rng(0).integers(19_700, 20_000, n)
    for name, rows, make in (
        ("patients", n, _patients),
        ("ctdna", SAMPLES * n, _samples),
        ("mutations", MUTATIONS * n, _mutations),
        ("panel", n, _panel),
    ):
        writer = None
        for table in _chunks(rows, first_dose, make):
            writer = writer or pq.ParquetWriter(folder / f"{name}.parquet", table.schema)
            writer.write_table(table)
        if writer is not None:
            writer.close()


def _chunks(
    rows: int,
    first_dose: IntArray,
    make: Callable[[IntArray, IntArray, np.random.Generator], dict[str, object]],
) -> Iterator[pa.Table]:
    rng = np.random.default_rng(rows)
    for start in range(0, rows, CHUNK_ROWS):
        yield pa.table(make(np.arange(start, min(start + CHUNK_ROWS, rows)), first_dose, rng))


def _identifiers(patient: IntArray) -> pa.Array:
    return pa.array(np.char.mod("P%09d", patient))


def _days(numbers: IntArray) -> pa.Array:
    return pa.array(numbers.astype(np.int32), pa.int32()).cast(pa.date32())


def _patients(row: IntArray, first_dose: IntArray, rng: np.random.Generator) -> dict[str, object]:
    start = first_dose[row]
    return {
        "patient_id": _identifiers(row),
        "centre": pa.array(["A", "B", "C", "D"]).take(pa.array(rng.integers(0, 4, len(row)))),
        "age_years": rng.normal(52, 10, len(row)).clip(18, 90).round(),
        **{name: _days(start + 21 * cycle) for cycle, name in enumerate(DOSES)},
        "last_dose_date": _days(start + 105),
        "surgery_date": _days(start + 133),
        "er_percent": rng.uniform(0, 100, len(row)).round(),
        "ki67_percent": rng.uniform(1, 90, len(row)).round(),
    }


def _samples(row: IntArray, first_dose: IntArray, rng: np.random.Generator) -> dict[str, object]:
    shuffled = row * _STRIDE % (SAMPLES * len(first_dose))
    patient, which = shuffled // SAMPLES, shuffled % SAMPLES
    late = 400 * (rng.random(len(row)) < 0.05)
    detected = rng.random(len(row)) < 0.5
    mtm = np.where(detected, 0.3 + rng.lognormal(1.5, 1, len(row)), 0.0).round(3)
    return {
        "patient_id": _identifiers(patient),
        "collected_date": _days(first_dose[patient] + np.array(_DRAWN)[which] + late),
        "assay": pa.array(["tumour_informed"]).take(pa.array(np.zeros(len(row), np.int64))),
        "detected": detected.astype(np.int8),
        "mtm_per_ml": mtm,
        "mean_vaf": (mtm * 1e-4).round(7),
        "n_variants_detected": np.where(detected, rng.integers(2, 17, len(row)), 0),
        "lod_mtm_per_ml": np.full(len(row), 0.3),
        "qc_fail": (rng.random(len(row)) < 0.02).astype(np.int8),
    }


def _mutations(row: IntArray, first_dose: IntArray, rng: np.random.Generator) -> dict[str, object]:
    n = len(row)
    shares = np.array([*_SHARES, *[(1 - sum(_SHARES)) / _OTHERS] * _OTHERS])
    genes = pa.array([*GENES, *(f"OTHER{place}" for place in range(_OTHERS))])
    depth = rng.integers(30, 400, n)
    return {
        "Tumor_Sample_Barcode": _identifiers(rng.integers(0, len(first_dose), n)),
        "Hugo_Symbol": genes.take(pa.array(rng.choice(len(shares), n, p=shares))),
        "Variant_Classification": pa.array(_KINDS).take(pa.array(rng.integers(0, 4, n))),
        "HGVSp_Short": pa.array(_CHANGES).take(pa.array(rng.integers(0, len(_CHANGES), n))),
        "t_depth": depth,
        "t_alt_count": (depth * rng.uniform(0.02, 0.5, n)).astype(np.int64),
        "FILTER": pa.array(["PASS"]).take(pa.array(np.zeros(n, np.int64))),
    }


def _panel(row: IntArray, _: IntArray, rng: np.random.Generator) -> dict[str, object]:
    return {
        "patient_id": _identifiers(row),
        "genes": pa.array([";".join(GENES)]).take(pa.array(np.zeros(len(row), np.int64))),
        "tumour_purity": rng.uniform(0.1, 0.9, len(row)).round(2),
    }
