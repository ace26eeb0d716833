"""Where a result comes from: config, code, data and libraries; no times and no hosts."""

from __future__ import annotations

import platform
import shutil
import subprocess
from importlib.metadata import version
from typing import TYPE_CHECKING

from neopcr import __version__
from neopcr.config import config_hash

if TYPE_CHECKING:
    from neopcr.config import Config
    from neopcr.specs import Cohort

LIBRARIES = ("numpy", "pandas", "scikit-learn", "xgboost", "numba")


def provenance(config: Config, cohort: Cohort) -> dict[str, str]:
    """Collect what someone needs to repeat a run.

    Returns
    -------
    dict of str to str
        Hash of the config, commit of the working directory (empty outside a repository),
        fingerprint of the data, versions.
    """
    return {
        "config": config.name,
        "config_sha256": config_hash(config),
        "commit": commit(),
        "data_sha256": cohort.fingerprint,
        "neopcr": __version__,
        "python": platform.python_version(),
        **{name: version(name) for name in LIBRARIES},
    }


def commit() -> str:
    """Commit of the working directory; empty outside a repository or without git."""
    git = shutil.which("git")
    if git is None:
        return ""
    asked = subprocess.run(  # noqa: S603 - fixed arguments, no shell
        [git, "rev-parse", "HEAD"], capture_output=True, text=True, check=False
    )
    return asked.stdout.strip() if asked.returncode == 0 else ""
