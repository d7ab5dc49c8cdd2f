"""What libyaml complains about, in a person's words and at the place that a person would look at."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

#: What YAML (and libyaml) refuses anywhere in a file, and a byte order mark that is not at its beginning.
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
#: A value that begins with `{{`, `{%` or `{#` and is not in quotes.
_BRACE_VALUE = re.compile(r"^[ \t]*(?:-[ \t]+)*(?:[^\s#\"':]+:[ \t]+)?(\{[#{%])", re.MULTILINE)
#: What Git leaves in a file that two branches have changed.
_CONFLICT = re.compile(r"(?:<{7}|>{7}|\|{7})(?: [^\r\n]*)?(?=[\r\n]|\Z)|={7}(?=[\r\n]|\Z)")
_LINE_BREAK = re.compile(r"\r\n|\r|\n")


#: Open collections inside one another. The deepest legitimate file here uses four.
MAX_DEPTH = 32


def too_deep() -> str:
    """Return the sentence about nesting beyond the limit."""
    return f"nested more than {MAX_DEPTH} deep; a campaign is flat"


class Complaint(NamedTuple):
    """A span of code points, a sentence, and the name of the rule."""

    start: int
    end: int
    message: str
    name: str = "yaml-syntax"


def complaint(error: Any, text: str) -> Complaint:
    """Return what is wrong with a text that PyYAML has refused with `error`, a YAMLError."""
    problem, context_mark = getattr(error, "problem", None), getattr(error, "context_mark", None)
    mark = getattr(error, "problem_mark", None) or context_mark
    if problem is None or mark is None:  # a ReaderError, whose position counts bytes
        bad = _UNPRINTABLE.search(text)
        at = bad.start() if bad else 0
        code = f"U+{ord(bad.group()):04X} " if bad else ""
        return Complaint(at, at + 1, f"the control character {code}is not allowed; delete it")
    at = min(mark.index, len(text))
    conflict = _conflict(text)
    if conflict is not None:
        said = "Git's conflict marks; keep one side, and delete the lines with <<<<<<<, ======= and >>>>>>>"
        return Complaint(*conflict.span(), said)
    if "maximum nesting depth" in problem:  # libyaml 0.2.6 has a limit of its own, and looks far ahead
        return Complaint(at, at + 1, too_deep(), "yaml-limit")
    began = min(context_mark.index, at) if context_mark else at
    brace = _brace(text, began, at)
    if brace is not None:
        return Complaint(*brace.span(1), f"a text that begins with {brace.group(1)} must be in quotes")
    words, at = _in_words(problem.strip(), at, began, text)
    return Complaint(at, at + 1, words)


def _conflict(text: str) -> re.Match[str] | None:
    """Return the first of Git's conflict marks at the beginning of a line."""
    if not any(mark in text for mark in ("<<<<<<<", "=======", ">>>>>>>")):
        return None
    starts = (0, *(one.end() for one in _LINE_BREAK.finditer(text)))
    return next(filter(None, (_CONFLICT.match(text, start) for start in starts)), None)


def _brace(text: str, began: int, at: int) -> re.Match[str] | None:
    """Return the braces without quotes on the line where the trouble began, or on the last one before it."""
    start = max((match.end() for match in _LINE_BREAK.finditer(text, 0, began)), default=0)
    lines = [text[:start].rstrip("\r\n").rfind("\n") + 1, start]
    found = [_BRACE_VALUE.match(text, line) for line in dict.fromkeys(reversed(lines))]
    return next((match for match in found if match and match.start(1) <= at), None)


#: A value that begins with the quotes of a word processor.
_CURLY_VALUE = re.compile("^\\s*(?:- +)?[\\w-]+:\\s+([\u201c\u201d\u201e\u2018\u2019])")

#: The end of libyaml's sentence: ours, and whether the place is where the thing began.
_SENTENCES = (
    ("tab character", "a tab is used for indentation; use spaces", False),
    (
        "mapping values are not allowed in this context",
        "a colon and a space inside a text without quotes; put the text in quotes",
        False,
    ),
    ("unexpected end of stream", "the quote that opens here is never closed", True),
    ("did not find expected ',' or ']'", "the bracket that opens here is not closed", True),
    ("did not find expected ',' or '}'", "the brace that opens here is not closed", True),
    (
        "could not find expected ':'",
        "a key needs a colon and a space after it, and every line of a text the same indentation",
        True,
    ),
    (
        "did not find expected node content",
        "a value is missing, or a bracket that opens here is not closed",
        True,
    ),
    ("did not find expected key", "this line does not fit the indentation above it", False),
    ("did not find expected '-' indicator", "this line does not fit the indentation above it", False),
)


def _in_words(problem: str, at: int, began: int, text: str) -> tuple[str, int]:
    if text[at : at + 1] == "\t":
        return "a tab is used for indentation; use spaces", at
    if problem == "mapping values are not allowed in this context" and _is_indented_key(text, at):
        return "this line is indented further than the one above it; begin it in the same column", at
    if problem == "mapping values are not allowed in this context":
        line = text[text.rfind("\n", 0, at) + 1 : at]
        if _CURLY_VALUE.search(line):
            return 'curly quotes do not quote a text in YAML; put it in straight ones: "..."', at
    if "cannot start any token" in problem:
        return f"a text cannot begin with {text[at : at + 1]}; put it in quotes", at
    for theirs, ours, at_beginning in _SENTENCES:
        if theirs in problem:
            return ours, began if at_beginning else at
    return f"not valid YAML: {problem}", at


def _is_indented_key(text: str, colon: int) -> bool:
    """Return whether a line is nothing but blanks and a key up to this colon."""
    line = text[max(text.rfind("\n", 0, colon), text.rfind("\r", 0, colon)) + 1 : colon]
    return re.fullmatch(r"[ ]+[A-Za-z_][A-Za-z0-9_-]*", line) is not None
