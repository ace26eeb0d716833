"""What training one landmark leaves behind."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from neopcr.workflows._further import Further

if TYPE_CHECKING:
    from pathlib import Path

    from neopcr.bundle import Bundle
    from neopcr.pipeline import PcrClassifier
    from neopcr.specs import Estimate
    from neopcr.validation import CrossValidation, Plan
    from neopcr.workflows._prepare import Prepared


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    """A model at one landmark, and everything that is reported of it."""

    prepared: Prepared
    plan: Plan
    folds: CrossValidation
    estimates: tuple[Estimate, ...]
    classifier: PcrClassifier
    bundle: Bundle
    folder: Path
    sha256: str
    further: Further = field(default_factory=Further)
