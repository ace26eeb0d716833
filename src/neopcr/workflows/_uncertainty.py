"""What a training learns of its scores beside their values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scipy.special import logit

from neopcr.kernel import Uncertainty
from neopcr.validation import learn_labels, learn_reach, learn_width, widened
from neopcr.workflows._leaning import leaning_of, owners_of

if TYPE_CHECKING:
    from neopcr.config import Config
    from neopcr.pipeline import PcrClassifier
    from neopcr.specs import FloatArray
    from neopcr.validation import Plan
    from neopcr.workflows._prepare import Prepared

GROUPED_BY = "hr_positive"
"""Label sets hold their share in hormone receptor positive and negative patients alike."""


def uncertainty_of(
    config: Config, prepared: Prepared, classifier: PcrClassifier, plan: Plan, p: FloatArray
) -> tuple[Uncertainty, dict[str, Any] | None]:
    """Learn it from refits and from predictions out of fold.

    Parameters
    ----------
    config : Config
        How many refits, and the seed.
    prepared : Prepared
        The training cohort.
    classifier : PcrClassifier
        Fitted to all of it.
    plan : Plan
        The folds.
    p : float array of shape (n_repeats, n_patients)
        Predictions out of fold.

    Returns
    -------
    Uncertainty
    dict or None
        Whether the refits lean on the same columns, from `leaning_of`; None of too few.
    """
    classifier, X = classifier.as_members_saw(prepared.X)
    y, names = prepared.y, prepared.space.seen_names()
    logits: FloatArray = logit(p)
    reach = learn_reach(X, seed=config.seed)
    place = names.index(GROUPED_BY) if GROUPED_BY in names else -1
    labels = learn_labels(y, logits, None if place < 0 else X[:, place], feature=place)
    draws = config.resampling.bootstrap
    if not draws:
        return Uncertainty(reach, None, labels), None
    owners = owners_of(prepared.space)[1]
    width, leaning = learn_width(classifier, X, y, reach, draws=draws, owners=owners)
    if width is not None:
        width = widened(width, classifier.model_, X, reach, logits, plan)
    ranks = leaning_of(prepared.space, classifier.model_, X, leaning)
    return Uncertainty(reach, width, labels), ranks
