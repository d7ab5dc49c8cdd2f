"""One new campaign of a plan in Markdown: a row of the table, and a card with the message as it arrives."""

from __future__ import annotations

import json
from typing import Any

from campaignctl.cards import Arrival, Card
from campaignctl.findings import Finding, Severity
from campaignctl.model import FieldChange
from campaignctl.render.inert import code, fenced, lines, prose, sentence
from campaignctl.render.moments import indian, period
from campaignctl.render.text import place
from campaignctl.words import count, masked, shortened

#: Characters of a name, of the beginning of a text, of a value, of a path or a finding that are shown at the most.
NAME, TEXT, VALUE, LONG = 60, 44, 160, 400
#: Characters of a text that are shown whole: Exotel takes 2,000, and @@columns may grow.
_MESSAGE = 4000
#: Lists, changes and findings that a card names.
_FEW = 12

SIGNS = {Severity.ERROR: "🛑", Severity.WARNING: "⚠️"}

#: The first lines of the table. The column of what is new is there where an earlier revision was compared.
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
    arrival = card.arrival
    cells = (
        f"**{prose(card.id, NAME)}**{news}",
        when(card),
        prose(named, NAME) + more,
        number(card.recipients),
        _about(card, number(card.messages)),
        prose(arrival.text.replace("\n", " ↵ "), TEXT) if arrival else "",
    )
    return f"| {' | '.join(cells)} |"


def _about(card: Card, words: str) -> str:
    return f"≈ {words}" if card.is_estimate and card.messages is not None else words


def sheet(card: Card, *, folded: bool, payload: bool, since: str | None) -> str:
    """Return the campaign's card; `since` is the revision that it was compared with."""
    named = f": {prose(card.name, NAME)}" if card.name != card.id else ""
    people = f"{number(card.recipients)} people" if card.recipients is not None else "people: not known"
    title = f"{prose(card.id, NAME)}{named} · {when(card)} · {people}"
    body = "\n\n".join(_body(card, payload=payload, since=since))
    if folded:
        return f"<details><summary>{title}</summary>\n\n{body}\n\n</details>"
    return f"#### {title}\n\n{body}"


def _body(card: Card, *, payload: bool, since: str | None) -> list[str]:
    news = [_since(card, since)] if since is not None else []
    blocks = ["\n".join(f"- {one}" for one in [*_facts(card), *news])]
    if card.arrival is not None:
        blocks.append(message(card.arrival))
    if card.findings:
        blocks.append(listed([finding(one) for one in card.findings], "finding"))
    if payload and card.payload is not None:
        shown = json.dumps(_masked(card.payload), ensure_ascii=False, indent=2)
        blocks.append(
            f"<details><summary>What Exotel is sent</summary>\n\n{fenced(shown, 'json')}\n\n</details>"
        )
    return blocks


def _facts(card: Card) -> list[str]:
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
        line = card.line
        facts.append(f"**File** {code(shortened(card.path, LONG))}{f', line {line}' if line else ''}")
    return facts


def cost(arrival: Arrival, card: Card) -> str:
    """Return how many parts a message makes and why, and how many messages are to be paid for."""
    plain = arrival.forced_at is None
    limit = (160 if plain else 70) if arrival.parts == 1 else (153 if plain else 67)
    each = "in one" if arrival.parts == 1 else "a part"
    said = f"{count(arrival.parts, 'part')} ({arrival.units:,} {'characters' if plain else 'Unicode units'}, {limit} {each})"
    if arrival.forced_by is not None:
        said += f", {forced(arrival)}"
    if card.messages is not None:
        said += f": {_about(card, count(card.messages, 'message'))} to pay for"
    unknown = ", ".join(f"@@{column}" for column in arrival.unfilled)
    if unknown:
        return f"{said}; no sample is known of {prose(unknown, VALUE)}, counted as it is written"
    return f"{said}, for the sample row; others differ" if card.is_estimate else said


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
    revision = code(since)
    if card.is_new:
        return f"**New** since {revision}"
    if not card.edits:
        return f"**As it was** in {revision}"
    edits = listed([change(one) for one in card.edits], "field").replace("\n", "\n  ")
    return f"**Edited** since {revision}:\n  {edits}"


def change(one: FieldChange) -> str:
    """Return one field, as it was and as it is."""
    return f"{prose(one.field, NAME)}: {_value(one.before)} → {_value(one.after)}"


def _value(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, (list, tuple)):
        value = ", ".join(map(str, value))
    return f"“{prose(str(value), VALUE)}”"


def finding(one: Finding) -> str:
    """Return one finding in a line, with its place."""
    return f"{SIGNS[one.severity]} **{one.name}** {sentence(one.message, LONG)} ({code(shortened(place(one), LONG))})"


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
