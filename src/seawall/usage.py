"""The words of the command line's own parser, in the language in force.

The parser that Typer brings writes English and asks no catalogue. In another language its help is
told over line by line, and its faults are told anew from what they know.
"""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Any

import typer
import typer.core

from seawall.language import LANGUAGES, _, language

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Command", "Group", "asked_language", "fault", "run", "translate"]


def asked_language(arguments: Sequence[str], environment: str | None) -> str | None:
    """Language that a command line asks for, before it is parsed: help texts need it first.

    Parameters
    ----------
    arguments : sequence of str
        The command line without the name of the program.
    environment : str or None
        What SEAWALL_LANGUAGE says.

    Returns
    -------
    str or None
        What ``--language`` says, else the environment, else None.
    """
    found = environment or None
    for i, word in enumerate(arguments):
        if word == "--language" and i + 1 < len(arguments):
            found = arguments[i + 1]
        elif word.startswith("--language="):
            found = word.partition("=")[2]
    return found


def _told(text: str) -> str:
    """Help as the parser wrote it, its own words in the language in force."""
    if language() == LANGUAGES[0]:
        return text
    heads = {
        "Usage:": _("Usage:"),
        "Arguments:": _("Arguments:"),
        "Options:": _("Options:"),
        "Commands:": _("Commands:"),
    }
    text = re.sub(r"^(Usage:|Arguments:|Options:|Commands:)", lambda m: heads[m[1]], text, flags=re.MULTILINE)
    text = re.sub(r"\[default: ([^\]]*)\]", lambda m: _("[default: {value}]").format(value=m[1]), text)
    text = re.sub(r"\[env var: ([^\];]*)", lambda m: _("[environment: {value}").format(value=m[1]), text)
    return text.replace("[required]", _("[required]")).replace(
        "Show this message and exit.", _("Show this message and exit.")
    )


class Command(typer.core.TyperCommand):
    """A command whose help speaks the language in force."""

    def get_help(self, ctx: Any) -> str:
        """Help of the command."""
        return _told(super().get_help(ctx))

    def get_usage(self, ctx: Any) -> str:
        """First line of the help."""
        return _told(super().get_usage(ctx))


class Group(typer.core.TyperGroup):
    """The list of commands, whose help speaks the language in force."""

    def get_help(self, ctx: Any) -> str:
        """Help of the whole command line."""
        return _told(super().get_help(ctx))

    def get_usage(self, ctx: Any) -> str:
        """First line of the help."""
        return _told(super().get_usage(ctx))


def translate(command: Any) -> Any:
    """Put the help of a command and of all under it into the language in force, and return it."""
    if language() != LANGUAGES[0]:
        command.help = _(str(command.help))
        for parameter in command.params:
            parameter.help = _(str(getattr(parameter, "help", None) or ""))
        # the parser cuts at spaces, which not every script has
        command.short_help = command.help.split("\n", 1)[0]
        for one in getattr(command, "commands", {}).values():
            translate(one)
    return command


def fault(error: Any) -> str:
    """What is wrong with a command line, from the parser's error, in the language in force."""
    kind, said = type(error).__name__, str(error.format_message())
    parameter = getattr(error, "param", None)
    name = "" if parameter is None else parameter.metavar or (parameter.opts[-1] if parameter.opts else "")
    if kind == "NoSuchOption":
        return _("there is no option {name}").format(name=error.option_name)
    if kind == "MissingParameter":
        return _("{name} is missing").format(name=name)
    if kind == "BadOptionUsage":
        return _("option {name} needs a value, or takes none").format(name=error.option_name)
    if kind == "BadParameter":
        value = re.search(r"'([^']*)' (?:is|does|was)", str(error.message))
        if value:
            return _("{name}: {value!r} cannot be used").format(name=name, value=value[1])
        return _("{name}: the value cannot be used").format(name=name)
    for pattern, message in (
        (r"No such command '(.*?)'", _("there is no command {name}")),
        (r"unexpected extra argument(?:s|\(s\))? \((.*)\)", _("{name} is too much")),
    ):
        found = re.search(pattern, said)
        if found:
            return message.format(name=found[1])
    return _("the command line cannot be read")


def show(error: Any) -> None:
    """Write a fault of the command line to standard error, with the way to help."""
    if type(error).__name__ == "NoArgsIsHelpError":
        sys.stderr.write(f"{error.format_message()}\n")
        return
    if error.ctx is not None:
        hint = _("Help: {command} {option}").format(
            command=error.ctx.command_path, option=error.ctx.help_option_names[0]
        )
        sys.stderr.write(f"{error.ctx.get_usage()}\n{hint}\n\n")
    sys.stderr.write(_("error: {message}").format(message=fault(error)) + "\n")


def run(command: Any) -> int:
    """Run a command line and return its exit code; a fault in it is told in the language in force."""
    try:
        return int(command.main(standalone_mode=False) or 0)
    except typer.Abort:
        return 130
    except Exception as error:
        # the parser's errors are of Typer or of Click, as the version of Typer has it
        if not hasattr(error, "format_message"):
            raise
        if language() == LANGUAGES[0]:
            error.show()  # type: ignore[attr-defined]
        else:
            show(error)
        return int(getattr(error, "exit_code", 2))
