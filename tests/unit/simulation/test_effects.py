"""Every effect is listed once, with its source."""

from __future__ import annotations

import pytest

from neopcr.simulation.effects import EFFECTS, trial_effects


def test_everolimus_adds_nothing_because_radher_found_nothing():
    assert EFFECTS["everolimus"].value == 0
    assert "RADHER" in EFFECTS["everolimus"].source


@pytest.mark.parametrize("name", EFFECTS)
def test_each_effect_names_a_source_or_owns_up_to_a_choice(name):
    source = EFFECTS[name].source
    assert "[choice]" in source or any(mark.isdigit() for mark in source)


@pytest.mark.parametrize("effect", [e for e in EFFECTS.values() if e.unit == "probability"])
def test_probabilities_lie_strictly_between_0_and_1(effect):
    assert 0 < effect.value < 1


def test_replacing_one_effect_leaves_the_others_and_the_list_alone():
    replaced = trial_effects(everolimus=0.4)
    assert replaced["everolimus"] == 0.4
    assert {name for name in EFFECTS if replaced[name] != EFFECTS[name].value} == {"everolimus"}
    assert trial_effects()["everolimus"] == 0


def test_an_unknown_effect_is_refused():
    with pytest.raises(KeyError, match="everolimuss"):
        trial_effects(everolimuss=1.0)
