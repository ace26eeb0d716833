"""What a trained model leans on, column by column, and whether its refits agree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from neopcr.explain.stability import rank_stability
from neopcr.validation import leaning_on

if TYPE_CHECKING:
    from neopcr.features import FeatureSpace
    from neopcr.kernel import Model
    from neopcr.specs import FloatArray


def owners_of(space: FeatureSpace) -> tuple[tuple[str, ...], tuple[tuple[int, ...], ...]]:
    """Columns, each wide block as one, and for each feature that members see their places."""
    narrow = [column.name for column in space.narrow()]
    names = [*narrow, *(f"{block.name}_score" for block in space.wide())]
    made_of = dict(zip(space.names, space.column_groups(), strict=True))
    return tuple(names), tuple(
        tuple(names.index(space.columns[place].name) for place in made_of[feature])
        if feature in made_of
        else (names.index(feature),)
        for feature in space.seen_names()
    )


def leaning_of(
    space: FeatureSpace, model: Model, X: FloatArray, drawn: FloatArray
) -> dict[str, Any] | None:
    """Say it for a bundle.

    Parameters
    ----------
    space : FeatureSpace
    model : Model
        Of what members see.
    X : float array of shape (n_patients, n_features)
        What they saw of the training patients.
    drawn : float array of shape (n_models, n_columns)
        What refits lean on; see `neopcr.validation.learn_width`.

    Returns
    -------
    dict or None
        None where too few were refitted.
    """
    names, owners = owners_of(space)
    found = rank_stability(names, leaning_on(model, X, owners), drawn)
    return None if found is None else found.record()
