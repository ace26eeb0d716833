"""Write the pages that are derived from code and figures and committed: ``make docs``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pages.measured import measured_page

from neopcr.modalities import CONTRACT, MODALITIES
from neopcr.modalities.dictionary import data_dictionary

PAGES: dict[str, Callable[[], str]] = {
    "data-dictionary.md": lambda: data_dictionary(CONTRACT.values(), MODALITIES),
    "measured.md": measured_page,
}


def main() -> None:
    """Write every page into the folder of this file."""
    for name, page in PAGES.items():
        (Path(__file__).parent / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
