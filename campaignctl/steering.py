"""The vendor's actions carried out: pause, resume, complete, archive, on one campaign or on many.

Looked at first, asked for once, and only after another look asked for again: an action is the same once or
twice. Nothing here changes the state, for what a campaign is doing is for Exotel to know.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from campaignctl import controls
from campaignctl.controls import Control, End, Heard, Reply, Steered, Verdict, judge
from campaignctl.errors import VendorError
from campaignctl.model import Remote
from campaignctl.targets import Target, Unclear

#: How often an action on one campaign is asked for in all.
_TRIES = 3
#: Seconds before each look after an unclear answer: it may take effect a little later.
_LOOKS = (0.0, 2.0)
#: Seconds to wait after a 429 that names no time, and the longest time that is waited.
_PAUSE, _LONGEST_PAUSE = 5.0, 60.0


class Vendor(Protocol):
    """What steering needs of Exotel."""

    def find(self, tokens: frozenset[str]) -> Mapping[str, tuple[Remote, ...]]: ...
    def details(self, sid: str) -> Remote | None: ...
    def update(self, sid: str, action: str) -> Reply: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """What is to be done about one campaign, and what Exotel has shown of it."""

    target: Target
    verdict: Verdict
    before: str | None  #: its status as Exotel spells it
    start: str | None
    reason: str | None = None  #: why nothing is asked for
    doubles: tuple[Remote, ...] = ()  #: other campaigns with its token
    double: bool = False  #: it is such another one itself


# --- looking ------------------------------------------------------------------------------------------


def survey(control: Control, targets: Iterable[Target], vendor: Vendor) -> tuple[Step, ...]:
    """Return what to do about each campaign: what is sending now comes first, then what starts first.

    Raises VendorError when Exotel cannot be asked. For `stop` the list of campaigns may fail: pausing needs
    only the campaign itself.
    """
    wanted = tuple(targets)
    try:
        listed = vendor.find(frozenset(one.token for one in wanted))
    except VendorError:
        if control.command != "stop":
            raise
        listed = {}
    steps = [_step(control, one, listed.get(one.token, ()), vendor) for one in wanted]
    return urgent(steps)


def urgent(steps: Iterable[Step]) -> tuple[Step, ...]:
    """Return steps in the order in which they matter: what is sending now, then what starts first."""
    return tuple(sorted(steps, key=_urgency))


def awake(control: Control, steps: Iterable[Step], vendor: Vendor) -> tuple[Step, ...]:
    """Return what to do about the doubles of campaigns: those that may send, for what is over cannot be stopped."""
    targets = {
        double.sid: (replace(one.target, sid=double.sid), double) for one in steps for double in one.doubles
    }
    found = [_step(control, target, (double,), vendor) for target, double in targets.values()]
    over = (controls.PAUSED, controls.COMPLETED, controls.ARCHIVED)
    return tuple(replace(one, double=True) for one in found if controls.status(one.before) not in over)


def tried(control: Control, unclear: Iterable[Unclear], vendor: Vendor) -> tuple[Step, ...]:
    """Return what to do about campaigns that may exist, for each that Exotel lists with a token of theirs.

    Raises VendorError when the list cannot be read.
    """
    wanted = tuple(unclear)
    listed = vendor.find(frozenset(one.token for one in wanted)) if wanted else {}
    return tuple(
        _step(control, Target(id=one.id, sid=hit.sid, token=one.token), (hit,), vendor)
        for one in wanted
        for hit in listed.get(one.token, ())
    )


def _urgency(step: Step) -> tuple[bool, str, str]:
    sending = controls.status(step.before) == controls.IN_PROGRESS
    return not sending, step.start or "", step.target.id


def _step(control: Control, target: Target, hits: tuple[Remote, ...], vendor: Vendor) -> Step:
    seen = next((one for one in hits if one.sid == target.sid), None)
    doubles = tuple(one for one in hits if one.sid != target.sid)
    if seen is None or judge(control, seen.status)[0] is not Verdict.SEND:
        seen = _asked(target.sid, seen, vendor)  # a list may lag; nothing is left undone because of it
    if seen is None:
        absent = "Exotel knows no campaign with this SID"
        return Step(
            target=target, verdict=Verdict.REFUSED, before=None, start=None, reason=absent, doubles=doubles
        )
    verdict, reason = judge(control, seen.status)
    if control.command == "resume" and verdict is Verdict.SEND:
        doubles = tuple(_asked(one.sid, one, vendor) or one for one in doubles)
        awake = next((one for one in doubles if not controls.settled(one.status)), None)
        if awake is not None:
            verdict, reason = Verdict.REFUSED, _twice(awake)
    return Step(
        target=target, verdict=verdict, before=seen.status, start=seen.start, reason=reason, doubles=doubles
    )


def _asked(sid: str, listed: Remote | None, vendor: Vendor) -> Remote | None:
    """Return a campaign as its details show it; as it was listed where they cannot be had. Raises VendorError."""
    try:
        return vendor.details(sid) or listed
    except VendorError:
        if listed is None:
            raise
        return replace(listed, status=None)  # a status that may be old decides nothing


def _twice(double: Remote) -> str:
    told = f"another campaign with its token, {double.sid}, is {double.status or 'in an unknown status'}"
    if controls.status(double.status) == controls.COMPLETED:
        return f"{told} and may have sent this text already; archive that one first if it has sent nothing"
    return f"{told}: the same text would be sent twice; stop that one first"


# --- doing --------------------------------------------------------------------------------------------


def carry_out(
    control: Control, steps: Iterable[Step], vendor: Vendor, sleep: Callable[[float], None]
) -> Iterator[Steered]:
    """Do it and yield what became of each campaign. One that fails does not keep the others from their turn,
    unless they would meet the same: no connection, refused credentials, no answer to anything."""
    run = _Run(control, vendor, sleep)
    for step in steps:
        yield run.one(step)


class _Run:
    def __init__(self, control: Control, vendor: Vendor, sleep: Callable[[float], None]) -> None:
        self.control = control
        self.vendor = vendor
        self.sleep = sleep
        self.halted: str | None = None  #: why nothing more is asked for

    def one(self, step: Step) -> Steered:
        if step.verdict is not Verdict.SEND:
            end = End.UNCHANGED if step.verdict is Verdict.UNCHANGED else End.REFUSED
            return _ended(step, end, step.before, step.reason)
        if self.halted is not None:
            return _ended(step, End.SKIPPED, step.before, f"not attempted: {self.halted}")
        return self.ask(step)

    def ask(self, step: Step) -> Steered:
        """Ask; after an unclear answer look, and ask again while the campaign shows that nothing came of it."""
        unclear: str | None = None
        now = step.before
        for attempt in range(1, _TRIES + 1):
            reply = self.vendor.update(step.target.sid, self.control.action)
            match reply.heard:
                case Heard.ACCEPTED if controls.status(reply.status) in self.control.ends:
                    return _ended(step, End.DONE, reply.status)
                case Heard.REFUSED:
                    return self.refused(step, reply, unclear)
                case Heard.NOT_SENT:
                    return self.not_sent(step, reply, unclear)
                case Heard.THROTTLED:
                    pause = reply.retry_after if reply.retry_after is not None else _PAUSE * attempt
                    if attempt == _TRIES or pause > _LONGEST_PAUSE:
                        return self.not_sent(step, reply, unclear)
                    self.sleep(pause)
                    continue
            unclear = reply.error or f"Exotel accepted it and shows the campaign as {reply.status}"
            try:
                now = self.watch(step.target.sid)
            except VendorError as error:
                self.halted = "Exotel gives no clear answers"
                return _ended(step, End.UNKNOWN, None, f"{unclear}; {error}")
            if controls.status(now) in self.control.ends:
                return _ended(step, End.DONE, now)
            verdict, reason = judge(self.control, now)
            if verdict is Verdict.REFUSED:
                return _ended(step, End.REFUSED, now, reason)
        return _ended(step, End.UNKNOWN, now, unclear)

    def watch(self, sid: str) -> str | None:
        """Return the status once the action shows, or after the last look. Raises VendorError."""
        now: str | None = None
        for pause in _LOOKS:
            if pause:
                self.sleep(pause)
            seen = self.vendor.details(sid)
            now = seen.status if seen else None
            if controls.status(now) in self.control.ends:
                break
        return now

    def refused(self, step: Step, reply: Reply, unclear: str | None) -> Steered:
        """A refusal may only say that it has happened already: by an earlier request, or by somebody else."""
        if reply.hopeless:
            self.halted = f"Exotel refused {step.target.id}, and would refuse the rest"
            return _ended(step, End.UNKNOWN if unclear else End.REFUSED, step.before, reply.error)
        try:
            seen = self.vendor.details(step.target.sid)
        except VendorError:
            return _ended(step, End.UNKNOWN if unclear else End.REFUSED, None, reply.error)
        now = seen.status if seen else None
        if controls.status(now) in self.control.goals:
            return _ended(step, End.DONE if unclear else End.UNCHANGED, now)
        return _ended(step, End.REFUSED, now, reply.error)

    def not_sent(self, step: Step, reply: Reply, unclear: str | None) -> Steered:
        self.halted = reply.error or "Exotel cannot be reached"
        if unclear is not None:
            return _ended(step, End.UNKNOWN, None, f"{unclear}; {reply.error}")
        return _ended(step, End.SKIPPED, step.before, reply.error)


def _ended(step: Step, outcome: End, after: str | None, error: str | None = None) -> Steered:
    return Steered(
        id=step.target.id,
        sid=step.target.sid,
        before=step.before,
        after=after,
        outcome=outcome,
        error=error,
        double=step.double,
    )
