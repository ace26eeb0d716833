"""A simulated trial: draw the truth, then what is recorded of it."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from neopcr.errors import UserError
from neopcr.simulation.missing import draw_recorded
from neopcr.simulation.observe import observe
from neopcr.simulation.patients import identifiers
from neopcr.simulation.presets import PRESETS, Preset
from neopcr.simulation.truth import Design, draw_truth, truth_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa

# Each part of a trial has its own stream, so that what is recorded never changes who is enrolled.
_STREAMS = (
    "arms", "centres", "population", "outcome", "course", "imaging", "schedule", "missing",
    "measurement", "plasma", "sequencing",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedTrial:
    """The tables of a simulated trial.

    Parameters
    ----------
    files : mapping of str to pyarrow Table
        By file name: what people have.
    truth : pyarrow Table
        One row a patient, in the order of ``patients.csv``: the true baseline, the outcome of
        everyone, and ``p_pcr_<landmark>``, the probability of pCR given all that is true up to
        the landmark, the centre's shift included.
    settings : mapping of str to object
        What was asked for, as plain values.
    """

    files: Mapping[str, pa.Table]
    truth: pa.Table
    settings: Mapping[str, object]


def simulate(
    preset: str = "nct07239271",
    *,
    n: int = 2000,
    seed: int = 0,
    as_protocol: bool = False,
    complete: bool = False,
    design: Design | None = None,
) -> SimulatedTrial:
    """Simulate a trial.

    The same seed gives the same patients and outcomes whatever `as_protocol` and `complete` say.

    Parameters
    ----------
    preset : str
        One of `neopcr.simulation.presets.PRESETS`.
    n : int
        Number of patients.
    seed : int
        Of every draw.
    as_protocol : bool
        Whether the ctDNA sample after cycle 1 is drawn in adaptive arms only.
    complete : bool
        Whether nothing is missing and nothing misread, and everyone finishes therapy.
    design : Design, optional
        Centres and effects.

    Returns
    -------
    SimulatedTrial

    Raises
    ------
    UserError
        If there is no such preset, or no patient or centre is asked for.

    Examples
    --------
    >>> trial = simulate("neocarhp", n=3, seed=1)
    >>> trial.files["patients.csv"]["regimen_assigned"].to_pylist()
    ['TCbHP', 'THP', 'TCbHP']
    """
    design = design or Design()
    chosen = _find_preset(preset)
    if n < 1 or design.n_centres < 1:
        message = "A trial needs at least one patient and one centre. Raise n or n_centres."
        raise UserError(message)
    seeds = np.random.SeedSequence(seed).spawn(len(_STREAMS))
    streams = {name: np.random.default_rng(one) for name, one in zip(_STREAMS, seeds, strict=True)}
    truth = draw_truth(chosen, n, design, streams, complete=complete)
    recorded = draw_recorded(
        truth.centre, truth.schedule.year, design.n_centres, streams["missing"], complete=complete
    )
    return SimulatedTrial(
        files=observe(truth, recorded, streams, as_protocol=as_protocol, complete=complete),
        truth=truth_table(truth, identifiers(n)),
        settings={
            "preset": preset,
            "n": n,
            "seed": seed,
            "as_protocol": as_protocol,
            "complete": complete,
            **design.settings(),
        },
    )


def _find_preset(name: str) -> Preset:
    if name in PRESETS:
        return PRESETS[name]
    close = difflib.get_close_matches(name, PRESETS, n=1)
    hint = f"did you mean '{close[0]}'?" if close else f"there are {', '.join(PRESETS)}."
    message = f"unknown preset '{name}'; {hint}"
    raise UserError(message)
