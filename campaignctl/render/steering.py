"""Text for stop, resume, complete and archive, and for the look at Exotel after an apply."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from campaignctl import controls
from campaignctl.controls import Control, End, Steered
from campaignctl.model import Remote
from campaignctl.render.drifts import Command, can_send, quiet, quieting
from campaignctl.render.moments import local
from campaignctl.render.paint import Paint, plain
from campaignctl.verification import Several, Verification
from campaignctl.words import count, printable

#: What has been done, in one word.
_DONE = {"stop": "paused", "resume": "resumed", "complete": "completed", "archive": "archived"}
_SIGNS = {
    End.DONE: ("+", "green"),
    End.UNCHANGED: ("=", "dim"),
    End.REFUSED: ("!", "red"),
    End.SKIPPED: (".", "dim"),
    End.UNKNOWN: ("?", "red"),
}


def present(rows: Sequence[tuple[str, str, str | None, str | None, str]]) -> str:
    """Return a line for each campaign before anything is done: id, SID, status, start, and what comes next."""
    width = max((len(one[0]) for one in rows), default=0)
    return "\n".join(
        f"  {printable(id_):<{width}}  {printable(sid)}  {_standing(status, start)}: {printable(words)}"
        for id_, sid, status, start, words in rows
    )


def _standing(status: str | None, start: str | None) -> str:
    will_start = controls.status(status) in (controls.SCHEDULED, None)
    starting = f", starts {local(start)}" if start and will_start else ""
    return f"{printable(status or 'status unknown')}{starting}"


def steered(control: Control, one: Steered, paint: Paint = plain) -> str:
    """Return the line of one campaign, printed as it happens."""
    sign, colour = _SIGNS[one.outcome]
    words: str = one.outcome.value
    if one.outcome is End.DONE:
        words = f"{_DONE[control.command]}, was {printable(one.before or 'in an unknown status')}"
        if controls.status(one.after) not in control.goals:
            words += f", is {printable(one.after or '?')}"
    elif one.outcome is End.UNCHANGED:
        words = f"unchanged: it is {printable(one.after or '?')} already"
    error = f": {printable(one.error)}" if one.error else ""
    double = f", a double ({printable(one.sid or '')})," if one.double else ""
    return f"  {paint(sign, colour)} {printable(one.id)}{double} {words}{error}"


def summary(control: Control, counts: Mapping[str, int], paint: Paint = plain) -> str:
    """Return the last line."""
    words = {"done": _DONE[control.command]}
    said = ", ".join(f"{number:,} {words.get(kind, kind)}" for kind, number in counts.items() if number)
    return paint(f"{control.command.capitalize()}: {said or 'nothing to do'}.", "bold")


def doubles(id_: str, hits: Iterable[Remote], command: Command | None) -> list[str]:
    """Return a sentence for each other campaign with the token of one that is acted on.

    `command` makes command lines; None where all that can be paused is.
    """
    return [
        f"Exotel has another campaign with the token of {id_}: {one.sid}, {_standing(one.status, one.start)}"
        + ("" if command is None else quiet(one, command))
        for one in hits
    ]


# --- verification -------------------------------------------------------------------------------------


def verification(one: Verification, command: Command, paint: Paint = plain) -> str:
    """Return what the look after the last create has shown; `command` makes the command lines of next steps."""
    if one.error is not None:
        return paint("Not verified: ", "yellow") + (
            f"Exotel's list could not be read ({printable(one.error)}); what was created is recorded"
        )
    lines = []
    lagging = [id_ for id_ in one.missing if id_ not in one.absent]
    if lagging:
        lines.append(f"Not listed yet: {_some(lagging)}. Exotel has confirmed it; its list may lag behind.")
    if one.absent:
        lines.append(
            paint("Not there: ", "red")
            + f"{_some(one.absent)}. Exotel has confirmed it, and knows no campaign with "
            "its SID now; look at the dashboard before anybody creates it again."
        )
    for several in one.several:
        lines += _several(several, command, paint)
    if not one.several:
        what = f"{one.once:,} of {one.checked:,}" if one.missing else count(one.once, "campaign")
        verb = "stands" if one.once == 1 else "stand"
        lines.insert(0, f"Verified: {what} {verb} at Exotel, once.")
    return "\n".join(lines)


def _several(one: Several, command: Command, paint: Paint) -> list[str]:
    if not one.awake:
        return [
            f"{one.id} stands at Exotel {len(one.campaigns)} times; all but the state's are paused or archived."
        ]
    lines = [paint(f"{one.id} stands at Exotel {len(one.campaigns)} times, by its token {one.token}:", "red")]
    for hit in one.campaigns:
        known = "  (in the state)" if hit.sid == one.sid else ""
        standing = _standing(hit.status, hit.start) if hit.name else "not listed yet"
        lines.append(f"  SID {printable(hit.sid)}  {standing}{known}")
    ours = command("stop", one.sid) if can_send(one.campaigns[0].status) else None
    if all(can_send(hit.status) for hit in one.awake):
        lines.append("The same people would be texted again:")
    for said, commands in quieting(one.awake, ours, command, kept=True):
        lines += [said, *(f"  {each}" for each in commands)]
    return lines


def _some(ids: Sequence[str]) -> str:
    more = f" and {len(ids) - 5} more" if len(ids) > 5 else ""
    return ", ".join(ids[:5]) + more
