"""Variants read file by file: filtered, called, and kept as a few numbers a patient."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from neopcr.cohort import variants as names
from neopcr.cohort.cells import MISSING, as_text, parse_number
from neopcr.cohort.clonality import Clonality
from neopcr.cohort.long_table import counted
from neopcr.cohort.variants import Levels, is_one_of, levels, variant_tables
from neopcr.oncology.pam import Calls, call_distinct, distinct
from neopcr.oncology.pam_genes import EXTENDED_GENES
from neopcr.oncology.pam_rules import RULES, Coding, Rules
from neopcr.oncology.pam_status import Evidence
from neopcr.oncology.variant_filters import FLAGGED_GENE, LOD, acceptable, filters_from, passes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from neopcr.cohort.barcodes import Barcodes
    from neopcr.config import Mutations
    from neopcr.oncology.facts import Facts
    from neopcr.specs import FloatArray

# Rows that are looked up at a time, so that many small batches cost no more than a few large ones.
CHUNK_ROWS = 1 << 20
_STRANGERS = "variants of patients who are not in the cohort's table"
_FAILED = "variants that did not pass the filters"
_UNREAD = "variants with a count that is no number, its filter not applied"
_CHIP = "variants of genes of clonal haematopoiesis, left out of plasma without matched white cells"
_FLAGGED = f"{FLAGGED_GENE} variants that may be of white cells, not of the tumour"
_RULE = "variants of the pathway read as {}"
_UNRESOLVED = "variants that cannot be resolved, neither altered nor wild type"


class VariantReader:
    """Reads variants into `evidence` (and `clonality`), and counts what became of them.

    Parameters
    ----------
    options : Mutations
    samples : Barcodes
    facts : Facts
    """

    def __init__(self, options: Mutations, samples: Barcodes, facts: Facts) -> None:
        is_plasma = options.sample == "plasma"
        self.evidence = Evidence.of(samples.n_patients)
        self.clonality = Clonality(samples.n_patients) if options.clonality else None
        self.by_gene: dict[tuple[str, str], int] = {}
        self._options, self._samples = options, samples
        self._filters = filters_from(options.filters, plasma=is_plasma)
        coding = Coding(facts.pam_codons, facts.pam_transcripts, facts.pam_loci)
        self._rules = Rules(facts.pam_hotspots, facts.pam_inframe_regions, coding)
        self._chip = facts.chip_genes if is_plasma and not options.matched_normal else ()
        self._counts: dict[str, int] = {}
        self._not_applied: dict[str, None] = {}

    def read(self, path: Path) -> None:
        """Read a file, in bounded memory.

        Raises
        ------
        TableError
        """
        wanted = {*EXTENDED_GENES, *self._chip, *([FLAGGED_GENE] if self._chip else [])}
        genes = None if self._options.clonality else wanted
        for table in _chunks(variant_tables(path, self._options.columns, genes)):
            self._add(table)

    def notes(self) -> tuple[str, ...]:
        """What was counted, for the flow."""
        first = [note for what in (_STRANGERS, _FAILED) for note in self._note(what)]
        rules = [note for rule in RULES for note in self._note(_RULE.format(rule))]
        others = [note for what in (_UNREAD, _CHIP, _FLAGGED) for note in self._note(what)]
        absent = ", ".join(self._not_applied) or "none"
        return (
            *first,
            f"filters whose column is absent, not applied: {absent}",
            *others,
            *self._note(_UNRESOLVED),
            *rules,
        )

    def _note(self, what: str) -> tuple[str, ...]:
        return counted(what, self._counts.get(what, 0))

    def _count(self, what: str, rows: NDArray[np.bool_]) -> None:
        self._counts[what] = self._counts.get(what, 0) + int(rows.sum())

    def _add(self, table: pa.Table) -> None:
        table, genes = self._without_chip(table)
        patient = self._samples.rows(table[names.SAMPLE])
        numbers, unreadable = _numbers(table)
        checked = {**_verdicts(table), **numbers, **self._limits(table)}
        # A row without any column to filter by passes; the row itself is a column always there.
        kept, not_applied = passes({"row": patient, **checked}, self._filters)
        self._not_applied |= dict.fromkeys(not_applied)
        inside = patient >= 0
        chosen = inside & kept
        self._count(_STRANGERS, ~inside & genes)
        self._count(_FAILED, inside & ~kept & genes)
        self._count(_UNREAD, inside & unreadable & genes)
        calls = _calls(table.filter(pa.array(chosen)), self._rules)
        self.evidence.add(calls, patient[chosen])
        self._tally(calls)
        if self.clonality is not None:
            unknown = np.full(table.num_rows, np.nan)
            vaf, ccf = (numbers.get(name, unknown)[chosen] for name in ("t_vaf", "ccf"))
            self.clonality.add(patient[chosen], vaf, ccf, calls.counted)

    def _without_chip(self, table: pa.Table) -> tuple[pa.Table, NDArray[np.bool_]]:
        """Leave out genes of clonal haematopoiesis; and say which rows are of the pathway."""
        if self._chip:
            chip = is_one_of(table[names.GENE], self._chip)
            self._count(_CHIP, chip)
            self._count(_FLAGGED, is_one_of(table[names.GENE], (FLAGGED_GENE,)))
            table = table.filter(pa.array(~chip))
        return table, is_one_of(table[names.GENE], EXTENDED_GENES)

    def _limits(self, table: pa.Table) -> dict[str, FloatArray]:
        """Lowest fraction that the assay of each variant can tell."""
        lod = self._options.lod
        if not lod:
            return {}
        if names.ASSAY not in table.column_names:
            only = next(iter(lod.values())) if len(lod) == 1 else np.nan
            return {} if np.isnan(only) else {LOD: np.full(table.num_rows, only)}
        encoded = as_text(table[names.ASSAY]).fill_null("").dictionary_encode()
        known = [lod.get(assay, np.nan) for assay in encoded.dictionary.to_pylist()]
        return {LOD: np.array(known, dtype=np.float64)[encoded.indices.to_numpy()]}

    def _tally(self, calls: Calls) -> None:
        found = np.bincount(
            calls.gene[calls.gene >= 0].astype(np.int64) * len(RULES) + calls.rule[calls.gene >= 0],
            minlength=len(EXTENDED_GENES) * len(RULES),
        ).reshape(-1, len(RULES))
        for gene, rule in np.argwhere(found):
            key, n = (EXTENDED_GENES[gene], RULES[rule]), int(found[gene, rule])
            self.by_gene[key] = self.by_gene.get(key, 0) + n
        for rule, n in zip(RULES, found.sum(axis=0), strict=True):
            what = _UNRESOLVED if rule == "unresolved" else _RULE.format(rule)
            self._counts[what] = self._counts.get(what, 0) + int(n)


def _chunks(tables: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """Put tables together to about `CHUNK_ROWS` rows; at least one."""
    held: list[pa.Table] = []
    n_rows = 0
    for table in tables:
        held.append(table)
        n_rows += table.num_rows
        if n_rows >= CHUNK_ROWS:
            yield pa.concat_tables(held)
            held, n_rows = [], 0
    if held:
        yield pa.concat_tables(held)


def _calls(table: pa.Table, rules: Rules) -> Calls:
    """Call each distinct variant once."""
    wanted = (names.GENE, names.KIND, names.PROTEIN, names.CODING)
    columns = [_levels(table, name) for name in wanted]
    if all(name in table.column_names for name in names.PLACE):
        is_open = ~(_is_filled(columns[2]) | _is_filled(columns[3]))
        columns.append(_places(table, is_open))
    keys, variants = distinct(*columns)
    return call_distinct(keys, variants, extended=True, rules=rules)


def _levels(table: pa.Table, name: str) -> Levels:
    """Codes and texts of a column; a text that says "not known" is empty, -1 where there is none."""
    if name not in table.column_names:
        return np.full(table.num_rows, -1), []
    codes, texts = levels(table[name])
    return codes, ["" if text.casefold() in MISSING else text for text in texts]


def _is_filled(column: Levels) -> NDArray[np.bool_]:
    codes, texts = column
    return np.array([*(text != "" for text in texts), False], dtype=bool)[codes]


def _places(table: pa.Table, is_open: NDArray[np.bool_]) -> Levels:
    """Places in the genome, of variants that nothing else describes."""
    codes = np.full(table.num_rows, -1)
    cells = table.filter(pa.array(is_open))
    parts = [pc.fill_null(as_text(cells[name]), "") for name in names.PLACE]
    codes[is_open], texts = levels(pc.binary_join_element_wise(*parts, " "))
    return codes, texts


def _verdicts(table: pa.Table) -> dict[str, NDArray[np.bool_]]:
    """Whether the caller's verdicts let a call pass; each distinct text is read once."""
    found: dict[str, NDArray[np.bool_]] = {}
    for name in names.VERDICTS:
        if name in table.column_names:
            codes, texts = _levels(table, name)
            each = np.array([*(text or None for text in texts), None], dtype=object)
            found[name.lower()] = acceptable(name.lower(), each)[codes]
    return found


def _numbers(table: pa.Table) -> tuple[dict[str, FloatArray], NDArray[np.bool_]]:
    """Counts and shares that the filters ask for; and where a number could not be read."""
    bad = np.zeros(table.num_rows, dtype=bool)
    numbers: dict[str, FloatArray] = {}
    for name in (*names.COUNTS, *names.SHARES):
        if name in table.column_names:
            numbers[name.lower()], broken = parse_number(table[name])
            bad |= broken["not_a_number"]
    for tissue in ("t", "n"):
        numbers |= _fraction(tissue, numbers)
    return numbers, bad


def _fraction(tissue: str, numbers: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
    """Depth and allele fraction of tumour or normal, from what is there."""
    depth, count = (numbers.get(f"{tissue}_{what}") for what in ("depth", "alt_count"))
    reference = numbers.get(f"{tissue}_ref_count")
    if depth is None and count is not None and reference is not None:
        depth = count + reference
    found = {} if depth is None else {f"{tissue}_depth": depth}
    if depth is not None and count is not None and f"{tissue}_vaf" not in numbers:
        found[f"{tissue}_vaf"] = count / np.where(depth > 0, depth, np.nan)
    return found
