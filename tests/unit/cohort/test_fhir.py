"""mCODE bundles and NDJSON, made up: what of a resource becomes which cell."""

from __future__ import annotations

import json

import pytest

from neopcr.cohort.build import read_cohort
from neopcr.cohort.fhir_codes import OBSERVATIONS
from neopcr.cohort.readers import read_header, read_table
from neopcr.errors import TableError
from neopcr.modalities import find_column


def coded(code, system="http://loinc.org", **more):
    return {"coding": [{"system": system, "code": code, **more}]}


def observed(code, patient="p1", day="2024-01-10", status="final", **value):
    found = {"resourceType": "Observation", "status": status, "code": coded(code), **value}
    found["subject"] = {"reference": f"Patient/{patient}"}
    return found | ({"effectiveDateTime": f"{day}T08:00:00Z"} if day else {})


def answer(code="", text=""):
    concept = coded(code, "http://snomed.info/sct") if code else {}
    return {"valueCodeableConcept": concept | ({"text": text} if text else {})}


def quantity(value, unit="", **more):
    return {"valueQuantity": {"value": value, "unit": unit, **more}}


def drug(name, day, kind="MedicationStatement", patient="p1", **more):
    return {
        "resourceType": kind,
        "status": "completed",
        "subject": {"reference": f"Patient/{patient}"},
        "medicationCodeableConcept": {"text": name},
        "effectivePeriod": {"start": day},
        **more,
    }


PERSON = {"resourceType": "Patient", "id": "p1", "gender": "female", "birthDate": "1970-06-15"}
CANCER = {
    "resourceType": "Condition",
    "code": coded("254837009", "http://snomed.info/sct"),
    "subject": {"reference": "Patient/p1"},
    "onsetDateTime": "2024-06-14",
}


def row_of(tmp_path, *resources, person=PERSON):
    path = tmp_path / "b.json"
    entries = [{"resource": each} for each in (person, *resources)]
    path.write_text(json.dumps({"resourceType": "Bundle", "entry": entries}))
    (row,) = read_table(path).to_pylist()
    return {name: value for name, value in row.items() if name not in {"patient_id", "sex"}}


@pytest.mark.parametrize(
    ("code", "value", "cells"),
    [
        ("85337-4", answer("10828004"), {"er_status": "positive"}),
        ("85339-0", answer("260385009"), {"pgr_status": "negative"}),
        ("16112-5", answer(text="Weakly positive"), {"er_status": "Weakly positive"}),
        ("85337-4", {"interpretation": [coded("NEG")]}, {"er_status": "negative"}),
        ("85337-4", answer("82334004"), {}),
        ("85337-4", {"valueString": " Positive (qualifier value)"}, {"er_status": "Positive"}),
        ("85329-1", quantity(80, "%"), {"er_percent": "80%"}),
        ("85329-1", quantity(1, "%", comparator="<"), {"er_percent": "<1%"}),
        ("85330-9", quantity(20), {"ki67_percent": "20"}),
        ("85330-9", {"valueString": "20-30%"}, {"ki67_percent": "20-30%"}),
        ("85319-2", answer(text="HER2 2+ (equivocal)"), {"her2_ihc": "2+"}),
        ("85319-2", {"valueString": "0"}, {"her2_ihc": "0"}),
        ("85319-2", answer("10828004"), {"her2_status": "positive"}),
        ("48676-1", answer("42425007"), {"her2_status": "equivocal"}),
        ("85318-4", answer("260385009"), {"her2_ish": "negative"}),
        ("49683-6", quantity(2.15), {"her2_cep17_ratio": "2.15"}),
        (
            "49683-6",
            {"valueRatio": {"numerator": {"value": 9}, "denominator": {"value": 2}}},
            {"her2_cep17_ratio": "4.5"},
        ),
        ("49683-6", {"valueRatio": {"numerator": {"value": 9}}}, {}),
        ("49683-6", quantity(10**400), {}),
        ("74860-8", {"valueInteger": 6}, {"her2_copies_per_cell": "6"}),
        ("74861-6", quantity(True), {}),
        ("21905-5", answer(text="cT2 category"), {"ct_stage": "T2"}),
        ("21905-5", {"valueCodeableConcept": coded("cT1c")}, {"ct_stage": "T1"}),
        ("21906-3", answer(text="N1mi category (finding)"), {"cn_stage": "N1mi"}),
        ("21907-1", answer(text="M0"), {"cm_stage": "M0"}),
        ("21907-1", answer(text="none seen"), {"cm_stage": "none seen"}),
        ("21889-1", quantity(2.3, "cm"), {"tumor_diameter_mm": "23.0"}),
        ("21889-1", quantity(23, "mm"), {"tumor_diameter_mm": "23"}),
        ("21889-1", quantity(1, "[in_i]"), {"tumor_diameter_mm": "1[in_i]"}),
        (
            "21889-1",
            {"component": [{"code": coded("33728-7"), **quantity(31, "mm")}, "odd"]},
            {"tumor_diameter_mm": "31"},
        ),
        ("44648-4", answer(text="G3: poorly differentiated"), {"grade": "3"}),
        ("89247-1", {"valueInteger": 1}, {"ecog": "1"}),
        ("89247-1", answer("LA9622-7"), {"ecog": "0"}),
        ("89247-1", answer(text="not done"), {"ecog": "not done"}),
        ("1234-5", quantity(1), {}),
        ("85337-4", {"valueCodeableConcept": {"coding": ["odd"]}}, {}),
        ("85337-4", answer("12345", "weak"), {"er_status": "weak"}),
    ],
)
def test_a_value_of_any_type_becomes_a_cell(tmp_path, code, value, cells):
    assert row_of(tmp_path, observed(code, **value)) == cells


def test_the_earliest_counts_and_two_of_a_day_contradict(tmp_path):
    late, early = answer("260385009"), answer("10828004")
    codes = [observed("85337-4", day="2024-03-01", **late), observed("85337-4", **early)]
    assert row_of(tmp_path, *codes) == {"er_status": "positive"}
    codes = [observed("85337-4", day="", **late), observed("85337-4", **early)]
    assert row_of(tmp_path, *codes) == {"er_status": "positive"}
    codes = [observed("85337-4", **late), observed("16112-5", **early)]
    assert row_of(tmp_path, *codes) == {"er_status": "negative | positive"}
    other = {"resourceType": "Procedure", "subject": {"reference": "Patient/p1"}}
    assert row_of(tmp_path, other) == {}
    void = observed("85337-4", status="entered-in-error", **late)
    assert row_of(tmp_path, void) == {}


def test_age_is_counted_in_completed_years_at_diagnosis(tmp_path):
    assert row_of(tmp_path, CANCER) == {"age_years": "53"}
    assert row_of(tmp_path, CANCER | {"onsetDateTime": "2024-06-15"}) == {"age_years": "54"}
    second = CANCER | {"onsetDateTime": "", "recordedDate": "2020-01-01", "code": coded("C50.4")}
    assert row_of(tmp_path, CANCER, second) == {"age_years": "49"}
    assert row_of(tmp_path, CANCER | {"onsetDateTime": "2024"}) == {}
    assert row_of(tmp_path, CANCER | {"code": coded("I10")}) == {}
    assert row_of(tmp_path, CANCER, person=PERSON | {"birthDate": "1970", "gender": "other"}) == {}


def test_drugs_of_the_first_week_are_the_plan(tmp_path):
    row = row_of(
        tmp_path,
        drug("Docetaxel 75 mg/m2", "2024-02-01"),
        drug("Trastuzumab (subcutaneous)", "2024-02-02T10:00:00Z"),
        drug("pertuzumab", "", "MedicationRequest", authoredOn="2024-01-28"),
        drug("Carboplatin", "2024-02-01", status="not-taken"),
        drug("Doxorubicin", "2024-02-01", doNotPerform=True),
        # Ordered after surgery, because of what was found there.
        drug("Trastuzumab emtansine", "2024-08-01"),
        drug("Ondansetron", "2024-01-01"),
        drug("Paclitaxel", "some day"),
    )
    assert row == {
        "first_dose_date": "2024-01-28",
        "regimen_anti_her2": "1",
        "regimen_taxane": "1",
        "regimen_dual_blockade": "1",
    }


def test_a_conjugate_is_not_its_antibody(tmp_path):
    row = row_of(tmp_path, drug("Trastuzumab emtansine 160 mg", "2024-02-01"))
    assert row == {
        "first_dose_date": "2024-02-01", "regimen_adc": "1", "regimen_anti_her2": "1",
    }  # fmt: skip
    assert row_of(tmp_path, drug("Cyclophosphamide", "2024-02-01")) == {
        "first_dose_date": "2024-02-01"
    }


def test_lines_of_resources_are_patients(tmp_path):
    path = tmp_path / "a.ndjson"
    other = {**PERSON, "id": "p2", "gender": "male"}
    lines = [PERSON, observed("85337-4", **answer("10828004")), other]
    lines += [observed("85330-9", patient="p2", **quantity(35, "%"))]
    path.write_text("\n\n".join(json.dumps(line) for line in lines) + "\n")
    assert read_header(path) == ("patient_id", "sex", "er_status", "ki67_percent")
    assert read_table(path, ["patient_id", "er_status"]).to_pylist() == [
        {"patient_id": "p1", "er_status": "positive"},
        {"patient_id": "p2", "er_status": ""},
    ]
    cohort, problems = read_cohort(path, find_column)
    assert not problems
    assert cohort.table["ki67_percent"][1] == 35


def test_a_bundle_refers_by_its_own_addresses(tmp_path):
    path = tmp_path / "b.json"
    seen = observed("85337-4", **answer("10828004")) | {"subject": {"reference": "urn:uuid:7"}}
    nameless = {"resourceType": "Patient", "gender": "female"}
    path.write_text(
        json.dumps(
            {
                "resourceType": "Bundle",
                "entry": [
                    {"fullUrl": "urn:uuid:7", "resource": PERSON},
                    {"fullUrl": "urn:uuid:8", "resource": nameless},
                    {"resource": seen},
                    {"resource": nameless},
                    {"resource": "odd"},
                ],
            }
        )
    )
    assert read_table(path).to_pylist() == [
        {"patient_id": "p1", "sex": "female", "er_status": "positive"},
        {"patient_id": "urn:uuid:8", "sex": "female", "er_status": ""},
    ]


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("a.json", b"{", "it is no JSON"),
        ("a.json", b'{"resourceType": "Bundle"}', "it holds no patient"),
        ("a.json", b"[1]", "something that is no FHIR resource"),
        ("a.json", b'{"a": ' * 100_000, "it is nested too deeply"),
        ("a.json", b"\xff", "the text is not UTF-8"),
        ("a.json", b"9" * 5000, "it is no JSON"),
        ("a.ndjson", b'{"resourceType": "Patient", "id": "p"}\n{', "line 2 is no JSON"),
        ("a.ndjson", b"[" * 100_000, "line 1 is nested too deeply"),
        ("a.ndjson", b"", "the file is empty"),
    ],
)
def test_broken_json_is_refused(tmp_path, name, content, fault):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(TableError, match=fault):
        read_table(path)


def test_a_bundle_too_large_for_memory(tmp_path, monkeypatch):
    monkeypatch.setattr("neopcr.cohort.fhir.MOST_BYTES", 10)
    path = tmp_path / "a.json"
    path.write_text(json.dumps(PERSON))
    with pytest.raises(TableError, match=r"Export it as \.ndjson"):
        read_table(path)


def test_every_code_leads_to_a_column_of_the_contract():
    for code, reads in OBSERVATIONS.items():
        for read in reads:
            assert find_column(read.column) is not None, code
    assert find_column("regimen_dual_blockade").kind == "boolean"
