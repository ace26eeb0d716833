"""Presets: whose patients, which regimens, and one intercept each. Nothing else may differ.

The intercepts, and the four solved effects in `neopcr.simulation.effects`, come from::

    python -c "from neopcr.simulation.calibrate import calibrate; print(calibrate())"

The presets `phedra` and `shr_a1811` are held out: no rate of theirs was looked at, they take the
intercept of `neocarhp`, the largest of the calibrated trials with tpCR as outcome.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Arm:
    """An arm: its label, canonical regimen, share of the patients and planned cycles."""

    name: str
    regimen: str
    share: float = 1.0
    cycles: int = 6
    adaptive: bool = False
    """Whether ctDNA and imaging choose the regimen of cycles 3 and 4."""


@dataclass(frozen=True, slots=True)
class Mix:
    """A population.

    Parameters
    ----------
    ihc_3 : float
        Share with HER2 IHC 3+; the others are 2+/ISH+.
    hr_positive_ihc_3, hr_positive_ihc_2 : float
        Share with hormone receptors, by IHC class.
    pik3ca : float
        Share with an activating PIK3CA mutation.
    size_median_mm, size_above_mm : float
        Longest diameter: the median, and the size above which patients are enrolled.
    """

    ihc_3: float
    hr_positive_ihc_3: float
    hr_positive_ihc_2: float
    pik3ca: float = 0.25  # about a quarter of HER2-positive tumours (unverified)
    size_median_mm: float = 35.0
    size_above_mm: float = 10.0


@dataclass(frozen=True, slots=True)
class Preset:
    """A trial to simulate; `source` says where its population comes from."""

    name: str
    arms: tuple[Arm, ...]
    mix: Mix
    intercept: float
    source: str


# HR+ shares of Ma 2025: 223 of 458 with IHC 3+, 89 of 117 with 2+/ISH+.
_MA = (223 / 458, 89 / 117)
_NEOCARHP_INTERCEPT = 0.386

PRESETS: dict[str, Preset] = {
    preset.name: preset
    for preset in (
        Preset(
            name="nct07239271",
            arms=(
                Arm("control", "TCbHP"),
                Arm("experimental", "nab-PHP", share=3.0, adaptive=True),
            ),
            mix=Mix(0.8, *_MA, size_median_mm=38.0, size_above_mm=20.0),
            intercept=0.097,
            source="Arms 1:3 and T > 20 mm: NCT07239271; shares: Ma 2025; rate of TCbHP: HELEN-006",
        ),
        Preset(
            name="ma2025",
            arms=(Arm("dual", "TCbHP", share=68 / 117), Arm("single", "TCH", share=49 / 117)),
            mix=Mix(458 / 575, *_MA),
            intercept=-0.556,
            source="Ma 2025, n = 575; regimens by name not given, share of dual blockade as in 2+",
        ),
        Preset(
            name="neocarhp",
            arms=(Arm("THP", "THP"), Arm("TCbHP", "TCbHP")),
            # HR+ 62.9 % follows from 64.1, 55.8 and 78.2 %; its split over IHC is a choice.
            mix=Mix(0.85, 0.59, 0.85),
            intercept=_NEOCARHP_INTERCEPT,
            source="neoCARHP, n = 766",
        ),
        Preset(
            name="loibl",
            arms=(
                Arm("T", "AC-TH", share=0.55),
                Arm("L", "AC-TL", share=0.2),
                Arm("T+L", "AC-THL", share=0.25),
            ),
            # HR+ 56 % follows from the rates by HR and PIK3CA; shares of regimens are a choice.
            mix=Mix(0.85, 0.53, 0.73, pik3ca=0.22),
            intercept=-0.644,
            source="Loibl, Ann Oncol 27 (2016) 1519, n = 967",
        ),
        Preset(
            name="phedra",
            arms=(Arm("Py+TH", "PyroHT", cycles=4), Arm("TH", "TH", cycles=4)),
            mix=Mix(0.8, *_MA),
            intercept=_NEOCARHP_INTERCEPT,
            source="PHEDRA, four cycles; shares as Ma 2025; held out",
        ),
        Preset(
            name="shr_a1811",
            arms=(Arm("SHR-A1811", "SHR-A1811"),),
            # HR+ 46 % follows from 63.2, 50.0 and 74.5 %.
            mix=Mix(0.85, 0.42, 0.69),
            intercept=_NEOCARHP_INTERCEPT,
            source="FASCINATE-N, SHR-A1811 alone; held out",
        ),
    )
}
