"""What is checked of an output before any work is done for it."""

from __future__ import annotations

import tempfile
from typing import TYPE_CHECKING

from neopcr.cohort.beside import files_beside
from neopcr.cohort.public_data import resolve
from neopcr.errors import TargetError
from neopcr.target import one_sentence

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from neopcr.config import CohortConfig


def require_writable(target: Path) -> None:
    """Refuse what could not be written in the end, before hours are spent; makes nothing.

    Parameters
    ----------
    target : Path
        A file or folder; those above it may be absent.

    Raises
    ------
    TargetError
        If the nearest folder above it takes no file.
    """
    nearest = next(path for path in target.absolute().parents if path.exists())
    with one_sentence(target), tempfile.TemporaryFile(dir=nearest):
        pass


def refuse_input(output: Path, inputs: Iterable[Path]) -> None:
    """Refuse an output that would replace what it is made of.

    Raises
    ------
    TargetError
        If the output is one of the inputs, by whatever name.
    """
    if output.exists() and any(path.exists() and output.samefile(path) for path in inputs):
        message = f"{output}: this is one of the inputs. Choose another target."
        raise TargetError(message)


def files_of(config: CohortConfig, base: Path) -> list[Path]:
    """Every file that a cohort is read from."""
    names = [*config.patients.path]
    names += config.imaging.path if config.imaging else ()
    names += [each for each in (config.ctdna, config.pet, config.recist) if each]
    names += config.mutations.files if config.mutations else ()
    names += files_beside(config)
    return [resolve(name, base) for name in names]
