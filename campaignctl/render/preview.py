"""A message in the terminal as a phone shows it: the sender on top, and where each part begins."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from unicodedata import category

from campaignctl.cards import Arrival, Audience
from campaignctl.findings import Finding, Severity
from campaignctl.render.paint import Paint, plain
from campaignctl.render.widths import width, wrapped
from campaignctl.words import count, masked, printable, quoted, shortened

#: Columns of text on the screen.
_SCREEN = 36
_BREAK = re.compile(r"\r\n|\n|\r")


def phone(sender: str, arrival: Arrival, paint: Paint = plain) -> str:
    """Return a message in its frame, and below it what it costs."""
    edge = "─" * (_SCREEN + 2)
    rows = [paint(f"  ╭{edge}╮", "dim")]
    rows.append(_row(_centred(printable(shortened(sender, _SCREEN // 2))), "bold", paint))
    rows.append(paint(f"  ├{edge}┤", "dim"))
    for number, part in enumerate(_parts(arrival), 1):
        if number > 1:
            rule = f" part {number} of {arrival.parts} ".center(_SCREEN + 2, "╌")
            rows.append(paint(f"  ├{rule}┤", "dim"))
        rows += [_row(line, "", paint) for line in _lines(part)]
    rows.append(paint(f"  ╰{edge}╯", "dim"))
    return "\n".join([*rows, *(f"  {line}" for line in _cost(arrival))])


def _centred(text: str) -> str:
    return " " * ((_SCREEN - width(text)) // 2) + text


def _row(line: str, colour: str, paint: Paint) -> str:
    edge = paint("│", "dim")
    shown = paint(line, colour) if colour else line
    return f"  {edge} {shown}{' ' * max(0, _SCREEN - width(line))} {edge}"


def _parts(arrival: Arrival) -> Iterator[str]:
    """Yield the text of each part. A sign whose letter is in the part before gets a circle to stand on."""
    text = arrival.text
    for start, end in zip((0, *arrival.borders), (*arrival.borders, len(text)), strict=True):
        alone = start and category(text[start]) in ("Mn", "Mc", "Me")
        yield ("◌" if alone else "") + text[start:end]


def _lines(part: str) -> Iterator[str]:
    for line in _BREAK.split(masked(part)):
        yield from wrapped(printable(line), _SCREEN)


def _cost(arrival: Arrival) -> Iterator[str]:
    """Yield how many parts it is, and why."""
    gsm = arrival.forced_by is None
    limit = (160 if gsm else 70) if arrival.parts == 1 else (153 if gsm else 67)
    room = "room for" if arrival.parts == 1 else "room in each for"
    used = f"{arrival.units:,} {'characters' if gsm else 'Unicode units'}"
    yield f"{count(arrival.parts, 'part')}: {used}, {room} {limit}"
    if arrival.forced_by is not None:
        name = printable(arrival.forced_name or "")
        yield f"Unicode because of {quoted(arrival.forced_by)} ({name}), character {(arrival.forced_at or 0) + 1:,}"


def audience(lists: Sequence[Audience]) -> str:
    """Return to whom a campaign goes."""
    people = [f"{one.contacts:,}" if one.contacts is not None else "?" for one in lists]
    named = [
        f"{printable(shortened(one.name, 60))} ({many})" for one, many in zip(lists, people, strict=True)
    ]
    return ", ".join(named) or "no list"


def findings(found: Sequence[Finding]) -> str:
    """Return how much lint has to say about a campaign, '' for nothing."""
    errors = sum(one.severity is Severity.ERROR for one in found)
    kinds = ((errors, "error"), (len(found) - errors, "warning"))
    said = " and ".join(count(number, word) for number, word in kinds if number)
    return f"Lint has {said} about it; `campaignctl lint` shows them." if said else ""
