"""Configs: what is understood, and how the rest is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from neopcr.config import Mutations, config_hash, read_config
from neopcr.errors import ConfigError
from neopcr.specs import Landmark

MINIMAL = """
name: tiny
modalities: [clinical]
cohort: {patients: {path: a.csv}}
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "tiny.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def refusal(path: Path) -> str:
    with pytest.raises(ConfigError) as caught:
        read_config(path)
    return str(caught.value)


def test_minimal_config_has_the_documented_defaults(tmp_path):
    config = read_config(written(tmp_path, MINIMAL))
    assert config.landmarks == (Landmark.baseline,)
    assert config.cohort.patients.path == ("a.csv",)
    assert config.cohort.patients.id == "patient_id"
    assert config.resampling.outer_folds == 5
    assert config.members == ("elastic_net", "boosted_trees")


def test_landmarks_are_named_and_recode_keys_become_text(tmp_path):
    text = MINIMAL + "landmarks: [baseline, c1]\n"
    text = text.replace(
        "{path: a.csv}",
        "{path: [a.csv, b.csv], columns: {x: {source: X, recode: {-1: no, 1: yes}}}}",
    )
    config = read_config(written(tmp_path, text.replace("no,", "'no',").replace("yes}", "'yes'}")))
    assert config.landmarks == (Landmark.baseline, Landmark.c1)
    source = config.cohort.patients.columns["x"]
    assert not isinstance(source, str)
    assert source.recode == {"-1": "no", "1": "yes"}


def test_hash_follows_the_meaning_not_the_order_or_comments(tmp_path):
    first = config_hash(read_config(written(tmp_path, MINIMAL)))
    reordered = (
        "# a comment\nmodalities: [clinical]\nname: tiny\ncohort: {patients: {path: a.csv}}\n"
    )
    assert config_hash(read_config(written(tmp_path, reordered))) == first
    assert config_hash(read_config(written(tmp_path, MINIMAL + "seed: 1\n"))) != first


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (MINIMAL + "landmark: [baseline]\n", "unknown key 'landmark'; did you mean 'landmarks'?"),
        (MINIMAL + "zzz: 1\n", "unknown key 'zzz'. Remove it."),
        (MINIMAL + "resampling: {outer_folds: 1}\n", "resampling.outer_folds"),
        (MINIMAL + "landmarks: [week3]\n", "landmarks.0"),
        ("- a list\n", "a config is a mapping"),
        ("name: [\n", "not a readable YAML file (line"),
        ("name: 'A B'\n" + MINIMAL.split("\n", 2)[2], "name"),
    ],
)
def test_what_is_not_understood_is_refused_in_one_sentence(tmp_path, text, said):
    message = refusal(written(tmp_path, text))
    assert said in message
    assert "\n" not in message


def test_absent_or_undecodable_file_is_refused(tmp_path):
    assert "there is no such config" in refusal(tmp_path / "absent.yaml")
    broken = tmp_path / "broken.yaml"
    broken.write_bytes(b"name: \xff\xfe")
    assert "not a readable YAML file" in refusal(broken)


def test_a_value_is_never_quoted(tmp_path):
    assert "PATIENT-7" not in refusal(written(tmp_path, MINIMAL + "seed: PATIENT-7\n"))


@pytest.mark.parametrize(
    "text",
    [MINIMAL + "seed: 1\nseed: 2\n", MINIMAL.replace("{path: a.csv}", "{path: a.csv, path: b}")],
)
def test_a_key_that_is_written_twice_is_refused_with_its_line(tmp_path, text):
    assert "not a readable YAML file (line" in refusal(written(tmp_path, text))


def test_a_key_that_came_later_does_not_change_the_hash_of_a_config_without_it(tmp_path):
    frozen = Path(__file__).parents[2] / "docs" / "decisions" / "0003-transneo-frozen.md"
    transneo = Path(__file__).parents[2] / "configs" / "transneo.yaml"
    assert config_hash(read_config(transneo)) in frozen.read_text(encoding="utf-8")
    plain = config_hash(read_config(written(tmp_path, MINIMAL)))
    text = MINIMAL.replace("}}", "}, facts: {chip_genes: [TET2]}}")
    assert config_hash(read_config(written(tmp_path, text))) != plain


@pytest.mark.parametrize(
    ("given", "moved"),
    [
        ({"path": "a.maf", "panel": "p.csv"}, ("there/a.maf", "there/p.csv")),
        (
            {
                "path": ["a.vcf", "b.vcf"], "exome": True, "samples": "s", "sequenced": "q",
                "gene_panel_matrix": "m", "gene_panels": ["g", "h"], "copy_number": "c",
            },
            tuple(f"there/{name}" for name in ("a.vcf", "b.vcf", *"smghqc")),
        ),
    ],
)  # fmt: skip
def test_files_of_mutations_and_where_they_may_be_moved(given, moved):
    mutations = Mutations(**given)
    found = mutations.moved(lambda name: f"there/{name}")
    assert found.files == moved
    assert tuple(name.removeprefix("there/") for name in moved) == mutations.files


def test_the_hash_of_a_config_with_a_panel_is_what_it_was():
    said = '{"path":"a","panel":"b"}'
    assert Mutations(path="a", panel="b").model_dump_json() == said


def test_bands_of_a_subgroup_rise(tmp_path):
    config = read_config(written(tmp_path, MINIMAL + "subgroups: [arm, {age_years: [40, 50]}]\n"))
    assert config.subgroups == ("arm", {"age_years": (40.0, 50.0)})
    for cuts in ("[50, 40]", "[]", "[40, 40]"):
        said = refusal(written(tmp_path, MINIMAL + f"subgroups: [{{age_years: {cuts}}}]\n"))
        assert "each larger than the one before" in said
