"""What blocks of a config are made of."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from neopcr.specs import Landmark

_Name = TypeVar("_Name", bound=str | Landmark)


class Strict(BaseModel):
    """A block of a config that refuses keys it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def later(default: Any, **limits: Any) -> Any:  # noqa: ANN401 - as pydantic's own Field
    """Declare a key that came after configs were frozen: left out of the hash where it is not used.

    >>> class Block(Strict):
    ...     old: int = 1
    ...     new: int = later(2)
    >>> Block().model_dump(), Block(new=3).model_dump()
    ({'old': 1}, {'old': 1, 'new': 3})
    """
    return Field(default, **limits, exclude_if=lambda value: bool(value == default))


def _as_text_keys(recode: object) -> object:
    return (
        {str(key): value for key, value in recode.items()} if isinstance(recode, dict) else recode
    )


def as_list(value: object) -> object:
    """One value as a list of one."""
    return value if isinstance(value, list | tuple) else [value]


def _as_landmark(value: object) -> object:
    if isinstance(value, Landmark):
        return value
    if isinstance(value, str) and value in Landmark.__members__:
        return Landmark[value]
    message = f"a landmark is one of {', '.join(Landmark.__members__)}"
    raise ValueError(message)


def _some_and_once(names: tuple[_Name, ...]) -> tuple[_Name, ...]:
    if not names or len(set(names)) < len(names):
        message = "one name or more is needed here, and none of them twice"
        raise ValueError(message)
    return names


def _rising(
    subgroup: str | dict[str, tuple[float, ...]],
) -> str | dict[str, tuple[float, ...]]:
    for cuts in () if isinstance(subgroup, str) else subgroup.values():
        if not cuts or list(cuts) != sorted(set(cuts)):
            message = "cut-points are needed here, each larger than the one before"
            raise ValueError(message)
    return subgroup


Recode = Annotated[dict[str, str | float | None], BeforeValidator(_as_text_keys)]
Paths = Annotated[tuple[str, ...], BeforeValidator(as_list)]
LandmarkName = Annotated[Landmark, BeforeValidator(_as_landmark)]
Some = AfterValidator(_some_and_once)
Subgroup = Annotated[str | dict[str, tuple[float, ...]], AfterValidator(_rising)]
Landmarks = Annotated[tuple[LandmarkName, ...], Some]
Members = Annotated[tuple[Literal["elastic_net", "boosted_trees"], ...], Some]
