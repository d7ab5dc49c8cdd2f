"""Texts that others have written as Markdown that can only be read.

What is meant as text stays text in three steps: CommonMark never takes a character reference for structure
(section 2.5), so every sign that could mean something becomes one; whatever GitHub and GitLab look for in the finished
page (`@name`, `#12`, `!12`, `GH-12`, `:smile:`) is parted by a space without width; and what has no width or moves
the reading direction is shown as its escape. None of it begins a line with `::` or holds `##[`, commands in CI logs.
"""

from __future__ import annotations

import html
import re

from campaignctl.words import masked, printable, shortened

#: A space without width: nobody is named, nothing is referred to, the text looks the same.
_APART = "&#8203;"
#: Signs that Markdown or HTML could take for structure in the middle of a line, and `$`, GitHub's mathematics.
_SIGNS = re.compile(r"[\\`*_\[\]<>&|~$@]")
#: Where a page of GitHub or GitLab would see a reference, a link, or a log a command: between a sign and what follows.
_JOINTS = re.compile(
    r"(?<=@)"  # @name
    r"|(?<=[#!~$%&^])(?=[\w\"#])"  # #12, !12, ~label, %3, ##[command]
    r"|(?<=[Gg][Hh]-)(?=\d)"
    r"|(?<=:)(?=[\w+-]+:|:)"  # :smile:, ::command
    r"|(?<=[A-Za-z])(?=:\S)"  # https://, javascript:
    r"|(?<=[Ww][Ww][Ww])(?=\.)"
)
#: Spaces that a page would make one, or none.
_SPACES = re.compile(r"  +|^ | $")
_BEGINS = re.compile(r"[-+=#:/]|\d{1,9}[.)]").match
_RUNS = re.compile(r"`+")


def prose(text: str, limit: int | None = None) -> str:
    """Return a text for a sentence, a cell of a table or a `<summary>`, in one line; cut at `limit` characters."""
    text = masked(text)
    return _whole(printable(text if limit is None else shortened(text, limit)))


def read(markdown: str) -> str:
    """Return what a reader sees of a line of ours: for pages that escape it once more. Code stays between backticks."""
    return html.unescape(markdown.replace("**", "")).replace("\u200b", "")


def lines(text: str) -> str:
    """Return a text for a quotation: its line breaks kept, as `<br>`, on one line of Markdown."""
    pieces = re.split(r"\r\n|\n|\r", masked(text))
    shown = "<br>".join(_whole(printable(piece)) for piece in pieces)
    return (
        _APART + shown if shown.startswith("<") else shown
    )  # a tag alone on its line would be a block of HTML


def sentence(text: str, limit: int | None = None) -> str:
    """Return one of our own sentences: what stands in it between backticks is shown as code."""
    text = masked(text)
    pieces = printable(text if limit is None else shortened(text, limit)).split("`")
    if len(pieces) % 2 == 0:  # a backtick without its other one frames nothing
        return _whole("`".join(pieces))
    shown = (code(piece) if number % 2 else _marked(piece) for number, piece in enumerate(pieces))
    return _begun("".join(shown)) if pieces[0] else "".join(shown)


def code(text: str) -> str:
    """Return a text as code inside a sentence. Not for tables: there a `|` would end the cell."""
    text = printable(masked(text)).replace("##", "#\u200b#")
    if not text.strip():
        return prose(text)
    fence = "`" * (_longest(text) + 1)
    space = " " if fence != "`" or text != text.strip() else ""
    return f"{fence}{space}{text}{space}{fence}"


def fenced(text: str, language: str = "text") -> str:
    """Return a text as a block of code: a fence that is longer than every run of backticks in it."""
    body = "\n".join(map(_in_log, masked(text).split("\n")))
    fence = "`" * max(3, _longest(body) + 1)
    return f"{fence}{language}\n{body}\n{fence}"


def _longest(text: str) -> int:
    return max(map(len, _RUNS.findall(text)), default=0)


def _in_log(line: str) -> str:
    """Return a line that is no command, should the Markdown be printed in a CI log."""
    line = printable(line)
    start = len(line) - len(line.lstrip())
    if line.startswith("::", start):
        line = f"{line[: start + 1]}\u200b{line[start + 1 :]}"
    return line.replace("##", "#\u200b#")


def _whole(line: str) -> str:
    """Return a printable line on its own: its spaces are kept, and it begins no list, heading or command."""
    safe = _SPACES.sub(lambda found: "&nbsp;" * (found.end() - found.start()), _marked(line))
    return _begun(safe)


def _begun(safe: str) -> str:
    """Return what may stand at the beginning of a line: no list, rule, heading, or command of GitLab."""
    return f"&#{ord(safe[0])};{safe[1:]}" if _BEGINS(safe) else safe


def _marked(piece: str) -> str:
    """Return a printable piece in which nothing means anything to Markdown, HTML, GitHub or GitLab."""
    parted = _JOINTS.sub("\0", piece)
    return _SIGNS.sub(lambda found: f"&#{ord(found[0])};", parted).replace("\0", _APART)
