"""VCF annotated by VEP or SnpEff, plain or gzip, as the columns of a MAF; line by line.

A sample is a patient's where it is not the normal: the header says which is (Mutect's
``##normal_sample``), or its name (NORMAL). A sample called TUMOR, or a file with none, is named
after the file. Only alleles that a sample carries become rows: by its genotype, else by its reads,
else, without either, all of the file.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from neopcr.cohort.header import refuse
from neopcr.cohort.lines import read_lines
from neopcr.cohort.vcf_annotation import Annotated, Format, alleles_of, read_format

COLUMNS = (
    "Hugo_Symbol", "Tumor_Sample_Barcode", "Variant_Classification", "HGVSp_Short", "HGVSc",
    "Chromosome", "Start_Position", "Reference_Allele", "Tumor_Seq_Allele2", "FILTER", "t_depth",
    "t_alt_count", "t_vaf", "n_depth", "n_alt_count", "gnomAD_AF",
)  # fmt: skip
_SCHEMA = pa.schema([(name, pa.string()) for name in COLUMNS])
_FIXED = ("#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO")
_N_FIXED, _ROWS = len(_FIXED), 1 << 14
_NORMAL, _TUMOUR = frozenset({"normal", "n"}), frozenset({"tumor", "tumour", "t"})
_Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Header:
    """Where things stand: annotations, tumours (column and name) and the normal's column."""

    path: Path
    annotations: Format
    n_cells: int
    tumours: tuple[tuple[int, str], ...]
    normal: int | None


def vcf_batches(path: Path, genes: Collection[str] | None = None) -> Iterator[pa.RecordBatch]:
    """Read a VCF in pieces, every cell as text; at least one, be it without rows.

    Parameters
    ----------
    path : Path
        gzip is told by its content.
    genes : collection of str, optional
        Symbols of the genes whose alleles are wanted; all where None.

    Raises
    ------
    TableError
        If the file is no VCF, is damaged, or is not annotated.
    """
    lines = read_lines(path)
    header = _read_header(path, lines)
    rows = itertools.chain.from_iterable(
        _rows(line, number, header, genes) for number, line in enumerate(lines, start=1)
    )
    first = True
    while (piece := list(itertools.islice(rows, _ROWS))) or first:
        first = False
        cells = zip(*piece, strict=True) if piece else ([] for _ in COLUMNS)
        yield pa.RecordBatch.from_arrays(
            [pa.array(list(each), pa.string()) for each in cells], schema=_SCHEMA
        )


def _read_header(path: Path, lines: Iterator[str]) -> _Header:
    if not next(lines, "").startswith("##fileformat=VCF"):
        refuse(path, "its first line does not say that it is a VCF", "Export it again")
    annotations, normal = None, ""
    for line in lines:
        if not line.startswith("##"):
            return _columns(path, line.split("\t"), annotations, normal)
        annotations = read_format(line) or annotations
        if line.startswith("##normal_sample="):
            normal = line.partition("=")[2].strip()
    return refuse(path, "it ends before its line of columns", "Copy it again")


def _columns(path: Path, names: list[str], annotations: Format | None, normal: str) -> _Header:
    if tuple(names[:_N_FIXED]) != _FIXED:
        refuse(path, "its line of columns is not #CHROM, POS, …", "Export it again")
    if annotations is None:
        fault = "its header describes neither CSQ nor ANN"
        refuse(path, fault, "Annotate it with VEP or SnpEff, or give a MAF")
    samples = list(enumerate(names))[_N_FIXED + 1 :]
    normals = [place for place, name in samples if name == normal or name.casefold() in _NORMAL]
    tumours = [(place, _patient(path, name)) for place, name in samples if place not in normals]
    return _Header(
        path,
        annotations,
        len(names),
        tuple(tumours) if samples else ((-1, _stem(path)),),
        normals[0] if normals else None,
    )


def _patient(path: Path, name: str) -> str:
    return _stem(path) if name.casefold() in _TUMOUR else name


def _stem(path: Path) -> str:
    return path.name.removesuffix(".gz").removesuffix(".bgz").removesuffix(".vcf")


def _rows(line: str, number: int, header: _Header, genes: Collection[str] | None) -> Iterator[_Row]:
    """Rows of a line: one an allele and a sample that carries it."""
    if genes is not None and not any(gene in line for gene in genes):
        return
    cells = line.split("\t")
    if len(cells) != header.n_cells or not cells[1].isdecimal():
        fault = (
            f"row {number} is no variant: {len(cells)} cells of {header.n_cells}, or no position"
        )
        refuse(header.path, fault, "Copy the file again")
    chromosome, position, _, reference, others, _, verdict, info = cells[:_N_FIXED]
    entries = _entries(info, header.annotations.key)
    for place, other in enumerate(others.split(","), start=1):
        found = header.annotations.chosen(
            entries, alleles_of(reference, other), longer=len(other) > len(reference)
        )
        if genes is None or found.gene in genes:
            locus = (chromosome, position, reference, other, "" if verdict == "." else verdict)
            yield from _carriers(cells, place, header, (found, locus))


def _entries(info: str, key: str) -> str:
    start = f"{key}="
    return next((each[len(start) :] for each in info.split(";") if each.startswith(start)), "")


def _carriers(
    cells: Sequence[str], allele: int, header: _Header, said: tuple[Annotated, _Row]
) -> Iterator[_Row]:
    found, locus = said
    normal = _Reads.of(cells, header.normal, allele)
    for place, patient in header.tumours:
        reads = _Reads.of(cells, place if place >= 0 else None, allele)
        if reads.carried:
            yield (
                found.gene, patient, found.kind, found.protein, found.coding, *locus, reads.depth,
                reads.count, reads.fraction, normal.depth, normal.count, found.population_af,
            )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Reads:
    """Reads of an allele in a sample, as text; and whether the sample carries it."""

    depth: str = ""
    count: str = ""
    fraction: str = ""
    carried: bool = True

    @classmethod
    def of(cls, cells: Sequence[str], place: int | None, allele: int) -> _Reads:
        """Read GT, AD, DP and AF of a sample; nothing where there is no such sample."""
        if place is None:
            return cls()
        names, values = cells[_N_FIXED].split(":"), cells[place].split(":")
        said = dict(zip(names, values, strict=False))
        depths = said.get("AD", "").split(",")
        count = _known(depths[allele]) if allele < len(depths) else ""
        depth = _known(said.get("DP", "")) or _sum(depths)
        fractions = said.get("AF", "").split(",")
        fraction = _known(fractions[allele - 1]) if allele <= len(fractions) else ""
        return cls(depth, count, fraction, _carries(said.get("GT", ""), count, allele))


def _known(value: str) -> str:
    return "" if value == "." else value


def _sum(depths: Sequence[str]) -> str:
    whole = all(depth.isdecimal() for depth in depths)
    return str(sum(int(depth[:9]) for depth in depths)) if whole else ""


def _carries(genotype: str, count: str, allele: int) -> bool:
    """By the genotype; where it is not called, by reads; without either it is taken as carried."""
    called = genotype.replace("|", "/").split("/")
    if any(each.isdecimal() for each in called):
        return str(allele) in called
    return count != "0"
