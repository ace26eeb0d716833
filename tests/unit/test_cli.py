"""The command line: exit codes, streams, and start-up."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from neopcr import __version__
from neopcr.cli import app, main
from neopcr.cli._app import finish
from neopcr.errors import BundleError, ConfigError, TableError, TargetError
from neopcr.workflows._result import Result

HEAVY = (
    "numpy",
    "pandas",
    "sklearn",
    "xgboost",
    "shap",
    "mlflow",
    "pyarrow",
    "numba",
    "matplotlib",
)


def left(run, *, as_json=False) -> int:
    with pytest.raises(Exception, match=r"\d+") as caught:
        finish(run, as_json=as_json)
    return caught.value.exit_code


def raising(error: BaseException):
    def run() -> Result:
        raise error

    return run


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ConfigError("c"), 10),
        (TableError("t"), 11),
        (BundleError("b"), 12),
        (TargetError("t"), 13),
        (OSError(28, "No space left on device"), 13),
        (KeyError("PATIENT-7"), 70),
        (KeyboardInterrupt(), 130),
    ],
)
def test_each_error_has_its_exit_code_and_no_traceback(capsys, error, code):
    assert left(raising(error)) == code
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("neopcr: ")
    assert "Traceback" not in captured.err
    assert "PATIENT-7" not in captured.err


def test_the_whole_traceback_of_a_bug_is_shown_when_asked_for(capsys, monkeypatch):
    monkeypatch.setenv("NEOPCR_TRACEBACK", "1")
    assert left(raising(KeyError("column"))) == 70
    assert "Traceback" in capsys.readouterr().err


def test_a_result_is_text_or_one_json_object(capsys):
    result = Result({"n": 3, "exit_code": 11}, ("three rows", "one not scored"))
    assert left(lambda: result) == 11
    assert capsys.readouterr().out == "three rows\none not scored\n"
    assert left(lambda: result, as_json=True) == 11
    assert json.loads(capsys.readouterr().out) == {"n": 3, "exit_code": 11}


def test_help_and_version_load_nothing_heavy():
    code = (
        "import sys; sys.argv = ['neopcr', '--help']\n"
        "from neopcr.cli import main\n"
        "try: main()\nexcept SystemExit: pass\n"
        f"print('HEAVY', [m for m in {HEAVY} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.rstrip().endswith("HEAVY []")
    assert "no output is a treatment recommendation" in done.stdout
    assert CliRunner().invoke(app, ["--version"]).output.strip() == __version__


def test_main_ends_with_usage_error_on_an_unknown_command(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["neopcr", "no-such-command"])
    with pytest.raises(SystemExit) as caught:
        main()
    assert caught.value.code == 2
    assert "no-such-command" in capsys.readouterr().err
