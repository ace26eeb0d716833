"""What is missing from the records: whole modalities by centre and year, and single values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from neopcr.specs import IntArray

Mask = NDArray[np.bool_]

MODALITIES = ("ctdna", "panel", "mri")
# A centre has a modality from the start, from its second year, or never [choice].
_FROM_YEAR = (0, 1, 99)
_FROM_YEAR_SHARE = (0.65, 0.2, 0.15)
# Share of single values that nobody wrote down [choice].
SCATTERED: dict[str, float] = {
    "ecog": 0.02,
    "cn_stage": 0.01,
    "tumor_diameter_mm": 0.01,
    "grade": 0.05,
    "histology": 0.02,
    "pgr_percent": 0.02,
    "ki67_percent": 0.06,
}
_LOST_SAMPLES = {"ctdna": 0.06, "panel": 0.05, "mri": 0.05}
_CENTRES_WITH_SMALL_PANEL = 0.2
_ISH_IN_IHC_3 = (0.2, 1.0)


@dataclass(frozen=True, slots=True)
class Recorded:
    """What is on record; each a bool array of shape (n_patients,).

    Parameters
    ----------
    modality : dict of str to array
        Whether the centre had the modality that year and the patient had it done.
    value : dict of str to array
        Whether a single value was written down, by column.
    small_panel : array
        Whether the centre's gene panel is the smaller one.
    ish_in_ihc_3 : array
        Whether ISH would be done in IHC 3+, where no guideline asks for it.
    """

    modality: dict[str, Mask]
    value: dict[str, Mask]
    small_panel: Mask
    ish_in_ihc_3: Mask


def draw_recorded(
    centre: IntArray, year: IntArray, n_centres: int, rng: np.random.Generator, *, complete: bool
) -> Recorded:
    """Draw what is on record.

    Parameters
    ----------
    centre, year : int arrays of shape (n_patients,)
        From 0.
    n_centres : int
        Number of centres.
    rng : numpy Generator
        Advanced by the draws.
    complete : bool
        Whether everything is on record.

    Returns
    -------
    Recorded
    """
    n = centre.size
    modality = {}
    for name in MODALITIES:
        from_year = rng.choice(_FROM_YEAR, n_centres, p=_FROM_YEAR_SHARE)
        kept = rng.random(n) >= _LOST_SAMPLES[name]
        modality[name] = (kept & (year >= from_year[centre])) | complete
    value = {name: (rng.random(n) >= share) | complete for name, share in SCATTERED.items()}
    small_panel = rng.random(n_centres) < _CENTRES_WITH_SMALL_PANEL
    ish_everywhere = rng.random(n_centres) < 0.3
    ish_share = np.where(ish_everywhere[centre], _ISH_IN_IHC_3[1], _ISH_IN_IHC_3[0])
    return Recorded(
        modality=modality,
        value=value,
        small_panel=small_panel[centre] & (not complete),
        ish_in_ihc_3=(rng.random(n) < ish_share) | complete,
    )
