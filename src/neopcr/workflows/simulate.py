"""Write a simulated trial."""

from __future__ import annotations

from pathlib import Path

from neopcr.simulation import simulate as draw
from neopcr.simulation import write_trial
from neopcr.workflows._outputs import require_writable
from neopcr.workflows._result import Result


def simulate(
    preset: str, output: Path, *, n: int, seed: int, as_protocol: bool, complete: bool
) -> Result:
    """Draw a trial of `n` patients and write its files into a new folder.

    Raises
    ------
    UserError
        If there is no such preset.
    TargetError
        If the folder exists or cannot be written.
    """
    require_writable(output)
    trial = draw(preset, n=n, seed=seed, as_protocol=as_protocol, complete=complete)
    write_trial(trial, output)
    files = sorted(path.name for path in output.iterdir())
    return Result(
        {"preset": preset, "n": n, "seed": seed, "folder": output.name, "files": files},
        (f"{output}: {n:,} simulated patients ({preset}, seed {seed}): {', '.join(files)}",),
    )
