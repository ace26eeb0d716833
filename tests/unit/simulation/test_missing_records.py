"""Whole modalities are missing by centre and year, single values at random."""

from __future__ import annotations

import numpy as np
import pytest

from neopcr.simulation.missing import MODALITIES, SCATTERED, draw_recorded

N, CENTRES = 30_000, 40


@pytest.fixture(scope="module")
def records():
    rng = np.random.default_rng(5)
    centre, year = rng.integers(0, CENTRES, N), rng.integers(0, 3, N)
    recorded = draw_recorded(centre, year, CENTRES, rng, complete=False)
    return centre, year, recorded


@pytest.mark.parametrize("name", MODALITIES)
def test_a_centre_has_a_modality_always_from_its_second_year_or_never(records, name):
    centre, year, recorded = records
    patterns = set()
    for one in range(CENTRES):
        present = [recorded.modality[name][(centre == one) & (year == y)].mean() for y in range(3)]
        patterns.add(tuple(share > 0.5 for share in present))
        assert all(share == 0 or share > 0.85 for share in present)
    assert patterns == {(True, True, True), (False, True, True), (False, False, False)}


@pytest.mark.parametrize(("name", "share"), SCATTERED.items())
def test_single_values_are_missing_as_often_as_stated(records, name, share):
    assert 1 - records[2].value[name].mean() == pytest.approx(share, abs=0.006)


def test_a_small_panel_is_a_habit_of_the_centre(records):
    centre, _, recorded = records
    shares = {recorded.small_panel[centre == one].mean() for one in range(CENTRES)}
    assert shares == {0.0, 1.0}


def test_ish_in_ihc_3_is_done_by_everyone_or_by_few(records):
    centre, _, recorded = records
    shares = np.array([recorded.ish_in_ihc_3[centre == one].mean() for one in range(CENTRES)])
    assert ((shares == 1) | (shares < 0.3)).all()
    assert 0 < (shares == 1).mean() < 0.6


def test_complete_means_nothing_missing():
    centre, year = np.zeros(500, dtype=int), np.zeros(500, dtype=int)
    recorded = draw_recorded(centre, year, 1, np.random.default_rng(0), complete=True)
    assert all(mask.all() for mask in (*recorded.modality.values(), *recorded.value.values()))
    assert recorded.ish_in_ihc_3.all()
    assert not recorded.small_panel.any()
