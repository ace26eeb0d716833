"""What the text of NCT07239271's adaptive arm leaves open, and how each gap is read here."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ambiguity:
    """A gap of the protocol's text.

    Parameters
    ----------
    id : str
        ``A1`` to ``A10``.
    gap : str
        What the text does not say.
    reading : str
        What is done about it.
    flag : str
        Raised on a patient whom it touches; empty where it touches everyone, or nobody by name.
    """

    id: str
    gap: str
    reading: str
    flag: str = ""


READING_MATTERS = "ctdna_reading_matters"
MUTATED_NOT_ESCALATED = "mutated_not_escalated"
PLASMA_WILD_TYPE = "plasma_wild_type_unproven"
OFF_PROTOCOL = "progression_offprotocol"
AGENT_OPEN = "agent_open"
NO_PERTUZUMAB = "without_pertuzumab"

AMBIGUITIES = (
    Ambiguity(
        "A1",
        "When ctDNA has to be (+) is not stated; rule d alone names the sample at baseline.",
        "`--ctdna-policy`: literal (each sentence by itself; two that disagree are a conflict and "
        "both are named), c1_only or baseline_or_c1. With baseline_or_c1 most patients escalate, "
        "which contradicts the aim of de-escalation.",
        READING_MATTERS,
    ),
    Ambiguity(
        "A2",
        "ctDNA (-) with the PAM pathway mutated in tissue is not spoken of.",
        "No escalation: rules a and b apply.",
        MUTATED_NOT_ESCALATED,
    ),
    Ambiguity(
        "A3",
        "Whether PAM is sequenced in tissue or in plasma is not stated.",
        "`--pam-source`: tissue unless said otherwise. In plasma, wild type counts only where ctDNA "
        "was detected in that sample; else PAM is not known.",
        PLASMA_WILD_TYPE,
    ),
    Ambiguity(
        "A4",
        "Whether a ctDNA (+) patient switches right after cycle 1 or from cycle 3 is not stated.",
        "From cycle 3, at the decision after cycle 2.",
    ),
    Ambiguity(
        "A5",
        "CR is not named, and PD is not told from SD.",
        "CR counts as PR or better; PD as SD, and is flagged, since a protocol usually ends there.",
        OFF_PROTOCOL,
    ),
    Ambiguity("A6", "A failed assay is not spoken of.", "It is missing, never negative."),
    Ambiguity(
        "A7",
        "Against what PR after cycle 4 is measured is not stated.",
        "Against baseline, as RECIST 1.1 has it.",
    ),
    Ambiguity(
        "A8",
        "Which antibody-drug conjugate, and when it rather than AC+H, is not stated.",
        "Both are returned; the investigator chooses.",
        AGENT_OPEN,
    ),
    Ambiguity(
        "A9",
        "PyroHT and EveroHT hold trastuzumab and no pertuzumab, which is not spelled out.",
        "The patient is flagged.",
        NO_PERTUZUMAB,
    ),
    Ambiguity(
        "A10",
        "The ctDNA threshold, its panel and the PAM genes are not given.",
        "Detected as the laboratory calls it; PAM by the core genes of this package.",
    ),
)
