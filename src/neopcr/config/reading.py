"""A config read from its file, and refused in one sentence."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from pydantic import ValidationError

from neopcr.config.cohort import CohortConfig, Condition, External, Outcome
from neopcr.config.files import ColumnSource, Joined, Redcap, WideTable
from neopcr.config.mutations import Mutations
from neopcr.config.run import Config, Resampling, Tracking
from neopcr.errors import ConfigError

if TYPE_CHECKING:
    from neopcr.config.types import Strict


class _OneValueAKey(yaml.SafeLoader):
    """YAML as it is meant: PyYAML takes the last of two equal keys without a word."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002
        """Refuse a key that is written twice."""
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for place, key in enumerate(keys):
            if key in keys[:place]:
                said = "a key is written twice"
                raise yaml.constructor.ConstructorError(
                    problem=said, problem_mark=node.value[place][0].start_mark
                )
        return super().construct_mapping(node, deep)


def read_config(path: Path) -> Config:
    """Read a config.

    Parameters
    ----------
    path : Path
        A YAML file.

    Returns
    -------
    Config

    Raises
    ------
    ConfigError
        If the file is absent, is not YAML, or a key or value is not understood.
    """
    try:
        content = _OneValueAKey(path.read_text(encoding="utf-8")).get_single_data()
    except FileNotFoundError:
        message = f"{path}: there is no such config. Check the path."
        raise ConfigError(message) from None
    # PyYAML says ValueError to a date that does not exist.
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" (line {mark.line + 1})" if mark else ""
        message = (
            f"{path}: not a readable YAML file{where}. Correct its syntax or encoding (UTF-8)."
        )
        raise ConfigError(message) from None
    if not isinstance(content, dict):
        message = f"{path}: a config is a mapping of keys to values. See configs/ for examples."
        raise ConfigError(message)
    try:
        return Config.model_validate(content)
    except ValidationError as error:
        raise ConfigError(explain_fault(str(path), error)) from None


def config_hash(config: Config) -> str:
    """SHA-256 of what a config means; comments and the order of keys do not change it."""
    return hashlib.sha256(config.model_dump_json().encode()).hexdigest()


def explain_fault(where: str, error: ValidationError, keys: Iterable[str] = ()) -> str:
    """One sentence for the first of pydantic's complaints; its values are never quoted."""
    first = error.errors(include_input=False, include_url=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        key = str(first["loc"][-1])
        close = difflib.get_close_matches(key, [*keys] or _all_keys(), n=1)
        hint = f"; did you mean '{close[0]}'?" if close else ". Remove it."
        return f"{where}: unknown key '{place}'{hint}"
    fault = first["msg"].removeprefix("Value error, ")
    return f"{where}: {place}: {fault}. Correct the value."


def _all_keys() -> list[str]:
    blocks: list[type[Strict]] = [
        Config, CohortConfig, WideTable, Joined, Redcap, ColumnSource, Mutations, Outcome, Condition, External,
        Resampling, Tracking,
    ]  # fmt: skip
    return sorted({key for block in blocks for key in block.model_fields})
