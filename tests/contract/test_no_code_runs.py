"""No line of ours can run what a file, a bundle or a cell says: not of the source, nor beside it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest

import neopcr

SOURCE = Path(neopcr.__file__).parent
ROOT = Path(__file__).parents[2]

BESIDE = ("benchmarks/**/*.py", "docs/**/*.py", ".ci/*.py", "notebooks/*.ipynb")
# Names of our own modules, out of a table in the code; and MLflow's loader, whose speed is measured
# on a model that the bench has written a moment before.
MAY = {
    "benchmarks/evidence/run.py": "imports by data",
    "benchmarks/peers/peer.py": "imports by data",
    "benchmarks/scoring.py": "calls load_model",
}

MODULES = frozenset({
    "pickle", "_pickle", "cloudpickle", "dill", "marshal", "shelve", "ctypes", "cffi", "runpy",
    "code", "codeop", "pty", "imp", "xmlrpc",
})  # fmt: skip
BUILTINS = frozenset({"eval", "exec", "compile", "__import__", "execfile", "input"})
# Methods and functions of any module, by name: what loads objects, starts a shell or runs text.
CALLS = frozenset({
    "eval", "exec", "query", "system", "popen", "startfile", "getoutput", "getstatusoutput",
    "read_pickle", "to_pickle", "load_module", "exec_module", "load_model", "LoadLibrary", "CDLL",
    "extractall", "from_string",
    *(f"{kind}{form}" for kind in ("exec", "spawn") for form in ("l", "le", "lp", "v", "ve", "vp")),
})  # fmt: skip
LOADERS = {"yaml": {"load", "load_all", "unsafe_load", "full_load", "Loader", "UnsafeLoader"},
           "joblib": {"load", "dump"}}  # fmt: skip


def faults(source: str) -> Iterator[str]:
    """Lines that could run data, and why."""
    for node in ast.walk(ast.parse(source)):
        why = _imports(node) or _calls(node) or _reads(node)
        if why:
            yield f"line {node.lineno}: {why}"


def _imports(node: ast.AST) -> str:
    if isinstance(node, ast.Import):
        names = [alias.name for alias in node.names]
    elif isinstance(node, ast.ImportFrom):
        names = [f"{node.module}.{alias.name}" for alias in node.names]
    else:
        return ""
    for name in names:
        top, *rest = name.split(".")
        if top in MODULES or (rest and rest[-1] in LOADERS.get(top, ())):
            return f"imports {name}"
        if rest and rest[-1] in CALLS and top in {"os", "subprocess"}:
            return f"imports {name}"
    return ""


def _calls(node: ast.AST) -> str:
    if not isinstance(node, ast.Call):
        return ""
    called = node.func
    name = called.id if isinstance(called, ast.Name) else getattr(called, "attr", "")
    if name in (BUILTINS if isinstance(called, ast.Name) else CALLS):
        return f"calls {name}"
    if name == "import_module" and not _names_our_own(node.args[0]):
        return "imports by data"
    if name == "Environment" and not _says(node, "autoescape", value=True):
        return "renders without escaping"
    for keyword in node.keywords:
        if keyword.arg in {"shell", "allow_pickle"} and not _is(keyword.value, value=False):
            return f"passes {keyword.arg}"
    return ""


def _reads(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        if node.attr in LOADERS.get(node.value.id, ()):
            return f"uses {node.value.id}.{node.attr}"
        if (node.value.id, node.attr) == ("np", "load"):
            return "uses np.load"
    return ""


def _names_our_own(argument: ast.expr) -> bool:
    """A fixed name, or a module beneath the one that asks."""
    if isinstance(argument, ast.JoinedStr):
        first = argument.values[0]
        return isinstance(first, ast.FormattedValue) and ast.unparse(first.value) == "__name__"
    return isinstance(argument, ast.Constant)


def _says(call: ast.Call, name: str, *, value: bool) -> bool:
    return any(each.arg == name and _is(each.value, value=value) for each in call.keywords)


def _is(node: ast.expr, *, value: bool) -> bool:
    return isinstance(node, ast.Constant) and node.value is value


@pytest.mark.parametrize(
    "line",
    [
        "import pickle", "from pickle import loads", "import os.path, marshal", "import shelve as s",
        "import ctypes", "from yaml import load", "from joblib import load", "from os import system",
        "eval('1')", "exec(text)", "compile(text, '', 'exec')", "__import__(name)",
        "os.system('ls')", "os.popen('ls')", "os.execv('ls', [])", "frame.eval('a')",
        "yaml.load(text, yaml.SafeLoader)", "yaml.unsafe_load(text)", "yaml.Loader(text)",
        "joblib.load(path)", "pd.read_pickle(path)", "np.load(path)",
        "np.savez(path, allow_pickle=True)", "mlflow.pyfunc.load_model(uri)",
        "subprocess.run('ls', shell=True)", "subprocess.run('ls', shell=asked)",
        "subprocess.getoutput('ls')", "importlib.import_module(name)",
        "import_module(f'{name}.x')", "Environment(loader=x)", "Environment(autoescape=asked)",
        "archive.extractall(path)",
    ],
)  # fmt: skip
def test_what_runs_data_is_found(line):
    assert list(faults(line))


@pytest.mark.parametrize(
    "line",
    [
        "import json, os", "re.compile('a')", "subprocess.run([git, 'log'], check=False)",
        "subprocess.run([git], shell=False)", "import_module('openpyxl')",
        "import_module(f'{__name__}.readers')", "Environment(autoescape=True)", "yaml.safe_load(x)",
        "json.load(file)", "joblib.Parallel(2)", "np.array([1])",
    ],
)  # fmt: skip
def test_what_runs_none_is_not(line):
    assert list(faults(line)) == []


def test_nothing_in_the_source_runs_data():
    found = {
        str(path.relative_to(SOURCE)): list(faults(path.read_text(encoding="utf-8")))
        for path in sorted(SOURCE.rglob("*.py"))
    }
    assert len(found) > 200
    assert {path: lines for path, lines in found.items() if lines} == {}


def code_of(path: Path) -> str:
    if path.suffix == ".py":
        return path.read_text(encoding="utf-8")
    cells = nbformat.read(path, 4).cells
    return "\n".join(cell.source for cell in cells if cell.cell_type == "code")


def test_nothing_beside_the_source_runs_data_but_what_is_named():
    paths = sorted(path for pattern in BESIDE for path in ROOT.glob(pattern))
    assert {path.suffix for path in paths} == {".py", ".ipynb"}
    assert len(paths) > 30
    found = {str(path.relative_to(ROOT)): list(faults(code_of(path))) for path in paths}
    whys = {path: ", ".join(line.partition(": ")[2] for line in lines)
            for path, lines in found.items() if lines}  # fmt: skip
    assert whys == MAY
