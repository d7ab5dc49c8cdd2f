"""How far a long apply is: one line on a terminal's standard error, written over again, and nowhere else."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from typing import TextIO

import click

from campaignctl.model import ActionKind, Outcome, Plan
from campaignctl.words import printable, shortened

#: The width of a terminal that does not say it, in columns.
_WIDTH = 80


def wanted(format_: str, stream: TextIO) -> bool:
    """Return whether somebody looks on: a terminal that can go back in a line, no log of a pipeline."""
    in_ci = os.environ.get("CI", "").lower() not in ("", "0", "false")
    return format_ == "text" and stream.isatty() and not in_ci and os.environ.get("TERM") != "dumb"


class Progress:
    """The line. Where nobody looks on it does nothing."""

    def __init__(
        self,
        plan: Plan,
        *,
        shown: bool,
        rate: int | None,
        clock: Callable[[], float] = time.monotonic,
        stream: TextIO | None = None,
    ) -> None:
        """`rate` is the requests a minute that are held to, None where nothing is held back."""
        self._creates = {one.id for one in plan.of(ActionKind.CREATE)}
        self._shown = shown and bool(self._creates)
        self._rate = rate
        self._clock = clock
        self._stream = stream or sys.stderr
        self._begun = clock()
        self._done = 0
        self._drawn = False

    def beside(self, outcomes: Iterable[Outcome]) -> Iterator[Outcome]:
        """Pass outcomes on; the line stands while the next one is made, and never beside other output."""
        source = iter(outcomes)
        while True:
            self._draw(self.words())
            try:
                one = next(source)
            except StopIteration:
                return
            finally:
                self.clear()
            self._done += one.id in self._creates
            yield one

    def words(self) -> str:
        """Return the line, "" when nothing is left to create."""
        total, left = len(self._creates), len(self._creates) - self._done
        if left == 0:
            return ""
        parts = [f"creating {self._done + 1:,} of {total:,}"]
        seconds = self._seconds(left)
        if seconds is not None:
            parts.append("less than a minute left" if seconds < 60 else f"{seconds / 60:,.0f} min left")
        held = f" at {self._rate:,} requests a minute" if self._rate is not None else ""
        return ", ".join(parts) + held

    def _seconds(self, left: int) -> float | None:
        """Return the seconds that the rest takes, by what was done and by the pace; None before anything is known."""
        held = left * 60.0 / self._rate if self._rate and len(self._creates) > self._rate else 0.0
        each = (self._clock() - self._begun) / self._done if self._done else 0.0
        return max(held, each * left) or None

    def tell(self, words: str) -> None:
        """Say something on standard error, with the line out of the way."""
        drawn = self._drawn
        self.clear()
        click.echo(f"campaignctl: {printable(words)}", err=True)
        if drawn:
            self._draw(self.words())

    def waiting(self, sleep: Callable[[float], None]) -> Callable[[float], None]:
        """Return a sleep that says what is waited for."""

        def patient(seconds: float) -> None:
            self.clear()
            self._draw(f"waiting {seconds:.0f} s before Exotel is asked again")
            sleep(seconds)
            self.clear()

        return patient

    def clear(self) -> None:
        """Take the line away."""
        if self._drawn:
            self._write(self.wipe())
            self._drawn = False

    def wipe(self) -> str:
        """Return what takes the line away, "" where there is none."""
        return "\r\x1b[K" if self._drawn else ""

    def _draw(self, words: str) -> None:
        if self._shown and words:
            self._write("\r" + shortened(words, max(20, _columns(self._stream) - 1)) + "\x1b[K")
            self._drawn = True

    def _write(self, text: str) -> None:
        try:
            self._stream.write(text)
            self._stream.flush()
        except OSError:  # the terminal is gone; what is done counts, not that it is shown
            self._shown = self._drawn = False


def _columns(stream: TextIO) -> int:
    try:
        return os.get_terminal_size(stream.fileno()).columns or _WIDTH
    except (OSError, ValueError):
        return _WIDTH
