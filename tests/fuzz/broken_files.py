"""Files broken on purpose, by seed: of every kind that is read, in every way we could think of."""

from __future__ import annotations

import gzip
import io
import json
import random
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

HEADER = [
    "patient_id",
    "age_years",
    "er_status",
    "her2_ihc",
    "ki67_percent",
    "centre",
    "pcr",
    "first_dose_date",
]
ROWS = [
    [
        f"P{n}",
        str(30 + n),
        ("positive", "negative")[n % 2],
        f"{1 + n % 3}+",
        str(10 + n),
        "Köln",
        "1",
        "2024-01-05",
    ]
    for n in range(12)
]
MAF = ["Hugo_Symbol", "Tumor_Sample_Barcode", "Variant_Classification", "HGVSp_Short", "t_depth"]
CALLS = [["PIK3CA", f"P{n}", "Missense_Mutation", "p.H1047R", "90"] for n in range(12)]
VCF = """\
##fileformat=VCFv4.2
##INFO=<ID=CSQ,Number=.,Type=String,Description="Consequence annotations from Ensembl VEP. \
Format: Allele|Consequence|SYMBOL|HGVSc|HGVSp">
#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tP1
3\t178952085\t.\tA\tG\t.\tPASS\tCSQ=G|missense_variant|PIK3CA|c.3140A>G|p.His1047Arg\tGT:AD\t0/1:40,20
"""
MATRIX = "SAMPLE_ID\tmutations\nP1\tIMPACT\nP2\tIMPACT\n"
SAMPLES = "SAMPLE_ID\tPATIENT_ID\tTUMOR_PURITY\nP1\tP1\t40\nP2\tP2\t\n"
PANEL = "stable_id: IMPACT\ngene_list: PIK3CA\tPTEN\tAKT1\n"
COPIES = "Hugo_Symbol\tP1\tP2\nPTEN\t0\t-2\n"
PLASMA = "patient_id,collected_date,detected,mtm_per_ml,assay\nP1,2024-01-01,1,3.2,panel\n"
DICTIONARY = (
    "field_name,form_name,field_type,field_label,select_choices_or_calculations\n"
    'er_status,f,radio,ER,"1, Positive | 0, Negative"\n'
)


@dataclass(frozen=True, slots=True)
class Broken:
    """A file: whose place it takes, its name, its content, and whether it must be refused."""

    role: str
    name: str
    content: bytes
    how: str
    is_hopeless: bool = False


def text(delimiter: str, rows: list[list[str]]) -> bytes:
    return "".join(delimiter.join(row) + "\n" for row in rows).encode()


def workbook(rows: list[list[str]]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append([int(cell) if cell.isdigit() else cell for cell in row])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def parquet(header: list[str], rows: list[list[str]]) -> bytes:
    columns = {name: [row[place] for row in rows] for place, name in enumerate(header)}
    buffer = io.BytesIO()
    pq.write_table(pa.table(columns), buffer)
    return buffer.getvalue()


def resources() -> list[dict]:
    found: list[dict] = []
    for row in ROWS[:4]:
        reference = {"subject": {"reference": f"Patient/{row[0]}"}, "status": "final"}
        code = {"coding": [{"system": "http://loinc.org", "code": "85330-9"}]}
        value = {"valueQuantity": {"value": int(row[4]), "unit": "%"}}
        found += [
            {"resourceType": "Patient", "id": row[0], "birthDate": "1970-01-01"},
            {"resourceType": "Observation", "code": code, **reference, **value},
            {
                "resourceType": "MedicationStatement",
                "medicationCodeableConcept": {"text": "trastuzumab"},
                "effectivePeriod": {"start": "2024-01-01"},
                **reference,
            },
        ]
    return found


def bundle() -> bytes:
    entries = [{"resource": each} for each in resources()]
    return json.dumps({"resourceType": "Bundle", "entry": entries}).encode()


WHOLE: dict[str, tuple[str, bytes]] = {
    "a.csv": ("patients", text(",", [HEADER, *ROWS])),
    "b.csv": ("patients", text(";", [HEADER, *ROWS])),
    "a.tsv": ("patients", text("\t", [HEADER, *ROWS])),
    "a.txt": ("patients", b"# comment\n" + text("\t", [HEADER, *ROWS])),
    "a.xlsx": ("patients", workbook([HEADER, *ROWS])),
    "a.parquet": ("patients", parquet(HEADER, ROWS)),
    "a.json": ("patients", bundle()),
    "a.ndjson": ("patients", b"\n".join(json.dumps(each).encode() for each in resources())),
    "j.csv": ("joined", text(",", [["patient_id", "grade"], *([row[0], "3"] for row in ROWS)])),
    "d.csv": ("dictionary", DICTIONARY.encode()),
    "p.csv": ("ctdna", PLASMA.encode()),
    "a.maf": ("mutations", b"#version 2.4\n" + text("\t", [MAF, *CALLS])),
    "m.txt": ("mutations", text("\t", [MAF, *CALLS])),
    "m.parquet": ("mutations", parquet(MAF, CALLS)),
    "a.vcf": ("mutations", VCF.encode()),
    "a.vcf.gz": ("mutations", gzip.compress(VCF.encode(), mtime=0)),
    "g.txt": ("gene_panel_matrix", MATRIX.encode()),
    "h.txt": ("gene_panels", PANEL.encode()),
    "q.txt": ("samples", SAMPLES.encode()),
    "c.txt": ("copy_number", COPIES.encode()),
    "s.txt": ("sequenced", b"P1\nP2\n"),
}


def cut(content: bytes, dice: random.Random) -> bytes:
    return content[: dice.randrange(len(content))]


def flip(content: bytes, dice: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(dice.choice((1, 3, 20))):
        changed[dice.randrange(len(changed))] = dice.randrange(256)
    return bytes(changed)


def nul(content: bytes, dice: random.Random) -> bytes:
    place = dice.randrange(len(content))
    return content[:place] + bytes(dice.choice((1, 7, 4096))) + content[place:]


def noise(_: bytes, dice: random.Random) -> bytes:
    return dice.randbytes(dice.choice((1, 20, 3000)))


def insert(content: bytes, dice: random.Random) -> bytes:
    marks = (b'"', b"\r", b"\n\n", b",,,", b";", b"\t", b"\\", b"\xff\xfe", b"\xef\xbb\xbf", b"{")
    place = dice.randrange(len(content))
    return content[:place] + dice.choice(marks) + content[place:]


def shuffle(content: bytes, dice: random.Random) -> bytes:
    start, end = sorted((dice.randrange(len(content)), dice.randrange(len(content))))
    return content[:start] + content[end:] + content[start:end]


def twice(content: bytes, dice: random.Random) -> bytes:
    return content * dice.choice((2, 50))


def encoded(content: bytes, dice: random.Random) -> bytes:
    names = ("utf-16-le", "utf-16", "utf-32", "latin-1", "cp037", "utf-7", "utf-8-sig")
    try:
        return content.decode().encode(dice.choice(names))
    except UnicodeError:
        return content[::-1]


def swapped_json(content: bytes, dice: random.Random) -> bytes:
    """Values of JSON replaced by values of other types."""
    odd = (
        b"null",
        b"[]",
        b"{}",
        b"true",
        b"1e999",
        b"NaN",
        b'"\\ud800"',
        b"-0",
        b"[[1]]",
        b"9" * 400,
    )
    pieces = content.split(b'"')
    if len(pieces) < 4:
        return content + dice.choice(odd)
    place = dice.randrange(1, len(pieces) - 1, 2)
    return b'"'.join(pieces[:place]) + dice.choice(odd) + b'"'.join([b"", *pieces[place + 1 :]])[1:]


Change = Callable[[bytes, random.Random], bytes]
CHANGES: tuple[Change, ...] = (
    cut, flip, nul, noise, insert, shuffle, twice, encoded, swapped_json,
)  # fmt: skip


def rebuilt(
    content: bytes, part: str, change: Callable[[bytes], bytes], *, store: bool = False
) -> bytes:
    """A workbook with one part changed."""
    buffer = io.BytesIO()
    method = zipfile.ZIP_STORED if store else zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w", method) as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == part else old.read(name))
    return buffer.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
PARTS = (SHEET, "xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml", "[Content_Types].xml")


def sheet_change(dice: random.Random) -> tuple[str, Callable[[bytes], bytes], bool]:
    """A named change of a sheet's XML, and whether it must be refused."""
    number = dice.choice((b"99999999999", b"0", b"-1", b"2000000", b"x"))
    merged = b'</sheetData><mergeCells><mergeCell ref="A1:B1"/></mergeCells>'
    replacements = {
        "formula": (b"<v>", b"<f>A1*2</f><v>"),
        "deep": (b"<sheetData>", b"<a>" * 20_000 + b"<sheetData>"),
        "string of none": (b't="n"><v>', b't="s"><v>999999'),
        "merged": (b"</sheetData>", merged),
        "odd row": (b'<row r="3"', b'<row r="' + number + b'"'),
        "odd cell": (b'r="B3"', b'r="' + number + b'"'),
        "dates": (b't="n"', b't="d"'),
    }
    how = dice.choice((*replacements, "zip bomb", "cut", "flipped"))
    if how in replacements:
        return how, lambda xml: xml.replace(*replacements[how]), how in list(replacements)[:4]
    if how == "zip bomb":
        return how, lambda xml: xml + b" " * (40 << 20), True
    change = cut if how == "cut" else flip
    return how, lambda xml: change(xml, dice), False


def broken_workbook(dice: random.Random) -> Broken:
    whole = WHOLE["a.xlsx"][1]
    how, change, hopeless = sheet_change(dice)
    part = SHEET if hopeless or dice.random() < 0.7 else dice.choice(PARTS)
    content = rebuilt(whole, part, change, store=dice.random() < 0.3 and how != "zip bomb")
    return Broken("patients", "a.xlsx", content, f"workbook: {how}", hopeless)


def broken_json(dice: random.Random) -> Broken:
    depth = dice.choice((2_000, 100_000))
    name = dice.choice(("a.json", "a.ndjson"))
    opening = dice.choice((b"[", b'{"a":', b'{"resourceType":"Bundle","entry":[{"resource":'))
    return Broken("patients", name, opening * depth, "deep JSON", is_hopeless=True)


def too_wide(dice: random.Random, n_columns: int) -> Broken:
    name, delimiter = dice.choice(
        (("a.csv", ","), ("a.tsv", "\t"), ("m.txt", "\t"), ("a.maf", "\t"))
    )
    header = delimiter.join(["patient_id", *(f"c{n}" for n in range(n_columns))])
    how = "too many columns"
    hopeless = n_columns > 100_000
    return Broken("patients", name, f"{header}\n1\n".encode(), how, hopeless)


def hopeless_text(dice: random.Random) -> Broken:
    name = dice.choice(("a.csv", "b.csv", "a.tsv", "a.txt"))
    role, whole = WHOLE[name]
    lines = whole.splitlines(keepends=True)
    ways: dict[str, bytes] = {
        "empty": b"",
        "header only": b"".join(lines[:1]) if name != "a.txt" else b"".join(lines[:2]),
        "truncated in a row": whole[: -dice.randrange(15, 30)],
        "open quote": whole.replace(b"P5", b'"P5'),
        "NUL bytes": whole.replace(b"P5", b"P\x005"),
        "wrong encoding": whole.decode().encode("latin-1"),
        "UTF-16 without a mark": whole.decode().encode("utf-16-le"),
        "a header twice": whole.replace(b"er_status", b"age_years"),
        "no identifier": whole.replace(b"patient_id", b"patient"),
        "a row too long": whole.replace(b"K", b",x;x\tK", 1),
    }
    how = dice.choice(list(ways))
    return Broken(role, name, ways[how], f"text: {how}", is_hopeless=True)


def anything(dice: random.Random) -> Broken:
    name = dice.choice(list(WHOLE))
    role, content = WHOLE[name]
    changes = [dice.choice(CHANGES) for _ in range(dice.choice((1, 1, 1, 2, 3)))]
    for change in changes:
        content = change(content, dice) if content else content
    how = "+".join(change.__name__ for change in changes)
    return Broken(role, name, content, f"{role}: {how}")


def broken(seed: int, *, wide: int = 2_000) -> Broken:
    """File of a seed."""
    dice = random.Random(seed)  # noqa: S311 - nothing secret
    kind = dice.random()
    if kind < 0.15:
        return broken_workbook(dice)
    if kind < 0.18:
        return broken_json(dice)
    if kind < 0.19:
        return too_wide(dice, wide)
    return hopeless_text(dice) if kind < 0.4 else anything(dice)
