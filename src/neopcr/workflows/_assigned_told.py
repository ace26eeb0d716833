"""What is told of an assignment beside its rows: the manifest's part, and lines on the console."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from neopcr.workflows._assigned import contradictions
from neopcr.workflows._streamed import Question

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from neopcr.workflows._assigned import Arm

TRIAL = "nct07239271"
NOTICE = (
    "This applies a published protocol's text; it is not a treatment recommendation. The difference "
    "between two regimens' p_pcr is not a treatment effect."
)


def about(arm: Arm) -> dict[str, object]:
    """What the manifest says of the arm, and of how it was asked."""
    return {
        "trial": TRIAL,
        "decision": arm.decision,
        "inputs": list(arm.inputs),
        "ctdna_policy": arm.policy,
        "pam_source": arm.pam_source,
        "notice": NOTICE,
    }


def arm_question(arm: Arm) -> Question:
    """Ask every patient what the arm's text says."""
    return Question(columns=arm.columns, answer=arm.answer, check=contradictions, about=about(arm))


def assigned_lines(output: Path, manifest: Mapping[str, Any]) -> tuple[str, ...]:
    """How many patients have which answer."""
    counts = manifest["counts"]
    status = ", ".join(f"{n:,} {name}" for name, n in counts.get("status", {}).items() if n)
    regimens = (f"  {name}: {n:,}" for name, n in counts.get("regimen", {}).items() if n and name)
    head = (
        f"{output}: {manifest['answered']:,} assigned ({status}), {manifest['rejected']:,} rejected"
    )
    absent = [name for name in manifest["absent_columns"] if name in manifest["inputs"]]
    told = (f"  not in the cohort, hence not known of anybody: {', '.join(absent)}",)
    return (head, *regimens, *(told if absent else ()))
