"""What the man page tells, as values: taken from the commands, rendered by `render.man`."""

from __future__ import annotations

from dataclasses import dataclass

#: A word, such as an option or an exit code, and what it means.
Entry = tuple[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """One command: how it is called, what it does, its options, lines that show it at work."""

    usage: str
    paragraphs: tuple[str, ...]
    options: tuple[Entry, ...]
    examples: tuple[str, ...]  #: lines, kept as they are


@dataclass(frozen=True, kw_only=True, slots=True)
class Manual:
    """The whole program."""

    version: str
    about: str  #: one line without a full stop
    program: Page
    commands: tuple[Page, ...]
    exit_codes: tuple[Entry, ...]
    environment: tuple[Entry, ...]
    files: tuple[Entry, ...]
