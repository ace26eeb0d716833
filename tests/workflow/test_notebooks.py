"""The notebooks run, hold no output, and define nothing."""

from __future__ import annotations

import ast
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

FOLDER = Path(__file__).parents[2] / "notebooks"
EACH = pytest.mark.parametrize("path", sorted(FOLDER.glob("*.ipynb")), ids=lambda path: path.stem)


def code(path: Path) -> list:
    return [cell for cell in nbformat.read(path, 4).cells if cell.cell_type == "code"]


@EACH
def test_a_notebook_holds_no_output_and_defines_nothing(path):
    assert code(path)
    for cell in code(path):
        assert not cell.outputs
        assert cell.execution_count is None
        kinds = (ast.FunctionDef, ast.ClassDef, ast.Lambda)
        assert not [node for node in ast.walk(ast.parse(cell.source)) if isinstance(node, kinds)]


# The kernel's own sockets are closed by its process, not by ours.
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@EACH
def test_a_notebook_runs_from_top_to_bottom(path):
    notebook = nbformat.read(path, 4)
    client = NotebookClient(
        notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(FOLDER)}}
    )
    client.execute()
    shown = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert len(shown) >= len(code(path)) - 1
    assert not [output for output in shown if output.output_type == "error"]
