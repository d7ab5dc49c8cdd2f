"""What a check has to say, and how: findings, their places, their fixes. See `model` for the other values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple, Protocol

#: A route inside a document, e.g. ("schedule", "start_time") or ("lists", 0).
Pointer = tuple[str | int, ...]


class Severity(StrEnum):
    """How bad a finding is: an error would lose or repeat messages, a warning may."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, kw_only=True, slots=True)
class Region:
    """A piece of a file. Lines and columns start at 1 and count code points; the end is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Edit:
    """A piece of a file to be replaced: code points from `start` to before `end`."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """What of the data an edit changes, and nothing else: the new value at a pointer of one document."""

    document: int
    pointer: Pointer
    value: Any


class Renamed(NamedTuple):
    """The value of a Change where only the key at the pointer becomes another; what it holds stays."""

    key: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Fix:
    """How a finding can be mended by editing its file. After the edits only `changes` differ in the data."""

    words: str  #: what it does: "write KETTLE"
    safe: bool  #: False: only with --unsafe-fixes, for what is meant is a guess
    edits: tuple[Edit, ...]
    changes: tuple[Change, ...] = ()


class Repair(NamedTuple):
    """A rule's proposal: pieces of the value at its pointer to be replaced; () for `key` or the whole value."""

    words: str
    pieces: tuple[tuple[int, int, str], ...]  #: start and end in code points of the value, and the new text
    safe: bool = True
    key: bool = False  #: the key is replaced and not its value


class Hit(NamedTuple):
    """What a rule has found. A rule may yield a plain `(pointer, message)` as well."""

    pointer: Pointer
    message: str
    span: tuple[int, int] | None = None  #: the place inside the text at the pointer, in code points
    severity: Severity | None = None  #: None: the rule's own
    repair: Repair | None = None
    written: bool = False  #: the places are those of the text as it is written, {{ }} and all
    file: str | None = None  #: templates | lists | links | config: a place there and not in the campaign


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """Something a check has to say about one place."""

    code: str
    name: str
    severity: Severity
    message: str
    path: str
    region: Region
    pointer: str = ""  #: JSON pointer inside the document, "" for the whole
    campaign: str | None = None  #: id of the campaign concerned
    source: str = ""  #: the text of the first line of the region, for a caret
    anchor: int = 0  #: the line of the key that the place belongs to; 0: that of the region
    fix: Fix | None = None
    fingerprint: str = ""  #: the same as long as rule, place in the data and text are, whatever the line

    @property
    def order(self) -> tuple[Any, ...]:
        """Where it stands in a report: by file, then place, then code."""
        region = self.region
        return (self.path, region.line, region.column, self.code, self.message)


def ordered(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Sort once, and say a mistake in `defaults` once and not for every campaign that takes it over."""
    unique = {one.order: one for one in reversed([*findings])}
    return tuple(unique[key] for key in sorted(unique))


class Passed(NamedTuple):
    """A finding that is let pass: not reported at all, or as less than it is."""

    name: str
    severity: Severity  #: as bad as it would be
    campaign: str | None  #: None: it stands in `defaults`, for any campaign that takes them over
    by: str  #: lint.ignore | lint.levels | lint.select | lint.baseline | comment
    is_lowered: bool = False  #: reported all the same, as a warning
    reason: str = ""  #: what a comment says
    until: date | None = None  #: its last day


class RulePage(NamedTuple):
    """A rule as reports describe it."""

    code: str
    name: str
    severity: Severity
    page: str  #: the first line is the summary
    family: str = ""  #: what the rules of its hundred are about
    off: bool = False  #: checked only when it is selected
    fixable: bool = False  #: `lint --fix` can mend what it finds, at least sometimes
    guesses: bool = False  #: only `--unsafe-fixes` can, at least sometimes


class Source(Protocol):
    """Where a campaign was written: a file and the positions in it."""

    @property
    def path(self) -> str: ...
    def locate(self, pointer: Pointer, *, key: bool = False) -> Region: ...
    def line(self, number: int) -> str: ...
