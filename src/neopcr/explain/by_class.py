"""What a modality contributes, class by class: where an interaction shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from neopcr.bundle import Bundle
    from neopcr.explain.cohort import Explanation
    from neopcr.specs import BoolArray, FloatArray, Table

FEWEST = 20
"""Patients of a class that is told: each quartile then has five of them outside it."""

_PAM = {1.0: "PAM altered", 0.0: "PAM wild type", np.nan: "PAM not known"}
_HR = {1.0: "HR positive", 0.0: "HR negative", np.nan: "HR not known"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassSpread:
    """Contributions within a class, in logits: mean and quartiles of n patients."""

    pam: str
    hr: str
    n: int
    mean: float
    lower: float
    middle: float
    upper: float


def pam_by_hr(bundle: Bundle, table: Table, explanation: Explanation) -> tuple[ClassSpread, ...]:
    """Say what PI3K/AKT/mTOR contributes by its own status and that of the hormone receptors.

    Parameters
    ----------
    bundle : Bundle
    table : mapping of str to array
        The cohort.
    explanation : Explanation
        Of it.

    Returns
    -------
    tuple of ClassSpread
        Classes of at least 20 patients; none where the model reads only one of the two. Of a
        product of the two each has its share, as everywhere.
    """
    names = bundle.space.names
    if not {"pam_altered", "hr_positive"} <= set(names):
        return ()
    X = bundle.space.matrix(table)
    phi = explanation.modalities[:, explanation.modality_names.index("pam")]
    return tuple(
        _spread(pam, hr, phi[both])
        for pam, one in _classes(X[:, names.index("pam_altered")], _PAM)
        for hr, other in _classes(X[:, names.index("hr_positive")], _HR)
        if (both := one & other).sum() >= FEWEST
    )


def _classes(values: FloatArray, names: dict[float, str]) -> Iterator[tuple[str, BoolArray]]:
    for value, name in names.items():
        yield name, np.isnan(values) if np.isnan(value) else values == value


def _spread(pam: str, hr: str, phi: FloatArray) -> ClassSpread:
    lower, middle, upper = np.quantile(phi, [0.25, 0.5, 0.75]).tolist()
    mean = float(phi.mean())
    return ClassSpread(
        pam=pam, hr=hr, n=len(phi), mean=mean, lower=lower, middle=middle, upper=upper
    )
