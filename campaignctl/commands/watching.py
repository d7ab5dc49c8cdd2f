"""Looking again and again until campaigns are over: a bar on a terminal's standard error, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TextIO

import click

from campaignctl.commands.line import Line
from campaignctl.errors import VendorError
from campaignctl.render.drifts import Command, drift, plain_command
from campaignctl.standings import Drift, Standing
from campaignctl.words import count, shortened

#: How often in a row Exotel may fail to answer; the client itself has tried each time more than once.
_TRIES = 5
#: Characters of the bar.
_BAR = 24


class Alarm(Exception):
    """Somebody may be texted twice, and nobody should wait before that is told."""


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
        command: Command = plain_command,
    ) -> None:
        """`look` returns how the campaigns stand that it is given; `interval` is in seconds; `command` makes the
        command lines of next steps."""
        self._look = look
        self._interval = interval
        self._sleep = sleep
        self._line = Line(shown=shown, stream=stream)
        self._command = command
        self._told: Sequence[tuple[object, ...]] = ()

    def until_over(self, rows: Sequence[Standing]) -> Sequence[Standing]:
        """Yield to others between looks, and return the last rows once all are over, or paused.

        Raises VendorError when Exotel has not answered for too many looks in a row; what was seen stays in `rows`.
        Whatever else `look` raises goes through.
        """
        self.rows = rows
        missed = 0
        try:
            while any(not (one.over or one.paused) for one in self.rows):
                self._line.draw(words(self.rows))
                self._sleep(self._interval)
                try:
                    self._see(self._look([one for one in self.rows if not one.over]))
                    missed = 0
                except VendorError as error:
                    missed += 1
                    if missed == _TRIES:
                        raise
                    self._line.tell(f"{error}; looking again ({missed} of {_TRIES - 1})")
        finally:
            self._line.clear()
        if paused := sum(one.paused for one in self.rows):
            ends = "it is" if paused == 1 else "they are"
            self._line.tell(
                f"only {count(paused, 'paused campaign')} left, and {ends} over for now; `resume` goes on"
            )
        return self.rows

    def differs(self, found: Iterable[Drift]) -> None:
        """Tell what is not as it was sent and was not so at the last look, alarms first. Raises Alarm after one."""
        now = sorted(found, key=lambda one: (not one.alarming, one.id, one.kind.value))
        keys = [(one.kind, one.id, one.changes, one.others, one.alarming) for one in now]
        fresh = [one for one, key in zip(now, keys, strict=True) if key not in self._told]
        self._told = keys
        if fresh:
            self._line.tell("not as it was sent:")
            click.echo("\n".join(drift(fresh, self._command)), err=True)
        if any(one.alarming for one in now):
            raise Alarm

    def _see(self, fresh: Sequence[Standing]) -> None:
        known = {one.sid: one for one in fresh}
        before = self.rows
        self.rows = [known.get(one.sid, one) if one.sid is not None else one for one in before]
        for old, new in zip(before, self.rows, strict=True):
            if old.status != new.status and not self._line.shown:
                name, was, now = new.id or new.sid or "", old.status or "?", new.status or "?"
                self._line.tell(f"{name} is {shortened(now, 20)}, was {shortened(was, 20)}")


def words(rows: Sequence[Standing]) -> str:
    """Return the line: how much of all messages has come to its end, and how many campaigns are over."""
    done = sum(sum(filter(None, (one.counts.sent, one.counts.failed, one.counts.invalid))) for one in rows)
    left = sum(sum(filter(None, (one.counts.scheduled, one.counts.submitted))) for one in rows)
    over, paused = sum(one.over for one in rows), sum(one.paused for one in rows)
    share = done / (done + left) if done + left else over / max(1, len(rows))
    filled = int(share * _BAR)
    bar = "#" * filled + "-" * (_BAR - filled)
    waits = f", {paused:,} paused" if paused else ""
    messages = f"{done:,} of {count(done + left, 'message')}" if done + left else "nothing sent yet"
    return f"[{bar}] {share:4.0%}  {messages}, {over:,} of {count(len(rows), 'campaign')} over{waits}"
