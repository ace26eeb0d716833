"""Checklists: the official numbers, an answer to each, and what an unknown fact does."""

from __future__ import annotations

import re

import pytest

from neopcr.report._items import Item
from neopcr.report._probast_ai import DEVELOPMENT, EVALUATION
from neopcr.report._tripod_ai import TRIPOD_AI
from neopcr.report._tripod_evaluation import PROBAST_AI_EVALUATION, TRIPOD_AI_EVALUATION
from neopcr.report.checklist import audits, evaluation_audits, fill

ITEMS = (*TRIPOD_AI, *DEVELOPMENT, *EVALUATION, *TRIPOD_AI_EVALUATION, *PROBAST_AI_EVALUATION)
FACTS = {item.when for item in ITEMS if item.when}


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
    facts = dict.fromkeys(FACTS, met)
    for audit in (*audits(facts), *evaluation_audits(facts)):
        assert all(answer.said for answer in audit.answers)
        counts = [int(number) for number in re.findall(r"\d+", audit.summary)]
        assert counts[0] + counts[2] + counts[3] == counts[1] == len(audit.answers)


def test_an_evaluation_is_asked_the_same_and_answers_for_itself():
    for own, other in ((TRIPOD_AI, TRIPOD_AI_EVALUATION), (EVALUATION, PROBAST_AI_EVALUATION)):
        assert [(one.number, one.asks) for one in own] == [(one.number, one.asks) for one in other]
    tripod, probast = evaluation_audits(dict.fromkeys(FACTS, False))
    status = {answer.item.number: answer.status for answer in tripod.answers}
    assert {status[number] for number in ("9a", "12b", "12c", "22")} == {"not applicable"}
    assert {status[number] for number in ("10", "12d", "16", "20c", "23b")} == {"gap"}
    said = {answer.item.number: answer.said for answer in probast.answers}
    assert "this is no external evaluation" in said["4.5"]


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
