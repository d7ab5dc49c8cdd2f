"""A unified diff that `git apply` takes, and that a terminal or a CI log can only show."""

from __future__ import annotations

import re
from difflib import unified_diff

from campaignctl.words import printable, shows_secret

_HIDDEN = "*** a secret, not shown; --fix keeps it as it is ***"
_LINE = re.compile(r"[^\n]*\n|[^\n]+\Z")


def diff(path: str, before: str, after: str) -> str:
    """Return the diff of one file, "" when nothing differs.

    Where the text is visible characters alone it can be applied; what could act on a terminal is escaped,
    and a line with a password in it is not shown.
    """
    name = printable(path.lstrip("/"))
    name += "\t" if " " in name else ""  # where git looks for the end of a name
    lines = unified_diff(_LINE.findall(before), _LINE.findall(after), f"a/{name}", f"b/{name}", n=3)
    return "".join(_line(line) for line in lines)


def _line(line: str) -> str:
    """Return one line; a tab, a carriage return at its end and a leading byte order mark are harmless."""
    ended = line.endswith("\n")
    body = line.removesuffix("\n")
    tail = "\r" if body.endswith("\r") else ""
    lead = 2 if body[1:2] == "\ufeff" else 1
    shown = "\t".join(map(printable, body[lead:].removesuffix("\r").split("\t")))
    if shows_secret(body[1:]):
        shown = _HIDDEN
    if body[0] == " " and shown.lstrip().startswith(
        "::"
    ):  # a command in GitHub's logs, in spite of the blank
        shown = shown.replace("::", "\\x3a:", 1)
    return f"{body[:lead]}{shown}{tail}\n" + ("" if ended else "\\ No newline at end of file\n")
