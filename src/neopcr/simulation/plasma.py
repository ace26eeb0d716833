"""`ctdna.csv` of a simulated trial: one row a sample."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from neopcr.oncology.ctdna import LOD_MTM_PER_ML
from neopcr.simulation.patients import dates, number, text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from neopcr.simulation.missing import Mask
    from neopcr.simulation.schedule import Dates
    from neopcr.specs import FloatArray

# 3.3 pg of DNA in a haploid genome: MTM/mL is VAF x cfDNA (ng/mL) / 0.0033 (unverified).
_NG_PER_GENOME = 0.0033
_TRACKED = 16
# Nothing above 30,000 MTM/mL is reported as a number [choice].
_HIGHEST_LEVEL = 5.0
_QC_FAILS = 0.02


def samples(
    detected: FloatArray,
    level: FloatArray,
    collected: Dates,
    rng: np.random.Generator,
    *,
    complete: bool,
) -> pa.Table:
    """Return what the assay reports of one sample a patient, without the patient.

    Parameters
    ----------
    detected : float array of shape (n_patients,)
        1 detected, 0 not.
    level : float array of shape (n_patients,)
        log10 MTM/mL above the limit of detection.
    collected : date array of shape (n_patients,)
        When blood was taken.
    rng : numpy Generator
        Advanced by the draws.
    complete : bool
        Whether no sample fails quality control.

    Returns
    -------
    pyarrow Table
        One row a patient.
    """
    n = detected.size
    passed = (rng.random(n) >= _QC_FAILS) | complete
    found = detected == 1
    mtm = np.where(found, LOD_MTM_PER_ML * 10 ** np.minimum(level, _HIGHEST_LEVEL), 0.0)
    cfdna = np.exp(rng.normal(np.log(8.0), 0.5, n))
    stray = (rng.random(n) < 0.1).astype(np.int64)
    variants = np.where(found, 2 + rng.binomial(_TRACKED - 2, -np.expm1(-mtm / 2)), stray)
    vaf = np.minimum(mtm * _NG_PER_GENOME / cfdna, 0.9)
    return pa.table(
        {
            "collected_date": dates(collected),
            "assay": text(("tumour_informed",), np.zeros(n)),
            "detected": number(detected, passed),
            "mtm_per_ml": number(np.maximum(mtm, found * LOD_MTM_PER_ML), passed, decimals=2),
            "mean_vaf": number(vaf, passed, decimals=7),
            "n_variants_detected": number(variants, passed),
            "lod_mtm_per_ml": pa.array(np.full(n, LOD_MTM_PER_ML)),
            "qc_fail": number(~passed),
        }
    )


def stack(identifiers: pa.Array, parts: list[tuple[pa.Table, Mask]]) -> pa.Table:
    """Put the drawn samples of all landmarks below one another, by patient and date."""
    kept, patients = [], []
    for table, drawn in parts:
        chosen: NDArray[np.intp] = np.flatnonzero(drawn)
        kept.append(table.take(pa.array(chosen)))
        patients.append(chosen)
    patient = np.concatenate(patients)
    joined = pa.concat_tables(kept)
    day = joined["collected_date"].to_numpy().astype("datetime64[D]")
    order = pa.array(np.lexsort((day, patient)))
    names = identifiers.take(pa.array(patient))
    return joined.add_column(0, "patient_id", [names]).take(order).combine_chunks()
