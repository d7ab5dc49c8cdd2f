"""One line on a terminal's standard error, written over again, and taken away before anything else is said."""

from __future__ import annotations

import os
import sys
from typing import TextIO

import click

from campaignctl.words import printable, shortened

#: The width of a terminal that does not say it, in columns.
_WIDTH = 80


class Line:
    """The line. Where nobody looks on nothing is drawn."""

    def __init__(self, *, shown: bool, stream: TextIO | None = None) -> None:
        self.shown = shown
        self._stream = stream or sys.stderr
        self._drawn = False

    def draw(self, words: str) -> None:
        """Put the line in the place of the last one."""
        if self.shown:
            self._write("\r" + shortened(words, max(20, _columns(self._stream) - 1)) + "\x1b[K")
            self._drawn = True

    def tell(self, sentence: str) -> None:
        """Say something on standard error, with the line out of the way."""
        self.clear()
        click.echo(f"campaignctl: {printable(sentence)}", err=True)

    def clear(self) -> None:
        """Take the line away."""
        if self._drawn:
            self._write("\r\x1b[K")
            self._drawn = False

    def _write(self, line: str) -> None:
        try:
            self._stream.write(line)
            self._stream.flush()
        except (OSError, UnicodeError):  # the terminal is gone; what counts is told at the end
            self.shown = self._drawn = False


def _columns(stream: TextIO) -> int:
    try:
        return os.get_terminal_size(stream.fileno()).columns or _WIDTH
    except (OSError, ValueError):
        return _WIDTH
