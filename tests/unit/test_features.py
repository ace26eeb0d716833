import numpy as np
import pytest

from neopcr.errors import ConfigError, TableError
from neopcr.features import FeatureSpace, feature_space
from neopcr.modalities import CONTRACT, MODALITIES
from neopcr.specs import Block, Column, Feature, Landmark, Modality, Product


def column(name, kind="number", modality="blood", landmark=Landmark.baseline):
    return Column(
        name=name, kind=kind, description="", source="", modality=modality, landmark=landmark,
        categories=("low", "high") if kind == "category" else (),
    )  # fmt: skip


def derive_blood(table):
    features = {}
    if "marker" in table:
        features["marker"] = table["marker"]
    if {"marker", "marker_c1"} <= set(table):
        features["change"] = table["marker_c1"] - table["marker"]
    if "level" in table:
        features["level_high"] = np.where(table["level"] < 0, np.nan, table["level"] == 1)
    return features


BLOOD = Modality(
    name="blood",
    title="Blood",
    columns=(
        column("marker"),
        column("marker_c1", landmark=Landmark.c1),
        column("level", kind="category"),
    ),
    features=(
        Feature("marker", ("marker",)),
        Feature("change", ("marker", "marker_c1")),
        Feature("level_high", ("level",)),
    ),
    derive=derive_blood,
)
TUMOUR = Modality(
    name="tumour",
    title="Tumour",
    columns=(column("hot", kind="boolean", modality="tumour"),),
    features=(Feature("hot", ("hot",)),),
    derive=lambda table: {"hot": table["hot"]},
)
PRODUCT = Product("marker_x_hot", ("marker", "hot"))
ALL = ("marker", "marker_c1", "level", "hot")


@pytest.fixture
def install(monkeypatch):
    """Put other modalities in the place of the installed ones."""

    def put(modalities):
        for room in ("choice", "space"):
            monkeypatch.setattr(f"neopcr.features.{room}.MODALITIES", modalities)

    return put


@pytest.fixture(autouse=True)
def registry(install):
    small = {"blood": BLOOD, "tumour": TUMOUR, "imaging": MODALITIES["imaging"]}
    install(small)


def test_features_are_chosen_by_landmark():
    early = feature_space(["blood", "tumour"], ALL, Landmark.baseline, (PRODUCT,))
    late = feature_space(["blood", "tumour"], ALL, Landmark.c1, (PRODUCT,))
    assert early.names == ("marker", "level_high", "hot", "marker_x_hot")
    assert late.names == ("marker", "change", "level_high", "hot", "marker_x_hot")
    assert [each.name for each in early.columns] == ["marker", "level", "hot"]


def test_one_offered_column_is_enough_and_none_is_not():
    space = feature_space(["blood"], ["marker_c1"], Landmark.c1)
    assert space.names == ("change",)
    assert [each.name for each in space.columns] == ["marker_c1"]
    assert space.column_groups() == ((0,),)


def test_a_column_that_training_did_not_offer_moves_nothing():
    space = feature_space(["blood"], ["marker"], Landmark.c1)
    table = {"marker": np.array([1.0]), "marker_c1": np.array([3.0])}
    assert space.names == ("marker", "change")
    np.testing.assert_array_equal(space.matrix(table), [[1.0, np.nan]])


def test_a_product_without_its_factors_is_left_out():
    assert feature_space(["blood"], ALL, Landmark.c1, (PRODUCT,)).products == ()


def test_matrix_holds_features_then_products_in_order():
    space = feature_space(["tumour", "blood"], ALL, Landmark.c1, (PRODUCT,))
    table = {
        "marker": np.array([1.0, 2.0, np.nan]),
        "marker_c1": np.array([0.5, np.nan, 1.0]),
        "level": np.array([1, -1, 0], np.int16),
        "hot": np.array([1.0, 0.0, 1.0]),
        "unused": np.array([9.0, 9.0, 9.0]),
    }
    X = space.matrix(table)
    assert space.names == ("hot", "marker", "change", "level_high", "marker_x_hot")
    np.testing.assert_array_equal(
        X,
        [
            [1.0, 1.0, -0.5, 1.0, 1.0],
            [0.0, 2.0, np.nan, np.nan, 0.0],
            [1.0, np.nan, np.nan, 0.0, np.nan],
        ],
    )
    assert X.flags.c_contiguous
    assert X.dtype == np.float64
    turned = space.matrix({name: values[::-1] for name, values in table.items()})
    np.testing.assert_array_equal(turned, X[::-1])


def test_absent_columns_are_missing_throughout():
    space = feature_space(["blood", "tumour"], ALL, Landmark.c1, (PRODUCT,))
    X = space.matrix({"hot": np.array([1.0, 0.0])})
    np.testing.assert_array_equal(X[:, 3], [1.0, 0.0])
    assert np.isnan(np.delete(X, 3, axis=1)).all()


@pytest.mark.parametrize("kind", ["number", "boolean", "category", "date", "text"])
def test_a_missing_column_is_missing_in_the_way_of_its_kind(kind, install):
    seen = {}
    modality = Modality(
        name="blood",
        title="Blood",
        columns=(column("x", kind=kind),),
        features=(Feature("x", ("x",)),),
        derive=lambda table: seen.update(table) or {"x": np.zeros(2)},
    )
    install({"blood": modality})
    feature_space(["blood"], ["x"], Landmark.baseline).matrix({"other": np.zeros(2)})
    missing = {
        "number": np.full(2, np.nan),
        "boolean": np.full(2, np.nan),
        "category": np.full(2, -1, np.int16),
        "date": np.full(2, np.datetime64("NaT", "D")),
        "text": np.full(2, None, object),
    }[kind]
    assert seen["x"].dtype == missing.dtype
    np.testing.assert_array_equal(seen["x"], missing)


def test_generic_columns_are_features_by_name_and_by_landmark():
    offered = {"imaging_z", "imaging_a_c2", "imaging_a", "imaging_", "expression_q"}
    space = feature_space(["imaging", "tumour"], {*offered, "hot"}, Landmark.c1)
    assert space.names == ("imaging_a", "imaging_z", "hot")
    X = space.matrix({"imaging_z": np.array([2.0]), "hot": np.array([1.0])})
    np.testing.assert_array_equal(X, [[np.nan, 2.0, 1.0]])
    assert space.modality_groups() == ((0,), (0,), (1,))


def test_groups_lead_from_features_to_columns_to_modalities():
    product = Product("change_x_hot", ("change", "hot"))
    space = feature_space(["tumour", "blood"], ALL, Landmark.c1, (product,))
    assert [each.name for each in space.columns] == ["hot", "marker", "marker_c1", "level"]
    assert space.column_groups() == ((0,), (1,), (1, 2), (3,), (0, 1, 2))
    assert space.modality_groups() == ((0,), (1,), (1,), (1,))


def test_a_block_is_a_modality_s_features_and_the_products_lost_with_them():
    product = Product("change_x_hot", ("change", "hot"))
    space = feature_space(["tumour", "blood", "imaging"], ALL, Landmark.c1, (product,))
    assert space.blocks() == (
        Block("tumour", (0,), (0, 4)), Block("blood", (1, 2, 3), (1, 2, 3, 4)),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("modalities", "reason"),
    [
        (["blod"], "unknown modality 'blod'; did you mean 'blood'?"),
        (["qqqq"], "unknown modality 'qqqq'; known: blood, tumour, imaging."),
        (["blood", "blood"], "one is named twice"),
    ],
)
def test_modalities_that_are_not_there_are_refused(modalities, reason):
    with pytest.raises(ConfigError) as refused:
        feature_space(modalities, ALL, Landmark.c1)
    assert reason in str(refused.value)


@pytest.mark.parametrize("offered", [(), ("hot",), ("nothing",)])
def test_a_cohort_without_a_feature_is_refused(offered):
    with pytest.raises(TableError, match="no feature can be made of the columns at baseline"):
        feature_space(["blood"], offered, Landmark.baseline)


@pytest.mark.parametrize("table", [{}, {"marker": np.zeros(2), "hot": np.zeros(3)}])
def test_a_table_that_is_not_one_is_refused(table):
    with pytest.raises(TableError, match="at least one column, and all of one length"):
        feature_space(["blood"], ALL, Landmark.c1).matrix(table)


def test_installed_modalities_derive_every_feature_they_declare(install):
    install(MODALITIES)
    offered = [*CONTRACT, "imaging_x", "expression_y", "genomic_z"]
    space = feature_space(tuple(MODALITIES), offered, Landmark.surgery)
    declared = [feature.name for each in MODALITIES.values() for feature in each.features]
    assert set(space.names) == {*declared, "imaging_x", "expression_y", "genomic_z"}
    X = space.matrix({"imaging_x": np.array([1.5])})
    assert X[0, space.names.index("imaging_x")] == 1.5
    assert np.isnan(X).sum() == len(space.names) - 1


def test_a_space_is_equal_to_another_with_the_same_parts():
    space = feature_space(["blood"], ALL, Landmark.c1)
    again = FeatureSpace(
        landmark=Landmark.c1, modalities=("blood",), columns=space.columns, features=space.features
    )
    assert again == space
