"""A regimen's name against its recorded components."""

import numpy as np

from neopcr.cohort.complaint import RULES
from neopcr.cohort.regimen_check import regimen_contradictions
from neopcr.oncology.regimen_names import REGIMEN_NAMES

NAN = np.nan


def codes(*names):
    return np.array([REGIMEN_NAMES.index(name) if name else -1 for name in names], np.int16)


def test_rows_whose_components_contradict_the_name():
    problems = regimen_contradictions(
        {
            "regimen_assigned": codes("TCbHP", "AC-TH", "PCbHP", ""),
            "regimen_anthracycline": np.array([1.0, 0.0, NAN, 1.0]),
            # Whether the paclitaxel of PCbHP is bound to albumin is left open by the name.
            "regimen_nab_paclitaxel": np.array([NAN, NAN, 1.0, 1.0]),
            "regimen_endocrine": np.array([0.0, 0.0, 0.0, 0.0]),
            "regimen_first_taxane": np.array([0.0, 1.0, 0.0, 0.0]),
        }
    )
    assert [(each.column, each.rows.tolist()) for each in problems] == [
        ("regimen_anthracycline", [0, 1])
    ]
    assert problems[0].rule in RULES


def test_without_a_name_nothing_contradicts():
    assert regimen_contradictions({"regimen_platinum": np.array([1.0])}) == []
