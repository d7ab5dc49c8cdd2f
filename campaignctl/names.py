"""Names of campaigns at Exotel: what is the same name, and where a token stands in one."""

from __future__ import annotations

import re

#: A word that is a token, of whatever project.
_is_token = re.compile(r"cc[a-z2-7]{10}").fullmatch


def called(name: str) -> str:
    """Return what a name at Exotel calls a campaign, to be compared: case, blanks and tokens at its end do not count."""
    words = name.split()
    while len(words) > 1 and _is_token(words[-1]):
        words.pop()
    return " ".join(words).casefold()


def unmarked(name: str) -> tuple[str, str | None]:
    """Return a name at Exotel without the token that ends it, and that token; None where none does."""
    text = name.strip()
    words = text.split()
    if len(words) < 2 or not _is_token(words[-1]):
        return text, None
    return text[: -len(words[-1])].rstrip(), words[-1]


def holds_token(text: str) -> bool:
    """Return whether a token stands anywhere in a text, as a word of its own."""
    return any(_is_token(word) for word in re.split(r"[\W_]+", text))
