"""A folder in which something is wrong: what tests of refusals start from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import yaml

from command_line import refused

Change = Callable[[dict], object]
Edit = Callable[[pd.DataFrame], object]


@dataclass(frozen=True)
class Place:
    """A folder with a trial, a new cohort, a config and two bundles: the working directory."""

    folder: Path

    def change(self, change: Change) -> None:
        """Change the config."""
        path = self.folder / "quick.yaml"
        content = yaml.safe_load(path.read_text())
        change(content)
        path.write_text(yaml.safe_dump(content))

    def edit(self, name: str, edit: Edit) -> None:
        """Change a csv file, all of whose cells are text; a table that is returned replaces it."""
        table = pd.read_csv(self.folder / name, dtype=str, keep_default_na=False)
        changed = edit(table)
        (table if changed is None else changed).to_csv(self.folder / name, index=False)

    def refused(self, words: str, code: int) -> str:
        return refused(words.split(), code, self.folder)


def put(column: str, cell: str, rows: range) -> Edit:
    """Write a cell into some rows."""

    def edit(table: pd.DataFrame) -> None:
        table.loc[list(rows), column] = cell

    return edit
