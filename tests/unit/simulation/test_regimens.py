"""What regimens add to the log-odds, against six cycles of a taxane with trastuzumab."""

from __future__ import annotations

import pytest

from neopcr.oncology.regimen_names import REGIMEN_NAMES
from neopcr.simulation.effects import trial_effects
from neopcr.simulation.regimens import regimen_terms

EFFECTS = trial_effects()


def test_taxane_with_trastuzumab_is_the_reference():
    terms = regimen_terms("TH", 6, EFFECTS)
    assert (terms.everyone, terms.ihc_2) == (0, 0)


@pytest.mark.parametrize(
    ("regimen", "effects"),
    [
        ("THP", ["dual_mab"]),
        ("TCbHP", ["dual_mab", "platinum"]),
        ("TCH", ["platinum"]),
        ("nab-PHP", ["dual_mab", "nab_paclitaxel"]),
        ("HP", ["dual_mab", "no_chemotherapy"]),
        ("PyroHT", ["mab_tki"]),
        ("EveroHT", ["everolimus"]),
        ("AC-TH", ["anthracycline"]),
        ("AC-TL", ["anthracycline", "tki"]),
        ("AC-THL", ["anthracycline", "mab_tki"]),
        ("AC-T", ["anthracycline", "no_anti_her2"]),
        ("FEC-PCbHP", ["anthracycline", "dual_mab", "platinum"]),
        ("T-DM1", ["adc_dm1"]),
        ("T-DXd", ["adc_topoisomerase"]),
        ("T-DXd-THP", ["adc_topoisomerase", "adc_then_taxane"]),
        ("SHR-A1811", ["adc_topoisomerase"]),
    ],
)
def test_a_regimen_adds_the_effects_of_its_components(regimen, effects):
    terms = regimen_terms(regimen, 6, EFFECTS)
    assert terms.everyone == pytest.approx(sum(EFFECTS[name] for name in effects))


@pytest.mark.parametrize("regimen", REGIMEN_NAMES)
def test_fewer_cycles_add_the_same_to_every_regimen_of_the_vocabulary(regimen):
    four, six = (regimen_terms(regimen, cycles, EFFECTS) for cycles in (4, 6))
    assert four.everyone - six.everyone == pytest.approx(EFFECTS["four_cycles"])
    assert four.pik3ca_hr_positive == six.pik3ca_hr_positive


def test_dual_antibodies_gain_less_in_ihc_2():
    assert regimen_terms("TCbHP", 6, EFFECTS).ihc_2 == EFFECTS["dual_mab_ihc_2"] < 0
    assert regimen_terms("PyroHT", 6, EFFECTS).ihc_2 == 0


@pytest.mark.parametrize(
    ("regimen", "positive", "negative"),
    [
        ("AC-TH", "pik3ca_older_hr_positive", "pik3ca_older_hr_negative"),
        ("AC-TL", "pik3ca_older_hr_positive", "pik3ca_older_hr_negative"),
        ("AC-T", "pik3ca_older_hr_positive", "pik3ca_older_hr_negative"),
        ("AC-THL", "pik3ca_t_l_hr_positive", "pik3ca_t_l_hr_negative"),
        ("HP", "pik3ca_chemo_free_hr_positive", "pik3ca_chemo_free_hr_negative"),
        ("TCbHP", "pik3ca_modern", "pik3ca_modern"),
        ("PyroHT", "pik3ca_modern", "pik3ca_modern"),
        ("T-DM1", "pik3ca_adc", "pik3ca_adc"),
    ],
)
def test_mutated_pik3ca_costs_by_hormone_receptors_and_regimen(regimen, positive, negative):
    terms = regimen_terms(regimen, 6, EFFECTS)
    assert terms.pik3ca_hr_positive == EFFECTS[positive]
    assert terms.pik3ca_hr_negative == EFFECTS[negative]


def test_pik3ca_is_near_null_with_modern_regimens_and_strong_in_hr_positive_with_older_ones():
    modern, older = (regimen_terms(name, 6, EFFECTS) for name in ("TCbHP", "AC-TH"))
    assert abs(modern.pik3ca_hr_positive) <= 0.1
    assert older.pik3ca_hr_positive < 2 * older.pik3ca_hr_negative < 0
