"""Protein changes from changes of the coding sequence (HGVSc), where the reference codon is known."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import NamedTuple

from neopcr.oncology.pam_codons import REFERENCE_CODONS, TRANSCRIPTS, possible, translate

_CHANGE = re.compile(
    r"c\.(?P<start>\d+)(?:_(?P<end>\d+))?"
    r"(?:(?P<old>[ACGT]+)>(?P<new>[ACGT]+)|(?P<kind>delins|del|ins|dup)(?P<bases>[ACGT]*)"
    r"(?:ins(?P<inserted>[ACGT]+))?)"
)
# Whatever the gene and the transcript.
_START = "ATG"
_SPLICE = re.compile(r"c\.[\d_*-]*\d[+-](?P<distance>\d+)")


class _Edit(NamedTuple):
    """Bases `first` to `last` of the coding sequence, and what stands there instead."""

    kind: str
    first: int
    last: int
    old: str
    new: str


def protein_from_coding(
    gene: str,
    hgvsc: str,
    codons: Mapping[str, Mapping[int, str]] = REFERENCE_CODONS,
    transcripts: Mapping[str, Collection[str]] = TRANSCRIPTS,
) -> str:
    """Read a change of the coding sequence as a change of the protein.

    Parameters
    ----------
    gene : str
        Symbol.
    hgvsc : str
        ``c.3140A>G``, with or without a transcript. Without one it is read on the transcript
        of the table.
    codons : mapping of str to mapping of int to str
        Reference codons by gene and residue.
    transcripts : mapping of str to collection of str
        Whose numbering they use, by gene, without versions.

    Returns
    -------
    str
        ``H1047R``; with ``?`` for every residue that the table of reference codons cannot tell
        (``?1021?``); empty where nothing can be said: another transcript, a reference base that is
        not the transcript's, a change that is no change of the coding sequence.

    Notes
    -----
    A deletion of whole codons is ``E110del``, of parts of them ``?449_?453delins``.

    Examples
    --------
    >>> protein_from_coding("PIK3CA", "NM_006218.4:c.3140A>G")
    'H1047R'
    >>> protein_from_coding("PIK3CA", "c.3062A>G"), protein_from_coding("PIK3CA", "c.3140G>A")
    ('?1021?', '')
    """
    transcript, _, text = hgvsc.strip().rpartition(":")
    edit = _edit(text)
    if edit is None or not _is_known_transcript(transcripts.get(gene), transcript):
        return ""
    known = {1: _START, **codons.get(gene, {})}
    if edit.kind == "substitution":
        return _substituted(known, edit)
    first, last = _residue(edit.first), _residue(edit.last)
    if edit.kind == "del" and edit.first % 3 == 1 and edit.last % 3 == 0:
        return f"{_span(known, first, last)}del"
    return f"{_span({}, first, last)}delins"


def splice_class(hgvsc: str) -> str:
    """Class of a change beside an exon: ``splice_site`` within two bases of it, else ``intron``.

    Empty for any other change.

    >>> splice_class("c.801+2T>A"), splice_class("c.46+88C>T"), splice_class("c.49G>A")
    ('splice_site', 'intron', '')
    """
    found = _SPLICE.search(hgvsc)
    if found is None:
        return ""
    return "splice_site" if len(found["distance"]) == 1 and found["distance"] in "12" else "intron"


def _edit(text: str) -> _Edit | None:
    found = _CHANGE.fullmatch(text)
    # Longer numbers than any gene has bases are no positions.
    if found is None or len(found["start"]) > 6 or len(found["end"] or "") > 6:
        return None
    first, last = int(found["start"]), int(found["end"] or found["start"])
    if not 0 < first <= last:
        return None
    new = found["new"] or found["inserted"] or (found["bases"] if found["kind"] == "delins" else "")
    old = found["old"] or ""
    is_substitution = bool(new) and found["kind"] != "ins" and len(new) == last - first + 1
    kind = "substitution" if is_substitution else str(found["kind"] or "delins")
    return _Edit(
        "delins" if found["inserted"] and not is_substitution else kind, first, last, old, new
    )


def _is_known_transcript(known: Collection[str] | None, transcript: str) -> bool:
    """Whether positions are of the table's numbering; without a table any numbering will do."""
    accession = re.split(r"[.(]", transcript)[0]
    return known is None or not accession or accession in known


def _residue(base: int) -> int:
    return (base + 2) // 3


def _substituted(codons: Mapping[int, str], edit: _Edit) -> str:
    """Change of one codon; several codons are told by their span."""
    residue = _residue(edit.first)
    if _residue(edit.last) != residue:
        return f"{_span({}, residue, _residue(edit.last))}delins"
    codon, offset = codons.get(residue), (edit.first - 1) % 3
    if codon is None:
        return f"?{residue}?"
    fits = all(old in possible(base) for old, base in zip(edit.old, codon[offset:], strict=False))
    if not fits:
        return ""
    changed = codon[:offset] + edit.new + codon[offset + len(edit.new) :]
    before, after = translate(codon), translate(changed)
    return f"{before}{residue}{'=' if after == before else after or '?'}"


def _span(codons: Mapping[int, str], first: int, last: int) -> str:
    names = [f"{_letter(codons, residue)}{residue}" for residue in (first, last)]
    return names[0] if first == last else "_".join(names)


def _letter(codons: Mapping[int, str], residue: int) -> str:
    return translate(codons[residue]) if residue in codons else "?"
