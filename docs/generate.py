"""Write the pages that are derived from code and figures and committed: ``make docs``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pages.measured import measured_page

from neopcr.modalities import CONTRACT, MODALITIES
from neopcr.modalities.dictionary import data_dictionary
from neopcr.specs import Modality
from neopcr.trials import COLUMNS

# Columns that only trials read are a chapter of their own; no model sees them.
ELIGIBILITY = Modality(name="eligibility", title="Eligibility for trials", derive=lambda _: {})


def dictionary() -> str:
    """Every column of the house: those of the modalities, and those that only trials read."""
    chapters = {**MODALITIES, ELIGIBILITY.name: ELIGIBILITY}
    return data_dictionary((*CONTRACT.values(), *COLUMNS.values()), chapters)


PAGES: dict[str, Callable[[], str]] = {
    "data-dictionary.md": dictionary,
    "measured.md": measured_page,
}


def main() -> None:
    """Write every page into the folder of this file."""
    for name, page in PAGES.items():
        (Path(__file__).parent / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
