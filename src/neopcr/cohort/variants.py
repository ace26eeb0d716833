"""Tables of variants under the names of a MAF, whatever flavour they have."""

from __future__ import annotations

import gzip
import tempfile
import zlib
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from neopcr.cohort.cells import as_text
from neopcr.cohort.header import refuse
from neopcr.cohort.readers import coded_batches, read_header, require_file
from neopcr.cohort.vcf import vcf_batches
from neopcr.errors import TableError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from neopcr.specs import IntArray

# Codes of the rows, -1 missing, and the text of each code.
Levels = tuple["IntArray", list[str]]

GENE, SAMPLE = "Hugo_Symbol", "Tumor_Sample_Barcode"
KIND, PROTEIN, CODING = "Variant_Classification", "HGVSp_Short", "HGVSc"
PLACE = ("NCBI_Build", "Chromosome", "Start_Position", "Reference_Allele", "Tumor_Seq_Allele2")
COUNTS = ("t_depth", "t_ref_count", "t_alt_count", "n_depth", "n_ref_count", "n_alt_count")
SHARES = ("t_vaf", "gnomAD_AF", "ccf")
VERDICTS = ("FILTER", "Mutation_Status")
ASSAY = "assay"
# Of few distinct texts, however many rows there are.
_FEW = frozenset({GENE, KIND, *PLACE[:2], *VERDICTS, ASSAY})

# Other headers of the same, in any case; the first that a file has is read.
_OTHER_NAMES: dict[str, tuple[str, ...]] = {
    GENE: ("gene", "gene_symbol", "symbol", "gene_name"),
    SAMPLE: ("tumor_sample_id", "sample_id", "patient_id"),
    KIND: ("consequence", "one_consequence", "classification", "effect"),
    PROTEIN: ("hgvsp", "protein_change", "amino_acid_change", "aachange"),
    CODING: ("cdna_change", "coding_change", "cds_change"),
    "NCBI_Build": ("build", "assembly"),
    "Chromosome": ("chr", "chrom"),
    "Start_Position": ("start", "pos", "position"),
    "Reference_Allele": ("ref_allele", "ref"),
    "Tumor_Seq_Allele2": ("tumor_alt_allele", "alt_allele", "alt"),
    "t_vaf": ("vaf", "tumor_vaf", "tumour_vaf", "t_af"),
    "gnomAD_AF": ("gnomade_af", "gnomad_af_exome", "max_af"),
    "ccf": ("ccf_expected_copies", "cancer_cell_fraction"),
}
_ALL = (
    GENE, SAMPLE, KIND, PROTEIN, CODING, *PLACE, *COUNTS, *SHARES, *VERDICTS, ASSAY,
)  # fmt: skip
# A table of text is packed twenty times at most; what is packed more is no table.
MOST_PACKED = 100
_SMALL_BYTES, _COPY_BYTES = 1 << 28, 1 << 20


def variant_tables(
    path: Path, declared: Mapping[str, str], genes: Collection[str] | None
) -> Iterator[pa.Table]:
    """Read variants in pieces; at least one, be it without rows.

    Parameters
    ----------
    path : Path
        MAF or another table (also gzip), or an annotated VCF.
    declared : mapping of str to str
        Name of a MAF's column to the header in the file.
    genes : collection of str, optional
        Symbols of the genes whose variants are wanted; all where None.

    Yields
    ------
    pyarrow Table
        Columns under the names of a MAF, of those that the file has.

    Raises
    ------
    TableError
        If the file cannot be read, or lacks the gene, the sample or every description of a variant.
    """
    require_file(path)
    if path.name.lower().removesuffix(".gz").removesuffix(".bgz").endswith(".vcf"):
        for batch in vcf_batches(path, genes):
            yield pa.Table.from_batches([batch])
        return
    with _unpacked(path) as plain:
        found = _headers(path, read_header(plain), declared)
        coded = [header for name, header in found.items() if name in _FEW]
        for batch in coded_batches(plain, tuple(found.values()), coded):
            raw = pa.Table.from_batches([batch])
            table = raw.select(list(found.values())).rename_columns(list(found))
            yield _of_genes(table, genes)


def _of_genes(table: pa.Table, genes: Collection[str] | None) -> pa.Table:
    if genes is None:
        return table
    return table.filter(pa.array(is_one_of(table[GENE], genes)))


def levels(cells: pa.ChunkedArray | pa.Array) -> Levels:
    """Code of each cell, -1 where it is null, and the trimmed text of each code; trimmed once each."""
    array = cells.combine_chunks() if isinstance(cells, pa.ChunkedArray) else cells
    if not (pa.types.is_string(array.type) or pa.types.is_dictionary(array.type)):
        array = as_text(array)
    encoded = array if pa.types.is_dictionary(array.type) else array.dictionary_encode()
    codes = pc.fill_null(encoded.indices, fill_value=-1).to_numpy(zero_copy_only=False)
    texts = pc.fill_null(as_text(encoded.dictionary), "").to_pylist()
    return codes.astype(np.int64), texts


def is_one_of(cells: pa.ChunkedArray | pa.Array, texts: Collection[str]) -> NDArray[np.bool_]:
    """Whether each cell is one of the texts."""
    codes, found = levels(cells)
    return np.array([*(text in texts for text in found), False], dtype=bool)[codes]


def _headers(path: Path, header: Collection[str], declared: Mapping[str, str]) -> dict[str, str]:
    """Name of a MAF's column to the file's header, of those that are there."""
    given = {name.casefold(): name for name in reversed(list(header))}
    absent = [name for name in declared.values() if name not in header]
    unknown = [name for name in declared if name not in _ALL]
    if absent or unknown:
        fault = f"column(s) that the config names are not there: {[*absent, *unknown]}"
        refuse(path, fault, f"Correct its columns; names are {', '.join(_ALL)}")
    found = {name: _header(name, given, header) for name in _ALL} | dict(declared)
    found = {name: each for name, each in found.items() if each}
    _refuse_lack(path, found)
    return found


def _header(name: str, given: Mapping[str, str], header: Collection[str]) -> str:
    others = (name.casefold(), *_OTHER_NAMES.get(name, ()))
    return name if name in header else next((given[each] for each in others if each in given), "")


def _refuse_lack(path: Path, found: Collection[str]) -> None:
    lacking = [name for name in (GENE, SAMPLE) if name not in found]
    if not any(name in found for name in (KIND, PROTEIN, CODING, PLACE[2])):
        lacking.append(PROTEIN)
    if lacking:
        refuse(path, f"it needs column(s) {lacking}, which are not in its header", "Add them")


@contextmanager
def _unpacked(path: Path) -> Iterator[Path]:
    """Give the file, or what is packed in it; errors name the file itself."""
    if path.suffix.lower() != ".gz":
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="neopcr-") as folder:
        plain = Path(folder) / path.stem
        with plain.open("wb") as target:
            _unpack(path, target)
        try:
            yield plain
        except TableError as error:
            message = str(error).replace(str(plain), str(path))
            raise TableError(message) from None


def _unpack(path: Path, target: BinaryIO) -> None:
    most = max(_SMALL_BYTES, MOST_PACKED * path.stat().st_size)
    try:
        with gzip.open(path) as source:
            while target.tell() <= most:
                block = source.read(_COPY_BYTES)
                if not block:
                    return
                target.write(block)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        refuse(path, "it is a damaged gzip file", "Copy it again")
    refuse(path, f"it unpacks to more than {most:,} bytes", "Unpack it and check what it holds")
