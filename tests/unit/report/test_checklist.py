"""Checklists: the official numbers, an answer to each, and what an unknown fact does."""

from __future__ import annotations

import re

import pytest

from neopcr.report._items import Item
from neopcr.report._probast_ai import DEVELOPMENT, EVALUATION
from neopcr.report._tripod_ai import TRIPOD_AI
from neopcr.report.checklist import audits, fill

FACTS = {item.when for item in (*TRIPOD_AI, *DEVELOPMENT, *EVALUATION) if item.when}


def test_tripod_has_27_items_in_52_parts_and_probast_16_and_18_questions():
    """Collins, BMJ 385 (2024) e078378; Moons, BMJ 388 (2025) e082505."""
    numbers = [item.number for item in TRIPOD_AI]
    assert len(numbers) == len(set(numbers)) == 52
    whole = list(dict.fromkeys(int(re.match(r"\d+", number)[0]) for number in numbers))
    assert whole == list(range(1, 28))
    assert (len(DEVELOPMENT), len(EVALUATION)) == (16, 18)
    for part in (DEVELOPMENT, EVALUATION):
        numbers = [item.number for item in part]
        assert numbers == sorted(set(numbers))


@pytest.mark.parametrize("met", [True, False])
def test_every_item_is_answered_in_words(met):
    for audit in audits(dict.fromkeys(FACTS, met)):
        assert all(answer.said for answer in audit.answers)
        counts = [int(number) for number in re.findall(r"\d+", audit.summary)]
        assert counts[0] + counts[2] + counts[3] == counts[1] == len(audit.answers)


def test_each_rule():
    items = (
        Item("1", "", "", done="here"),
        Item("2", "", "", gap="nowhere"),
        Item("3", "", "", when="fact", done="here", gap="not asked for"),
        Item("4", "", "", apart="no such thing"),
    )
    met = fill(items, {"fact": True})
    assert [answer.status for answer in met] == ["done", "gap", "done", "not applicable"]
    assert fill(items, {"fact": False})[2].said == "not asked for"
    with pytest.raises(KeyError):
        fill(items, {})
