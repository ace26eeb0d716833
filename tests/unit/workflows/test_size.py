"""Whether a cohort is large enough for its features is told either way."""

from __future__ import annotations

from dataclasses import asdict
from types import SimpleNamespace

import numpy as np
import pytest

from neopcr.validation import sample_size
from neopcr.workflows._evaluation_size import (
    evaluation_sentence,
    is_large_enough_to_evaluate,
)
from neopcr.workflows._size import is_large_enough, size_sentence

NEEDED = sample_size(10, prevalence=0.45, c_statistic=0.75)


@pytest.mark.parametrize(
    ("n", "events", "said"),
    [
        (439, 198, "there are 439 and 198."),
        (438, 198, "only cautious settings were searched"),
        (439, 197, "only cautious settings were searched"),
    ],
)
def test_both_patients_and_events_count(n, events, said):
    y = np.repeat([1.0, 0.0], [events, n - events])
    training = {"n": n, "events": events, "sample_size": asdict(NEEDED)}
    sentence = size_sentence(SimpleNamespace(training=training))
    assert sentence.startswith("10 candidate features need 439 patients and 198 events")
    assert said in sentence
    assert is_large_enough(NEEDED, y) == ("cautious" not in sentence)


@pytest.mark.parametrize(
    ("events", "enough"), [(99, False), (100, True), (150, True), (151, False)]
)
def test_an_evaluation_asks_for_a_hundred_of_either_outcome(events, enough):
    y = (np.arange(250) < events).astype(float)
    assert is_large_enough_to_evaluate(y) == enough
    assert evaluation_sentence(y).endswith("hardly told.") == (not enough)
