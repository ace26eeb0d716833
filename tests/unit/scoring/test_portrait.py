"""What is counted of a cohort while it is scored."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from neopcr.features import feature_space
from neopcr.kernel import LinearMember, Model
from neopcr.scoring import prepare, score_batch
from neopcr.scoring.portrait import BINS, ROWS_SHOWN, Portrait, quantile
from neopcr.specs import Landmark

COLUMNS = ["age_years", "er_percent", "pgr_percent", "her2_ihc"]


@pytest.fixture
def classes(bundle):
    """Return a scorer whose features tell HR and HER2 classes."""
    space = feature_space(["clinical", "receptors", "her2"], COLUMNS, Landmark.baseline)
    n = len(space.names)
    age = np.array([0.1 * (name == "age_years") for name in space.names])
    member = LinearMember(-5.0, np.zeros(n), age, np.zeros(n))
    return prepare(replace(bundle, space=space, model=Model(n, (member,), (1.0,), 0.0, 1.0)))


def cells(*rows):
    names = ["patient_id", *COLUMNS]
    return pa.table(dict(zip(names, zip(*rows, strict=True), strict=True))).to_batches()[0]


def test_scores_are_counted_by_class_and_columns_by_what_they_lack(classes):
    batch = cells(
        ("P1", "50", "90", "5", "3+"),
        ("P2", "50", "0", "0", "0"),
        ("P3", "60", "", "", ""),
        ("P4", "old", "90", "5", "3+"),
    )
    portrait = Portrait(classes)
    portrait.add(batch, score_batch(classes, batch))
    counted = {name: int(counts.sum()) for name, counts in portrait.histograms.items()}
    assert counted == {
        "all": 3, "HR positive": 1, "HR negative": 1, "HR not known": 1, "HER2 positive": 1,
        "HER2 negative": 1, "HER2 not known": 1, "HER2 IHC 3+": 1,
    }  # fmt: skip
    assert portrait.missing == {"age_years": 1, "er_percent": 1, "pgr_percent": 1, "her2_ihc": 1}
    assert set(portrait.outside.values()) == {0}
    assert quantile(portrait.histograms["HR positive"], 0.5) == pytest.approx(0.5, abs=1e-3)
    assert portrait.histograms["HR not known"][int(BINS / (1 + np.exp(-1.0)))] == 1


def test_batches_add_up_and_only_the_first_rows_are_kept(classes):
    batch = cells(*[("P1", "100", "1", "1", "2+")] * 700)
    scores = score_batch(classes, batch)
    flags = pa.array(["out_of_applicability;x"] * 700)
    place = scores.schema.get_field_index("flags")
    portrait = Portrait(classes)
    portrait.add(batch, scores)
    portrait.add(batch, scores.set_column(place, scores.schema.field(place), flags))
    portrait.add(batch, scores)
    assert portrait.rows == 2_100
    assert sum(map(len, portrait.first)) == ROWS_SHOWN
    assert portrait.outside["all"] == 700
    assert portrait.histograms["all"].sum() == 2_100


def test_a_model_without_receptors_has_no_classes(bundle):
    space = feature_space(["clinical"], ["age_years"], Landmark.baseline)
    n = len(space.names)
    member = LinearMember(0.0, np.zeros(n), np.ones(n), np.zeros(n))
    scorer = prepare(replace(bundle, space=space, model=Model(n, (member,), (1.0,), 0.0, 1.0)))
    batch = pa.record_batch({"patient_id": ["P1"], "age_years": ["1e300"]})
    portrait = Portrait(scorer)
    portrait.add(batch, score_batch(scorer, batch))
    assert list(portrait.histograms) == ["all"]
    assert portrait.histograms["all"].sum() == 0


def test_a_class_that_the_model_does_not_know_is_left_out(bundle):
    space = feature_space(["her2"], ["her2_cep17_ratio"], Landmark.baseline)
    n = len(space.names)
    member = LinearMember(0.0, np.zeros(n), np.ones(n), np.zeros(n))
    scorer = prepare(replace(bundle, space=space, model=Model(n, (member,), (1.0,), 0.0, 1.0)))
    batch = pa.record_batch({"patient_id": ["P1"], "her2_cep17_ratio": ["8.4"]})
    portrait = Portrait(scorer)
    portrait.add(batch, score_batch(scorer, batch))
    assert not any("HR" in name.split() for name in portrait.histograms)
    assert "HER2 IHC 3+" not in portrait.histograms


def test_a_quantile_of_nobody_is_unknown():
    assert np.isnan(quantile(np.zeros(5, dtype=int), 0.5))
