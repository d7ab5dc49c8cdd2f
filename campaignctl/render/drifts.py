"""What differs between state and vendor: lines for people, each with its next step, and values for programs."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable
from typing import Any

from campaignctl import controls
from campaignctl.model import FieldChange, Remote
from campaignctl.render.moments import local
from campaignctl.render.paint import Paint, plain
from campaignctl.standings import Drift, Kind
from campaignctl.words import masked, printable, quoted, shortened

#: Makes a command line of its words: for the same folder and the same Exotel.
Command = Callable[..., str]
#: Characters of a SID, a status, a value.
_SID, _STATUS, _VALUE = 128, 20, 60
#: Characters before the first difference that are shown of a long value.
_LEAD = 15
#: Which of several campaigns goes on, by whether the state has one of them.
_KEPT = {True: "the state's", False: "one"}


def plain_command(*words: str) -> str:
    """Return a command line without options."""
    return shlex.join(["campaignctl", *map(printable, words)])


def drift(found: Iterable[Drift], command: Command = plain_command, paint: Paint = plain) -> list[str]:
    """Return the lines about what differs, each with its next step."""
    lines: list[str] = []
    for one in found:
        first, *more = _drift(one, command)
        colour = "red" if one.alarming else "yellow"
        lines += [f"  {paint(printable(one.id), colour)} {first}", *(f"    {line}" for line in more)]
    return lines


def _drift(one: Drift, command: Command) -> list[str]:
    match one.kind:
        case Kind.PAUSED:
            return [
                f"is paused at Exotel, and sends nothing until it is resumed: {command('resume', one.id)}"
            ]
        case Kind.COMPLETED | Kind.ARCHIVED:
            ended = "completed" if one.kind is Kind.COMPLETED else "archived"
            return [
                f"was {ended} at Exotel before its start, and sends nothing; to send it all the same, {_anew(command)}"
            ]
        case Kind.REACHED_NOBODY:
            return [f"is completed and has reached nobody; why: {command('status', one.id, '--failed')}"]
        case Kind.EDITED:
            back = f"put it back at Exotel, or mend the file and record it: {command('adopt', one.id, one.sid or '')}"
            return ["was edited at Exotel:", *(change(each) for each in one.changes), *_unmarked(one), back]
        case Kind.VANISHED:
            gone = f"is gone: Exotel knows no campaign {printable(one.sid or '')}; it is not sent again"
            takes = (
                f"{other(each)} holds its token: {command('adopt', one.id, each.sid)}" for each in one.others
            )
            return [gone, *takes] if one.others else [f"{gone}; to send it all the same, {_anew(command)}"]
        case Kind.NAMESAKE:
            return _namesake(one, command)
        case Kind.UNRECORDED:
            found = one.others[0]
            return [
                f"is at Exotel and not in the state: {other(found)}; {command('adopt', one.id, found.sid)}"
            ]
        case _:
            return _doubled(one, command)


def _anew(command: Command) -> str:
    """Say how a text goes to the same lists once more: `sent-before` stops a new id alone."""
    return f"give its file a new id, then: {command('apply', '--allow', 'sent-before')}"


def _unmarked(one: Drift) -> list[str]:
    """Say that a name has lost the token, which nothing but the state makes up for."""
    if not any(each.field == "name" and one.token not in str(each.after) for each in one.changes):
        return []
    if not any(each.field == "name" and one.token in str(each.before) for each in one.changes):
        return []
    said = f"the token {one.token} has gone from its name; put it back at Exotel, for if the state is lost"
    return [f"{said} nothing else finds it again"]


def _namesake(one: Drift, command: Command) -> list[str]:
    """Say what is called as one of ours, and made by hand. No command pauses that, for its token is not ours."""
    told = [f"SID {other(each)}" for each in one.others]
    same = " with the same text and lists" if one.twins else ""
    head = f"has a namesake at Exotel{same}, made there by hand or by another project"
    if not one.alarming:
        step = "compare them in Exotel's dashboard, and pause there what is not meant"
        if one.sid is None:
            step = f"if it is this one, take it: {command('adopt', one.id, one.others[0].sid)}"
        return [f"{head}:", *told, step]
    ours = f"SID {printable(one.sid or '')}  {printable(one.status or 'not seen')}  (in the state)"
    lines = [f"{head}; the same people would be texted again", ours, *told]
    over = not all(can_send(each.status) for each in one.awake)
    if not can_send(one.status):
        last = "archive" if over else "pause"
        return [*lines, f"{last} the other in Exotel's dashboard, once it is settled who gets it"]
    stop = f"pause the state's now: {command('stop', one.id)}"
    if over:
        also = "once it is settled who got it, archive the other in Exotel's dashboard"
        return [*lines, f"the other is over and may have reached everybody; {stop}", also]
    return [*lines, f"pause the other now, in Exotel's dashboard, or {stop}"]


def _doubled(one: Drift, command: Command) -> list[str]:
    """Say that a token stands at Exotel more than once, and how all but one are paused."""
    times = len(one.others) + (one.sid is not None)
    if not one.alarming:
        kept = "the state's" if one.sid is not None else "one"
        return [f"stands at Exotel {times} times; all but {kept} are paused or archived; leave them so"]
    lines = [
        f"stands at Exotel {times} times, by its token {one.token}; the same people would be texted again"
    ]
    if one.sid is not None:
        lines.append(f"SID {printable(one.sid)}  {printable(one.status or 'not seen')}  (in the state)")
    lines += [f"SID {other(each)}" for each in one.others]
    ours = command("stop", one.id) if one.sid is not None and can_send(one.status) else None
    for said, commands in quieting(one.awake, ours, command, kept=one.sid is not None):
        lines += [said, *commands]
    return lines


def can_send(status: str | None) -> bool:
    """Return whether a campaign in this status may still send."""
    return not (controls.settled(status) or controls.over(status))


def quiet(one: Remote, command: Command) -> str:
    """Return what ends a sentence about another campaign with a token: how it is put to rest, "" where it is."""
    if controls.settled(one.status):
        return ""
    if can_send(one.status):
        return f"; this pauses it: {command('stop', one.sid)}"
    return f"; it may have reached everybody, and once that is settled this archives it: {command('archive', one.sid)}"


def quieting(
    awake: Iterable[Remote], ours: str | None, command: Command, *, kept: bool
) -> list[tuple[str, list[str]]]:
    """Return the next steps about campaigns of one token, each with its commands: which are paused now, and which are
    archived after that.

    `ours` pauses the state's campaign, None where it sends nothing; `kept`: there is one of the state. What is over
    cannot be paused, and may have reached everybody: then the state's must not send as well.
    """
    found = tuple(awake)
    over = [each for each in found if not can_send(each.status)]
    stops = [command("stop", each.sid) for each in found if can_send(each.status)]
    steps = []
    if over and (ours or (stops and not kept)):
        which = "the state's" if ours else "the others"
        said = f"{printable(over[0].sid)} is over and may have reached everybody; pause {which} now:"
        steps.append((said, [*([ours] if ours else []), *stops]))
    elif stops:
        steps.append((f"pause all but {_KEPT[kept]} now:", stops))
    if over:
        archives = [command("archive", each.sid) for each in over]
        steps.append(("once it is settled who got it, archive what is over:", archives))
    return steps


def other(one: Remote) -> str:
    start = (
        f", starts {local(one.start)}"
        if one.start and controls.status(one.status) == controls.SCHEDULED
        else ""
    )
    return (
        f"{printable(shortened(one.sid, _SID))} ({printable(shortened(one.status or '?', _STATUS))}{start})"
    )


def change(one: FieldChange) -> str:
    """Return one field that differs: what was sent, and what Exotel shows."""
    before, after = values(one)
    return f"{one.field}: {before} was sent, {after} is there"


def values(one: FieldChange) -> tuple[str, str]:
    """Return both values of a field in one line each; of long ones what stands around the first difference.

    Passwords of web addresses are taken out first: a cut address would not be known for one.
    """
    before, after = _line(one.before), _line(one.after)
    start = 0
    if before is not None and after is not None and max(len(before), len(after)) > _VALUE:
        same = next(
            (at for at, (old, new) in enumerate(zip(before, after, strict=False)) if old != new),
            min(len(before), len(after)),
        )
        start = same - _LEAD if same > _VALUE - _LEAD else 0
    return _excerpt(before, start), _excerpt(after, start)


def _line(one: Any) -> str | None:
    if one is None:
        return None
    return masked(", ".join(map(str, one)) if isinstance(one, (list, tuple)) else str(one))


def _excerpt(text: str | None, start: int) -> str:
    if text is None:
        return "nothing"
    return quoted(f"...{text[start:]}" if start else text, _VALUE)


# --- for programs ---------------------------------------------------------------------------------------


def drifts(found: Iterable[Drift]) -> list[dict[str, Any]]:
    """Return what differs, for programs."""
    return [
        {
            "kind": one.kind.value,
            "id": one.id,
            "token": one.token,
            "sid": one.sid,
            "status": one.status,
            "alarming": one.alarming,
            "changes": changes(one.changes),
            "others": [remote(each) for each in one.others],
        }
        for one in found
    ]


def changes(found: Iterable[FieldChange]) -> list[dict[str, Any]]:
    """Return fields that differ, for programs; passwords of web addresses are taken out."""
    return [{"field": one.field, "before": _plain(one.before), "after": _plain(one.after)} for one in found]


def _plain(one: Any) -> Any:
    return masked(one) if isinstance(one, str) else one


def remote(one: Remote) -> dict[str, Any]:
    return {"sid": one.sid, "name": one.name, "status": one.status, "start_time": one.start}
