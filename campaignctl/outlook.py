"""Cards as Exotel has the campaigns: what was sent counts, whatever became of the file. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from campaignctl.approved import Registry
from campaignctl.campaigns import moment
from campaignctl.cards import Audience, Card
from campaignctl.dealing import arrivals
from campaignctl.model import ActionKind, Entry, State

#: What has gone out, and stands in a file no more, or otherwise.
_SENT = (ActionKind.CHANGED, ActionKind.REMOVED)


def outlook(cards: Iterable[Card], state: State, registry: Registry) -> tuple[Card, ...]:
    """Return the cards; those of edited and deleted files with times, lists and text as they were sent.

    Their people get what Exotel has, and nothing that a file says now. The changes stay.
    """
    return tuple(
        _as_sent(one, state.campaigns[one.id], registry)
        if one.kind in _SENT and one.id in state.campaigns
        else one
        for one in cards
    )


def _as_sent(card: Card, entry: Entry, registry: Registry) -> Card:
    sent = entry.payload
    found = sent.get("lists")
    sids = found if isinstance(found, list) else []
    lists = [registry.by_sid.get(str(sid)) for sid in sids]
    audience = tuple(
        Audience(name=known.alias or known.sid, sid=known.sid, contacts=known.contacts)
        if known is not None
        else Audience(name=str(sid), sid=str(sid), contacts=None)
        for sid, known in zip(sids, lists, strict=True)
    )
    contacts = [one.contacts for one in audience]
    is_filled = sent.get("content_type") == "dynamic" and len(lists) == 1
    sample = lists[0].sample if is_filled and lists[0] is not None else {}
    times = sent.get("schedule")
    schedule = times if isinstance(times, Mapping) else {}
    return replace(
        card,
        start=moment(_text(schedule, "start_time")),
        end=moment(_text(schedule, "end_time")),
        audience=audience,
        recipients=None if None in contacts else sum(one or 0 for one in contacts),
        sender_id=_text(sent, "sender_id"),
        sms_type=_text(sent, "sms_type"),
        template_id=_text(sent, "dlt_template_id"),
        arrivals=arrivals(_text(sent, "template"), sample),
        payload=sent,
    )


def _text(fields: Mapping[str, Any], key: str) -> str | None:
    value = fields.get(key)
    return value if isinstance(value, str) else None
