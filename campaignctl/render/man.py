"""A man page, in the macros of man(7) that groff and mandoc both know.

Sources: man(7), groff_man_style(7). Texts are escaped character by character: a backslash would be a command, and so
would a full stop or an apostrophe at the start of a line; a hyphen that is to be copied is `\\-`.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator

from campaignctl.manual import Entry, Manual, Page

_QUOTED = re.compile(r"`([^`]+)`")


def man(manual: Manual) -> str:
    """Return the page, with a line break at its end. It holds no date, so the same commands make the same page."""
    parts = [
        _macro("TH", "CAMPAIGNCTL", "1", "", f"campaignctl {manual.version}", "User Commands"),
        _macro("nh"),  # words are not to be broken, and lines not to be stretched: they are copied
        _macro("ad", "l"),
        _macro("SH", "NAME"),
        f"campaignctl \\- {_text(manual.about)}",
        _macro("SH", "SYNOPSIS"),
        _call(manual.program.usage),
        _macro("SH", "DESCRIPTION"),
        *_paragraphs(manual.program.paragraphs),
        _macro("SH", "OPTIONS"),
        *_entries(manual.program.options),
        _macro("SH", "COMMANDS"),
        *(line for page in manual.commands for line in _command(page)),
        _macro("SH", "EXIT STATUS"),
        *_entries(manual.exit_codes),
        _macro("SH", "ENVIRONMENT"),
        *_entries(manual.environment),
        _macro("SH", "FILES"),
        *_entries(manual.files),
        _macro("SH", "EXAMPLES"),
        *_lines(manual.program.examples),
    ]
    return "\n".join(parts) + "\n"


def _command(page: Page) -> Iterator[str]:
    yield _macro("SS", page.usage)
    yield from _paragraphs(page.paragraphs)
    yield from _entries(page.options)
    if page.examples:
        yield _macro("PP")
        yield from _lines(page.examples)


def _paragraphs(paragraphs: Iterable[str]) -> Iterator[str]:
    for index, one in enumerate(paragraphs):
        if index:
            yield _macro("PP")
        yield _text(one)


def _entries(entries: Iterable[Entry]) -> Iterator[str]:
    for word, meaning in entries:
        yield _macro("TP")
        choices = _escaped(word).replace("|", "|\\:")  # where a line may end
        yield f"\\fB{choices}\\fR"
        yield _text(meaning)


def _lines(lines: Iterable[str]) -> Iterator[str]:
    """Yield lines that are kept as they are, set in."""
    yield from (_macro("RS", "4"), _macro("nf"))
    yield from (_guarded(_escaped(line)) for line in lines)
    yield from (_macro("fi"), _macro("RE"))


def _call(usage: str) -> str:
    name, _, rest = usage.partition(" ")
    return f"\\fB{_escaped(name)}\\fR {_escaped(rest)}"


def _text(text: str) -> str:
    """Return a paragraph in lines of 80 characters, with `words` in bold."""
    parts = _QUOTED.split(" ".join(text.split()))
    whole = "".join(
        f"\\fB{_escaped(one)}\\fR" if index % 2 else _escaped(one) for index, one in enumerate(parts)
    )
    lines = textwrap.wrap(whole, 80, break_long_words=False, break_on_hyphens=False)
    return "\n".join(_guarded(line) for line in lines)


def _macro(name: str, *arguments: str) -> str:
    return " ".join([f".{name}", *(_argument(one) for one in arguments)])


def _argument(text: str) -> str:
    return '"' + _escaped(text).replace('"', "\\(dq") + '"' if not text.isalnum() else text


#: groff_char(7): the signs that stand for something else as they are. A line break would begin a macro.
_ESCAPES = str.maketrans(
    {
        "\\": "\\e",
        "-": "\\-",
        "'": "\\(aq",
        "^": "\\(ha",
        "~": "\\(ti",
        **dict.fromkeys(map(chr, range(32)), " "),
    }
)


def _escaped(text: str) -> str:
    return text.translate(_ESCAPES)


def _guarded(line: str) -> str:
    return f"\\&{line}" if line.startswith((".", "'")) else line
