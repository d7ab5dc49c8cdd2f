"""Rendered data to a Campaign, and a Campaign to what Exotel is sent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from campaignctl.approved import Comparison, RecipientList, Registry, Template
from campaignctl.dlt import match
from campaignctl.findings import Hit, Repair, Source
from campaignctl.model import Campaign, Schedule, token
from campaignctl.profiles import STRICT, Profile
from campaignctl.sms import columns

#: RFC 3339 in its strict form. datetime.fromisoformat takes far more than that (weeks, naive times, 24:00).
_RFC3339 = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?(?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"
).fullmatch

#: The longest text that Exotel takes, in characters (Create SMS campaign, `template`).
MOST = 2000

#: Exotel's list SIDs: 32 hexadecimal digits in all its samples.
is_list_sid = re.compile(r"[0-9a-f]{32}").fullmatch


def build(
    data: Mapping[str, Any],
    source: Source,
    registry: Registry,
    profile: Profile = STRICT,
    inherited: frozenset[str] = frozenset(),
) -> Campaign:
    """Return the campaign of a document. What has the wrong type is left out; the schema has said so.

    `inherited` are the keys of `data` that the document does not have itself.
    """
    lists = data.get("lists")
    names = tuple(lists) if type(lists) is list and all(type(one) is str for one in lists) else None
    audience = tuple([_recipients(name, registry) for name in names or ()])
    registered = registry.templates.get(_text(data, "dlt_template_id") or "")
    variables = _variables(data.get("variables"))
    template = _text(data, "template")
    if template is None and variables is not None and registered is not None:
        template = filled(registered, variables)
    kind = _text(data, "sms_type")
    return Campaign(
        id=_text(data, "id"),
        name=_text(data, "name"),
        content_type=_text(data, "content_type"),
        lists=names,
        audience=audience,
        schedule=_schedule(data.get("schedule")),
        dlt_entity_id=_text(data, "dlt_entity_id"),
        dlt_template_id=_text(data, "dlt_template_id"),
        sender_id=_text(data, "sender_id"),
        sms_type=kind.lower() if kind else None,
        template=template,
        variables=variables,
        columns=columns(template) if template else (),
        status_callback=_text(data, "status_callback"),
        sms_status_callback=_text(data, "sms_status_callback"),
        source=source,
        registered=registered,
        comparison=_compare(template, registered, audience, profile),
        inherited=inherited,
    )


def _variables(value: Any) -> tuple[str, ...] | None:
    sound = type(value) is list and all(type(one) is str for one in value)
    return tuple(value) if sound else None


def filled(registered: Template, variables: tuple[str, ...]) -> str | None:
    """Return the registered text with its slots filled in order, None where their number differs."""
    if len(variables) != len(registered.slots):
        return None
    pieces = [registered.fixed[0]]
    for value, after in zip(variables, registered.fixed[1:], strict=True):
        pieces += [value, after]
    return "".join(pieces)


def _compare(
    text: str | None,
    registered: Template | None,
    audience: tuple[RecipientList | None, ...],
    profile: Profile,
) -> Comparison | None:
    if text is None or registered is None or match.HOLE in text or len(text) > MOST:
        return None
    sample = audience[0].sample if len(audience) == 1 and audience[0] is not None else {}
    return match.compare(text, registered, profile, sample)


def _text(data: Mapping[str, Any], key: str) -> str | None:
    value = data.get(key)
    return value if type(value) is str else None


def _recipients(name: str, registry: Registry) -> RecipientList | None:
    found = registry.lists.get(name) or registry.by_sid.get(name)
    if found is None and is_list_sid(name):
        return RecipientList(alias=None, sid=name)
    return found


def _schedule(value: Any) -> Schedule | None:
    if type(value) is not dict:
        return None
    start, end = _text(value, "start_time"), _text(value, "end_time")
    return Schedule(start_time=start, end_time=end, start=moment(start), end=moment(end))


def moment(text: str | None) -> datetime | None:
    """Return the moment that a strict RFC 3339 text names, or None.

    Years before 1970 and the year 9999 are refused: in another zone they would leave the calendar.
    """
    if text is None or not _RFC3339(text):
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:  # 30 February, 25:00, second 60
        return None
    return found if 1970 <= found.year < 9999 else None


def payload(campaign: Campaign, project: str) -> dict[str, Any]:
    """Return the fields that Exotel is sent, by its own names (Create SMS campaign, parameters).

    The campaign must be free of lint errors. The name ends in the token, so that the campaign can be found
    again; lists are SIDs; `sms_type` is lower case as in all of Exotel's samples.
    """
    identity = campaign.id or ""
    fields: dict[str, Any] = {
        "name": f"{campaign.name or identity} {token(project, identity)}",
        "content_type": campaign.content_type,
        "lists": [one.sid for one in campaign.audience if one is not None],
        "dlt_entity_id": campaign.dlt_entity_id,
        "dlt_template_id": campaign.dlt_template_id,
        "sender_id": campaign.sender_id,
        "sms_type": campaign.sms_type,
        "template": campaign.template,
    }
    if campaign.schedule is not None:
        fields["schedule"] = {
            "start_time": campaign.schedule.start_time,
            "end_time": campaign.schedule.end_time,
        }
    if campaign.status_callback is not None:
        fields["status_callback"] = campaign.status_callback
    if campaign.sms_status_callback is not None:
        fields["sms_status_callback"] = campaign.sms_status_callback
    return fields


def in_variables(hit: Hit, campaign: Campaign) -> Hit:
    """Move a finding about a text that was made from `variables` to the value that it is about."""
    registered = campaign.registered
    if hit.span is not None and registered is not None:
        start, end = hit.span
        place = 0
        for number, value in enumerate(campaign.variables or ()):
            place += len(registered.fixed[number])
            behind = place + len(value)
            if place <= start < behind or start == end == place:
                span = (start - place, min(end, behind) - place)
                repair = _shifted(hit.repair, place, behind)
                return hit._replace(pointer=("variables", number), span=span, repair=repair)
            place = behind
    return hit._replace(pointer=("variables",), span=None, repair=None)


def _shifted(repair: Repair | None, start: int, end: int) -> Repair | None:
    """Return a repair of the text as one of the value between these places, None where it touches more."""
    if repair is None or not all(start <= low <= high <= end for low, high, _ in repair.pieces):
        return None
    return repair._replace(pieces=tuple((low - start, high - start, new) for low, high, new in repair.pieces))
