"""What laboratories read, which is not always what is there.

Sizes of the errors: IHC one step off in 5-10 % between 2+ and 3+; log ratio SD 0.10-0.15; Ki-67
inter-laboratory ICC 0.6-0.7 (Polley, JNCI 105 (2013) 1897); ER off in 3-6 % only where it is 0-10 %.
The middle of each range is used, a choice of this project.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from neopcr.simulation.population import Draw

_IHC_MISREAD = 0.075
_LOG_RATIO_SD = 0.125
_KI67_ICC = 0.65
_ER_FLIP = 0.045


def read_again(draw: Draw, rng: np.random.Generator) -> Draw:
    """Return a patient's baseline as a laboratory reads it.

    Everyone stays HER2-positive as recorded: the ratio of IHC 2+ is read at 2.0 or above and the
    copies at 4.0 or above, since others would not have been enrolled.

    Parameters
    ----------
    draw : dict of str to float array of shape (n_patients,)
        The true baseline, which is left as it is.
    rng : numpy Generator
        Advanced by the draws.

    Returns
    -------
    dict of str to float array of shape (n_patients,)

    Examples
    --------
    >>> true = {
    ...     "ihc": np.array([2.0]), "her2_cep17_ratio": np.array([2.1]),
    ...     "cep17_copies_per_cell": np.array([2.0]), "ki67_percent": np.array([30.0]),
    ...     "er_percent": np.array([90.0]),
    ... }
    >>> read = read_again(true, np.random.default_rng(0))
    >>> bool(read["her2_cep17_ratio"][0] >= 2.0), read["er_percent"][0]
    (True, np.float64(90.0))
    """
    n = draw["ihc"].size
    ihc = np.where(rng.random(n) < _IHC_MISREAD, 5.0 - draw["ihc"], draw["ihc"])
    log_ratio = np.log(draw["her2_cep17_ratio"]) + rng.normal(0.0, _LOG_RATIO_SD, n)
    # A reading below the line is reflected at it.
    above = np.log(2.0) + np.abs(log_ratio - np.log(2.0))
    ratio = np.exp(np.where(ihc == 2, above, log_ratio))
    cep17 = np.where(
        ihc == 2,
        np.maximum(draw["cep17_copies_per_cell"], 4.0 / ratio),
        draw["cep17_copies_per_cell"],
    )
    log_ki67 = np.log2(draw["ki67_percent"])
    noise_sd = 0.8 * np.sqrt((1 - _KI67_ICC) / _KI67_ICC)
    # No laboratory reads more than all nuclei.
    ki67 = np.minimum(2.0 ** (log_ki67 + rng.normal(0.0, noise_sd, n)), 99.0)
    flipped = (rng.random(n) < _ER_FLIP) & (draw["er_percent"] <= 10)
    other_er = np.where(draw["er_percent"] >= 1, 0.0, rng.integers(1, 11, n))
    return {
        **draw,
        "ihc": ihc,
        "her2_cep17_ratio": ratio,
        "cep17_copies_per_cell": cep17,
        "ki67_percent": ki67,
        "er_percent": np.where(flipped, other_er, draw["er_percent"]),
    }
