"""Between a bundle and the content of its files."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from pydantic import ValidationError

from neopcr.bundle.account import refuse_misfit
from neopcr.bundle.installed import space_of
from neopcr.bundle.record import Bundle
from neopcr.bundle.schema import (
    FORMAT_VERSION,
    BundleFile,
    ColumnWire,
    TreesFile,
    TreesWire,
    TreeWire,
    unknown_format,
)
from neopcr.bundle.strict import Wire
from neopcr.bundle.uncertain import read_uncertainty, uncertainty_content
from neopcr.errors import BundleError
from neopcr.kernel import LinearMember, Model, Reduced, Score, Tree, TreeMember, check_model
from neopcr.specs import Landmark

if TYPE_CHECKING:
    from collections.abc import Iterator

    from neopcr.bundle.schema import BlendWire, LinearWire
    from neopcr.features import FeatureSpace
    from neopcr.kernel import Member

_File = TypeVar("_File", bound=Wire)


def bundle_content(bundle: Bundle) -> dict[str, Any]:
    """Content of ``bundle.json``."""
    return {
        "format_version": FORMAT_VERSION,
        "name": bundle.name,
        "version": bundle.version,
        "landmark": bundle.landmark.name,
        "space": _space_content(bundle.space),
        "model": {
            **_blend_content(bundle.model),
            "reduced": [
                {"blocks": list(map(list, each.blocks)), "model": _blend_content(each.model)}
                for each in bundle.model.reduced
            ],
            "scores": [
                {name: getattr(each, name).tolist() for name in Score.__slots__}
                for each in bundle.model.scores
            ],
        },
        "uncertainty": uncertainty_content(bundle.uncertainty),
        "estimand": bundle.estimand,
        "definition": bundle.definition,
        "training": bundle.training,
        "metrics": bundle.metrics,
        "reference": bundle.reference,
        "provenance": bundle.provenance,
    }


def trees_content(model: Model) -> dict[str, Any]:
    """Content of ``trees.json``."""
    return {
        "format_version": FORMAT_VERSION,
        "members": [
            [{name: getattr(tree, name).tolist() for name in Tree.__slots__} for tree in each.trees]
            for one in (model, *(reduced.model for reduced in model.reduced))
            for each in one.members
            if isinstance(each, TreeMember)
        ],
    }


def read_content(bundle: Any, trees: Any) -> Bundle:  # noqa: ANN401 - whatever JSON can hold
    """Check the content of both files and make a bundle of it.

    Raises
    ------
    BundleError
        If a key, a type, a number, a tree or a feature is not what this version would write.
    """
    file = _validated(BundleFile, bundle, "bundle.json")
    forests = _validated(TreesFile, trees, "trees.json").members
    landmark = Landmark[file.landmark]
    space = space_of(file.space, landmark)
    refuse_misfit(file.reference, space.columns)
    model = _model(file, forests)
    taken = [tuple(each.features.tolist()) for each in model.scores]
    if taken != [block.own for block in space.wide()]:
        message = (
            "bundle.json: its scores are not of the wide blocks that this version makes. Use the "
            "neopcr version that trained it, or train again."
        )
        raise BundleError(message)
    if model.n_inputs != len(space.names):
        message = (
            f"bundle.json: the model reads {model.n_inputs} features, but {len(space.names)} are "
            "listed. The bundle is damaged."
        )
        raise BundleError(message)
    return Bundle(
        name=file.name,
        version=file.version,
        landmark=landmark,
        space=space,
        model=model,
        uncertainty=read_uncertainty(file.uncertainty, model.n_features),
        estimand=file.estimand,
        definition=file.definition,
        # Nothing was converted: what was checked is what was read.
        **{part: bundle[part] for part in ("training", "metrics", "reference", "provenance")},
    )


def _space_content(space: FeatureSpace) -> dict[str, Any]:
    return {
        "modalities": list(space.modalities),
        "columns": [ColumnWire.of(column).model_dump() for column in space.columns],
        "features": [{"name": f.name, "columns": list(f.columns)} for f in space.features],
        "products": [{"name": p.name, "factors": list(p.factors)} for p in space.products],
    }


def _blend_content(model: Model) -> dict[str, Any]:
    return {
        "n_features": model.n_features,
        "members": [_member_content(member) for member in model.members],
        "weights": list(map(float, model.weights)),
        "intercept": float(model.intercept),
        "slope": float(model.slope),
    }


def _member_content(member: Member) -> dict[str, Any]:
    if isinstance(member, TreeMember):
        return {"kind": "trees", "base": float(member.base), "n_trees": len(member.trees)}
    return {
        "kind": "linear",
        "intercept": float(member.intercept),
        "offset": member.offset.tolist(),
        "coefficient": member.coefficient.tolist(),
        "missing": member.missing.tolist(),
    }


def _validated(schema: type[_File], content: Any, where: str) -> _File:  # noqa: ANN401
    reason = unknown_format(content)
    if not reason:
        try:
            return schema.model_validate(content)
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            # A key may be anything in a foreign file: shown in ASCII, and not at any length.
            place = ascii(".".join(str(part) for part in first["loc"]))[:120]
            reason = f"{place}: {first['type'].replace('_', ' ')}"
    message = f"{where}: refused: {reason}."
    raise BundleError(message)


def _model(file: BundleFile, forests: list[list[TreeWire]]) -> Model:
    blends = [file.model, *(each.model for each in file.model.reduced)]
    sizes = [each.n_trees for one in blends for each in one.members if isinstance(each, TreesWire)]
    if sizes != [len(forest) for forest in forests]:
        message = "trees.json: not the trees that bundle.json counts. The bundle is damaged."
        raise BundleError(message)
    waiting = iter(forests)
    whole, *reduced = (_blend(each, waiting) for each in blends)
    model = replace(
        whole,
        reduced=tuple(
            Reduced(tuple(map(tuple, each.blocks)), one)
            for each, one in zip(file.model.reduced, reduced, strict=True)
        ),
        scores=tuple(
            Score(
                np.array(each.features, dtype=np.int64),
                np.array(each.centre),
                np.array(each.coefficient),
            )
            for each in file.model.scores
        ),
    )
    try:
        check_model(model)
    except ValueError as error:
        message = f"bundle.json and trees.json: {error} The bundle is damaged."
        raise BundleError(message) from None
    return model


def _blend(wire: BlendWire, forests: Iterator[list[TreeWire]]) -> Model:
    return Model(
        n_features=wire.n_features,
        members=tuple(
            TreeMember(each.base, tuple(_tree(tree) for tree in next(forests)))
            if isinstance(each, TreesWire)
            else _linear(each)
            for each in wire.members
        ),
        weights=tuple(wire.weights),
        intercept=wire.intercept,
        slope=wire.slope,
    )


def _linear(wire: LinearWire) -> LinearMember:
    return LinearMember(
        wire.intercept, np.array(wire.offset), np.array(wire.coefficient), np.array(wire.missing)
    )


def _tree(wire: TreeWire) -> Tree:
    threshold = np.array(wire.threshold, dtype=np.float64)
    with np.errstate(over="ignore"):
        rounded = threshold.astype(np.float32)
    if not np.array_equal(threshold, rounded):
        message = "trees.json: a threshold is not a 32-bit number. The bundle is damaged."
        raise BundleError(message)
    return Tree(
        left=np.array(wire.left, dtype=np.int32),
        right=np.array(wire.right, dtype=np.int32),
        feature=np.array(wire.feature, dtype=np.int32),
        threshold=rounded,
        default_left=np.array(wire.default_left, dtype=np.bool_),
        value=np.array(wire.value, dtype=np.float64),
        cover=np.array(wire.cover, dtype=np.float64),
    )
