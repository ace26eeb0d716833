"""What a bundle says of its training is read to the last key: whatever else stands there is named."""

import copy

import pytest

from bundle_account import REFERENCE, TRAINING
from neopcr.bundle.canonical import from_json, to_json
from neopcr.bundle.wire import bundle_content, read_content, trees_content
from neopcr.errors import BundleError


@pytest.fixture
def content(bundle):
    parts = bundle_content(bundle), trees_content(bundle.model)
    return tuple(from_json(to_json(part, "x"), "x") for part in parts)


def refused(content, path, value):
    bundle = copy.deepcopy(content[0])
    *way, last = [int(part) if part.isdecimal() else part for part in path.split("/")]
    place = bundle
    for part in way:
        place = place[part]
    place[last] = value
    with pytest.raises(BundleError) as error:
        read_content(bundle, content[1])
    assert error.value.exit_code == 12
    return str(error.value)


def test_it_comes_back_as_it_was(content, bundle):
    again = read_content(*content)
    for part in ("training", "metrics", "reference", "provenance"):
        assert getattr(again, part) == getattr(bundle, part)


@pytest.mark.parametrize(
    ("path", "value", "reason"),
    [
        ("training/n", None, "'training.n': int type"),
        ("training/n", -1, "'training.n': greater than equal"),
        ("training/n", 2**31, "'training.n': less than"),
        ("training/events", 121, "'training': more events than patients"),
        ("training/flow", [], "'training.flow': extra forbidden"),
        ("training/sample_size", {}, "'training.sample_size.parameters': missing"),
        ("training/sample_size/cox_snell", 1e300, "'training.sample_size.cox_snell': less than equal"),
        ("training/between_centre_sd", "0.3", "'training.between_centre_sd': float type"),
        ("training/between_centre_sd", -0.1, "'training.between_centre_sd': greater than equal"),
        ("training/rank_stability/models", None, "'training.rank_stability.models': int type"),
        ("training/rank_stability/names", ["a"],
         "'training.rank_stability': not every column has its ranks"),
        ("training/rank_stability/names", ["a", "a"],
         "'training.rank_stability': a column stands twice"),
        ("training/rank_stability/overlap", 1.1,
         "'training.rank_stability.overlap': less than equal"),
        ("metrics", {}, "'metrics': list type"),
        ("metrics/0", {"value": 0.7}, "'metrics.0.name': missing"),
        ("metrics/0/value", "0.75", "'metrics.0.value': float type"),
        ("metrics/0/lower", 0.9, "'metrics.0': its interval ends before it begins"),
        ("metrics/0/group", None, "'metrics.0.group': string type"),
        ("reference", [], "'reference': dict type"),
        ("reference/age_years", 1, "'reference.age_years.levels': model type"),
        ("reference/age_years/missing", 1.5, "'reference.age_years.number.missing': less than equal"),
        ("reference/age_years/counts", [40, 40, 4],
         "'reference.age_years.number.counts.2': greater than equal"),
        ("reference/age_years/counts", [40, 40], "'reference.age_years.number': not one bin more than edges"),
        ("reference/age_years/counts", [40, 40, 29], "'reference.age_years.number': its bins do not add up"),
        ("reference/age_years/edges", [60.5, 45.5], "'reference.age_years.number': its edges do not ascend"),
        ("reference/age_years/edges/0", None, "'reference.age_years.number.edges.0': float type"),
        ("reference/age_years/centres/values/icc", -0.1,
         "'reference.age_years.number.centres.values.icc': greater than equal"),
        ("reference/her2_ihc/levels/2+", 4, "'reference.her2_ihc.levels.levels.2+': greater than equal"),
        ("reference/her2_ihc/levels/2+", 24, "'reference.her2_ihc.levels': its levels do not add up"),
        ("reference/her2_ihc/levels/4+", 2**40, "'reference.her2_ihc.levels.levels.4+': less than"),
        ("reference/her2_ihc/levels", {"4+": 20}, "'reference': 'her2_ihc' has levels that are not declared"),
        ("reference/astrology", REFERENCE["age_years"], "'reference': 'astrology' is no column of the model"),
        ("reference/age_years", REFERENCE["ctdna_detected_c1"],
         "'reference': 'age_years' is described as a column of another kind"),
        ("reference/her2_ihc", REFERENCE["age_years"],
         "'reference': 'her2_ihc' is described as a column of another kind"),
        ("provenance/commit", 1, "'provenance.commit.constrained-str': string type"),
        ("provenance/commit", "a" * 10_001, "'provenance.commit.constrained-str': string too long"),
        ("provenance/recalibration/slope", None,
         "'provenance.recalibration.constrained-str': string type"),
    ],
)  # fmt: skip
def test_what_is_not_as_it_is_written_is_named(content, path, value, reason):
    assert refused(content, path, value) == f"bundle.json: refused: {reason}."


@pytest.mark.parametrize("absent", ["sample_size", "between_centre_sd", "rank_stability"])
def test_what_a_training_need_not_say_may_be_absent(content, absent):
    bundle = copy.deepcopy(content[0])
    del bundle["training"][absent]
    again = read_content(bundle, content[1]).training
    assert again == {key: value for key, value in TRAINING.items() if key != absent}
