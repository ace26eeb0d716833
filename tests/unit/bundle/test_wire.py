import copy
import dataclasses
import json

import numpy as np
import pytest

from neopcr.bundle import save_bundle
from neopcr.bundle.canonical import from_json, to_json
from neopcr.bundle.wire import bundle_content, read_content, trees_content
from neopcr.errors import BundleError


@pytest.fixture
def content(bundle):
    """What both files hold, as JSON gives it back."""
    parts = bundle_content(bundle), trees_content(bundle.model)
    return tuple(from_json(to_json(part, "x"), "x") for part in parts)


def put(content, path, value):
    """Set one place of a file, such as ``model.members.0.offset``; `...` removes it."""
    *way, last = [int(part) if part.isdecimal() else part for part in path.split(".")]
    place = content
    for part in way:
        place = place[part]
    if value is ...:
        del place[last]
    else:
        place[last] = value


def refused(content, path, value, *, trees=False):
    parts = copy.deepcopy(content)
    put(parts[trees], path, value)
    with pytest.raises(BundleError) as error:
        read_content(*parts)
    assert error.value.exit_code == 12
    return str(error.value)


def test_unchanged_content_is_read(content, bundle):
    assert read_content(*content).space == bundle.space


@pytest.mark.parametrize("trees", [False, True])
@pytest.mark.parametrize(
    ("version", "reason"),
    [
        (2, "it has format 2 and this neopcr reads up to 1: upgrade neopcr"),
        (0, "does not say its format_version"),
        ("1", "does not say its format_version"),
        (True, "does not say its format_version"),
        (..., "does not say its format_version"),
    ],
)
def test_another_format_is_refused(content, version, reason, trees):
    message = refused(content, "format_version", version, trees=trees)
    assert reason in message
    assert message.startswith(("bundle.json", "trees.json")[trees])


@pytest.mark.parametrize("whole", [[], None, 1, "x"])
def test_what_is_no_object_is_refused(content, whole):
    with pytest.raises(BundleError, match=r"bundle\.json: refused: it does not say"):
        read_content(whole, content[1])


@pytest.mark.parametrize(
    ("path", "value", "reason"),
    [
        ("surprise", 1, "'surprise': extra forbidden"),
        ("model.surprise", 1, "'model.surprise': extra forbidden"),
        ("estimand", ..., "'estimand': missing"),
        ("name", "../up", "'name': string pattern mismatch"),
        ("name", "Demo", "'name': string pattern mismatch"),
        ("version", 0, "'version': greater than equal"),
        ("version", "1", "'version': int type"),
        ("version", True, "'version': int type"),
        ("landmark", "c3", "'landmark': literal error"),
        ("model.slope", "1.0", "'model.slope': float type"),
        ("model.members.0.kind", "forest", "'model.members.0': union tag invalid"),
        ("model.members.0.offset", None, "'model.members.0.linear.offset': list type"),
        ("space.columns.0.kind", "float", "'space.columns.0.kind': literal error"),
        ("training", [], "'training': model type"),
        ("uncertainty", ..., "'uncertainty': missing"),
        ("uncertainty.surprise", 1, "'uncertainty.surprise': extra forbidden"),
        ("uncertainty.reach", None, "'uncertainty.reach': model type"),
        ("uncertainty.reach.low.0", "0", "'uncertainty.reach.low.0': float type"),
        ("uncertainty.width.factor", True, "'uncertainty.width.factor': float type"),
        ("uncertainty.width.blocks.0.0", 0.5, "'uncertainty.width.blocks.0.0': int type"),
        ("uncertainty.labels.pcr", [0.0, 0.0], "'uncertainty.labels.pcr': too short"),
        ("uncertainty.labels.residual", [0.0] * 4, "'uncertainty.labels.residual': too long"),
        ("\x1b[31m", 1, r"'\x1b[31m': extra forbidden"),
    ],
)
def test_what_breaks_the_schema_is_named(content, path, value, reason):
    assert refused(content, path, value) == f"bundle.json: refused: {reason}."


@pytest.mark.parametrize(
    ("path", "value", "reason"),
    [
        ("members.0.0.left.0", 2**31, "less than"),
        ("members.0.0.left.0", 1.0, "int type"),
        ("members.0.0.default_left.0", 1, "bool type"),
        ("members.0.0.threshold.0", 0.1, "a threshold is not a 32-bit number"),
        ("members.0.0.threshold.0", 1e300, "a threshold is not a 32-bit number"),
        ("members.0.0.threshold.0", float("nan"), "finite number"),
        ("members.0.0.value.1", float("inf"), "finite number"),
        ("members.0.0.left.0", 0, "two parents: it is cyclic"),
        ("members.0.0.feature.0", 10_000, "feature index out of range"),
        ("members.0.0.cover.0", 0.0, "no training weight reached"),
        ("members.0.0.cover", [1.0], "not of one length"),
        ("members.0.0", ..., "not the trees that bundle.json counts"),
        ("members.1", ..., "not the trees that bundle.json counts"),
    ],
)
def test_a_tree_that_is_none_is_refused(content, path, value, reason):
    assert reason in refused(content, path, value, trees=True)


@pytest.mark.parametrize(
    ("path", "value", "reason"),
    [
        ("model.weights", [0.5, 0.5, 0.5], "weights of the blend do not add to 1"),
        ("model.members.0.offset", [0.0], "offset does not have one value a feature"),
        ("model.members.1.n_trees", 5, "not the trees that bundle.json counts"),
        ("space.products", [], "the model reads"),
        ("model.n_features", 1, "The model cannot be used"),
    ],
)
def test_a_model_that_does_not_fit_is_refused(content, path, value, reason):
    assert reason in refused(content, path, value)


@pytest.mark.parametrize(
    ("path", "value", "reason"),
    [
        ("space.modalities.0", "astrology", "the modalities or columns are unknown here"),
        ("landmark", "baseline", "column 'ctdna_detected_c1' is declared otherwise"),
        ("space.columns.0.unit", "months", "column 'age_years' is declared otherwise"),
        ("space.columns.0.high", 500.0, "column 'age_years' is declared otherwise"),
        ("space.features.1.columns", ["age_years"], "is made otherwise"),
        ("space.features.1.name", "better", "feature 'better' is made otherwise"),
        ("space.features.1.name", "age_years", "listed twice"),
        ("space.products.0.name", "age_years", "listed twice"),
        ("space.products.0.factors.0", "grade", "made of a feature that is not listed"),
        ("space.columns.0.name", "age", "a column is listed that no feature is made of"),
        ("space.features.0.columns", ["grade"], "a column is listed that no feature is made of"),
        ("space.features.1.columns", ["grade"], "made of columns that are not listed"),
    ],
)
def test_features_that_are_not_installed_are_refused(content, path, value, reason):
    message = refused(content, path, value)
    assert reason in message
    assert message.startswith("bundle.json: its features differ from the installed modalities': ")


@pytest.mark.parametrize(
    ("path", "value", "reason"),
    [
        ("reach.scale", [1.0], "scale does not have one value a feature"),
        ("reach.scale.0", -1.0, "a scale is negative, or next to nothing"),
        ("reach.centre.0", 1e300, "centre holds a number that is not finite, or beyond 1e+12"),
        ("reach.low.0", 7.0, "a range ends before it begins"),
        ("reach.farthest", -1.0, "a distance is negative"),
        ("width.intercept", -1e13, "the width holds a number that is not finite"),
        ("width.factor", -1.0, "a factor is negative"),
        ("width.blocks.1.0", 10_000, "a feature index out of range"),
        ("width.lacking", [], "blocks of features and their widths do not match"),
        ("labels.feature", 10_000, "label sets of no level, or of a feature that is not there"),
        ("labels.level", 0.0, "label sets of no level"),
    ],
)
def test_an_uncertainty_that_would_be_misread_is_refused(content, path, value, reason):
    message = refused(content, f"uncertainty.{path}", value)
    assert message.startswith("bundle.json: The uncertainty cannot be used: ")
    assert reason in message
    assert message.endswith("The bundle is damaged.")


@pytest.mark.parametrize("absent", ["uncertainty", "uncertainty.width", "uncertainty.labels"])
def test_parts_of_the_uncertainty_may_be_absent(content, absent):
    put(content[0], absent, None)
    again = from_json(to_json(bundle_content(read_content(*content)), "x"), "x")
    assert again["uncertainty"] == content[0]["uncertainty"]


def test_a_column_that_no_modality_knows_is_refused(content):
    parts = copy.deepcopy(content)
    put(parts[0], "space.columns.0.name", "imaging_")
    put(parts[0], "space.features.0.columns", ["imaging_"])
    with pytest.raises(BundleError, match="differ from the installed modalities"):
        read_content(*parts)


def test_what_could_not_be_loaded_is_not_saved(changed, bundle, tmp_path):
    shallow = dataclasses.replace(bundle.model, weights=(0.5, 0.5, 0.5))
    for broken in (changed(model=shallow), changed(name="Not a name")):
        with pytest.raises(BundleError):
            save_bundle(broken, tmp_path / "1")
    with pytest.raises(BundleError, match=r"bundle\.json: holds NaN or an infinite number"):
        save_bundle(changed(metrics=[{"value": np.nan}]), tmp_path / "1")
    assert list(tmp_path.iterdir()) == []


def test_what_json_cannot_hold_is_our_bug(changed, tmp_path):
    with pytest.raises(TypeError, match="cannot hold a Path"):
        save_bundle(changed(provenance={"config": type("Path", (), {})()}), tmp_path / "1")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"{", "it is not JSON"),
        (b"\xff", "it is not JSON"),
        (b"[" * 100_000, "it is not JSON"),
        (b'{"a":NaN}', "NaN or an infinite number"),
        (b'{"a":-Infinity}', "NaN or an infinite number"),
        (b'{"a":1e999}', "NaN or an infinite number"),
        (b'{"a":1,"a":2}', "a key stands twice"),
        (b'{"a":1000000000000000000000}', "an integer beyond 64 bits"),
    ],
)
def test_json_that_is_not_plain_is_refused(data, reason):
    with pytest.raises(BundleError, match=f"x.json: cannot be read: .*{reason}"):
        from_json(data, "x.json")


def test_every_float_comes_back():
    rng = np.random.default_rng(0)
    values = [*rng.normal(size=200), 5e-324, 1.7976931348623157e308, -0.0, 0.1, 1e22]
    back = from_json(to_json(values, "x"), "x")
    assert [v.hex() for v in back] == [float(v).hex() for v in values]


def test_json_is_written_in_one_way():
    assert to_json({"b": 1, "a": {"d": 2, "c": "µ"}}, "x") == (
        json.dumps({"a": {"c": "µ", "d": 2}, "b": 1}, separators=(",", ":")).encode() + b"\n"
    )
