"""Whether a cohort is large enough for what is tried on it, before anything is fitted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from neopcr.validation import SampleSize, sample_size

if TYPE_CHECKING:
    from neopcr.bundle import Bundle
    from neopcr.config import Config
    from neopcr.specs import FloatArray
    from neopcr.workflows._prepare import Prepared


def required_size(config: Config, prepared: Prepared) -> SampleSize:
    """Patients that the features need, each that members see counted as one candidate parameter."""
    return sample_size(
        len(prepared.space.seen_names()),
        prevalence=float(prepared.y.mean()),
        c_statistic=config.expected_auroc,
    )


def is_large_enough(needed: SampleSize, y: FloatArray) -> bool:
    """Whether there are as many patients and events as Riley's criteria ask for."""
    return len(y) >= needed.patients and int(y.sum()) >= needed.events


def size_sentence(bundle: Bundle) -> str:
    """What a reader should know of the size of a training cohort."""
    n, events = bundle.training["n"], bundle.training["events"]
    needed = SampleSize(**bundle.training["sample_size"])
    said = (
        f"{needed.parameters} candidate features need {needed.patients} patients and "
        f"{needed.events} events (Riley 2020); there are {n} and {events}"
    )
    if n >= needed.patients and events >= needed.events:
        return f"{said}."
    return f"{said}: only cautious settings were searched, and optimism is to be expected."
