"""`lint --report FORMAT=FILE`: further reports of the same run, each in a file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import click

from campaignctl import render
from campaignctl.commands import options
from campaignctl.model import LintResult
from campaignctl.rules import pages
from campaignctl.words import did_you_mean, quoted, why

_Command = TypeVar("_Command", bound=Callable[..., Any])


class Report(NamedTuple):
    """A report that the command line asks for."""

    format_: str
    path: Path


def option(command: _Command) -> _Command:
    """Add `--report`."""
    return click.option(
        "--report",
        "reports",
        multiple=True,
        metavar="FORMAT=FILE",
        callback=_parsed,
        help="Write a report to a file as well. May be given several times.",
    )(command)


def _parsed(ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> tuple[Report, ...]:
    known = render.offering("findings")
    found: dict[Path, Report] = {}
    for one in value:
        format_, sign, name = one.partition("=")
        if not sign or not name:
            raise click.BadParameter(
                f"{quoted(one)} is not of the form FORMAT=FILE, like sarif=lint.sarif", ctx=ctx, param=param
            )
        if format_ not in known:
            close = did_you_mean(format_, known)
            guess = f"did you mean {close}?" if close else f"the formats: {', '.join(known)}"
            raise click.BadParameter(f"there is no format {quoted(format_)}; {guess}", ctx=ctx, param=param)
        path = Path(name)
        if name == "-" or "\0" in name:
            raise click.BadParameter(
                f"{quoted(name)} is no file; --format says what standard output is", ctx=ctx, param=param
            )
        options.refuse_path(path)
        place = path.resolve()
        if place in found:
            raise click.BadParameter(f"two reports are to go to {quoted(name)}", ctx=ctx, param=param)
        found[place] = Report(format_, path)
    return tuple(found.values())


def write(reports: Sequence[Report], result: LintResult) -> list[str]:
    """Write the files, each as a whole or not at all, and return a sentence for each that cannot be."""
    trouble = []
    for one in reports:
        try:
            options.write_file(one.path, render.findings(one.format_, result, pages()) + "\n")
        except OSError as error:
            trouble.append(f"the {one.format_} report cannot be written to {one.path}: {why(error)}")
    return trouble
