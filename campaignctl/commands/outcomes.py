"""What became of a plan, told as it happens and at the end: outcomes, the last look, how to go on, the exit code."""

from __future__ import annotations

import contextlib
import os
import shlex
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import click

from campaignctl import unfinished
from campaignctl.commands import options, pasting
from campaignctl.errors import CampaignctlError, UnknownOutcomeError
from campaignctl.model import Outcome, OutcomeKind, Plan, State
from campaignctl.render import json, steering, text
from campaignctl.render.ending import ending
from campaignctl.verification import Verification
from campaignctl.words import printable, why


class Voice:
    """Standard output, and standard error once nobody reads the first: a run in hand goes on and is told."""

    def __init__(self) -> None:
        self.lost = False

    def say(self, words: str) -> None:
        """Print to standard output, or where that fails to standard error. Never raises for what a pipe does."""
        if not self.lost:
            try:
                options.say(words)
            except OSError as error:
                self.lost = True
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
                self.warn(f"the report cannot be written ({why(error)}); it goes on here")
            else:
                return
        with contextlib.suppress(OSError):
            click.echo(words, err=True)

    def warn(self, words: str) -> None:
        """Say something on standard error."""
        with contextlib.suppress(OSError):
            click.echo(f"campaignctl: {words}", err=True)


class Report:
    """The report of one run."""

    def __init__(self, the_plan: Plan, given: dict[str, Any], state: Callable[[], State]) -> None:
        self._plan = the_plan
        self._given = given
        self._state = state
        self._voice = Voice()
        self._as_text = given["format_"] == "text"
        self._paint = options.paint(given["color"])

    def tell(
        self,
        outcomes: Iterator[Outcome],
        check: Callable[[list[Outcome]], Verification | None],
        stop: Callable[[], bool],
    ) -> int:
        """Print each outcome as it happens, then the last look and the numbers, and return the exit code.

        Raises what stopped the run, once all that was done is told, unless an unknown outcome weighs more.
        """
        done: list[Outcome] = []
        try:
            for one in outcomes:
                done.append(one)
                self._one(one, first=len(done) == 1)
        except (CampaignctlError, KeyboardInterrupt) as error:
            code = self._cut_off(done, error)
            if code is None:
                raise
            return self._code(code)
        try:
            verified = check(done)
        except KeyboardInterrupt:  # all is recorded; only the last look is missing
            self._conclude(done)
            return self._code(exit_code(done, interrupted=True))
        self._tell_look(verified)
        self._conclude(done, verified)
        if verified is not None and verified.alarming:
            return UnknownOutcomeError.exit_code
        return self._code(exit_code(done, interrupted=stop()))

    def _one(self, one: Outcome, *, first: bool) -> None:
        if self._as_text:
            self._voice.say(("\n" if first else "") + text.outcome(one, self._paint))

    def _code(self, code: int) -> int:
        """A report that could not be written is no success."""
        return code or (CampaignctlError.exit_code if self._voice.lost else 0)

    def _cut_off(self, done: Sequence[Outcome], error: BaseException) -> int | None:
        """Tell what was done whatever stopped the rest. Returns None where the error itself says enough."""
        rest = unfinished.outcomes(self._plan, done, self._state(), str(error) or "interrupted")
        for one in rest:
            if one.outcome is not OutcomeKind.SKIPPED:
                self._one(one, first=False)
        every = [*done, *rest]
        self._conclude(every)
        interrupted = isinstance(error, KeyboardInterrupt)
        code = exit_code(every, interrupted=interrupted)
        if interrupted:
            return code
        if code != UnknownOutcomeError.exit_code:
            return None
        self._voice.warn(printable(str(error)))
        return code

    def _tell_look(self, verified: Verification | None) -> None:
        """Say what the last look has shown: in the report where it is text and all is well, else on standard error."""
        if verified is None:
            return
        command = options.command_line(self._given)
        words = steering.verification(verified, command, self._paint)
        well = not verified.alarming and verified.error is None
        if well and self._as_text:
            self._voice.say(f"{words}\nTo pause all of this plan: {command('stop', self._plan.plan_id[:8])}")
        elif not well:
            self._voice.warn(words)

    def _conclude(self, done: Sequence[Outcome], verified: Verification | None = None) -> None:
        """Print the numbers, what a run has left over, and the commands that go on from there."""
        given = self._given
        if not self._as_text:
            self._voice.say(json.outcomes(self._plan.plan_id, done, summary(done), verified))
        elif done:
            self._voice.say(text.outcomes(summary(done), self._paint))
            again = [_command(given, "plan")] if given["planfile"] else []  # a saved plan serves once
            again.append(_command(given, "apply"))
            words = ending(done, lambda *ids: _command(given, "resolve", *ids), again)
            if words is not None:
                self._voice.say(words)


def _command(given: dict[str, Any], *command: str) -> str:
    """Return a command line about the same folder, the same Exotel, and where it matters the same plan."""
    words = ["campaignctl", *command]
    saved = str(given["planfile"]) if given["planfile"] else None
    if command[0] == "plan" and saved:
        words += ["--out", saved]
    if command[0] == "apply":
        words += [saved] if saved else ["--yes"] if given["yes"] else []
    words += pasting.same_place(given)
    if command[0] != "resolve":
        words += [word for name in given["allow"] for word in ("--allow", name)]
        words += [word for name, value in given["variables"].items() for word in ("--var", f"{name}={value}")]
    return shlex.join(words)


def summary(outcomes: Sequence[Outcome]) -> dict[str, int]:
    """Return how many there are of each outcome."""
    counts = Counter(one.outcome.value for one in outcomes)
    return {kind.value: counts[kind.value] for kind in OutcomeKind}


def exit_code(done: Sequence[Outcome], *, interrupted: bool) -> int:
    """Return the exit code of a run by its outcomes (design, §4)."""
    kinds = Counter(one.outcome for one in done)
    if kinds[OutcomeKind.UNKNOWN]:
        return 4
    if interrupted:
        return 130
    if kinds[OutcomeKind.REJECTED]:
        return 1
    blocked = sum((one.error or "").startswith("blocked") for one in done)
    if kinds[OutcomeKind.SKIPPED] > blocked:
        return 3
    return 1 if blocked else 0
