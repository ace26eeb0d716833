"""Laws of the PAM rules on arbitrary text: nothing missing becomes wild type, order is nothing."""

from __future__ import annotations

import gzip
from contextlib import suppress

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from neopcr.cohort.barcodes import Barcodes
from neopcr.cohort.copy_number import read_deletions
from neopcr.cohort.patient_index import PatientIndex
from neopcr.cohort.vcf import vcf_batches
from neopcr.errors import TableError
from neopcr.oncology.pam import Calls, call_variants
from neopcr.oncology.pam_exons import coding_from_genome
from neopcr.oncology.pam_genes import EXTENDED_GENES
from neopcr.oncology.pam_rules import RULES, Described, Rules
from neopcr.oncology.pam_status import Evidence, bits
from neopcr.oncology.variant_coding import protein_from_coding

genes = st.one_of(st.sampled_from([*EXTENDED_GENES, "TP53", ""]), st.none())
kinds = st.one_of(
    st.none(),
    st.sampled_from(["Missense_Mutation", "In_Frame_Del", "Splice_Site", "Silent", "stop_gained"]),
    st.text(max_size=6),
)
changes = st.one_of(
    st.none(),
    st.sampled_from(["p.H1047R", "p.R130*", "p.?", "p.E439del", "p.His1047Leu", "H1047Q"]),
    st.from_regex(r"p\.\(?[A-Z*?]\d{1,9}([A-Z*=?]|del|fs|_[A-Z]\d+del)\)?", fullmatch=True),
    st.text(max_size=8),
)
codings = st.one_of(
    st.none(),
    st.sampled_from(["c.3140A>G", "c.801+2T>A", "NM_006218.2:c.1633G>A", "c.1346_1357del"]),
    st.from_regex(
        r"c\.\d{1,9}(_\d{1,9})?([ACGT]{1,3}>[ACGT]{1,3}|del|dup|delins[ACGT]+)", fullmatch=True
    ),
    st.text(max_size=8),
)
variants = st.tuples(genes, kinds, changes, codings)
N = 4


def call(rows):
    columns = [np.array([*cells, None], dtype=object)[:-1] for cells in zip(*rows, strict=True)]
    gene, kind, change, coding = columns or [np.empty(0, object)] * 4
    return call_variants(gene, kind, change, hgvsc=coding, extended=True)


def statuses(calls, patient, covered, assessable):
    evidence = Evidence.of(N)
    evidence.add(calls, patient)
    found = [evidence.status(gene, covered, assessable) for gene in range(len(EXTENDED_GENES))]
    return np.stack([*found, evidence.pathway(covered, assessable, extended=True)])


@given(variants)
def test_a_variant_is_read_and_never_an_error(row):
    gene, *cells = ("" if cell is None else cell for cell in row)
    rule = Rules().rule(Described(gene, *cells))
    assert rule in RULES
    assert (rule == "other_gene") == (gene not in EXTENDED_GENES)


@given(genes, st.text(max_size=30), st.text(max_size=30))
def test_coding_and_place_are_never_an_error(gene, coding, place):
    assert isinstance(protein_from_coding(gene or "", coding), str)
    assert isinstance(coding_from_genome(gene or "", place), str)


@given(st.sampled_from(EXTENDED_GENES))
def test_a_call_that_says_nothing_is_unresolved(gene):
    assert Rules().rule(Described(gene)) == "unresolved"


@given(st.lists(st.tuples(variants, st.integers(-1, N - 1)), min_size=1, max_size=12), st.randoms())
def test_the_order_of_rows_is_nothing(rows, random):
    covered = bits(np.ones((N, len(EXTENDED_GENES)), dtype=bool))
    assessable = np.ones(N, dtype=bool)
    shuffled = random.sample(rows, len(rows))
    found = [
        statuses(
            call([row for row, _ in each]), np.array([who for _, who in each]), covered, assessable
        )
        for each in (rows, shuffled)
    ]
    np.testing.assert_array_equal(*found)


@given(
    st.lists(st.tuples(variants, st.integers(-1, N - 1)), min_size=1, max_size=12),
    st.lists(st.booleans(), min_size=N, max_size=N),
    st.lists(st.integers(0, 2 ** len(EXTENDED_GENES) - 1), min_size=N, max_size=N),
)
def test_wild_type_is_proven_and_less_proof_never_makes_more_of_it(rows, assessable, covered):
    calls, patient = call([row for row, _ in rows]), np.array([who for _, who in rows])
    bits_covered, enough = np.array(covered, dtype=np.uint32), np.array(assessable)
    found = statuses(calls, patient, bits_covered, enough)
    assert not (found[:, ~enough] == 0).any()
    assert not (found[:-1, bits_covered == 0] == 0).any()
    less = statuses(calls, patient, bits_covered & 1, enough)
    np.testing.assert_array_equal(less == 1, found == 1)
    assert not ((less == 0) & (found != 0)).any()


@given(st.lists(st.tuples(variants, st.integers(0, N - 1)), min_size=1, max_size=8))
def test_an_unresolved_call_is_never_wild_type(rows):
    calls, patient = call([row for row, _ in rows]), np.array([who for _, who in rows])
    everything = bits(np.ones((N, len(EXTENDED_GENES)), dtype=bool))
    found = statuses(calls, patient, everything, np.ones(N, dtype=bool))
    for gene, rule, who in zip(calls.gene, calls.rule, patient, strict=True):
        if RULES[rule] == "unresolved":
            assert found[gene, who] != 0
            assert found[-1, who] != 0


def test_no_variants_at_all():
    empty = Calls(np.empty(0, np.int16), np.empty(0, np.int16), np.empty(0, bool))
    everything = bits(np.ones((N, len(EXTENDED_GENES)), dtype=bool))
    assert (statuses(empty, np.empty(0, np.int64), everything, np.ones(N, bool)) == 0).all()


header = (
    '##fileformat=VCFv4.2\n##INFO=<ID=CSQ,Description="Format: Allele|Consequence|SYMBOL">\n'
    "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tP1\n"
)
cell = st.text(st.characters(codec="utf-8", exclude_characters="\t\n\r\0"), max_size=8)
row_of_vcf = st.tuples(
    st.just("3"), st.one_of(cell, st.just("17")), cell, cell, cell, cell, cell,
    st.one_of(cell, cell.map(lambda text: f"CSQ=A|{text}|PTEN")), cell, cell,
).map("\t".join)  # fmt: skip


@given(st.lists(st.one_of(row_of_vcf, cell), max_size=5), st.booleans())
def test_a_vcf_is_read_or_refused_by_us(tmp_path_factory, rows, packed):
    path = tmp_path_factory.mktemp("vcf") / "a.vcf"
    content = (header + "\n".join(rows)).encode()
    path.write_bytes(gzip.compress(content) if packed else content)
    with suppress(TableError):
        table = pa.Table.from_batches(vcf_batches(path))
        assert set(map(str, table.schema.types)) == {"string"}


@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_refused_by_us(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("bytes") / "a.txt"
    path.write_bytes(content)
    with suppress(TableError):
        list(vcf_batches(path))
    with PatientIndex(np.array(["P1"], dtype=object)) as index, suppress(TableError):
        read_deletions(path, Barcodes(index))
