"""The baseline: known findings that are let pass, so that an old folder can take up the tool.

A finding is known by its fingerprint: rule, file, campaign, place in the data, text of the line. It may move to
another line, and it is new as soon as its line is changed. Held findings are never known.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from campaignctl import documents
from campaignctl.composer import Problem
from campaignctl.errors import ProjectError
from campaignctl.findings import Finding
from campaignctl.rules import HELD
from campaignctl.words import count, printable

VERSION = 1
#: About 300,000 findings.
MAX_BYTES = 64 * 1024 * 1024


class Entry(NamedTuple):
    """One known finding. All but the fingerprint is there for who reads the file."""

    path: str  #: relative to the campaigns folder
    campaign: str | None
    name: str
    fingerprint: str


@dataclass(frozen=True, kw_only=True)
class Baseline:
    """The known findings by their fingerprints, and the file they come from as messages show it."""

    where: str = ""
    command: str = ""  #: what brings the file up to date
    known: Mapping[str, Entry] = field(default_factory=dict)


#: Nothing is known.
EMPTY = Baseline()


class Sifted(NamedTuple):
    """The findings that are not known, those that are, and how many entries no longer have a finding."""

    findings: tuple[Finding, ...]
    passed: tuple[Finding, ...]
    gone: int


def place(root: Path, name: str) -> Path:
    """Return the file that `lint.baseline` names. Raises ProjectError for one outside the folder."""
    path = root / name
    if path.is_symlink() or not path.parent.resolve().is_relative_to(root.resolve()):
        raise ProjectError(
            f"{name} is, or lies behind, a symbolic link; the baseline must be a file in the folder"
        )
    return path


def update_command(given: str | None) -> str:
    """Return the command that writes a baseline: the one named on the command line, or that of campaignctl.yaml."""
    named = f"--baseline {shlex.quote(given)} " if given is not None else ""
    return f"campaignctl lint {named}--update-baseline"


def load(path: Path, given: str | None = None) -> Baseline:
    """Read a baseline; `given` is its name on the command line. Raises ProjectError for what is none."""
    command = update_command(given)
    data = documents.read(path, MAX_BYTES)
    where = printable(given or path.name)
    if isinstance(data, Problem):
        why = "is larger than any baseline" if data.name == "yaml-limit" else data.message
        if why.startswith("not a regular file"):
            why = "is not a regular file"
        raise ProjectError(f"the baseline {where} {why}; `{printable(command)}` makes it")
    return loads(data, where, command)


def loads(data: bytes, where: str, command: str = "") -> Baseline:
    """Return the baseline that stands in a file. Raises ProjectError for what is none, or of a newer version."""
    try:
        raw = json.loads(data.decode("utf-8"))
        version = raw["version"]
        if type(version) is int and version > VERSION:
            raise ProjectError(f"the baseline {where} was made by a newer campaignctl; upgrade this one")
        if version != VERSION or type(raw["findings"]) is not list:
            raise ValueError
        entries = [_entry(one) for one in raw["findings"]]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ProjectError(
            f"{where} is not a baseline of campaignctl, or was damaged; "
            f"put it back from version control, or delete it and run `{printable(command)}`"
        ) from error
    return Baseline(where=where, command=command, known={one.fingerprint: one for one in entries})


def _entry(raw: Any) -> Entry:
    one = Entry(raw["path"], raw["campaign"], raw["name"], raw["fingerprint"])
    texts = (one.path, one.name, one.fingerprint, *([] if one.campaign is None else [one.campaign]))
    if not all(type(text) is str for text in texts):
        raise TypeError
    return one


def dumps(findings: Sequence[Finding], folder: str = "") -> str:
    """Return the file for these findings, those that are held left out: sorted, one a line, to be read in a diff.

    `folder` is the campaigns folder as paths show it, with a slash at its end; it is taken away.
    """
    entries = sorted(
        (one.path.removeprefix(folder), one.campaign or "", one.name, one.fingerprint, one.campaign)
        for one in findings
        if one.name not in HELD
    )
    lines = [
        "    " + json.dumps({"path": path, "campaign": campaign, "name": name, "fingerprint": fingerprint})
        for path, _, name, fingerprint, campaign in entries
    ]
    body = ",\n".join(lines)
    listed = f"[\n{body}\n  ]" if lines else "[]"
    return f'{{\n  "version": {VERSION},\n  "findings": {listed}\n}}\n'


def sift(findings: Sequence[Finding], baseline: Baseline, runs: Callable[[str], bool]) -> Sifted:
    """Part the new findings from the known ones. Entries of rules that did not run (`runs`) are not gone."""
    known = baseline.known
    new: list[Finding] = []
    passed: list[Finding] = []
    for one in findings:
        (new if one.name in HELD or one.fingerprint not in known else passed).append(one)
    met = {one.fingerprint for one in findings}
    gone = sum(one.fingerprint not in met and runs(one.name) for one in known.values())
    return Sifted(tuple(new), tuple(passed), gone)


def notes(sifted: Sifted, baseline: Baseline, *, whole: bool) -> tuple[str, ...]:
    """Return the sentences about it; what is gone is known only where the `whole` folder was linted."""
    said = []
    if sifted.passed:
        are = "is" if len(sifted.passed) == 1 else "are"
        said.append(f"{count(len(sifted.passed), 'known finding')} {are} let pass by {baseline.where}")
    if sifted.gone and whole:
        many = sifted.gone != 1
        said.append(
            f"{count(sifted.gone, 'finding')} of {baseline.where} {'are' if many else 'is'} mended; "
            f"`{printable(baseline.command)}` takes {'them' if many else 'it'} out"
        )
    return tuple(said)
