"""Public cohorts, by address and SHA-256; nothing of them is shipped.

A folder named by NEOPCR_DATA_DIR goes before the cache and the network. Of a source without a
licence file nothing may be passed on: local analysis only.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import NoReturn

import pooch

from neopcr.cohort.public_sources import PUBLIC, PublicCohort, PublicFile
from neopcr.cohort.published import HER2_PARTS, SEEDS, derive_predictions, reproduces_paper
from neopcr.errors import TableError

PREFIX = "public:"
VARIABLE = "NEOPCR_DATA_DIR"


def resolve(path: str, base: Path) -> Path:
    """Find a file that a config names; nothing is fetched.

    Parameters
    ----------
    path : str
        Relative to `base`, absolute, or ``public:<cohort>/<file>``.
    base : Path
        Folder that relative paths start from.

    Raises
    ------
    TableError
        If a public file is not known, not here yet, or not the one that was published.

    Examples
    --------
    >>> resolve("cohort.csv", Path("study")).as_posix()
    'study/cohort.csv'
    """
    if not path.startswith(PREFIX):
        return base / path
    name, _, file_name = path.removeprefix(PREFIX).partition("/")
    cohort = _cohort(name)
    by_name = {file.name: file for file in _files(cohort)}
    if file_name not in by_name:
        fault = f"there is no such public file (of {name}: {', '.join(by_name)})"
        _refuse(path, fault, "Correct the path")
    return _find(cohort, by_name[file_name]) or _absent(path, name)


def get(name: str) -> list[Path]:
    """Fetch a public cohort, or find it in NEOPCR_DATA_DIR or the cache.

    Parameters
    ----------
    name : str
        One of `PUBLIC`.

    Returns
    -------
    list of Path
        Its files, each checked.

    Raises
    ------
    TableError
        If there is no such cohort, an address cannot be reached, or a file is not the one that
        was published.
    """
    cohort = _cohort(name)
    paths = [_find(cohort, file) or _fetch(cohort, file) for file in cohort.files]
    if cohort.derived is not None:
        paths.append(_find(cohort, cohort.derived) or _derive(cohort, cohort.derived))
    return paths


def licence_note(name: str) -> str:
    """Return what the source says about the use of a cohort, in one line."""
    cohort = _cohort(name)
    return f"{cohort.name}: {cohort.citation}; {cohort.licence}"


def cache_folder() -> Path:
    """Return where fetched files are kept."""
    return Path(pooch.os_cache("neopcr"))


def _cohort(name: str) -> PublicCohort:
    if name not in PUBLIC:
        _refuse(name, "there is no such public cohort", f"Choose one of {', '.join(PUBLIC)}")
    return PUBLIC[name]


def _files(cohort: PublicCohort) -> tuple[PublicFile, ...]:
    return (*cohort.files, *((cohort.derived,) if cohort.derived else ()))


def _find(cohort: PublicCohort, file: PublicFile) -> Path | None:
    """The file where it is already, checked; None where it is not."""
    folder = os.environ.get(VARIABLE)
    roots = [Path(folder), cache_folder()] if folder else [cache_folder()]
    for root in roots:
        path = root / cohort.name / file.name
        if path.is_file():
            _check(path, file, derived=file is cohort.derived)
            return path
    return None


def _check(path: Path, file: PublicFile, *, derived: bool) -> None:
    content = path.read_bytes()
    intact = hashlib.sha256(content).hexdigest() == file.sha256
    # Averages may differ in their last digit between machines; the paper's figures do not.
    if not (intact or (derived and _is_paper(content))):
        _refuse(path, "its SHA-256 is not that of the published file", "Remove it and fetch again")


def _is_paper(content: bytes) -> bool:
    try:
        return reproduces_paper(content.decode())
    except (ValueError, KeyError, ArithmeticError):
        return False


def _fetch(cohort: PublicCohort, file: PublicFile) -> Path:
    try:
        fetched = pooch.retrieve(
            file.url,
            known_hash=f"sha256:{file.sha256}" if file.sha256 else None,
            fname=file.name,
            path=cache_folder() / cohort.name,
        )
    except ValueError:
        fault = "the file at its address is not the one that was published (SHA-256)"
        _refuse(file.url, fault, "Do not use it; tell the authors of neopcr")
    except OSError:
        fault = "it could not be fetched"
        _refuse(file.url, fault, f"Check the network, or set {VARIABLE} to a folder that has it")
    return Path(fetched)


def _derive(cohort: PublicCohort, derived: PublicFile) -> Path:
    """Fetch the parts of a derived file and make it; kept only if it gives the paper's figures."""
    keys = [(her2, seed) for her2 in HER2_PARTS for seed in SEEDS]
    texts = {
        key: _fetch(cohort, part).read_text(encoding="utf-8")
        for key, part in zip(keys, cohort.parts, strict=True)
    }
    text = derive_predictions(texts)
    path = cache_folder() / cohort.name / derived.name
    if not _is_paper(text.encode()):
        _refuse(path, "what was derived does not give the published figures", "Fetch it again")
    path.write_text(text, encoding="utf-8")
    return path


def _absent(path: str, name: str) -> NoReturn:
    fault = "this public file is not on this machine"
    _refuse(path, fault, f"Run `neopcr data get {name}` first, or set {VARIABLE}")


def _refuse(place: object, fault: str, remedy: str) -> NoReturn:
    message = f"{place}: {fault}. {remedy}."
    raise TableError(message)
