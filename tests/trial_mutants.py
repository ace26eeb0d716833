"""Small faults put into the trials' source one at a time, to see whether the golden tables notice."""

from __future__ import annotations

import ast
import importlib
import importlib.abc
import importlib.util
import sys
from contextlib import contextmanager
from copy import deepcopy
from pathlib import Path

import neopcr

PACKAGE = "neopcr.trials"
_COMPARE = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
}  # fmt: skip
_SWAPPED = {"yes": "no", "every": "either", "minimum": "maximum", "any": "all"}
_SWAPPED |= {other: one for one, other in _SWAPPED.items()}
# Calls whose arguments each say something of their own.
_LISTS = {"every", "either", "one_of", "one_of_numbers", "first_known", "_excluded"}
# What a column may hold stands in the data dictionary, which another test holds against the code.
_DECLARED = {"eligibility_column", "dataclass"}
_JOINED = {ast.And: ast.Or, ast.Or: ast.And, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd}


def mutants(source: str):
    """Line, what was changed, and the changed module, for each fault that can be made."""
    tree = ast.parse(source)
    declared = {
        id(each) for node in ast.walk(tree) if _name(node) in _DECLARED for each in ast.walk(node)
    }
    for place, node in enumerate(ast.walk(tree)):
        if id(node) in declared:
            continue
        for number, (what, _) in enumerate(_changes(node)):
            changed = deepcopy(tree)
            target = list(ast.walk(changed))[place]
            list(_changes(target))[number][1]()
            yield node.lineno, what, ast.fix_missing_locations(changed)


def _changes(node):
    """Faults that can be made at a node: in words, and what makes it."""
    if isinstance(node, ast.Constant):
        yield from _constants(node)
    elif isinstance(node, ast.Compare) and type(node.ops[0]) in _COMPARE:
        other = _COMPARE[type(node.ops[0])]
        yield f"{ast.unparse(node)}: {other.__name__}", lambda: node.ops.__setitem__(0, other())
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Invert | ast.Not):
        yield f"{ast.unparse(node)}: as it is", lambda: _put(node, node.operand)
    elif isinstance(node, ast.BoolOp | ast.BinOp) and type(node.op) in _JOINED:
        other = _JOINED[type(node.op)]
        yield f"{ast.unparse(node)[:60]}: {other.__name__}", lambda: setattr(node, "op", other())
    elif isinstance(node, ast.Call):
        yield from _calls(node)


def _put(node, other):
    """Make a node another one, where it stands."""
    node.__class__, node.__dict__ = other.__class__, other.__dict__


def _constants(node):
    if isinstance(node.value, bool):
        yield f"not {node.value}", lambda: setattr(node, "value", not node.value)
    elif isinstance(node.value, int | float):
        for step in (-1, 1):
            yield (
                f"{node.value} {step:+d}",
                lambda step=step: setattr(node, "value", node.value + step),
            )


def _calls(node):
    name = _name(node)
    if name in _SWAPPED:
        field = "id" if isinstance(node.func, ast.Name) else "attr"
        yield (
            f"{ast.unparse(node)[:60]}: {_SWAPPED[name]}",
            lambda: setattr(node.func, field, _SWAPPED[name]),
        )
    if name in _LISTS and len(node.args) > 1:
        for at in range(len(node.args)):
            yield (
                f"{ast.unparse(node)[:60]}: without argument {at}",
                lambda at=at: node.args.pop(at),
            )


def _name(node):
    """What is called; empty where nothing is."""
    if not isinstance(node, ast.Call):
        return ""
    return node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")


def source_of(module: str) -> str:
    """Text of a module of the trials."""
    return _path(module).read_text(encoding="utf-8")


def _path(module: str) -> Path:
    path = Path(neopcr.__file__).parent / module.removeprefix("neopcr.").replace(".", "/")
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def in_place_of(module: str, tree: ast.Module):
    """Import the trials anew with one module changed; afterwards all is as it was."""
    return imported({module: tree})


@contextmanager
def imported(modules: dict[str, ast.Module]):
    """Import the trials anew with some modules in place of theirs, or beside them."""
    kept = {name: sys.modules.pop(name) for name in list(sys.modules) if _is_ours(name)}
    # Under no file's name: coverage would look for its lines there.
    codes = {name: compile(tree, f"<{name}>", "exec") for name, tree in modules.items()}
    finder = _Finder(codes)
    sys.meta_path.insert(0, finder)
    try:
        yield importlib.import_module(PACKAGE)
    finally:
        sys.meta_path.remove(finder)
        for name in [name for name in sys.modules if _is_ours(name)]:
            del sys.modules[name]
        sys.modules.update(kept)
        neopcr.trials = kept[PACKAGE]


def _is_ours(name: str) -> bool:
    return name == PACKAGE or name.startswith(f"{PACKAGE}.")


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives modules from the code at hand."""

    def __init__(self, codes):
        self._codes = codes

    def find_spec(self, name, path, target=None):
        del path, target
        if name not in self._codes:
            return None
        where = _path(name)
        package = [str(where.parent)] if where.name == "__init__.py" else None
        return importlib.util.spec_from_file_location(
            name, where, loader=self, submodule_search_locations=package
        )

    def exec_module(self, module):
        exec(self._codes[module.__name__], module.__dict__)  # noqa: S102 - our own source
