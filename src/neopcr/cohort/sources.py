"""Files of a cohort, found; or, of a large one, the pieces that hold some of its patients."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from neopcr.cohort.beside import files_beside
from neopcr.cohort.mutations import MutationFiles, find_files
from neopcr.cohort.public_data import resolve
from neopcr.cohort.readers import require_file

if TYPE_CHECKING:
    from neopcr.config import CohortConfig


@dataclass(frozen=True, slots=True)
class Sources:
    """Paths by what they hold; `beside` are those that wide tables are read with."""

    patients: tuple[Path, ...]
    imaging: tuple[Path, ...] = ()
    ctdna: tuple[Path, ...] = ()
    mutations: MutationFiles | None = None
    pet: tuple[Path, ...] = ()
    recist: tuple[Path, ...] = ()
    beside: tuple[Path, ...] = ()

    def all(self) -> tuple[Path, ...]:
        """Every file, in a fixed order."""
        calls = self.mutations.all() if self.mutations else ()
        images = (*self.pet, *self.recist)
        return (*self.patients, *self.imaging, *self.ctdna, *calls, *images, *self.beside)


def find_sources(config: CohortConfig, base: Path) -> Sources:
    """Resolve the paths of a config; relative ones start from a folder."""

    def find(name: str) -> Path:
        return resolve(name, base)

    def found_at(names: Sequence[str]) -> tuple[Path, ...]:
        return tuple(find(name) for name in names)

    return Sources(
        patients=found_at(config.patients.path),
        imaging=found_at(config.imaging.path) if config.imaging else (),
        ctdna=found_at([config.ctdna] if config.ctdna else []),
        mutations=find_files(config.mutations, find) if config.mutations else None,
        pet=found_at([config.pet] if config.pet else []),
        recist=found_at([config.recist] if config.recist else []),
        beside=found_at(files_beside(config)),
    )


def fingerprint(paths: Sequence[Path]) -> str:
    """SHA-256 over the files' own; where they lie does not change it."""
    digest = hashlib.sha256()
    for path in paths:
        require_file(path)
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()
