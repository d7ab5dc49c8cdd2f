"""`lint --fix`, `--diff` and `--unsafe-fixes`."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any, TypeVar

import click

from campaignctl import fixing
from campaignctl.errors import UsageError
from campaignctl.findings import Finding
from campaignctl.fixing import Check, Copies, Mended
from campaignctl.model import LintResult
from campaignctl.render.diff import diff
from campaignctl.words import count

_Command = TypeVar("_Command", bound=Callable[..., Any])


class Mode(Enum):
    """What is done about findings that can be mended."""

    REPORT = "report"
    FIX = "fix"
    DIFF = "diff"


def option(command: _Command) -> _Command:
    """Add the three options."""
    fix = click.option("--fix", is_flag=True, help="Mend what is certain, and report what remains.")
    show_diff = click.option("--diff", is_flag=True, help="Print what --fix would change; write nothing.")
    unsafe = click.option(
        "--unsafe-fixes", "unsafe", is_flag=True, help="With --fix or --diff: mend by a guess as well."
    )
    return fix(show_diff(unsafe(command)))


def mode(given: Mapping[str, Any]) -> Mode:
    """Return what the options ask for. Raises UsageError for options that contradict each other."""
    if given["fix"] and given["diff"]:
        raise UsageError("--fix and --diff exclude each other; look at the diff first, then fix")
    if given["unsafe"] and not (given["fix"] or given["diff"]):
        raise UsageError("--unsafe-fixes needs --fix, or --diff to look at the guesses first")
    if given["diff"] and given["format_"] != "text":
        raise UsageError(f"--diff prints a diff and no {given['format_']}; leave out --format")
    if given["diff"] and given["reports"]:
        raise UsageError("--diff writes nothing, and no --report either; run lint without --diff for one")
    return Mode.FIX if given["fix"] else Mode.DIFF if given["diff"] else Mode.REPORT


def make(check: Check, root: str, given: Mapping[str, Any]) -> tuple[LintResult, str | None]:
    """Mend the files and return what remains, and why some could not be written. Says what it has done."""
    copies = Copies()
    mended = _mend(check, root, given, copies)
    failed: list[str] = []
    for key, (before, after) in mended.files.items():
        why = fixing.write(key, before, after)
        if why is not None:
            failed.append(why)
            copies.forget(key)
    result = check(copies) if failed else mended.result
    written = [key for key in mended.files if key in copies.edited]
    _say("Fixed", sum(mended.fixed[key] for key in written), len(written), result.findings, given)
    return result, "; ".join(failed) or None


def show(check: Check, root: str, given: Mapping[str, Any]) -> int:
    """Print the diff; return 1 if there is one, else 0."""
    mended = _mend(check, root, given, Copies())
    here = os.path.realpath(".") + os.sep
    for key, (before, after) in mended.files.items():
        name = key.removeprefix(here).replace(os.sep, "/")
        click.echo(diff(name, before.decode(), after.decode()), nl=False)
    _say("Would fix", sum(mended.fixed.values()), len(mended.files), mended.result.findings, given)
    return int(bool(mended.files))


def _mend(check: Check, root: str, given: Mapping[str, Any], copies: Copies) -> Mended:
    def may_edit(key: str) -> bool:
        return fixing.within(key, root, given["paths"])

    return fixing.mend(check, may_edit, copies, unsafe=given["unsafe"])


def _say(verb: str, findings: int, files: int, left: tuple[Finding, ...], given: Mapping[str, Any]) -> None:
    """Say on stderr what was mended, and that guesses would mend more."""
    said = f"{verb} {count(findings, 'finding')} in {count(files, 'file')}."
    guesses = sum(one.fix is not None and not one.fix.safe for one in left)
    if guesses and not given["unsafe"]:
        said += f" --unsafe-fixes would mend {guesses:,} more by a guess; look at them with --diff first."
    click.echo(said, err=True)
