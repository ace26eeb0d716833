"""The pages of the command line and of its exit codes."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

from pages.config_keys import kind_name
from pages.markdown import plain, table
from typer.main import get_command

from neopcr import cli, errors

_ALWAYS = {
    0: "Done.",
    2: "The command line itself is wrong: an unknown option, a missing argument.",
    20: "`neopcr monitor`: columns or scores of the cohort have drifted.",
    21: "`neopcr monitor --outcomes`: calibration has drifted, whatever else has.",
    130: "Stopped by the keyboard; nothing half-written is left behind.",
}


def commands_page() -> str:
    """Every command with its arguments and options."""
    chapters = [_chapter(name, command) for name, command in _walk(get_command(cli.app))]
    return (
        "# Command line\n\n`neopcr COMMAND --help` prints the same. Every result goes where `-o` says, is whole or absent, and "
        "`--json` prints one JSON object instead of text. How a command ends is told by its "
        "[exit code](exit-codes.md).\n\n" + "\n".join(chapters)
    )


def command_names() -> list[tuple[str, str]]:
    """Every command and the first line of its help."""
    return [
        (name, (command.help or "").partition("\n")[0])
        for name, command in _walk(get_command(cli.app))
    ]


def exit_codes() -> dict[int, str]:
    """Every exit code and its meaning."""
    tree = {kind.exit_code: inspect.getdoc(kind) or "" for kind in _kinds(errors.NeopcrError)}
    return dict(sorted((tree | _ALWAYS).items()))


def exit_codes_page() -> str:
    """How a command may end."""
    rows = [[f"`{code}`", plain(meaning)] for code, meaning in exit_codes().items()]
    return (
        "# Exit codes\n\nA script can act on them without reading text.\n\n"
        + table(["code", "meaning"], rows)
        + "\n\nA message on standard error says where, which rule, how many rows, the first of them, and what to do. It carries row "
        "numbers and column names, never a patient's identifier or a cell's value. Rows that could not be scored do not change the "
        "code, unless `neopcr score --strict` asks for 11.\n"
    )


def _kinds(kind: type[errors.NeopcrError]) -> Iterator[type[errors.NeopcrError]]:
    """Errors that are raised: the leaves of the tree."""
    below = kind.__subclasses__()
    if not below:
        yield kind
    for each in below:
        yield from _kinds(each)


def _walk(group: Any, above: str = "neopcr") -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - click's
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from _walk(command, f"{above} {name}")
        else:
            yield f"{above} {name}", command


def _chapter(name: str, command: Any) -> str:  # noqa: ANN401
    arguments = [each for each in command.params if each.param_type_name == "argument"]
    usage = " ".join([name, "[OPTIONS]", *(_metavar(each) for each in arguments)])
    rows = [_row(each) for each in command.params if each.name != "help"]
    return (
        f"## {name}\n\n{plain(inspect.cleandoc(command.help or ''))}\n\n    {usage}\n\n"
        + table(["argument or option", "kind", "meaning", "default"], rows)
        + "\n"
    )


def _metavar(argument: Any) -> str:  # noqa: ANN401
    name = argument.metavar or argument.name.upper()
    return name if argument.required else f"[{name}]"


def _row(param: Any) -> list[str]:  # noqa: ANN401
    is_option = param.param_type_name == "option"
    name = ", ".join(f"`{each}`" for each in param.opts) if is_option else f"`{_metavar(param)}`"
    kind = "" if _is_switch(param) else kind_name(param.type_descriptor.annotation)
    return [name, kind, plain(getattr(param, "help", None) or ""), _default(param)]


def _default(param: Any) -> str:  # noqa: ANN401
    if param.required:
        return "required"
    if _is_switch(param) or param.default is None or callable(param.default):
        return ""
    return f"`{param.default}`"


def _is_switch(param: Any) -> bool:  # noqa: ANN401
    return bool(getattr(param, "is_flag", False))
