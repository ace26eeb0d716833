"""Every effect of the simulator, listed once with its source; presets share them all.

Log-odds are of pCR, conditional on the other effects. "Solved" effects are those that
`neopcr.simulation.calibrate` finds by root-finding, so that a published marginal contrast comes
out; everything else is taken from its source as it stands. "[choice]" marks what no source gives:
a choice of this project, there to be varied.

`trial_effects(everolimus=0.4)` gives the same effects with some replaced.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Unit = Literal["log-odds", "probability", "scale", "sd"]
Effects = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Effect:
    """One number of the simulator: its name, value, unit and where it comes from."""

    name: str
    value: float
    unit: Unit
    source: str


_MAGBANUA = "Magbanua, Ann Oncol 32 (2021) 229, I-SPY 2, mixed subtypes: a weak prior"
_LOIBL = "Loibl, Ann Oncol 27 (2016) 1519, five trials, n = 967"
_CHOICE = "[choice]"

_TUMOUR = (
    Effect("hr_negative", 1.009, "log-odds", "solved: neoCARHP THP, HR- 78.2 % v HR+ 55.8 %"),
    Effect("er_low_share", 0.5, "scale", f"{_CHOICE}; low ER is favourable (Fujii, BJC 2017)"),
    Effect("ihc_2", -0.953, "log-odds", "solved: Ma 2025, IHC 3+ 46.07 % v 2+/ISH+ 16.24 %"),
    Effect(
        "log_ratio_hr_positive",
        0.6,
        "log-odds",
        "pCR by ratio class, Gonullu, IJMS 24 (2023) 3590; effect in HR+ (CCR 23 (2017) 3676)",
    ),
    Effect(
        "log_ratio_hr_negative",
        0.2,
        "log-odds",
        "little effect in HR- (CCR 23 (2017) 3676); value [choice]",
    ),
    Effect("size_cm", -0.19, "log-odds", "OR 0.83 (Int J Breast Cancer 2021, 6684629, n = 151)"),
    Effect(
        "ki67_doubling",
        0.3,
        "log-odds",
        "[choice], between AUC 0.62 (Front Oncol 2021 meta-analysis) and OR 4.13 (PCH, n = 88)",
    ),
    Effect("age_decade", 0.1, "log-odds", "older favours pCR (Hamy, BJC 2016); value [choice]"),
    Effect(
        "ctdna_baseline",
        -0.6,
        "log-odds",
        "NeoALTTO, Rothe, CCR 25 (2019) 3581: OR 0.15 (0.034-0.7), n = 69, halved and more",
    ),
    Effect("ctdna_baseline_level", -0.2, "log-odds", f"{_CHOICE}, a log10 MTM/mL above the limit"),
)

# Log-odds against a taxane, trastuzumab alone and six cycles.
_REGIMEN = (
    Effect("no_anti_her2", -0.96, "log-odds", "NOAH: 38 % v 19 %"),
    Effect(
        "dual_mab",
        0.72,
        "log-odds",
        "NeoSphere 39.3 v 21.5 %, PEONY 39.3 v 21.8 %, GOM 61.4 v 52.2 %, pooled by variance",
    ),
    Effect("dual_mab_ihc_2", -0.298, "log-odds", "solved: Ma 2025, dual 19.12 % v single 12.24 %"),
    Effect(
        "tki", -0.15, "log-odds", "lapatinib v H: NeoALTTO 24.7 v 29.5 %, NSABP B-41 47.4 v 49.4 %"
    ),
    Effect(
        "mab_tki",
        0.65,
        "log-odds",
        "lapatinib + H v H, pooled by variance: NeoALTTO 51.3 v 29.5 %, NSABP B-41 60.2 v 49.4 %;"
        " pyrotinib taken to be like it",
    ),
    Effect("adc_dm1", 0.35, "log-odds", "KRISTINE: T-DM1+P 44.4 v TCHP 55.7 %, plus dual_mab"),
    Effect(
        "adc_topoisomerase",
        0.13,
        "log-odds",
        "DESTINY-Breast11: T-DXd 43.0 v ddAC-THP 56.3 %, plus dual_mab",
    ),
    Effect("adc_then_taxane", 1.0, "log-odds", "DESTINY-Breast11: T-DXd-THP 67.3 v T-DXd 43.0 %"),
    Effect("no_chemotherapy", -1.64, "log-odds", "NeoSphere: HP 11.2 v THP 39.3 %"),
    Effect("anthracycline", -0.05, "log-odds", "TRAIN-2: 67 v 68 %"),
    Effect("platinum", 0.08, "log-odds", "neoCARHP: TCbHP 65.9 v THP 64.1 %"),
    Effect("nab_paclitaxel", 0.45, "log-odds", "HELEN-006: nab-PHP 66.3 v TCbHP 57.6 %"),
    Effect(
        "four_cycles", -1.0, "log-odds", "THP: NeoSphere, PEONY 39.3 % (4) v neoCARHP 64.1 % (6)"
    ),
    Effect(
        "everolimus", 0.0, "log-odds", "RADHER: no gain, 43.6 v 47.5 % response, n = 82 [choice]"
    ),
)

# An activating PIK3CA mutation, by HR status and regimen. The other genes of the pathway carry no
# effect: PTEN loss was not associated with pCR in NeoALTTO (Ann Oncol 26 (2015) 1494).
_PIK3CA = (
    Effect("pik3ca_older_hr_positive", -1.197, "log-odds", f"solved: {_LOIBL}, HR+ 7.6 v 24.2 %"),
    Effect("pik3ca_older_hr_negative", -0.43, "log-odds", f"{_LOIBL}, HR- 27.2 v 36.4 %"),
    Effect("pik3ca_t_l_hr_positive", -2.2, "log-odds", f"{_LOIBL}, T+L in HR+ 5.5 v 33.9 %"),
    Effect("pik3ca_t_l_hr_negative", -0.43, "log-odds", f"{_LOIBL}, HR-, regimens pooled"),
    Effect(
        "pik3ca_chemo_free_hr_positive", -1.5, "log-odds", "TBCRC006: 4 v 39 %, no chemotherapy"
    ),
    Effect("pik3ca_chemo_free_hr_negative", -0.6, "log-odds", f"{_CHOICE}, by Loibl's ratio of HR"),
    Effect(
        "pik3ca_adc", -0.4, "log-odds", "KRISTINE biomarkers: lower with T-DM1+P; value [choice]"
    ),
    Effect(
        "pik3ca_modern",
        -0.1,
        "log-odds",
        "near null: KRISTINE TCHP arm; NeoATP 69.2 v 70.0 %; value [choice]",
    ),
)

_CTDNA = (
    Effect("detected_baseline", 0.7, "probability", "73 % of 84 (Magbanua 2021), 79 of 117 HER2+"),
    Effect("persistent_c1_pcr", 0.30, "probability", f"{_MAGBANUA}: OR 4.33, half cleared"),
    Effect("persistent_c1_rd", 0.65, "probability", f"{_MAGBANUA}: OR 4.33, half cleared"),
    Effect("emergent_c1_pcr", 0.03, "probability", _CHOICE),
    Effect("emergent_c1_rd", 0.07, "probability", _CHOICE),
    Effect("persistent_c2_pcr", 0.30, "probability", f"{_CHOICE}; {_MAGBANUA}: 14 % at 12 weeks"),
    Effect("persistent_c2_rd", 0.55, "probability", f"{_CHOICE}; {_MAGBANUA}: 14 % at 12 weeks"),
    Effect("emergent_c2_pcr", 0.02, "probability", _CHOICE),
    Effect("emergent_c2_rd", 0.06, "probability", _CHOICE),
    Effect("persistent_presurgery_pcr", 0.15, "probability", f"{_CHOICE}; 5 % in NeoALTTO"),
    Effect("persistent_presurgery_rd", 0.50, "probability", f"{_CHOICE}; 9 % (Magbanua 2021)"),
    Effect("emergent_presurgery_pcr", 0.01, "probability", _CHOICE),
    Effect("emergent_presurgery_rd", 0.04, "probability", _CHOICE),
    Effect("level_baseline", 0.45, "scale", f"{_CHOICE}, gamma of log10 MTM/mL above the limit"),
    Effect("level_later_pcr", 0.35, "scale", f"{_CHOICE}, gamma of log10 MTM/mL above the limit"),
    Effect("level_later_rd", 0.50, "scale", f"{_CHOICE}, gamma of log10 MTM/mL above the limit"),
)

# Change of MRI volume, natural log of later over baseline.
_IMAGING = (
    Effect("log_volume_c2", -0.9, "scale", f"{_CHOICE}, median without pCR"),
    Effect("log_volume_c4", -1.9, "scale", f"{_CHOICE}, median without pCR"),
    Effect("log_volume_sd", 0.7, "sd", _CHOICE),
    Effect("log_volume_pcr_sds", -0.75, "sd", "FTV AUC 0.68-0.74 by subtype (I-SPY 2)"),
    Effect("log_diameter_per_log_volume", 0.5, "scale", _CHOICE),
    Effect("diameter_noise_sd", 0.12, "sd", f"{_CHOICE}, of the log of the longest diameter"),
)

EFFECTS: dict[str, Effect] = {
    effect.name: effect for effect in (*_TUMOUR, *_REGIMEN, *_PIK3CA, *_CTDNA, *_IMAGING)
}


def trial_effects(**replaced: float) -> Effects:
    """Return the value of every effect, with some replaced.

    Parameters
    ----------
    **replaced : float
        New values by name.

    Returns
    -------
    dict of str to float

    Raises
    ------
    KeyError
        If a name is not one of `EFFECTS`.

    Examples
    --------
    >>> trial_effects(everolimus=0.4)["everolimus"], trial_effects()["everolimus"]
    (0.4, 0.0)
    """
    unknown = sorted(set(replaced) - set(EFFECTS))
    if unknown:
        message = f"unknown effect(s) {unknown}; see neopcr.simulation.effects.EFFECTS"
        raise KeyError(message)
    return {name: effect.value for name, effect in EFFECTS.items()} | replaced
