"""Suppression comments: `# campaignctl: ignore[name] reason until=2035-01-31`, on a finding's line or above it.

A text is looked at only where it holds the word; a comment counts only where YAML sees a comment, not inside a
text. What is wrong with a suppression is a problem of its own: the rules `ignore-*` are its pages.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain, islice
from typing import NamedTuple

from campaignctl.composer import Problem, Scalar, written_scalars
from campaignctl.documents import SourceFile
from campaignctl.findings import Finding
from campaignctl.rules import HELD, matching, named, spellings
from campaignctl.words import did_you_mean, quoted

#: Problems of the spelling that are said of one file: the next ones only repeat them.
MOST = 20

RIGHT = "write `# campaignctl: ignore[name] reason`"

_CANDIDATE = re.compile(r"#[ \t]*(campaigns?[-_. ]?ctl)\b", re.IGNORECASE)
_WORD = re.compile(r"[^,\s](?:[^,]*[^,\s])?")
_DIRECTIVE = re.compile(r"#[ \t]*campaignctl[ \t]*:[ \t]*ignore[ \t]*\[([^\]]*)\](.*)")
#: Tool, colon, word and bracket of something that may have been meant for one.
_ATTEMPT = re.compile(r"#[ \t]*[A-Za-z]+[-_. ]?ctl[ \t]*(:?)[ \t]*([\w-]+)[ \t]*(\[?)", re.IGNORECASE)
_UNTIL = re.compile(r"(?<!\S)until[ \t]*=[ \t]*(\S*)")
_is_day = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}").fullmatch
_BREAK = re.compile(r"[\r\n]")
#: The rest of a line and all lines below it that hold nothing but a comment.
_PASSED_OVER = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)(?:[ \t]*(?:#[^\r\n]*)?(?:\r\n|\r|\n))*+[ \t]*")
_SIGN = re.compile(r"(?<![^ \t\r\n])#")


class Name(NamedTuple):
    """One word between the brackets, and its place in code points."""

    word: str
    start: int
    end: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Directive:
    """One suppression comment. Places are code points of the file."""

    start: int
    end: int
    target: (
        int | None
    )  #: the line it speaks of: its own, or the next with anything on it; None: there is none
    names: tuple[Name, ...]
    reason: str
    until: date | None = None  #: the last day on which it counts
    until_place: tuple[int, int] | None = None


@dataclass(frozen=True, kw_only=True)
class Comments:
    """The suppression comments of one file."""

    file: SourceFile
    directives: tuple[Directive, ...] = ()
    problems: tuple[Problem, ...] = ()  #: comments that look like one and are none
    #: Lines of a text that is written over several lines: its first and its last, where its comments stand.
    tied: dict[int, tuple[int, ...]] = field(default_factory=dict)


class Applied(NamedTuple):
    """What is left to be said about one file, and what its comments do wrong."""

    findings: list[Finding]
    problems: list[Problem]
    passed: list[tuple[Finding, Directive]]  #: what is suppressed, and by what


# --- reading ------------------------------------------------------------------------------------------


def read(file: SourceFile) -> Comments | None:
    """Return the suppression comments of a file; None for nearly every file, which has none."""
    if "ctl" not in file.text:
        return None
    candidates = list(_CANDIDATE.finditer(file.text))
    if not candidates:
        return None
    starts, texts = _real(file.text, candidates)
    targets = _Targets(file)
    directives: list[Directive] = []
    problems: list[Problem] = []
    for start in starts:
        end = _line_end(file.text, start)
        found = _directive(file.text, start, end, targets)
        if found is not None:
            directives.append(found)
        wrong = _misspelt(found, file.text) if found is not None else _attempt(file.text, start, end)
        problems += islice(wrong, MOST - len(problems))
    if not directives and not problems:
        return None
    return Comments(
        file=file, directives=tuple(directives), problems=tuple(problems), tied=_tied(file, texts)
    )


def _line_end(text: str, start: int) -> int:
    found = _BREAK.search(text, start)
    return start + len(text[start : found.start() if found else None].rstrip(" \t"))


def _real(text: str, candidates: Sequence[re.Match[str]]) -> tuple[list[int], list[Scalar]]:
    """Return the places where YAML begins a comment, of those where one may begin; and the text's scalars.

    The text is parsed with a sign of its own behind each `#`: what shows up in a value was no comment. So
    nothing needs to be known here about where a block scalar ends.
    """
    places, marks = [one.start() for one in candidates], [one.start(1) for one in candidates]
    sign = _unused(text)
    pieces = [
        text[begin:end] for begin, end in zip([0, *(one + 1 for one in marks)], [*marks, None], strict=True)
    ]
    found, reached = written_scalars(sign.join(pieces))
    inside: set[int] = set()
    for one in found:
        held = places[bisect_left(places, one.start) : bisect_left(places, one.end)]
        if held and one.style in ("|", ">"):  # a comment may stand behind the sign, and others below the text
            header = _line_end(text, one.start)
            held = [place for place in held if place > header][: one.value.count(sign)]
        inside.update(held)
    free = [place for place in places if place < reached and place not in inside]
    return list(_first_of_their_lines(text, free, found)), found


def _unused(text: str) -> str:
    used = set(text)
    private = chain(range(0xE000, 0xF900), range(0xF0000, 0xFFFFE))
    return next(chr(code) for code in private if chr(code) not in used)


def _first_of_their_lines(text: str, places: Sequence[int], found: Sequence[Scalar]) -> Iterator[int]:
    """Yield the places that are not themselves part of a comment: `# see # campaignctl: ...` is one comment."""
    texts = [one for one in found if one.style not in ("|", ">")]
    starts = [one.start for one in texts]
    done = -1  # up to here the line is dealt with
    for place in places:
        if place < done:
            continue
        line = max(text.rfind("\n", 0, place), text.rfind("\r", 0, place)) + 1
        for match in _SIGN.finditer(text, line, place + 1):
            nearest = bisect_right(starts, match.start()) - 1
            if nearest < 0 or match.start() >= texts[nearest].end:
                done = _line_end(text, place)
                if match.start() == place:
                    yield place
                break


class _Targets:
    """Finds the line that a comment speaks of: its own where anything stands before it, else the next one."""

    def __init__(self, file: SourceFile) -> None:
        self.file = file
        self.passed = -1  # all up to here, blank lines and comments, speaks of the same line
        self.below: int | None = None

    def of(self, start: int) -> int | None:
        region = self.file.region(start, start)
        if self.file.line(region.line)[: region.column - 1].strip(" \t"):
            return region.line
        if start >= self.passed:
            text = self.file.text
            found = _PASSED_OVER.match(text, start)
            self.passed = place = found.end() if found else len(text)
            nothing = place >= len(text) or text[place] == "#"
            self.below = None if nothing else self.file.region(place, place).line
        return self.below


def _directive(text: str, start: int, end: int, targets: _Targets) -> Directive | None:
    match = _DIRECTIVE.match(text, start, end)
    if match is None:
        return None
    words = _WORD.finditer(text, match.start(1), match.end(1))
    until = _UNTIL.search(text, match.start(2), match.end(2))
    return Directive(
        start=start,
        end=end,
        target=targets.of(start),
        names=tuple(Name(one.group(), *one.span()) for one in words),
        reason=_UNTIL.sub("", match.group(2)),
        until=_day(until.group(1)) if until else None,
        until_place=until.span() if until else None,
    )


def _day(text: str) -> date | None:
    """Return a day, or None for what is none."""
    text = text.rstrip(".,;)")
    try:
        return date.fromisoformat(text) if _is_day(text) else None
    except ValueError:  # 30 February
        return None


def _tied(file: SourceFile, found: Sequence[Scalar]) -> dict[int, tuple[int, ...]]:
    """Return for each line of a text over several lines those of its lines that a comment can speak of."""
    tied: dict[int, tuple[int, ...]] = {}
    for one in found:
        if _BREAK.search(file.text, one.start, one.end) is None:
            continue
        first, last = file.region(one.start, one.start).line, file.region(one.end - 1, one.end - 1).line
        ends = (first,) if one.style in ("|", ">") else (first, last)
        for line in range(first, last + 1):
            tied[line] = (*tied.get(line, ()), *ends)
    return tied


# --- what is wrong with the comment alone -------------------------------------------------------------


def _attempt(text: str, start: int, end: int) -> Iterator[Problem]:
    """Yield what is wrong with a comment that names this tool and seems to want something of it, not prose."""
    match = _ATTEMPT.match(text, start, end)
    if match is None:
        return
    colon, word, bracket = match.groups()
    exact = word.lower() == "ignore"
    if bracket and (colon or exact or did_you_mean(word.lower(), ("ignore",))):
        message = f"this suppresses nothing, for it is not spelt as a suppression; {RIGHT}"
        yield Problem("ignore-unknown", start, end, message)
    elif colon and exact:
        message = f"this suppresses nothing, for it names no rule in brackets; {RIGHT}"
        yield Problem("ignore-unknown", start, end, message)


def _misspelt(one: Directive, text: str) -> Iterator[Problem]:
    if not one.names:
        message = f"the brackets are empty, so this suppresses nothing; {RIGHT}"
        yield Problem("ignore-unknown", one.start, one.end, message)
    for name in one.names:
        if named(name.word) is None:
            yield Problem("ignore-unknown", name.start, name.end, _unknown(name.word))
    if one.until_place is not None and one.until is None:
        start, end = one.until_place
        message = f"{quoted(text[start:end])} names no day; write it like until=2035-01-31"
        yield Problem("ignore-unknown", start, end, message)


def _unknown(word: str) -> str:
    if matching(word):
        return f"{quoted(word)} stands for several rules, and a comment names each in full; {RIGHT}"
    close = did_you_mean(word, spellings())
    advice = f"did you mean {close}?" if close else "`campaignctl rules` lists the names"
    return f"there is no rule {quoted(word)}, so nothing is suppressed; {advice}"


# --- applying -----------------------------------------------------------------------------------------


def applied(
    comments: Comments,
    findings: Sequence[Finding],
    *,
    today: date,
    runs: Callable[[str], bool],
    sure: bool,
) -> Applied:
    """Return which findings of a file are left, and what is wrong with its comments.

    `today` is the day in India. A comment for a rule that did not run (`runs`) is not called unused, nor is
    any where a held finding of the file, or mistakes elsewhere (`sure` is False), may have kept rules silent.
    """
    spoken: dict[tuple[int | None, str], list[Directive]] = defaultdict(list)
    for one in comments.directives:
        for name in {named(word) for word, _, _ in one.names}:
            if name is not None and name not in HELD:
                spoken[one.target, name].append(one)
    over = {place for place, ones in spoken.items() if all(_is_over(one, today) for one in ones)}
    used: dict[int | None, set[str]] = defaultdict(set)
    kept: list[Finding] = []
    passed: list[tuple[Finding, Directive]] = []
    for finding in findings:
        places = {(line, finding.name) for line in _lines(finding, comments)} & spoken.keys()
        for line, name in places:
            used[line].add(name)
        if places <= over:
            kept.append(finding)
        else:
            valid = (one for place in places - over for one in spoken[place] if not _is_over(one, today))
            passed.append((finding, min(valid, key=lambda one: one.start)))
    problems = list(comments.problems)
    sure = sure and not any(one.name in HELD for one in findings)
    for one in comments.directives:
        problems += _misused(one, used.get(one.target, set()), today, runs, sure=sure)
    return Applied(kept, problems, passed)


def _lines(finding: Finding, comments: Comments) -> set[int]:
    """Return the lines whose comments speak of a finding."""
    region = finding.region
    last = region.end_line - (region.end_column == 1 and region.end_line > region.line)
    lines = {region.line, last, finding.anchor or region.line}
    return lines.union(*(comments.tied.get(line, ()) for line in (region.line, last)))


def _is_over(one: Directive, today: date) -> bool:
    return one.until is not None and one.until < today


def _misused(
    one: Directive, used: set[str], today: date, runs: Callable[[str], bool], *, sure: bool
) -> Iterator[Problem]:
    """Yield what is wrong with a comment in its place: one thing for each name, one for the whole."""
    meant = False  # whether it will still be wanted once its mistakes are mended
    hits: list[str] = []
    said: set[str] = set()
    for word, start, end in one.names:
        name = named(word)
        if name in said:
            continue
        said.update(filter(None, (name,)))
        if name is None:  # said before
            meant = True
        elif name in HELD:
            message = f"{name} cannot be suppressed, for {HELD[name]}; delete it here and mend what it finds"
            yield Problem("ignore-forbidden", start, end, message)
        elif name in used:
            meant = True
            hits.append(name)
        elif sure and runs(name):
            message = f"{name} finds nothing here, so this may hide a later mistake; delete it"
            yield Problem("ignore-unused", start, end, message)
        else:
            meant = True
    if hits and one.until is not None and one.until_place is not None and _is_over(one, today):
        message = (
            f"this suppression ended on {one.until}; mend what {' and '.join(hits)} finds, or set a later day"
        )
        yield Problem("ignore-expired", *one.until_place, message)
    if meant and not any(char.isalnum() for char in one.reason):
        message = "the suppression gives no reason; say after the bracket why this may be sent as it is"
        yield Problem("ignore-without-reason", one.start, one.end, message)
