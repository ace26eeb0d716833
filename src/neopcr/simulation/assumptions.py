"""What a simulation of NCT07239271 takes for granted, each with its source."""

from __future__ import annotations

from dataclasses import dataclass, fields
from math import isfinite
from typing import TYPE_CHECKING

from neopcr.errors import UserError
from neopcr.simulation.effects import trial_effects
from neopcr.simulation.regimens import regimen_terms

if TYPE_CHECKING:
    from neopcr.trials._adaptive_nct07239271 import Policy

_CYCLES = 6
# Cycles 3 to 6 of six.
SHARE_ON_BRANCH = 4 / 6
ALPHA = 0.05
CONTROL_SHARE = 0.25


def _switched(name: str) -> float:
    """Log-odds of switching from nab-PHP after two of six cycles, if effects add up by cycles."""
    effects = trial_effects()
    branch, stay = (regimen_terms(each, _CYCLES, effects).everyone for each in (name, "nab-PHP"))
    return round(SHARE_ON_BRANCH * (branch - stay), 3)


TCBHP = _switched("TCbHP")
PYROHT = _switched("PyroHT")
_BY_CYCLES = (
    "the generator's effect of the regimen against nab-PHP in unselected patients, by the share of "
    "cycles on it, 4 of 6 [choice]; no trial has switched patients so"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumptions:
    """What is taken for granted.

    Parameters
    ----------
    everoht : float
        Log-odds of pCR of EveroHT from cycle 3, against staying on nab-PHP, in those who take the
        branch. No published figure can calibrate it.
    tcbhp, pyroht : float
        The same of TCbHP and of PyroHT.
    after_c4 : float
        The same of an ADC or AC+H from cycle 5, against going on.
    assay_sensitivity : float
        Share of the samples with ctDNA, as the sources' assays find it, that this assay finds; 0-1.
    dropout : float
        Share of patients without surgery, in both arms, counted as no pCR; 0-1.
    policy : {"c1_only", "literal", "baseline_or_c1"}
        When ctDNA is (+). A conflict of ``literal`` is treated by rule d.
    n_patients : int
        Of each trial, a quarter of them controls.
    """

    everoht: float
    tcbhp: float = TCBHP
    pyroht: float = PYROHT
    after_c4: float = 0.0
    assay_sensitivity: float = 1.0
    dropout: float = 0.05
    policy: Policy = "c1_only"
    n_patients: int = 2000

    def __post_init__(self) -> None:
        """Refuse what is no effect or no share, and trials too small for two arms.

        Raises
        ------
        UserError
        """
        if not all(map(isfinite, (*self.switching(), self.after_c4))):
            message = "an effect is a number of log-odds. Give one that is finite."
            raise UserError(message)
        for name in ("assay_sensitivity", "dropout"):
            if not 0 <= getattr(self, name) <= 1:
                message = f"{name} is a share of patients or samples. Give it from 0 to 1."
                raise UserError(message)
        if self.n_patients < 8:
            message = "a trial of fewer than 8 patients has no two arms. Raise the number."
            raise UserError(message)

    @property
    def n_control(self) -> int:
        """Patients of the control arm: randomised 1:3."""
        return round(CONTROL_SHARE * self.n_patients)

    def switching(self) -> tuple[float, ...]:
        """Log-odds of each branch after cycle 2, in the order of `BRANCHES`."""
        return (0.0, self.tcbhp, self.pyroht, self.everoht)

    def told(self) -> list[dict[str, object]]:
        """Every assumption: its name, value, unit and source."""
        said = {each.name: getattr(self, each.name) for each in fields(self)}
        return [
            {"name": name, "value": said[name], "unit": unit, "source": source}
            for name, (unit, source) in _SOURCES.items()
        ]


_SOURCES: dict[str, tuple[str, str]] = {
    "n_patients": ("patients", "NCT07239271: 2,000, 1:3"),
    "everoht": (
        "log-odds",
        "given by whoever runs this: no published figure calibrates EveroHT. RADHER (n = 82, six "
        "weeks, no chemotherapy) found no gain of everolimus: response 43.6 % v 47.5 %",
    ),
    "tcbhp": ("log-odds", f"HELEN-006, TRAIN-2, neoCARHP: {_BY_CYCLES}"),
    "pyroht": ("log-odds", f"NeoALTTO, NSABP B-41, pyrotinib taken to be like it: {_BY_CYCLES}"),
    "after_c4": ("log-odds", "[choice]: no trial has switched patients so, and no agent is named"),
    "assay_sensitivity": ("share", "[choice]: 1 is the assays of Magbanua 2021 and of NeoALTTO"),
    "dropout": ("share", "[choice]; without surgery counted as no pCR, as in PEONY"),
    "policy": ("reading", "the text does not say when ctDNA is (+) (A1)"),
}
