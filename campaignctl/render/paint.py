"""Colour for terminals, or none. A symbol or a word always says the same as the colour."""

from __future__ import annotations

from collections.abc import Callable

_CODES = {"red": "31", "green": "32", "yellow": "33", "blue": "34", "cyan": "36", "bold": "1", "dim": "2"}

#: Takes a text and the name of a colour.
Paint = Callable[[str, str], str]


def plain(text: str, colour: str) -> str:  # noqa: ARG001
    """Return the text as it is."""
    return text


def ansi(text: str, colour: str) -> str:
    """Return the text in a colour, for a terminal."""
    return f"\x1b[{_CODES[colour]}m{text}\x1b[0m"
