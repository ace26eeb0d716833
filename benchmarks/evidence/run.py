"""Measure and write ``docs/measured/<study>.json``: ``python benchmarks/evidence/run.py NAME…``.

Real cohorts are read from ``NEOPCR_DATA_DIR`` or from where ``neopcr data get`` put them.
``page.py`` makes the page of what was written.
"""

from __future__ import annotations

import importlib
import json
import sys

from cohort import ROOT

STUDIES = ("ridge", "transport", "ablation", "simulator")


def main(names: list[str]) -> None:
    """Run the studies that are named, or all."""
    folder = ROOT / "docs" / "measured"
    folder.mkdir(exist_ok=True)
    for name in names or STUDIES:
        found = importlib.import_module(name).run()
        text = json.dumps(found, indent=1, ensure_ascii=False)
        (folder / f"{name}.json").write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
