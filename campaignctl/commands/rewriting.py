"""A file of the registry read, and written again after a question: by `registry import` and `lists pull`."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from campaignctl import documents, folder
from campaignctl.commands import options
from campaignctl.composer import Problem
from campaignctl.errors import ExportError, UsageError
from campaignctl.words import printable


def current(path: Path) -> bytes | None:
    """Return the bytes of a file that is to be edited, None for none. Raises ExportError, for a link too."""
    if path.is_symlink() or path.parent.is_symlink():
        raise ExportError(f"{path} is, or lies behind, a symbolic link; it must be a file inside the folder")
    if not os.path.lexists(path):
        return None
    found = documents.read(path, documents.MAX_REGISTRY_BYTES)
    if isinstance(found, Problem):
        raise ExportError(f"{path}: {found.message}")
    return found


def write(path: Path, pair: tuple[bytes | None, bytes], what: str, given: Mapping[str, Any]) -> int:
    """Ask, unless `--yes` says so, and write a file as a whole or not at all; `pair` is what it holds and is to hold.

    Returns the exit code. Raises ExportError when the file has been changed since it was read.
    """
    before, after = pair
    shown = printable(folder.shown(path))
    if given["dry"]:
        options.say(f"Nothing was written to {shown}.")
        return 0
    if not given["yes"]:
        if not sys.stdin.isatty():
            name = click.get_current_context().info_name
            raise UsageError(f"{name} asks before it writes, and there is no terminal to ask; give --yes")
        question = f"{what} to {shown}? Only 'yes' does it"
        if click.prompt(question, default="no", show_default=False).strip() != "yes":
            options.say("Nothing was written.")
            return 1
    save(path, before, after)
    options.say(f"Wrote {shown}. Next: campaignctl lint")
    return 0


def save(path: Path, before: bytes | None, after: bytes) -> None:
    """Write a file that still holds what it held. Raises ExportError where it does not."""
    if current(path) != before:
        raise ExportError(f"{path} has been changed meanwhile and was left alone; run this again")
    path.parent.mkdir(exist_ok=True)
    folder.write_whole(path, after, path.stat() if path.exists() else None)
