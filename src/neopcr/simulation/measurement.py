"""What laboratories read, which is not always what is there.

How far they err is `neopcr.oncology.assay_error`, one table for what is simulated here and for the
re-reads of a real patient.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from neopcr.oncology.assay_error import DEFAULT, ki67_noise_sd, reread_er

if TYPE_CHECKING:
    from neopcr.simulation.population import Draw


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
    # Everyone is 2+ or 3+ here; the other of the two is the only neighbour that is enrolled.
    ihc = np.where(rng.random(n) < DEFAULT.ihc_2_3, 5.0 - draw["ihc"], draw["ihc"])
    log_ratio = np.log(draw["her2_cep17_ratio"]) + rng.normal(0.0, DEFAULT.log_ratio_sd, n)
    # A reading below the line is reflected at it.
    above = np.log(2.0) + np.abs(log_ratio - np.log(2.0))
    ratio = np.exp(np.where(ihc == 2, above, log_ratio))
    cep17 = np.where(
        ihc == 2,
        np.maximum(draw["cep17_copies_per_cell"], 4.0 / ratio),
        draw["cep17_copies_per_cell"],
    )
    log_ki67 = np.log2(draw["ki67_percent"])
    # No laboratory reads more than all nuclei.
    ki67 = np.minimum(2.0 ** (log_ki67 + rng.normal(0.0, ki67_noise_sd(), n)), 99.0)
    return {
        **draw,
        "ihc": ihc,
        "her2_cep17_ratio": ratio,
        "cep17_copies_per_cell": cep17,
        "ki67_percent": ki67,
        "er_percent": reread_er(draw["er_percent"], rng),
    }
