"""What libyaml complains about, in a person's words and at the place that a person would look at."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

#: What YAML (and libyaml) refuses anywhere in a file, and a byte order mark that is not at its beginning.
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_BRACE_VALUE = re.compile(r"(?::|-)[ \t]+(\{[#{%])")


class Complaint(NamedTuple):
    """A span of code points and a sentence."""

    start: int
    end: int
    message: str


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
    braces = [match for match in _BRACE_VALUE.finditer(text, 0, at + 2) if match.start(1) <= at]
    if braces:
        start, end = braces[-1].span(1)
        return Complaint(start, end, f"a text that begins with {braces[-1].group(1)} must be in quotes")
    words, at = _in_words(problem.strip(), at, context_mark.index if context_mark else at, text)
    return Complaint(at, at + 1, words)


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
    ("did not find expected key", "this line does not fit the indentation above it", False),
    ("did not find expected '-' indicator", "this line does not fit the indentation above it", False),
)


def _in_words(problem: str, at: int, began: int, text: str) -> tuple[str, int]:
    if text[at : at + 1] == "\t":
        return "a tab is used for indentation; use spaces", at
    if "cannot start any token" in problem:
        return f"a text cannot begin with {text[at : at + 1]}; put it in quotes", at
    for theirs, ours, at_beginning in _SENTENCES:
        if theirs in problem:
            return ours, began if at_beginning else at
    return f"not valid YAML: {problem}", at
