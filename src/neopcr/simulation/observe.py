"""What is recorded of a simulated trial, as the files people really have."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from neopcr.simulation.imaging import RECIST
from neopcr.simulation.measurement import read_again
from neopcr.simulation.mutations import PANELS, draw_calls
from neopcr.simulation.patients import (
    baseline_columns,
    identifiers,
    number,
    text,
    treatment_dates,
)
from neopcr.simulation.plasma import samples, stack
from neopcr.simulation.schedule import sample_dates
from neopcr.specs import Landmark

if TYPE_CHECKING:
    from neopcr.simulation.missing import Recorded
    from neopcr.simulation.truth import Streams, Truth

_SAMPLED = (Landmark.baseline, Landmark.c1, Landmark.c2, Landmark.presurgery)


def observe(
    truth: Truth, recorded: Recorded, streams: Streams, *, as_protocol: bool, complete: bool
) -> dict[str, pa.Table]:
    """Return the files of a trial, by name.

    Parameters
    ----------
    truth : Truth
        The patients.
    recorded : Recorded
        What is on record.
    streams : mapping of str to numpy Generator
        Of measurement, plasma and sequencing.
    as_protocol : bool
        Whether the ctDNA sample after cycle 1 is drawn in adaptive arms only.
    complete : bool
        Whether nothing is misread and no assay fails.

    Returns
    -------
    dict of str to pyarrow Table
    """
    maf, panel = _sequencing(truth, recorded, streams["sequencing"], complete=complete)
    return {
        "patients.csv": _patients(truth, recorded, streams["measurement"], complete=complete),
        "ctdna.csv": _ctdna(
            truth, recorded, streams["plasma"], as_protocol=as_protocol, complete=complete
        ),
        "mutations.maf": maf,
        "gene_panel.csv": panel,
        "imaging.csv": _imaging(truth, recorded),
    }


def _patients(
    truth: Truth, recorded: Recorded, rng: np.random.Generator, *, complete: bool
) -> pa.Table:
    read = truth.draw if complete else read_again(truth.draw, rng)
    arms = [arm.name for arm in truth.preset.arms]
    cycles = np.array([arm.cycles for arm in truth.preset.arms])
    centres = [f"centre-{number + 1:02d}" for number in range(int(truth.centre.max()) + 1)]
    schedule = truth.schedule
    second, fourth = (~np.isnat(schedule.cycle[cycle]) for cycle in (1, 3))
    return pa.table(
        {
            "patient_id": identifiers(truth.pcr.size),
            "centre": text(centres, truth.centre),
            "arm": text(arms, truth.arm),
            **baseline_columns(read, recorded),
            "regimen_assigned": truth.regimen(),
            "regimen_planned_cycles": cycles[truth.arm],
            "regimen_given_to_c2": pa.array(truth.regimen(), mask=~second),
            "regimen_given_to_c4": pa.array(truth.regimen_after_c2(), mask=~fourth),
            **treatment_dates(schedule),
            "pcr": number(truth.pcr, ~np.isnat(schedule.surgery)),
        }
    )


def _ctdna(
    truth: Truth,
    recorded: Recorded,
    rng: np.random.Generator,
    *,
    as_protocol: bool,
    complete: bool,
) -> pa.Table:
    adaptive = np.array([arm.adaptive for arm in truth.preset.arms])[truth.arm]
    course, n = truth.course, truth.pcr.size
    parts = []
    for landmark in _SAMPLED:
        if landmark is Landmark.baseline:
            detected, level = truth.draw["ctdna_detected"], truth.draw["ctdna_level"]
        else:
            detected, level = course.detected[landmark], course.level[landmark]
        collected = sample_dates(truth.schedule, landmark, rng, complete=complete)
        kept = (rng.random(n) >= 0.05) | complete
        drawn = recorded.modality["ctdna"] & kept & ~np.isnat(collected)
        if landmark is Landmark.c1 and as_protocol:
            drawn &= adaptive
        parts.append((samples(detected, level, collected, rng, complete=complete), drawn))
    return stack(identifiers(n), parts)


def _sequencing(
    truth: Truth, recorded: Recorded, rng: np.random.Generator, *, complete: bool
) -> tuple[pa.Table, pa.Table]:
    n = truth.pcr.size
    purity = rng.beta(6.0, 5.0, n)
    # Every variant can be seen in half of the cells and more.
    purity = 0.5 + purity / 2 if complete else purity
    sequenced, small = recorded.modality["panel"], recorded.small_panel
    patient, calls = draw_calls(truth.draw, sequenced, small, purity, rng)
    names = identifiers(n)
    maf = calls.add_column(1, "Tumor_Sample_Barcode", [names.take(pa.array(patient))])
    genes = [";".join(panel) for panel in PANELS]
    panel = pa.table(
        {
            "patient_id": names,
            "genes": text(genes, small),
            "tumour_purity": number(purity, decimals=2),
        }
    )
    return maf.combine_chunks(), panel.filter(pa.array(sequenced))


def _imaging(truth: Truth, recorded: Recorded) -> pa.Table:
    """Keep what was imaged before therapy ended; RECIST needs no MRI."""
    mri = recorded.modality["mri"]
    on_therapy = {
        Landmark.baseline: np.ones(mri.size, dtype=bool),
        Landmark.c2: ~np.isnat(truth.schedule.cycle[1]),
        Landmark.c4: ~np.isnat(truth.schedule.cycle[3]),
    }
    imaging = truth.imaging
    return pa.table(
        {
            "patient_id": identifiers(mri.size),
            **{
                f"imaging_ftv_cc_{landmark.name}": number(
                    volume, mri & on_therapy[landmark], decimals=2
                )
                for landmark, volume in imaging.volume.items()
            },
            **{
                f"recist_response_{landmark.name}": text(RECIST, response, on_therapy[landmark])
                for landmark, response in imaging.response.items()
            },
        }
    )
