"""Where the lines of a file can be read on the web: `--repo-url`."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote, urlsplit

import click

if TYPE_CHECKING:
    from campaignctl.render.html import Sources

_Command = TypeVar("_Command", bound=Callable[..., Any])
_is_commit = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}").fullmatch
_WAIT = 10.0  # seconds for Git


def option(command: _Command) -> _Command:
    """Add `--repo-url`."""
    return click.option(
        "--repo-url",
        metavar="URL",
        callback=_checked,
        help="Link files to their lines there: https://github.com/OWNER/NAME.",
    )(command)


def _checked(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    """Return the address without a slash at its end: it becomes part of links, so it must be nothing else."""
    if value is None:
        return None
    try:
        parts = urlsplit(value)
        is_sound = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_sound = False
    if not is_sound or not re.fullmatch(r"[!-~]+", value) or re.search(r"[\"'<>\\^`{|}?#@]", value):
        message = (
            "give the web address of the repository, without name or password: https://github.com/OWNER/NAME"
        )
        raise click.BadParameter(message, ctx=ctx, param=param)
    return value.rstrip("/").removesuffix(".git")


def sources(repo_url: str | None, head: str | None = None) -> Sources:
    """Return what links a file, by its path from the current folder, to its lines in a commit.

    Without `head` that is the commit that is checked out; where Git does not say which, the links lead to the newest.
    """
    from campaignctl.render.html import Sources

    if repo_url is None:
        return Sources()
    checked_out, prefix = _checkout()
    commit = head or checked_out
    at = commit or "HEAD"

    def link(path: str, line: int | None) -> str | None:
        inside = os.path.normpath(prefix + path)
        if Path(path).is_absolute() or inside.startswith(".."):
            return None
        place = quote(inside.replace(os.sep, "/"), safe="/", errors="replace")
        return f"{repo_url}/blob/{at}/{place}" + (f"#L{line}" if line else "")

    return Sources(commit=commit, link=link)


def _checkout() -> tuple[str | None, str]:
    """Return the commit that is checked out, None where there is none, and this folder's path in its repository."""
    try:
        asked = subprocess.run(  # noqa: S603 - no shell, and all words are ours
            [
                *("git", "-c", "safe.bareRepository=explicit", "-c", "core.fsmonitor=false"),
                *("rev-parse", "--show-prefix", "HEAD"),
            ],
            capture_output=True,
            text=True,
            timeout=_WAIT,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None, ""
    lines = asked.stdout.splitlines()
    prefix = lines[0] if lines else ""
    return (lines[1] if len(lines) > 1 and _is_commit(lines[1]) else None), prefix
