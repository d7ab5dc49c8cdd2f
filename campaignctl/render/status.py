"""How campaigns stand at Exotel: a table, the drift, why messages failed; for people and for programs."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from campaignctl.deliveries import Counts
from campaignctl.model import Remote
from campaignctl.render.drifts import Command, drift, drifts, other, plain_command, remote
from campaignctl.render.json import VERSION, dumps
from campaignctl.render.moments import local
from campaignctl.render.paint import Paint, plain
from campaignctl.standings import Failures, Standing, Standings
from campaignctl.words import count, printable, quoted, shortened

#: A name that ends as ours do.
_is_marked = re.compile(r" cc[a-z2-7]{10}\Z").search
COUNTERS = ("scheduled", "submitted", "sent", "failed", "invalid")
_HEAD = ("campaign", "status", *COUNTERS, "start", "report")
#: The columns of numbers, which stand on the right.
_NUMBERS = range(2, 2 + len(COUNTERS))
#: Campaigns that were not made from here are listed up to so many; programs get all.
_FOREIGN = 10
#: Rules that are named for one reason.
_RULES = 3
#: Characters of a name, a status, a value.
_NAME, _STATUS, _VALUE = 40, 20, 60


# --- text ---------------------------------------------------------------------------------------------


def text(
    one: Standings, command: Command = plain_command, paint: Paint = plain, *, reports: bool = True
) -> str:
    """Return the report but for the failures, which come below it.

    `reports`: the addresses of reports are shown; those of a sandbox end with the command that started it.
    """
    parts = [
        table(one.rows, paint, reports=reports) if one.rows else "Nothing has been created from here yet."
    ]
    if lost := [each for each in one.rows if each.unresolved]:
        parts.append(unknown(lost, command))
    if one.drift:
        parts.append("\n".join([paint("Not as it was sent:", "bold"), *drift(one.drift, command, paint)]))
    if one.foreign:
        parts.append(foreign(one.foreign))
    return "\n\n".join(parts)


def table(rows: Sequence[Standing], paint: Paint = plain, *, reports: bool = True) -> str:
    """Return a line for each campaign under a head."""
    cells = [row if reports else row[:-1] for row in (_HEAD, *(_cells(one) for one in rows))]
    widths = [max(len(row[column]) for row in cells) for column in range(len(cells[0]))]
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


def unknown(rows: Sequence[Standing], command: Command = plain_command) -> str:
    """Return the next step about creates without a clear answer."""
    if len(rows) == 1:
        step = command("resolve", rows[0].name_here)
        return f"It is not known whether Exotel has {printable(rows[0].name_here)}; settle it: {step}"
    return f"It is not known whether Exotel has {len(rows):,} of them; settle them: {command('resolve')}"


def status(one: Standing) -> str:
    """Return the status of a campaign as the table shows it."""
    if one.unresolved:
        return "unknown"
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


def foreign(found: Sequence[Remote]) -> str:
    """Return the campaigns that were not made from here."""
    lines = [f"Not from here: {count(len(found), 'campaign')} at Exotel without a token of ours"]
    for one in found[:_FOREIGN]:
        strange = (
            ", with a token of another project, or of an id that no file has" if _is_marked(one.name) else ""
        )
        lines.append(f"  {other(one)} {quoted(one.name, _NAME)}{strange}")
    if len(found) > _FOREIGN:
        lines.append(f"  and {len(found) - _FOREIGN:,} more; --format json has them all")
    return "\n".join(lines)


def failures(
    found: Sequence[Failures], rows: Sequence[Standing] = (), paint: Paint = plain, *, whole: bool = True
) -> str:
    """Return why messages failed: the code, how many, what it means, which rule finds it, what to do.

    `rows` are the campaigns that it is about, for where nothing has failed; `whole`: all messages were read.
    """
    if not found and (silent := unsent(rows)):
        return "\n".join(silent)
    if not found:
        return (
            "No message has failed." if whole else "No failed message was found among those that were read."
        )
    lines = [paint("Failed:", "bold")]
    for one in found:
        name = printable(shortened(one.detailed_status or "no reason given", _VALUE))
        code = f"{one.code} " if one.code is not None else ""
        lines.append(f"  {printable(one.id or one.sid)}  {count(one.count, 'message')}  {code}{name}")
        if one.meaning:
            lines.append(f"      {printable(one.meaning)}")
        if one.rules:
            more = f" and {len(one.rules) - _RULES} more" if len(one.rules) > _RULES else ""
            explain = f"`campaignctl explain {one.rules[0]}`"
            lines.append(f"      lint finds it before: {', '.join(one.rules[:_RULES])}{more}; {explain}")
        if one.advice:
            lines.append(f"      {printable(one.advice)}")
        if one.examples:
            lines.append(f"      for example {', '.join(map(printable, one.examples))}")
    return "\n".join(lines)


def unsent(rows: Sequence[Standing]) -> list[str]:
    """Return why there is nothing that could have failed: it is all still to come, or nobody was on a list."""
    counts = [tuple(number or 0 for number in counted(one.counts).values()) for one in rows]
    found = [
        f"{printable(one.id or one.name)} is over with 0 messages: nobody was on its lists"
        for one, each in zip(rows, counts, strict=True)
        if one.over and one.counts.sent is not None and not any(each)
    ]
    waiting = sum(each[0] for each in counts)
    if waiting and not any(any(each[1:]) for each in counts):
        found.append(f"No message has been sent yet: {waiting:,} wait for their time.")
    return found


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
            "foreign": [remote(each) for each in one.foreign],
            "failures": [_failures(each) for each in one.failures] if one.failures is not None else None,
            "summary": {
                "campaigns": len(one.rows),
                "unresolved": sum(each.unresolved for each in one.rows),
                "drift": len(one.drift),
                "foreign": len(one.foreign),
                "unasked": sum(each.unasked for each in one.rows),
                "unread": list(one.unread),
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
