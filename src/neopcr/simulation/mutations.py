"""The calls of a gene panel, in the columns of a MAF."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from neopcr.simulation.population import OTHER_PAM_GENES, Draw

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from neopcr.specs import FloatArray

PANELS = (
    ("PIK3CA", "PIK3R1", "PTEN", "AKT1", "MTOR", "TSC1", "TSC2", "TP53", "ERBB2", "GATA3"),
    ("PIK3CA", "AKT1", "TP53", "ERBB2"),
)


@dataclass(frozen=True, slots=True)
class Variant:
    """A protein change, its class, how often it is the one, and the filter's verdict."""

    protein: str
    classification: str
    weight: float = 1.0
    verdict: str = "PASS"


_M, _N, _F = "Missense_Mutation", "Nonsense_Mutation", "Frame_Shift_Del"
# PIK3CA: counts in TCGA. The other lists are examples of what counts in each gene (unverified).
_COUNTED: dict[str, tuple[Variant, ...]] = {
    "PIK3CA": (
        Variant("p.H1047R", _M, 120),
        Variant("p.E545K", _M, 67),
        Variant("p.E542K", _M, 41),
        Variant("p.H1047L", _M, 13),
    ),
    "PTEN": (Variant("p.R130*", _N), Variant("p.K267Rfs*9", _F), Variant("p.R130G", _M)),
    "AKT1": (Variant("p.E17K", _M),),
    "PIK3R1": (Variant("p.R348*", _N), Variant("p.N564D", _M)),
    "MTOR": (Variant("p.S2215F", _M), Variant("p.L1460P", _M)),
    "TSC1": (Variant("p.R692*", _N),),
    "TSC2": (Variant("p.R1138*", _N),),
}
# What stands in a MAF without altering the pathway: other genes, silent, unlisted and filtered-out
# variants.
_OTHERS: tuple[tuple[str, float, tuple[Variant, ...]], ...] = (
    (
        "TP53",
        0.6,
        (Variant("p.R175H", _M), Variant("p.R248Q", _M), Variant("p.R213*", _N)),
    ),
    ("ERBB2", 0.03, (Variant("p.V777L", _M), Variant("p.L755S", _M))),
    ("GATA3", 0.05, (Variant("p.P409Afs*99", "Frame_Shift_Ins"),)),
    ("PIK3CA", 0.01, (Variant("p.T1025T", "Silent"), Variant("p.Q60*", _N))),
    ("PIK3CA", 0.005, (Variant("p.E545K", _M, verdict="panel_of_normals"),)),
)


def draw_calls(
    draw: Draw,
    sequenced: NDArray[np.bool_],
    hotspots_only: NDArray[np.bool_],
    purity: FloatArray,
    rng: np.random.Generator,
) -> tuple[NDArray[np.intp], pa.Table]:
    """Draw the calls of the sequenced patients.

    Parameters
    ----------
    draw : dict of str to float array of shape (n_patients,)
        Holds 1 or 0 for each gene of the pathway.
    sequenced, hotspots_only : bool arrays of shape (n_patients,)
        Who was sequenced, and who with the smaller of `PANELS`.
    purity : float array of shape (n_patients,)
        Share of tumour cells.
    rng : numpy Generator
        Advanced by the draws.

    Returns
    -------
    patient : int array of shape (n_calls,)
        0-based, sorted.
    calls : pyarrow Table
        Of a MAF's columns all but the sample's barcode.
    """
    n = sequenced.size
    carriers = [
        (gene, draw[gene.lower()] == 1, _COUNTED[gene]) for gene in ("PIK3CA", *OTHER_PAM_GENES)
    ]
    carriers += [(gene, rng.random(n) < share, variants) for gene, share, variants in _OTHERS]
    patients, parts = [], []
    for gene, carried, variants in carriers:
        covered = sequenced & (~hotspots_only | (gene in PANELS[1]))
        patient = np.flatnonzero(carried & covered)
        patients.append(patient)
        parts.append(_calls(gene, variants, purity[patient], rng))
    patient = np.concatenate(patients)
    order = np.argsort(patient, kind="stable")
    return patient[order], pa.concat_tables(parts).take(pa.array(order))


def _calls(
    gene: str, variants: tuple[Variant, ...], purity: FloatArray, rng: np.random.Generator
) -> pa.Table:
    n = purity.size
    weights = np.array([variant.weight for variant in variants])
    which = rng.choice(len(variants), n, p=weights / weights.sum())
    depth = rng.integers(150, 900, n)
    # Heterozygous in most tumour cells, so that half the purity is the most to be seen.
    alternate = rng.binomial(depth, purity * rng.uniform(0.35, 0.5, n))
    return pa.table(
        {
            "Hugo_Symbol": pa.array([gene] * n, pa.string()),
            "Variant_Classification": _texts([v.classification for v in variants], which),
            "HGVSp_Short": _texts([variant.protein for variant in variants], which),
            "FILTER": _texts([variant.verdict for variant in variants], which),
            "t_depth": depth,
            "t_ref_count": depth - alternate,
            "t_alt_count": alternate,
            "Mutation_Status": pa.array(["Somatic"] * n, pa.string()),
        }
    )


def _texts(levels: list[str], codes: NDArray[np.intp]) -> pa.Array:
    return pa.array(levels, pa.string()).take(pa.array(codes))
