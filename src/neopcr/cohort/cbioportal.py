"""A cBioPortal study folder as the config of a cohort.

What a study calls its clinical columns is not standardised: `neopcr.cohort.study_fields` states which
headers are taken for which column. Everything else is not used, and counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from neopcr.cohort.cells import as_text
from neopcr.cohort.contract import OUTCOME, parse
from neopcr.cohort.header import refuse
from neopcr.cohort.lines import read_lines
from neopcr.cohort.long_table import counted
from neopcr.cohort.mapping import find_declared
from neopcr.cohort.readers import read_header, read_table
from neopcr.cohort.samples import PATIENT, SAMPLE
from neopcr.cohort.study_fields import FIELDS, OUTCOMES, PURITY, REACHED, RESIDUAL, SYNONYMS
from neopcr.cohort.tumour_content import read_values, unit_of
from neopcr.config import CohortConfig, ColumnSource, Joined, Mutations, Outcome, Purity, WideTable

if TYPE_CHECKING:
    from neopcr.cohort.mapping import FindColumn
    from neopcr.specs import Column

PATIENTS, SAMPLES = "data_clinical_patient.txt", "data_clinical_sample.txt"
_MATRIX, _SEQUENCED = "data_gene_panel_matrix.txt", "case_lists/cases_sequenced.txt"
_CALLS, _PANELS = "data_mutations*.txt", ("*gene_panel_*.txt", "gene_panels/*.txt")
_COPIES = ("data_cna.txt", "data_CNA.txt")


@dataclass(frozen=True, slots=True)
class Study:
    """A study folder that was looked at.

    Parameters
    ----------
    config : CohortConfig
        Its files, and how they become one row a patient.
    notes : tuple of str
        What is taken for what, and what is not used, counted.
    """

    config: CohortConfig
    notes: tuple[str, ...]


@dataclass(slots=True)
class _Clinical:
    """A clinical file: its header, descriptions and cells, and what was said of it."""

    path: Path
    header: tuple[str, ...]
    notes: list[str] = field(default_factory=list)

    def cells(self, name: str) -> list[str]:
        """Distinct texts of a column."""
        texts = as_text(read_table(self.path, (name,))[name])
        return [text for text in texts.unique().to_pylist() if text]

    def description(self, name: str) -> str:
        """What the second comment line says of a column."""
        comments = [line for line in islice(read_lines(self.path), 4) if line.startswith("#")]
        told = comments[1].split("\t") if len(comments) > 1 else []
        place = self.header.index(name)
        return told[place] if place < len(told) else ""


def read_study(
    folder: Path, find_column: FindColumn, *, exome: bool = False, assume_purity: bool = False
) -> Study:
    """Look at a study folder and say how it is read.

    Parameters
    ----------
    folder : Path
        With ``data_clinical_patient.txt`` and ``data_clinical_sample.txt``; mutations, copy
        numbers and gene panels where it has them.
    find_column : callable
        Canonical name to declaration; KeyError where there is none.
    exome, assume_purity : bool
        As in `neopcr.config.Mutations`.

    Raises
    ------
    TableError
        If a clinical file is absent or cannot be read.
    """
    clinical = [_look(folder / name) for name in (PATIENTS, SAMPLES)]
    columns = dict(_columns(clinical, find_column))
    outcome = _outcome(clinical)
    of_samples = tuple(
        dict.fromkeys(
            name
            for name in (*(entry.source for entry in columns.values()), outcome.source)
            if name in clinical[1].header and name not in clinical[0].header
        )
    )
    joined = Joined(
        path=str(clinical[1].path), id=PATIENT, columns=of_samples or (SAMPLE,), choose_sample=True
    )
    config = CohortConfig(
        patients=WideTable(
            path=(str(clinical[0].path),), id=PATIENT, columns={**columns}, join=(joined,)
        ),
        outcome=outcome,
        mutations=_mutations(
            folder, exome=exome, assume_purity=assume_purity, purity=_purity(clinical[1])
        ),
    )
    used = {PATIENT, SAMPLE, outcome.source, *(entry.source for entry in columns.values())}
    used |= {PURITY} & set(clinical[1].header)
    spare = len({name for each in clinical for name in each.header} - used)
    told = [f"{name} is read from {entry.source}" for name, entry in columns.items()]
    notes = [note for each in clinical for note in each.notes]
    return Study(config, (*told, *notes, *counted("clinical headers that are not used", spare)))


def _look(path: Path) -> _Clinical:
    if not path.is_file():
        refuse(path, "a study has this file, and the folder has not", "Check the folder")
    return _Clinical(path, read_header(path))


def _columns(
    clinical: Sequence[_Clinical], find_column: FindColumn
) -> Iterator[tuple[str, ColumnSource]]:
    for name, headers in FIELDS.items():
        column = find_declared(name, find_column)
        found = [(each, header) for header in headers for each in clinical if header in each.header]
        if column is not None and found:
            source = _source(*found[0], column)
            if source is not None:
                yield name, source


def _source(clinical: _Clinical, header: str, column: Column) -> ColumnSource | None:
    """Where a column comes from; None, and told, where its unit is not known."""
    unit = ""
    if column.unit == "mm":
        words = re.findall(r"[a-z]+", clinical.description(header).casefold())
        unit = next((each for each in ("mm", "cm") if each in words), "")
        if not unit:
            clinical.notes.append(f"{header}: its description names no unit, not used")
            return None
    return ColumnSource(source=header, unit=unit, recode=_recode(clinical, header, column, unit))


def _recode(clinical: _Clinical, header: str, column: Column, unit: str) -> dict[str, Any]:
    """Texts that the contract reads as they are, or by a synonym; the others become missing."""
    synonyms = SYNONYMS.get(column.name, {})
    texts = clinical.cells(header)
    meant = {text: synonyms.get(text.casefold(), text) for text in texts}
    scale = {column.name: 10.0} if unit == "cm" else {}
    table = pa.table({column.name: pa.array(meant.values(), pa.string())})
    _, problems = parse(table, (column,), scale=scale)
    unread = {texts[row] for each in problems for row in each.rows}
    clinical.notes.extend(counted(f"{header}: values we cannot read, not known", len(unread)))
    if not unread and all(text == value for text, value in meant.items()):
        return {}
    return {text: None if text in unread else value for text, value in meant.items()}


def _outcome(clinical: Sequence[_Clinical]) -> Outcome:
    for header in OUTCOMES:
        for each in clinical:
            if header in each.header:
                reached = {text for text in each.cells(header) if text.casefold() in REACHED}
                others = set(each.cells(header)) - reached
                return Outcome(
                    source=header,
                    reached=tuple(sorted(reached)) or ("1",),
                    residual=tuple(sorted(text for text in others if text.casefold() in RESIDUAL))
                    or ("0",),
                    definition=f"as the study's {header}",
                )
    return Outcome(source=OUTCOME)


def _purity(samples: _Clinical) -> Purity | None:
    """Where the samples' tumour content stands; None, and told, where its unit is not certain."""
    if PURITY not in samples.header:
        return None
    unit = unit_of(samples.description(PURITY), read_values(samples.path, PURITY))
    if not unit:
        fault = "neither its description nor its values prove its unit, not used"
        samples.notes.append(f"{PURITY}: {fault}")
        return None
    samples.notes.append(f"the tumour content of samples is read from {PURITY} ({unit})")
    return Purity.model_validate({"source": PURITY, "unit": unit})


def _mutations(
    folder: Path, *, exome: bool, assume_purity: bool, purity: Purity | None
) -> Mutations | None:
    calls = [path for path in sorted(folder.glob(_CALLS)) if "uncalled" not in path.name]
    if not calls:
        return None

    def there(*names: str) -> str | None:
        return next((str(folder / name) for name in names if (folder / name).is_file()), None)

    panels = [path for pattern in _PANELS for path in sorted(folder.glob(pattern))]
    return Mutations(
        path=tuple(str(path) for path in calls),
        samples=there(SAMPLES),
        purity=purity,
        gene_panel_matrix=there(_MATRIX),
        gene_panels=tuple(str(path) for path in panels if path.name != _MATRIX),
        sequenced=there(_SEQUENCED),
        copy_number=there(*_COPIES),
        exome=exome,
        assume_purity=assume_purity,
    )
