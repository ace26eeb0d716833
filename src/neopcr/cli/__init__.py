"""The command line: arguments in, one workflow call, exit code out.

Workflows are imported inside the commands, so that ``neopcr --help`` loads nothing heavy.
"""

from __future__ import annotations

import sys

from neopcr.cli import bundles, cohorts, models, outcomes, trials
from neopcr.cli._app import app

__all__ = ["app", "bundles", "cohorts", "main", "models", "outcomes", "trials"]


def main() -> None:
    """Run the command line."""
    sys.exit(app())
