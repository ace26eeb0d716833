"""`neopcr score --report`: the page of the cohort, by row number unless patients are asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from command_line import CANARY, run


@pytest.mark.parametrize("asked", ["", " --with-ids"])
def test_the_page_names_patients_only_where_that_is_asked_for(place, asked):
    assert (place.folder / "new.csv").exists()
    done = run(f"score models/quick-c1 new.csv -o scores.csv --report page.html{asked}")
    assert done.exit_code == 0, done.output
    assert "rows/s" in done.stdout
    assert "page: page.html" in done.stdout
    page = Path("page.html").read_text()
    assert (CANARY in page) is bool(asked)
    assert CANARY not in done.output
    assert "HR positive" in page


@pytest.mark.parametrize(
    ("words", "says"),
    [("--with-ids", "Ask for that too"), ("--engine spark --report p.html", "of the local engine")],
)
def test_a_page_that_cannot_be_made_is_refused(place, words, says):
    assert says in place.refused(f"score models/quick-c1 new.csv -o out.csv {words}", 2)
