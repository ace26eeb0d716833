"""The vocabulary of regimens, and what a name stands for."""

import numpy as np
import pytest

from neopcr.oncology.regimen import (
    BLOCKADES,
    DRUG_CLASSES,
    TAXANES,
    TRAITS,
    blockade,
    candidates,
    contradicts,
    explain_ambiguous,
    has,
    match_regimens,
    regimen_key,
    taxane_type,
)
from neopcr.oncology.regimen_names import AMBIGUOUS, REGIMEN_NAMES, REGIMENS, TAXANE_TOLD

BY_NAME = {regimen.name: regimen for regimen in REGIMENS}


def read(*texts):
    matched = match_regimens(np.array(texts, dtype=object))
    return [REGIMEN_NAMES[code] if code >= 0 else None for code in matched.codes]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("TCHP", "TCbHP"), ("tch + p", "TCbHP"), ("TCH-P", "TCbHP"), ("PCHP", "PCbHP"),
        ("Nab-P+HP", "nab-PHP"), ("nab-paclitaxel + HP", "nab-PHP"), ("DHP", "THP"),
        ("P+H+T", "THP"), ("PH(paclitaxel)", "TH"), ("PH (no chemo)", "HP"),
        ("TH+Py", "PyroHT"), ("Eve+H+T", "EveroHT"), ("AC>TH", "AC-TH"), ("AC -> THP", "AC-THP"),
        ("AC \N{RIGHTWARDS ARROW} TH", "AC-TH"), ("ddAC-THP", "ddAC-THP"), ("Kadcyla", "T-DM1"),
        ("T\N{EN DASH}DXd", "T-DXd"), ("SHR-A1811+Py", "SHR-A1811+pyrotinib"), ("LH", "THL"),
    ],
)  # fmt: skip
def test_synonyms(text, name):
    assert read(text) == [name]


@pytest.mark.parametrize("name", REGIMEN_NAMES)
def test_a_name_means_itself(name):
    assert read(name, name.upper(), f" {name.lower()} ") == [name] * 3


def test_no_text_means_two_regimens():
    keys = [regimen_key(text) for each in REGIMENS for text in {each.name, *each.synonyms}]
    owner = {}
    for each in REGIMENS:
        for text in (each.name, *each.synonyms):
            assert owner.setdefault(regimen_key(text), each.name) == each.name
    assert not set(keys) & {regimen_key(token) for token in AMBIGUOUS}


@pytest.mark.parametrize("token", AMBIGUOUS)
def test_ambiguous_tokens_are_refused_with_candidates(token):
    matched = match_regimens(np.array([None, token.lower()], dtype=object))
    assert list(matched.codes) == [-1, -1]
    assert list(matched.ambiguous) == [1]
    assert len(matched.unmatched) == 0
    assert candidates(token) == AMBIGUOUS[token]


def test_the_unknown_is_counted_and_never_guessed():
    matched = match_regimens(np.array(["TCHPX", "", " + ", None, "TCHP"], dtype=object))
    assert list(matched.unmatched) == [0]
    assert list(matched.codes[:4]) == [-1] * 4
    assert candidates("TCHP") == ()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("TCbHP", "dual_mAb"), ("PCH", "single"), ("HP", "dual_mAb"), ("PyroHT", "mAb_TKI"),
        ("EveroHT", "single"), ("T-DM1+P", "ADC"), ("T-DXd-THP", "ADC"), ("TL", "TKI"),
        ("SHR-A1811+pyrotinib", "ADC"), ("THL", "mAb_TKI"), ("AC-T", "none"), ("AC+H", "single"),
    ],
)  # fmt: skip
def test_blockade(name, expected):
    assert blockade(BY_NAME[name]) == expected
    assert expected in BLOCKADES


@pytest.mark.parametrize(
    ("trait", "names"),
    [
        ("platinum", {
            "TCbHP", "PCbHP", "TCH", "PCH", "FEC-PCbHP", "PyroH+paclitaxel+cisplatin", "TCbHP+ET",
        }),
        ("adc", {
            "T-DM1", "T-DM1+P", "T-DXd", "T-DXd-THP", "SHR-A1811", "SHR-A1811+pyrotinib",
            "T-DM1+ET",
        }),
        ("mtor_inhibitor", {"EveroHT"}),
        ("nab_paclitaxel", {"nab-PHP"}),
        ("endocrine", {"H+ET", "HP+ET", "T-DM1+ET", "TCbHP+ET"}),
        ("tki", {
            "PyroHT", "SHR-A1811+pyrotinib", "TL", "THL", "AC-TL", "AC-THL", "EC-TL",
            "PyroH+paclitaxel+cisplatin",
        }),
    ],
)  # fmt: skip
def test_traits(trait, names):
    found = has(np.arange(len(REGIMENS), dtype=np.int16), trait)
    assert {REGIMEN_NAMES[code] for code in np.flatnonzero(found == 1)} == names


def test_traits_that_follow_from_a_name():
    codes = np.arange(len(REGIMENS), dtype=np.int16)
    starts = [name.startswith(("AC", "EC", "FEC", "ddAC")) for name in REGIMEN_NAMES]
    assert list(has(codes, "anthracycline") == 1) == starts
    no_her2 = {REGIMEN_NAMES[code] for code in np.flatnonzero(has(codes, "anti_her2") == 0)}
    assert no_her2 == {"AC-T", "EC-T", "FEC-T", "chemotherapy only"}
    dual = {REGIMEN_NAMES[code] for code in np.flatnonzero(has(codes, "dual_blockade") == 1)}
    assert dual == {name for name in REGIMEN_NAMES if name.removesuffix("+ET").endswith("HP")}
    no_taxane = {REGIMEN_NAMES[code] for code in np.flatnonzero(has(codes, "taxane") == 0)}
    assert no_taxane == {
        "HP", "AC+H", "T-DM1", "T-DM1+P", "T-DXd", "SHR-A1811", "SHR-A1811+pyrotinib",
        "H+ET", "HP+ET", "T-DM1+ET",
    }  # fmt: skip


@pytest.mark.parametrize("trait", TRAITS)
def test_a_regimen_that_is_not_known_has_no_trait(trait):
    assert np.isnan(has(np.array([-1], dtype=np.int16), trait))[0]


def test_every_component_is_a_drug_of_a_class():
    known = frozenset().union(*DRUG_CLASSES.values()) | {
        "cyclophosphamide", "fluorouracil", "chemotherapy",
    }  # fmt: skip
    assert {drug for each in REGIMENS for drug in each.components} <= known


def test_chemotherapy_that_is_not_named_leaves_its_classes_open():
    codes = np.array([REGIMEN_NAMES.index("chemotherapy only")], dtype=np.int16)
    open_traits = {trait for trait in TRAITS if np.isnan(has(codes, trait))[0]}
    assert open_traits == {"anthracycline", "platinum", "taxane", "docetaxel", "nab_paclitaxel"}
    assert blockade(BY_NAME["chemotherapy+H"]) == "single"


def test_a_site_may_add_names_and_settle_what_is_ambiguous():
    texts = np.array(["scheme-7", "PH", "Scheme 7 x6"], dtype=object)
    matched = match_regimens(texts, synonyms={"Scheme 7": "PCbHP", "PH": "TH"})
    assert [REGIMEN_NAMES[code] for code in matched.codes] == ["PCbHP", "TH", "PCbHP"]
    assert matched.cycles[2] == 6
    assert len(matched.ambiguous) == 0


@pytest.mark.parametrize(
    ("text", "cycles"),
    [
        ("TCbHP x6", 6), ("6x TCbHP", 6), ("TCbHP \N{MULTIPLICATION SIGN} 6", 6), ("TCbHP*6", 6), ("TCbHP q1w", None), ("TCbHP q4 weeks x2", 2),
        ("TCbHP (6 cycles)", 6), ("1 cycle of TCbHP", 1), ("6 cycles TCbHP q3w", 6),
        ("AC x4 -> THP x4", 8), ("4xAC-4xTHP", 8), ("AC x4, then wTHP x4 cycles", 8),
        ("AC-THP x4", None), ("TCbHP", None), ("TCbHP x0", None), ("TCbHP x24", 24),
        ("TCbHP x25", None), ("TCbHP (x3) (x3)", None), ("TCbHP x3 x3", None), ("AC x4 then wTHP x4", 8), ("THP x4 cycles", 4),
    ],
)  # fmt: skip
def test_cycles_only_where_the_text_counts_the_whole_regimen(text, cycles):
    matched = match_regimens(np.array([text], dtype=object))
    assert matched.codes[0] >= 0
    found = matched.cycles[0]
    assert np.isnan(found) if cycles is None else found == cycles


@pytest.mark.parametrize(
    "text", ["THP x12wk", "THP q5w", "THP q0w", "THP x6 w", "THP 12 weeks", "TCbHP x100", "6", "x6"]
)
def test_what_is_no_count_of_cycles_is_not_read_as_one(text):
    matched = match_regimens(np.array([text], dtype=object))
    assert matched.codes[0] == -1
    assert np.isnan(matched.cycles[0])


@pytest.mark.parametrize(
    ("text", "name", "taxane"),
    [
        ("pertuzumab, trastuzumab, docetaxel", "THP", "docetaxel"),
        ("nab-paclitaxel / trastuzumab / pertuzumab", "nab-PHP", "nab-paclitaxel"),
        ("Herceptin + Perjeta", "HP", None),
        ("carboplatin + Abraxane + Herceptin + Perjeta", "PCbHP", "nab-paclitaxel"),
        ("5-FU + epirubicin + cyclophosphamide followed by taxol and herceptin", "FEC-TH", "paclitaxel"),
        ("adriamycin; cyclophosphamide; taxane; trastuzumab; pertuzumab", "AC-THP", None),
        ("docetaxel, carboplatin, trastuzumab, pertuzumab", "TCbHP", "docetaxel"),
        ("docetaxel + herbs", None, None),
        ("docetaxel + cyclophosphamide", None, None),
    ],
)  # fmt: skip
def test_a_list_of_drugs_in_any_order(text, name, taxane):
    matched = match_regimens(np.array([text], dtype=object))
    assert (REGIMEN_NAMES[matched.codes[0]] if matched.codes[0] >= 0 else None) == name
    assert (TAXANES[matched.taxane[0]] if matched.taxane[0] >= 0 else None) == taxane


def test_the_taxane_of_a_regimen_and_of_its_synonyms():
    types = taxane_type(np.arange(-1, len(REGIMENS), dtype=np.int16))
    assert types[0] == -1
    told = {name: TAXANES[types[code + 1]] for code, name in enumerate(REGIMEN_NAMES)
            if types[code + 1] >= 0}  # fmt: skip
    assert told["TCbHP"] == "docetaxel"
    assert told["nab-PHP"] == "nab-paclitaxel"
    assert told["FEC-PCbHP"] == "paclitaxel"
    assert not {"THP", "TH", "PCbHP", "HP"} & set(told)
    assert {regimen_key(name) for name in TAXANE_TOLD} <= {
        regimen_key(text) for each in REGIMENS for text in each.synonyms
    }


def test_only_the_vocabularys_own_tokens_are_explained():
    texts = np.array(["adc", "secret", None, "P H", "p-h"], dtype=object)
    assert explain_ambiguous(texts) == (
        "'PH' may mean TH or HP",
        "'ADC' may mean T-DM1, T-DXd or SHR-A1811",
    )


def test_what_is_recorded_by_itself_may_contradict_the_name():
    codes = np.array([REGIMEN_NAMES.index(name) for name in ("TCbHP", "PCbHP", "HP")], np.int16)
    codes = np.append(codes, np.int16(-1))
    found = contradicts(
        codes,
        {
            "anthracycline": np.array([1.0, 0.0, np.nan, 1.0]),
            "nab_paclitaxel": np.array([0.0, 1.0, 1.0, 1.0]),
            "first_taxane": np.array([0.0, 0.0, 0.0, 0.0]),
        },
    )
    assert {trait: rows.tolist() for trait, rows in found.items()} == {
        "anthracycline": [True, False, False, False],
        "nab_paclitaxel": [False, False, True, False],
    }
