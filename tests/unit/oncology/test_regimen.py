"""The vocabulary of regimens, and what a name stands for."""

import numpy as np
import pytest

from neopcr.oncology.regimen import (
    BLOCKADES,
    DRUG_CLASSES,
    TRAITS,
    blockade,
    candidates,
    has,
    match_regimens,
    regimen_key,
)
from neopcr.oncology.regimen_names import AMBIGUOUS, REGIMEN_NAMES, REGIMENS

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
        ("platinum", {"TCbHP", "PCbHP", "TCH", "PCH", "FEC-PCbHP"}),
        ("adc", {"T-DM1", "T-DM1+P", "T-DXd", "T-DXd-THP", "SHR-A1811", "SHR-A1811+pyrotinib"}),
        ("mtor_inhibitor", {"EveroHT"}),
        ("nab_paclitaxel", {"nab-PHP"}),
        ("tki", {"PyroHT", "SHR-A1811+pyrotinib", "TL", "THL", "AC-TL", "AC-THL", "EC-TL"}),
    ],
)
def test_traits(trait, names):
    found = has(np.arange(len(REGIMENS), dtype=np.int16), trait)
    assert {REGIMEN_NAMES[code] for code in np.flatnonzero(found == 1)} == names


def test_traits_that_follow_from_a_name():
    codes = np.arange(len(REGIMENS), dtype=np.int16)
    starts = [name.startswith(("AC", "EC", "FEC", "ddAC")) for name in REGIMEN_NAMES]
    assert list(has(codes, "anthracycline") == 1) == starts
    no_her2 = {REGIMEN_NAMES[code] for code in np.flatnonzero(has(codes, "anti_her2") == 0)}
    assert no_her2 == {"AC-T", "EC-T", "FEC-T"}
    dual = {REGIMEN_NAMES[code] for code in np.flatnonzero(has(codes, "dual_blockade") == 1)}
    assert dual == {name for name in REGIMEN_NAMES if name.endswith("HP")}
    no_taxane = {REGIMEN_NAMES[code] for code in np.flatnonzero(has(codes, "taxane") == 0)}
    assert no_taxane == {
        "HP", "AC+H", "T-DM1", "T-DM1+P", "T-DXd", "SHR-A1811", "SHR-A1811+pyrotinib",
    }  # fmt: skip


@pytest.mark.parametrize("trait", TRAITS)
def test_a_regimen_that_is_not_known_has_no_trait(trait):
    assert np.isnan(has(np.array([-1], dtype=np.int16), trait))[0]


def test_every_component_is_a_drug_of_a_class():
    known = frozenset().union(*DRUG_CLASSES.values()) | {"cyclophosphamide", "fluorouracil"}
    assert {drug for each in REGIMENS for drug in each.components} <= known
