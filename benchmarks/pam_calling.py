"""Variants to PAM statuses, against reading the same columns and doing nothing with them."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from measure import Line, race

from neopcr.cohort.mutations import find_files, read_mutations
from neopcr.cohort.patient_index import PatientIndex
from neopcr.cohort.readers import read_batches
from neopcr.config import Mutations
from neopcr.oncology.facts import Facts
from neopcr.oncology.pam_genes import EXTENDED_GENES

if TYPE_CHECKING:
    from study import Study

PROMISED = 0.25
COLUMNS = (
    "Hugo_Symbol", "Tumor_Sample_Barcode", "Variant_Classification", "HGVSp_Short", "FILTER",
    "t_depth", "t_alt_count",
)  # fmt: skip
_CLASSES = ("Missense_Mutation", "Nonsense_Mutation", "Silent", "Frame_Shift_Del", "Intron")
_LETTERS = list("ACDEFGHIKLMNPQRSTVWY")
_OTHER_GENES, _CHANGES_A_GENE = 400, 200


def lines(_: Study, *, quick: bool) -> Iterator[Line]:
    """Rows of a MAF a second; a third of them in genes of the pathway, as from a small panel."""
    n, rounds = (20_000, 1) if quick else (3_000_000, 5)
    path = Path("variants.parquet")
    patients = write_variants(path, n)
    options = Mutations(path=str(path), exome=True, assume_purity=True)
    files = find_files(options, Path)
    with PatientIndex(patients) as index:
        ours = partial(read_mutations, files, options, index, Facts())
        timed = race({"ours": ours, "read": partial(drain, path)}, rounds=rounds)
    yield Line(
        name="PAM calling, MAF to status",
        value=n / timed["ours"].wall,
        unit="rows/s",
        baseline=n / timed["read"].wall,
        n=n,
        cpu_per_wall=timed["ours"].cpu_per_wall,
        floor=PROMISED,
        note=(
            f"{len(patients):,} patients, a third of the rows in the pathway's genes, filtered by "
            f"FILTER, depth, reads and VAF; median of {rounds}; against reading the same seven "
            "columns from parquet"
        ),
    )


def drain(path: Path) -> None:
    """Read the columns and forget them."""
    deque(read_batches(path, COLUMNS), maxlen=0)


def write_variants(path: Path, n: int) -> np.ndarray:
    """Write a MAF of six calls a patient as parquet, and return the patients."""
    rng = np.random.default_rng(7)
    patients = np.array([f"P{number:08d}" for number in range(n // 6)], dtype=object)
    genes = [*EXTENDED_GENES, *(f"GENE{number}" for number in range(_OTHER_GENES))]
    n_pathway, size = len(EXTENDED_GENES), len(genes) * _CHANGES_A_GENE
    old, new = rng.choice(_LETTERS, (2, size))
    changes = [f"p.{a}{b}{c}" for a, b, c in zip(old, rng.integers(1, 999, size), new, strict=True)]
    classes = rng.choice(_CLASSES, size)
    of_pathway = rng.random(n) < 1 / 3
    gene = np.where(
        of_pathway, rng.integers(0, n_pathway, n), rng.integers(n_pathway, len(genes), n)
    )
    variant = gene * _CHANGES_A_GENE + rng.integers(0, _CHANGES_A_GENE, n)
    depth = rng.integers(40, 900, n)
    table = {
        "Hugo_Symbol": np.array(genes)[gene],
        "Tumor_Sample_Barcode": rng.choice(patients, n),
        "Variant_Classification": classes[variant],
        "HGVSp_Short": np.array(changes)[variant],
        "FILTER": rng.choice(["PASS", "panel_of_normals"], n, p=[0.9, 0.1]),
        "t_depth": depth,
        "t_alt_count": rng.binomial(depth, 0.2),
    }
    pq.write_table(pa.table(table), path)
    return patients
