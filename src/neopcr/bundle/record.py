"""A fitted model and everything needed to use and to judge it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from neopcr.features import FeatureSpace
    from neopcr.kernel import Model, Uncertainty
    from neopcr.specs import Landmark


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Bundle:
    """What `save_bundle` writes and `load_bundle` reads.

    Parameters
    ----------
    name : str
        As in the config, such as ``demo``.
    version : int
        1, 2, …; never overwritten.
    landmark : Landmark
        When the prediction is made.
    space : FeatureSpace
        From columns to the matrix.
    model : Model
        From the matrix to the logit of p_pcr.
    estimand : str
        What p_pcr is the probability of, under which treatment.
    definition : str
        How the outcome was defined.
    training : dict
        Patients and events, the size that was needed, how centres and refits differed.
    metrics : list of dict
        Internal performance.
    reference : dict
        Distribution of each column in training; see `reference_distributions`.
    provenance : dict
        Config and its hash, commit, fingerprint of the data, versions; a child's parent and line.
    uncertainty : Uncertainty or None
        How firm scores are, and which patients are unlike those of the training.

    Notes
    -----
    `training`, `metrics`, `reference` and `provenance` hold plain JSON values, to the schema in
    `neopcr.bundle.account`; a tuple comes back as a list.
    """

    name: str
    version: int
    landmark: Landmark
    space: FeatureSpace
    model: Model
    estimand: str
    definition: str
    training: dict[str, Any]
    metrics: list[dict[str, Any]]
    reference: dict[str, Any]
    provenance: dict[str, Any]
    uncertainty: Uncertainty | None = None
