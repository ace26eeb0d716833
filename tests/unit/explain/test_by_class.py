"""What PAM contributes by its status and by hormone receptors."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from neopcr.explain import pam_by_hr

PAM = np.repeat([1.0, 1.0, 0.0, np.nan], [30, 25, 40, 19])
HR = np.concatenate([np.ones(30), np.zeros(25), np.ones(40), np.ones(19)])


def cohort(names=("pam_altered", "hr_positive")):
    space = SimpleNamespace(names=names, matrix=lambda _: np.column_stack([PAM, HR]))
    phi = np.where(PAM == 1.0, np.where(HR == 1.0, -0.4, 0.1), 0.05)
    phi[:30] += np.linspace(-0.2, 0.2, 30)
    explained = SimpleNamespace(
        modality_names=("receptors", "pam"), modalities=np.column_stack([HR, phi])
    )
    return SimpleNamespace(space=space), explained


def test_an_interaction_shows_as_means_that_differ_by_receptors():
    bundle, explained = cohort()
    found = {(one.pam, one.hr): one for one in pam_by_hr(bundle, {}, explained)}
    # Nineteen whose PAM status is not known are too few to be told.
    assert list(found) == [
        ("PAM altered", "HR positive"), ("PAM altered", "HR negative"),
        ("PAM wild type", "HR positive"),
    ]  # fmt: skip
    spread = found["PAM altered", "HR positive"]
    assert (spread.n, spread.mean) == (30, pytest.approx(-0.4))
    assert spread.lower == pytest.approx(-0.5)
    assert spread.upper == pytest.approx(-0.3)
    assert found["PAM altered", "HR negative"].mean == pytest.approx(0.1)


def test_a_model_of_one_of_the_two_has_no_interaction():
    bundle, explained = cohort(names=("pam_altered", "er_positive"))
    assert pam_by_hr(bundle, {}, explained) == ()
