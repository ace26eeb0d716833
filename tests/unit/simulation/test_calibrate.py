"""The stored constants are what the stated command finds."""

from __future__ import annotations

import pytest

from neopcr.simulation.calibrate import TARGETS, calibrate
from neopcr.simulation.effects import EFFECTS
from neopcr.simulation.presets import PRESETS


@pytest.fixture(scope="module")
def found():
    return calibrate(n=30_000, seed=1)


def test_another_draw_finds_the_same_effects(found):
    for name in ("hr_negative", "ihc_2", "dual_mab_ihc_2", "pik3ca_older_hr_positive"):
        assert found[name] == pytest.approx(EFFECTS[name].value, abs=0.12)
        assert EFFECTS[name].source.startswith("solved")


@pytest.mark.parametrize("preset", TARGETS)
def test_another_draw_finds_the_same_intercepts(found, preset):
    assert found[f"intercept:{preset}"] == pytest.approx(PRESETS[preset].intercept, abs=0.12)


def test_held_out_presets_take_no_part(found):
    assert not {"intercept:phedra", "intercept:shr_a1811"} & set(found)


@pytest.mark.slow
def test_the_stated_command_finds_the_stored_constants_to_the_last_digit():
    for name, value in calibrate().items():
        kind, _, preset = name.partition(":")
        stored = PRESETS[preset].intercept if preset else EFFECTS[kind].value
        assert value == pytest.approx(stored, abs=1e-9)
