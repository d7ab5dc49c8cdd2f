"""Taking a campaign of Exotel's into the state: what was compared and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from campaignctl.adoptions import Adoption, Taken
from campaignctl.model import FieldChange
from campaignctl.render.drifts import Command, changes, other, plain_command, quiet, remote, values
from campaignctl.render.json import VERSION, dumps
from campaignctl.render.moments import local
from campaignctl.render.paint import Paint, plain
from campaignctl.words import masked, printable, quoted


def evidence(one: Adoption, paint: Paint = plain) -> str:
    """Return what Exotel has, and in what it differs from the file."""
    start = f", starts {local(one.start)}" if one.start else ""
    lines = [f"{printable(one.sid)} at Exotel: {quoted(one.name, 80)}, {printable(one.status or '?')}{start}"]
    if one.text is not None:
        lines.append(f"Its file would be {printable(one.path or '?')}:")
        lines += [f"  {printable(masked(line))}" for line in one.text.splitlines()]
    if one.differences:
        lines.append(paint("It is not what the file says:", "yellow"))
        lines += [f"  {_difference(each)}" for each in one.differences]
    if one.silent:
        lines.append(f"Exotel does not show {', '.join(one.silent)}; the file's is taken for it.")
    return "\n".join(lines)


def _difference(one: FieldChange) -> str:
    before, after = values(one)
    return f"{one.field}: {before} in the file, {after} at Exotel"


def verdict(
    one: Adoption, following: str | None, command: Command = plain_command, paint: Paint = plain
) -> str:
    """Return what became of it; `following` is what the next plan says of it."""
    match one.outcome:
        case Taken.ADOPTED:
            instead = f" in place of {printable(one.replaced)}" if one.replaced else ""
            head = paint(
                f"{one.id} is in the state as {printable(one.sid)}{instead}; it is not sent again.", "bold"
            )
        case Taken.UNCHANGED:
            head = f"{one.id} is in the state as {printable(one.sid)} already; nothing was changed."
        case _:
            head = paint(f"Not adopted: {printable(one.why or '')}", "red")
    lines = [head]
    if one.path is not None and one.outcome is not Taken.REFUSED:
        lines.append(f"Written: {printable(one.path)}")
    if following is not None:
        lines.append(f"The next plan calls it {following}.")
    lines += [
        f"Exotel has another campaign with its token: {other(each)}{quiet(each, command)}"
        for each in one.others
    ]
    return "\n".join(lines)


def document(one: Adoption, following: str | None, found: Sequence[int] | None) -> str:
    """Return the report for programs; `found` are errors and warnings that lint has about the file that was written."""
    data: dict[str, Any] = {
        "version": VERSION,
        "id": one.id,
        "sid": one.sid,
        "outcome": one.outcome.value,
        "why": one.why,
        "name": one.name,
        "status": one.status,
        "start_time": one.start,
        "token": one.token,
        "differences": changes(one.differences),
        "not_shown": list(one.silent),
        "others": [remote(each) for each in one.others],
        "replaced": one.replaced,
        "path": one.path,
        "lint": {"errors": found[0], "warnings": found[1]} if found is not None else None,
        "next_plan": following,
    }
    return dumps(data)
