"""The model card: bound to its bundle, with figures, groups and gaps; whole or not there."""

from __future__ import annotations

from dataclasses import replace

from neopcr.report import write_card
from neopcr.report.model_card import model_card


def test_the_card_says_what_a_reader_must_know(report):
    card = model_card(report)
    for said in (
        "For research use only",
        f"`{'ab' * 32}`",
        "**Not for**: Choosing, changing or withholding a treatment",
        "350, 160 with pCR",
        "| AUROC | 0.741 (0.702 to 0.783) | DeLong |",
        "| centre 7 | 9 | 3 | too few to say | too few to say |",
        "| `ctdna_detected_c1` | 40.0\N{NO-BREAK SPACE}% |",
        "- Simulated patients only.",
        f"- config (SHA-256): `{'cd' * 32}`",
    ):
        assert said in card
    # Known in everyone: not among the missing.
    assert "`her2_ihc`" not in card


def test_a_bare_card_has_neither_groups_nor_missing_values(bare):
    card = model_card(bare)
    assert "### Missing values" not in card
    alone = replace(bare.sections[0], performance=bare.sections[0].performance[:1])
    assert "### Subgroups" not in model_card(replace(bare, sections=(alone,)))


def test_a_bar_in_a_name_does_not_break_the_table(bare, few):
    section = replace(bare.sections[0], performance=(few, replace(few, group="a|b")))
    assert "| a/b | 9 | 3 |" in model_card(replace(bare, sections=(section,)))


def test_it_is_written_whole(report, tmp_path):
    path = write_card(report, tmp_path / "out" / "model_card.md")
    assert path.read_text(encoding="utf-8") == model_card(report)
