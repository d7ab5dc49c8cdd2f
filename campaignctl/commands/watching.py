"""Looking again and again until campaigns are over: a bar on a terminal's standard error, and nowhere else."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from typing import TextIO

import click

from campaignctl.errors import VendorError
from campaignctl.standings import Standing
from campaignctl.words import count, printable, shortened

#: How often in a row Exotel may fail to answer; the client itself has tried each time more than once.
_TRIES = 5
#: Characters of the bar.
_BAR = 24
#: The width of a terminal that does not say it, in columns.
_WIDTH = 80


class Watch:
    """Looks, waits, and looks again. `rows` are what was seen last."""

    def __init__(
        self,
        look: Callable[[Sequence[Standing]], Sequence[Standing]],
        *,
        interval: float,
        sleep: Callable[[float], None],
        shown: bool,
        stream: TextIO | None = None,
    ) -> None:
        """`look` returns how the campaigns stand that it is given; `interval` is in seconds."""
        self._look = look
        self._interval = interval
        self._sleep = sleep
        self._shown = shown
        self._stream = stream or sys.stderr
        self._drawn = False

    def until_over(self, rows: Sequence[Standing]) -> Sequence[Standing]:
        """Yield to others between looks, and return the last rows once all are over.

        Raises VendorError when Exotel has not answered for too many looks in a row; what was seen stays in `rows`.
        """
        self.rows = rows
        missed = 0
        try:
            while any(not one.over for one in self.rows):
                self._draw(words(self.rows))
                self._sleep(self._interval)
                try:
                    self._see(self._look([one for one in self.rows if not one.over]))
                    missed = 0
                except VendorError as error:
                    missed += 1
                    if missed == _TRIES:
                        raise
                    self._tell(f"{error}; looking again ({missed} of {_TRIES - 1})")
        finally:
            self.clear()
        return self.rows

    def _see(self, fresh: Sequence[Standing]) -> None:
        known = {one.sid: one for one in fresh}
        before = self.rows
        self.rows = [known.get(one.sid, one) if one.sid is not None else one for one in before]
        for old, new in zip(before, self.rows, strict=True):
            if old.status != new.status and not self._shown:
                name, was, now = new.id or new.sid or "", old.status or "?", new.status or "?"
                self._tell(f"{name} is {shortened(now, 20)}, was {shortened(was, 20)}")

    def _tell(self, sentence: str) -> None:
        self.clear()
        click.echo(f"campaignctl: {printable(sentence)}", err=True)

    # --- the line -------------------------------------------------------------------------------------

    def clear(self) -> None:
        """Take the line away."""
        if self._drawn:
            self._write("\r\x1b[K")
            self._drawn = False

    def _draw(self, line: str) -> None:
        if self._shown:
            self._write("\r" + shortened(line, max(20, _columns(self._stream) - 1)) + "\x1b[K")
            self._drawn = True

    def _write(self, line: str) -> None:
        try:
            self._stream.write(line)
            self._stream.flush()
        except (OSError, UnicodeError):  # the terminal is gone; what counts is told at the end
            self._shown = self._drawn = False


def words(rows: Sequence[Standing]) -> str:
    """Return the line: how much of all messages has come to its end, and how many campaigns are over."""
    done = sum(sum(filter(None, (one.counts.sent, one.counts.failed, one.counts.invalid))) for one in rows)
    left = sum(sum(filter(None, (one.counts.scheduled, one.counts.submitted))) for one in rows)
    over = sum(one.over for one in rows)
    share = done / (done + left) if done + left else over / max(1, len(rows))
    filled = int(share * _BAR)
    bar = "#" * filled + "-" * (_BAR - filled)
    messages = f"{done:,} of {count(done + left, 'message')}" if done + left else "nothing sent yet"
    return f"[{bar}] {share:4.0%}  {messages}, {over:,} of {count(len(rows), 'campaign')} over"


def _columns(stream: TextIO) -> int:
    try:
        return os.get_terminal_size(stream.fileno()).columns or _WIDTH
    except (OSError, ValueError):
        return _WIDTH
