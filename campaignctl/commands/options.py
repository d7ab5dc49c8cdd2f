"""Options that several commands share, and what they mean."""

from __future__ import annotations

import os
import re
import shlex
import stat
import sys
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import click

from campaignctl import guards
from campaignctl.campaigns import moment
from campaignctl.commands import completing, pasting
from campaignctl.errors import ProjectError, StateError, UsageError
from campaignctl.folder import write_whole
from campaignctl.model import State
from campaignctl.render.paint import Paint, ansi, plain
from campaignctl.state import codec, files
from campaignctl.state.local import LocalStore
from campaignctl.words import printable

#: Where a command's context keeps how far the sandbox that it works on is ahead of this machine.
AHEAD = "campaignctl.ahead"

_is_digest = re.compile(r"[0-9a-f]{32,64}").fullmatch

_Command = TypeVar("_Command", bound=Callable[..., Any])


def folder(command: _Command) -> _Command:
    """Add `-C`. CAMPAIGNCTL_DIR serves where it is absent."""
    return click.option(
        "-C",
        "directory",
        metavar="DIR",
        callback=pasting.remember,
        shell_complete=completing.folders,
        help="The campaigns folder. [env: CAMPAIGNCTL_DIR]",
    )(command)


def colour(command: _Command) -> _Command:
    """Add `--color`."""
    return click.option(
        "--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="Colour the text."
    )(command)


def variables(command: _Command) -> _Command:
    """Add `--var`."""
    return click.option(
        "--var",
        "variables",
        multiple=True,
        metavar="NAME=VALUE",
        callback=_pairs,
        shell_complete=completing.variables,
        help="Set a {{ name }} in texts.",
    )(command)


def time(command: _Command) -> _Command:
    """Add `--at`."""
    return click.option(
        "--at",
        "at",
        metavar="TIME",
        callback=_moment,
        help='Work as if it were TIME: "2035-10-01T09:00:00+05:30".',
    )(command)


def allow(command: _Command) -> _Command:
    """Add `--allow`."""
    return click.option(
        "--allow",
        multiple=True,
        type=click.Choice(guards.NAMES),
        help="Let one guard of the plan pass, by its name.",
    )(command)


def others(command: _Command) -> _Command:
    """Add `--other-state`."""
    return click.option(
        "--other-state",
        "others",
        multiple=True,
        metavar="FILE",
        type=click.Path(path_type=Path),
        callback=lambda ctx, param, paths: tuple(map(_other, paths)),  # noqa: ARG005
        help="The state of another project: what it has sent to a list is not sent there again.",
    )(command)


def _other(path: Path) -> State:
    """Return a state. Raises StateError."""
    project = codec.project_of(files.read(path) or files.read(path.with_name(f"{path.name}.journal")) or b"")
    store = LocalStore(path, project)
    if store.identities() == (None, None):
        raise StateError(f"there is no file {path}; --other-state names the state of another project")
    return store.read()


def digest(command: _Command) -> _Command:
    """Add `--digest`."""
    return click.option(
        "--digest",
        metavar="SHA",
        callback=_digest,
        help="Create only if the plan is the one with this digest: its approval, so nothing is asked.",
    )(command)


def vendor(command: _Command) -> _Command:
    """Add what names the vendor: `--sandbox`, `--base-url`."""
    sandbox = click.option(
        "--sandbox",
        is_flag=True,
        callback=pasting.remember,
        help="Use the embedded Exotel, with a state of its own.",
    )
    base = click.option(
        "--base-url",
        envvar="CAMPAIGNCTL_BASE_URL",
        metavar="URL",
        callback=pasting.remember,
        help="Scheme and host in place of the region's. [env: CAMPAIGNCTL_BASE_URL]",
    )
    return sandbox(base(command))


def lock(command: _Command) -> _Command:
    """Add `--lock-timeout`."""
    return click.option(
        "--lock-timeout",
        type=click.IntRange(0, 86_400),
        metavar="SECONDS",
        help="How long to wait for a state that somebody else has locked.",
    )(command)


def command_line(given: Mapping[str, Any]) -> Callable[..., str]:
    """Return what makes a command line about the same folder and the same Exotel."""
    return lambda *words: printable(shlex.join(["campaignctl", *words, *pasting.same_place(given)]))


def _pairs(ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for one in value:
        name, sign, text = one.partition("=")
        if not sign or not name.isidentifier():
            raise click.BadParameter(f"'{one}' is not of the form name=value", ctx=ctx, param=param)
        if not text.isprintable():  # bytes that are no UTF-8, control characters
            raise click.BadParameter(f"the value of {name} is not plain text", ctx=ctx, param=param)
        pairs[name] = text
    return pairs


def _digest(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    # An empty value, as from a variable that is not set, must not count as no option: it would ask for nothing.
    if value is not None and _is_digest(value.lower()) is None:
        message = "give the digest as `campaignctl plan` shows it; two plans can be made to share fewer than 32 digits"
        raise click.BadParameter(message, ctx=ctx, param=param)
    return value.lower() if value is not None else None


def _moment(ctx: click.Context, param: click.Parameter, value: str | None) -> datetime | None:
    if value is None:
        return None
    found = moment(value)
    if found is None:
        raise click.BadParameter('write it like "2035-10-01T09:00:00+05:30"', ctx=ctx, param=param)
    return found


def directory_of(ctx: click.Context, given: str | None) -> str | None:
    """Return the folder that the command line or the environment names, or None."""
    return given or ctx.obj or os.environ.get("CAMPAIGNCTL_DIR") or None


def now(at: datetime | None) -> datetime:
    """Return the time to work at: the real one unless `--at` is given, or the sandbox's own is ahead of it."""
    if at is not None:
        return at
    context = click.get_current_context(silent=True)
    ahead: timedelta = timedelta() if context is None else context.meta.get(AHEAD, timedelta())
    return datetime.now(UTC) + ahead


def paint(choice: str) -> Paint:
    """Return how to colour standard output: --color, then NO_COLOR, then FORCE_COLOR, then the terminal."""
    if choice != "auto":
        return ansi if choice == "always" else plain
    environment: Mapping[str, str] = os.environ
    if environment.get("NO_COLOR"):
        return plain
    if environment.get("FORCE_COLOR"):
        return ansi
    return ansi if sys.stdout.isatty() and environment.get("TERM") != "dumb" else plain


def say(text: str) -> None:
    """Print to standard output as it is; colours are in the text or not."""
    click.echo(text, color=True)


def completing_commands() -> Callable[[str], str]:
    """Return what adds to the commands of a sentence the options that name this command's folder and Exotel."""
    context = click.get_current_context(silent=True)
    return lambda sentence: pasting.completed(sentence, context)


def note(sentences: Iterable[str]) -> None:
    """Say on standard error what was not checked, or can be tidied up."""
    context = click.get_current_context(silent=True)
    for one in sentences:
        click.echo(f"campaignctl: note: {printable(pasting.completed(one, context))}", err=True)


def refuse_path(path: Path) -> None:
    """Raise UsageError for a path that should not become a file, ProjectError where its folder is not there."""
    if not path.parent.is_dir():
        raise ProjectError(f"{path.parent} is not a folder; make it first")
    if path.suffix.lower() in (".yaml", ".yml"):
        raise UsageError(f"{path} would be taken for a campaign; choose another ending, such as .json")
    if os.path.lexists(path) and not stat.S_ISREG(path.lstat().st_mode):
        raise UsageError(f"{path} is a folder, a link or a device; name a file")


def write_file(path: Path, text: str) -> None:
    """Write a file as a whole or not at all. Raises OSError, and UsageError as `refuse_path` does."""
    refuse_path(path)
    write_whole(path, text.encode())
