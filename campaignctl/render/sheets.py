"""One campaign of a plan in Markdown: a row of the table, and a card with the message as it arrives."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from campaignctl.cards import Arrival, Card
from campaignctl.findings import Finding, Severity
from campaignctl.model import ActionKind
from campaignctl.render.changes import change
from campaignctl.render.inert import code, fenced, lines, prose, sentence
from campaignctl.render.markers import is_commit
from campaignctl.render.moments import indian, period
from campaignctl.render.text import place
from campaignctl.words import count, masked, shortened

#: The web address of a line of a file, None where there is none: given its path and the line.
Link = Callable[[str, int | None], str | None]

#: Characters of a name, of the beginning of a text, of a value, of a path or a finding that are shown at the most.
NAME, TEXT, VALUE, LONG = 60, 44, 160, 400
#: Characters of a text that are shown whole: Exotel takes 2,000, and @@columns may grow.
_MESSAGE = 4000
#: Lists, changes and findings that a card names; digits of a commit.
_FEW, _COMMIT = 12, 10

SIGNS = {Severity.ERROR: "🛑", Severity.WARNING: "⚠️"}

#: What becomes of a campaign that is not simply created.
_KINDS = {
    ActionKind.BLOCKED: "🛑 blocked",
    ActionKind.UNRESOLVED: "🛑 outcome unknown",
    ActionKind.ADOPT: "found at Exotel, taken over",
}
#: What the payload is to Exotel.
_PAYLOADS = {
    ActionKind.CREATE: "What Exotel is sent",
    ActionKind.BLOCKED: "What Exotel would be sent",
    ActionKind.UNRESOLVED: "What Exotel may have been sent",
}

#: The first lines of the table.
HEAD = (
    "| Campaign | When | To | People | Messages | Text |",
    "|---|---|---|--:|--:|---|",
)


def when(card: Card) -> str:
    """Return when a campaign goes out, in India's time."""
    if card.start is None:
        return "at once"
    return period(card.start, card.end) if card.end is not None else indian(card.start)


def number(value: int | None) -> str:
    """Return a number for a cell, `?` for one that is not known."""
    return f"{value:,}" if value is not None else "?"


def changed(card: Card) -> bool:
    """Return whether a campaign is not as the earlier revision has it."""
    return card.is_new or bool(card.edits)


def row(card: Card) -> str:
    """Return the campaign's line of the table."""
    named = card.audience[0].name if card.audience else "?"
    more = f" + {len(card.audience) - 1}" if len(card.audience) > 1 else ""
    news = " (new)" if card.is_new else " (edited)" if card.edits else ""
    kind = f" {_KINDS[card.kind]}" if card.kind in _KINDS else ""
    arrival = card.arrival
    cells = (
        f"**{prose(card.id, NAME)}**{kind}{news}",
        when(card),
        prose(named, NAME) + more,
        number(card.recipients),
        _about(card, number(card.messages)),
        prose(arrival.text.replace("\n", " ↵ "), TEXT) if arrival else "",
    )
    return f"| {' | '.join(cells)} |"


def _about(card: Card, words: str) -> str:
    return f"≈ {words}" if card.is_estimate and card.messages is not None else words


def nowhere(path: str, line: int | None) -> None:
    """Link nothing."""


def sheet(card: Card, *, folded: bool, payload: bool, since: str | None, link: Link = nowhere) -> str:
    """Return the campaign's card; `since` is the revision that it was compared with."""
    named = f": {prose(card.name, NAME)}" if card.name != card.id else ""
    people = f"{number(card.recipients)} people" if card.recipients is not None else "people: not known"
    kind = f"{_KINDS[card.kind]} · " if card.kind in _KINDS else ""
    title = f"{kind}{prose(card.id, NAME)}{named} · {when(card)} · {people}"
    body = "\n\n".join(_body(card, link, payload=payload, since=since))
    if folded:
        return f"<details><summary>{title}</summary>\n\n{body}\n\n</details>"
    return f"### {title}\n\n{body}"


def _body(card: Card, link: Link, *, payload: bool, since: str | None) -> list[str]:
    news = [_since(card, since)] if since is not None and card.kind is ActionKind.CREATE else []
    blocks = ["\n".join(f"- {one}" for one in [*_facts(card, link), *news])]
    if card.arrival is not None:
        blocks.append(message(card.arrival))
    if card.findings:
        blocks.append(listed([finding(one, link) for one in card.findings], "finding"))
    if payload and card.payload is not None:
        shown = json.dumps(_masked(card.payload), ensure_ascii=False, indent=2)
        blocks.append(
            f"<details><summary>{_PAYLOADS.get(card.kind, 'What Exotel has')}</summary>\n\n{fenced(shown, 'json')}\n\n</details>"
        )
    return blocks


def _facts(card: Card, link: Link) -> list[str]:
    to = [
        f"{prose(one.name, NAME)} ({number(one.contacts) if one.contacts is not None else 'how many, the registry does not say'})"
        for one in card.audience[:_FEW]
    ]
    kind = (
        f", **{card.sms_type}**"
        if card.sms_type == "promotional"
        else f", {prose(card.sms_type or '?', NAME)}"
    )
    facts = [
        f"**When** {when(card)}",
        f"**To** {', '.join(to) or '?'}",
        f"**From** {prose(card.sender_id or '?', NAME)}{kind}, DLT template {prose(card.template_id or '?', NAME)}",
    ]
    if card.arrival is not None:
        facts.append(f"**Costs** {cost(card.arrival, card)}")
    if card.path is not None:
        facts.append(f"**File** {_file(card.path, card.line, link)}")
    return facts


def _file(path: str, line: int | None, link: Link) -> str:
    said = code(shortened(path, LONG)) + (f", line {line}" if line else "")
    url = link(path, line)
    return f"[{said}](<{url}>)" if url else said


def cost(arrival: Arrival, card: Card) -> str:
    """Return how many parts a message makes and why, and how many messages are to be paid for."""
    said = f"{count(arrival.parts, 'part')} ({_length(arrival)})"
    if arrival.forced_by is not None:
        said += f", {forced(arrival)}"
    if card.messages is not None:
        said += f": {_about(card, count(card.messages, 'message'))} to pay for"
    unknown = ", ".join(f"@@{column}" for column in arrival.unfilled)
    if unknown:
        return f"{said}; no sample is known of {prose(unknown, VALUE)}, counted as it is written"
    return f"{said}, for the sample row{_rests(card)}" if card.is_estimate else said


def _length(arrival: Arrival) -> str:
    """Return how long a message is, and how much one part holds."""
    unit = "characters" if arrival.forced_at is None else "Unicode characters"
    if arrival.parts == 1:
        return f"{arrival.units:,} of {arrival.units + arrival.room} {unit}"
    return f"{arrival.units:,} {unit}, {(arrival.units + arrival.room) // arrival.parts} a part"


def _rests(card: Card) -> str:
    """Say what longer values than those of the sample row cost, where a few characters are enough."""
    if card.arrival is None or not card.is_near:
        return "; others differ"
    more = count(card.arrival.room + 1, "character")
    return f"; values longer by {more} together make {count(card.arrival.parts + 1, 'part')}"


def forced(arrival: Arrival) -> str:
    """Return which character makes a message Unicode, and where it stands."""
    what = (
        f"{prose(arrival.forced_by or '')} ({arrival.forced_name}), character {(arrival.forced_at or 0) + 1}"
    )
    return f"Unicode because of {what}"


def message(arrival: Arrival) -> str:
    """Return the message as a quotation, with its line breaks."""
    text = arrival.text if len(arrival.text) <= _MESSAGE else arrival.text[:_MESSAGE] + "..."
    return f"> {lines(text)}"


def _since(card: Card, since: str) -> str:
    revision = code(since[:_COMMIT] if is_commit(since) else since)
    if card.is_new:
        return f"**New** since {revision}"
    if not card.edits:
        return f"**Unchanged** since {revision}"
    edits = listed([change(one) for one in card.edits], "field").replace("\n", "\n  ")
    return f"**Edited** since {revision}:\n  {edits}"


def finding(one: Finding, link: Link = nowhere, *, named: bool = False) -> str:
    """Return one finding in a line, with its place; and, where it is not on its card, with the campaign."""
    whose = f"**{prose(one.campaign, NAME)}** {one.name}" if named and one.campaign else f"**{one.name}**"
    where = code(shortened(place(one), LONG))
    url = link(one.path, one.region.line)
    shown = f"[{where}](<{url}>)" if url else where
    return f"{SIGNS[one.severity]} {whose}: {sentence(one.message, LONG)} ({shown})"


def listed(items: list[str], noun: str) -> str:
    """Return a list of the first few, and how many there are besides."""
    shown = items[:_FEW]
    more = [f"and {count(len(items) - _FEW, f'more {noun}')}"] if len(items) > _FEW else []
    return "\n".join(f"- {one}" for one in [*shown, *more])


def _masked(value: Any) -> Any:
    """Return a payload without the passwords of its web addresses."""
    if isinstance(value, str):
        return masked(value)
    if isinstance(value, dict):
        return {key: _masked(one) for key, one in value.items()}
    return [_masked(one) for one in value] if isinstance(value, (list, tuple)) else value
