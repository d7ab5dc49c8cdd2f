"""How campaigns stand at Exotel: a table, the drift, why messages failed; for people and for programs."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from campaignctl import controls
from campaignctl.deliveries import Counts
from campaignctl.model import FieldChange, Remote
from campaignctl.render.json import VERSION, dumps
from campaignctl.render.paint import Paint, plain
from campaignctl.render.text import local
from campaignctl.standings import Drift, Failures, Kind, Standing, Standings
from campaignctl.words import count, masked, printable, quoted, shortened

#: Makes a command line of its words: for the same folder and the same Exotel.
Command = Callable[..., str]

COUNTERS = ("scheduled", "submitted", "sent", "failed", "invalid")
_HEAD = ("campaign", "status", *COUNTERS, "start", "report")
#: The columns of numbers, which stand on the right.
_NUMBERS = range(2, 2 + len(COUNTERS))
#: Campaigns that were not made from here are listed up to so many; programs get all.
_FOREIGN = 10
#: Characters of a name, a status, a value.
_NAME, _STATUS, _VALUE = 40, 20, 60


def plain_command(*words: str) -> str:
    """Return a command line without options."""
    return shlex.join(["campaignctl", *map(printable, words)])


# --- text ---------------------------------------------------------------------------------------------


def text(one: Standings, command: Command = plain_command, paint: Paint = plain) -> str:
    """Return the whole report."""
    parts = [table(one.rows, paint) if one.rows else "Nothing has been sent from here yet."]
    if one.failures is not None:
        parts.append(failures(one.failures, paint))
    if one.drift:
        parts.append("\n".join([paint("Drift:", "bold"), *drift(one.drift, command, paint)]))
    if one.foreign:
        parts.append(foreign(one.foreign))
    return "\n\n".join(parts)


def table(rows: Sequence[Standing], paint: Paint = plain) -> str:
    """Return a line for each campaign under a head."""
    cells = [_HEAD, *(_cells(one) for one in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(_HEAD))]
    lines = []
    for row in cells:
        padded = [
            cell.rjust(width) if column in _NUMBERS else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(padded).rstrip())
    return "\n".join([paint(lines[0], "bold"), *lines[1:]])


def _cells(one: Standing) -> tuple[str, ...]:
    name = one.id if one.id is not None else f"({shortened(one.name, _NAME)})"
    start = local(one.start) if one.start else "-"
    counts = tuple("-" if number is None else f"{number:,}" for number in counted(one.counts).values())
    return printable(name), status(one), *counts, start, printable(one.report_url or "-")


def status(one: Standing) -> str:
    """Return the status of a campaign as the table shows it."""
    if one.unresolved:
        return "unknown: resolve"
    if one.gone:
        return "not at Exotel"
    return printable(shortened(one.status, _STATUS)) if one.status else "?"


def counted(counts: Counts) -> dict[str, int | None]:
    """Return the counts by their names."""
    return {
        "scheduled": counts.scheduled,
        "submitted": counts.submitted,
        "sent": counts.sent,
        "failed": counts.failed,
        "invalid": counts.invalid,
    }


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
            return [f"is paused at Exotel, and sends nothing until it is resumed: {command('resume', one.id)}"]
        case Kind.COMPLETED | Kind.ARCHIVED:
            ended = "completed" if one.kind is Kind.COMPLETED else "archived"
            return [f"was {ended} at Exotel before its start; nobody has got it, and nobody will"]
        case Kind.EDITED:
            return ["was edited at Exotel:", *(change(each) for each in one.changes)]
        case Kind.VANISHED:
            gone = f"is gone: Exotel knows no campaign {printable(one.sid or '')}; it is not sent again"
            takes = (f"{_other(each)} holds its token: {command('adopt', one.id, each.sid)}" for each in one.others)
            return [gone, *takes]
        case Kind.NAMESAKE:
            same = "has a namesake at Exotel without its token, made there by hand"
            return [f"{same}: {_other(each)}" for each in one.others]
        case Kind.UNRECORDED:
            return [f"is at Exotel and not in the state: {', '.join(map(_other, one.others))}"]
        case _:
            return _doubled(one, command)


def _doubled(one: Drift, command: Command) -> list[str]:
    """Say that a token stands at Exotel more than once, and how all but one are paused."""
    times = len(one.others) + (one.sid is not None)
    if not one.alarming:
        kept = "the state's" if one.sid is not None else "one"
        return [f"stands at Exotel {times} times; all but {kept} are paused or archived"]
    lines = [f"stands at Exotel {times} times, by its token {one.token}; the same people would be texted again"]
    if one.sid is not None:
        lines.append(f"SID {printable(one.sid)}  {printable(one.status or 'not seen')}  (in the state)")
    lines += [f"SID {_other(each)}" for each in one.others]
    over = [each for each in one.awake if controls.status(each.status) == controls.COMPLETED]
    if over and one.sid is not None:
        lines.append(f"{printable(over[0].sid)} is over and may have reached everybody; pause the state's now:")
        return [*lines, command("stop", one.sid)]
    which = "all but the state's" if one.sid is not None else "all but one"
    return [*lines, f"pause {which} now:", *(command("stop", each.sid) for each in one.awake)]


def _other(one: Remote) -> str:
    start = f", starts {local(one.start)}" if one.start and controls.status(one.status) == controls.SCHEDULED else ""
    return f"{printable(shortened(one.sid, 128))} ({printable(shortened(one.status or '?', _STATUS))}{start})"


def change(one: FieldChange) -> str:
    """Return one field that differs: what was sent, and what Exotel shows."""
    before = "nothing" if one.before is None else value(one.before)
    return f"{one.field}: {before} was sent, {value(one.after)} is there"


def value(one: Any) -> str:
    """Return a value of a field in one line."""
    if isinstance(one, (list, tuple)):
        return quoted(", ".join(map(str, one)), _VALUE)
    return quoted(str(one), _VALUE)


def foreign(found: Sequence[Remote]) -> str:
    """Return the campaigns that were not made from here."""
    lines = [f"Not from here: {count(len(found), 'campaign')} at Exotel without a token of ours"]
    for one in found[:_FOREIGN]:
        lines.append(f"  {_other(one)} {quoted(one.name, _NAME)}")
    if len(found) > _FOREIGN:
        lines.append(f"  and {len(found) - _FOREIGN:,} more; --format json has them all")
    return "\n".join(lines)


def failures(found: Sequence[Failures], paint: Paint = plain) -> str:
    """Return why messages failed: the code, how many, what it means, which rule finds it, what to do."""
    if not found:
        return "No message has failed."
    lines = [paint("Failed:", "bold")]
    for one in found:
        name = printable(shortened(one.detailed_status or "no reason given", _VALUE))
        code = f"{one.code} " if one.code is not None else ""
        lines.append(f"  {printable(one.id or one.sid)}  {count(one.count, 'message')}  {code}{name}")
        if one.meaning:
            lines.append(f"      {printable(one.meaning)}")
        if one.rules:
            explain = f"`campaignctl explain {one.rules[0]}`"
            lines.append(f"      lint finds it before: {', '.join(one.rules)} ({explain})")
        if one.advice:
            lines.append(f"      {printable(one.advice)}")
        if one.examples:
            lines.append(f"      for example {', '.join(map(printable, one.examples))}")
    return "\n".join(lines)


# --- JSON ---------------------------------------------------------------------------------------------


def document(one: Standings) -> str:
    """Return the report for programs."""
    return dumps(
        {
            "version": VERSION,
            "project": one.project,
            "looked_at": one.looked_at,
            "campaigns": [_standing(each) for each in one.rows],
            "drift": drifts(one.drift),
            "foreign": [_remote(each) for each in one.foreign],
            "failures": [_failures(each) for each in one.failures] if one.failures is not None else None,
            "summary": {
                "campaigns": len(one.rows),
                "unresolved": sum(each.unresolved for each in one.rows),
                "drift": len(one.drift),
                "foreign": len(one.foreign),
                **_sums(one.rows),
            },
        }
    )


def _sums(rows: Sequence[Standing]) -> Mapping[str, int]:
    """Return all counts that are known, added up."""
    return {name: sum(counted(one.counts)[name] or 0 for one in rows) for name in COUNTERS}


def _standing(one: Standing) -> dict[str, Any]:
    return {
        "id": one.id,
        "sid": one.sid,
        "name": one.name,
        "status": one.status,
        "counts": counted(one.counts),
        "start_time": one.start,
        "report_url": one.report_url,
        "unresolved": one.unresolved,
        "gone": one.gone,
        "asked": one.asked,
    }


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
            "others": [_remote(each) for each in one.others],
        }
        for one in found
    ]


def changes(found: Iterable[FieldChange]) -> list[dict[str, Any]]:
    """Return fields that differ, for programs; passwords of web addresses are taken out."""
    return [{"field": one.field, "before": _plain(one.before), "after": _plain(one.after)} for one in found]


def _plain(one: Any) -> Any:
    return masked(one) if isinstance(one, str) else one


def _remote(one: Remote) -> dict[str, Any]:
    return {"sid": one.sid, "name": one.name, "status": one.status, "start_time": one.start}


def _failures(one: Failures) -> dict[str, Any]:
    return {
        "id": one.id,
        "sid": one.sid,
        "code": one.code,
        "detailed_status": one.detailed_status,
        "count": one.count,
        "meaning": one.meaning,
        "rules": list(one.rules),
        "advice": one.advice,
        "examples": list(one.examples),
    }
