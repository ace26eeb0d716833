"""`patients.csv` of a simulated trial: one row a patient, in the columns of the data contract."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from neopcr.oncology.stage import N_STAGES, T_STAGES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from neopcr.simulation.missing import Mask, Recorded
    from neopcr.simulation.population import Draw
    from neopcr.simulation.schedule import Schedule

HISTOLOGIES = ("ductal", "lobular", "mixed", "other")


def identifiers(n: int) -> pa.Array:
    """Return identifiers of `n` patients; they carry nothing."""
    return pa.array([f"P{number:07d}" for number in range(1, n + 1)], pa.string())


def text(levels: Sequence[str], codes: NDArray[Any], known: Mask | None = None) -> pa.Array:
    """Return the text of codes into `levels`; null where not known."""
    index = np.asarray(codes).astype(np.int64)
    missing = None if known is None else ~known
    return pa.array(list(levels), pa.string()).take(pa.array(index, mask=missing))


def number(values: NDArray[Any], known: Mask | None = None, *, decimals: int = 0) -> pa.Array:
    """Return numbers as written down: integers where `decimals` is 0; null where not known."""
    rounded = np.round(values, decimals)
    written = rounded if decimals else rounded.astype(np.int64)
    return pa.array(written, mask=None if known is None else ~known)


def dates(values: NDArray[np.datetime64]) -> pa.Array:
    """Return dates; null where they are NaT."""
    return pa.array(values, pa.date32())


def baseline_columns(read: Draw, recorded: Recorded) -> dict[str, pa.Array]:
    """Return what is recorded at baseline.

    Parameters
    ----------
    read : dict of str to float array of shape (n_patients,)
        As the laboratories read it.
    recorded : Recorded
        What is on record.

    Returns
    -------
    dict of str to pyarrow Array
    """
    value = recorded.value
    ish = (read["ihc"] == 2) | recorded.ish_in_ihc_3
    ratio = read["her2_cep17_ratio"]
    return {
        "age_years": number(read["age_years"]),
        "sex": text(("female",), np.zeros(ratio.size)),
        "ecog": number(read["ecog"], value["ecog"]),
        "ct_stage": text(T_STAGES, read["t_stage"] + 1),
        "cn_stage": text(N_STAGES, read["n_stage"], value["cn_stage"]),
        "cm_stage": text(("M0",), np.zeros(ratio.size)),
        "tumor_diameter_mm": number(read["tumor_diameter_mm"], value["tumor_diameter_mm"]),
        "grade": number(read["grade"], value["grade"]),
        "histology": text(HISTOLOGIES, read["histology"], value["histology"]),
        "her2_ihc": text(("2+", "3+"), read["ihc"] - 2),
        "her2_cep17_ratio": number(ratio, ish, decimals=2),
        "her2_copies_per_cell": number(ratio * read["cep17_copies_per_cell"], ish, decimals=2),
        "cep17_copies_per_cell": number(read["cep17_copies_per_cell"], ish, decimals=2),
        "er_percent": number(read["er_percent"]),
        "pgr_percent": number(read["pgr_percent"], value["pgr_percent"]),
        "ki67_percent": number(read["ki67_percent"], value["ki67_percent"]),
    }


def treatment_dates(schedule: Schedule) -> dict[str, pa.Array]:
    """Return the dates of treatment, as the data contract names them."""
    return {
        "first_dose_date": dates(schedule.cycle[0]),
        **{f"cycle{k}_date": dates(schedule.cycle[k - 1]) for k in range(2, 6)},
        "last_dose_date": dates(schedule.last_dose),
        "surgery_date": dates(schedule.surgery),
    }
