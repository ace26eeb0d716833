"""Files that wide tables are read with: those joined to them, and the dictionaries of exports."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from neopcr.cohort.public_data import resolve
from neopcr.cohort.readers import PLAIN
from neopcr.config import FileForm

if TYPE_CHECKING:
    from neopcr.config import CohortConfig, Redcap, WideTable


def located(config: CohortConfig, base: Path) -> CohortConfig:
    """Return the same config with the files beside its wide tables resolved.

    Raises
    ------
    TableError
        If a public file is not here.
    """
    imaging = _located(config.imaging, base) if config.imaging else None
    return config.model_copy(
        update={"patients": _located(config.patients, base), "imaging": imaging}
    )


def files_beside(config: CohortConfig) -> tuple[str, ...]:
    """Names of the files that wide tables are read with: joined ones and dictionaries."""
    wides = [config.patients, *([config.imaging] if config.imaging else [])]
    forms: list[FileForm] = [form for wide in wides for form in (wide, *wide.join)]
    joined = [each.path for wide in wides for each in wide.join]
    dictionaries = [form.redcap.dictionary for form in forms if form.redcap]
    return tuple(filter(None, dict.fromkeys([*joined, *dictionaries])))


def is_joined(config: CohortConfig) -> bool:
    """Whether a wide table cannot be taken apart: it is joined, or written in a declared way."""
    wides = [config.patients, *([config.imaging] if config.imaging else [])]
    names = FileForm.model_fields
    return any(
        wide.join or any(getattr(wide, name) != getattr(PLAIN, name) for name in names)
        for wide in wides
    )


def _located(wide: WideTable, base: Path) -> WideTable:
    joins = tuple(
        each.model_copy(
            update={
                "path": str(resolve(each.path, base)) if each.path else "",
                "redcap": _located_redcap(each, base),
            }
        )
        for each in wide.join
    )
    return wide.model_copy(update={"join": joins, "redcap": _located_redcap(wide, base)})


def _located_redcap(form: FileForm, base: Path) -> Redcap | None:
    if form.redcap is None or not form.redcap.dictionary:
        return form.redcap
    path = str(resolve(form.redcap.dictionary, base))
    return form.redcap.model_copy(update={"dictionary": path})
