"""An update with fields: what may change, and when. Pure: the present is a parameter.

Before its start everything may; afterwards only the callbacks, as the vendor's page has it for call campaigns. For
SMS campaigns it says no more than "all parameters of a campaign that has not started".
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from . import validate
from .answers import invalid
from .bodies import Object
from .model import ARCHIVED, COMPLETED, Campaign, Draft, written

CALLBACKS = ("status_callback", "sms_status_callback")
EDITABLE = ("name", "schedule", *validate.MANDATORY, *CALLBACKS)


def given(body: Object) -> Object:
    """The fields of an update that are a campaign's; others are ignored."""
    return {field: body[field] for field in EDITABLE if field in body}


def edited(campaign: Campaign, fields: Object, *, started: bool, account_sid: str, now: datetime) -> Draft:
    """The campaign with other fields, by the rules of a create request. Raises Refused with 400."""
    if campaign.status in (COMPLETED, ARCHIVED):
        raise invalid(next(iter(fields)), f"cannot change any more: the campaign is {campaign.status}")
    late = [field for field in fields if field not in CALLBACKS]
    if started and late:
        raise invalid(late[0], f"can change only before the campaign starts, and it is {campaign.status}")
    draft = campaign.draft
    whole = _as_request(draft) | fields
    if "schedule" in fields and isinstance(fields["schedule"], dict):
        whole["schedule"] = _schedule(draft) | fields["schedule"]
    new = validate.draft(whole, account_sid=account_sid, now=now, needs_channel=False)
    return new if "schedule" in fields else replace(new, start=draft.start, end=draft.end)


def _schedule(draft: Draft) -> Object:
    times = {"start_time": draft.start, "end_time": draft.end}
    return {name: written(moment) for name, moment in times.items() if moment is not None}


def _as_request(draft: Draft) -> Object:
    """The create request of a campaign, without the schedule: a start in ten minutes may no longer be asked for."""
    whole: Object = {
        "name": draft.name,
        "content_type": draft.content_type,
        "lists": list(draft.lists),
        "dlt_entity_id": draft.dlt_entity_id,
        "dlt_template_id": draft.dlt_template_id,
        "sender_id": draft.sender_id,
        "sms_type": draft.sms_type,
        "template": draft.template,
    }
    callbacks = {"status_callback": draft.status_callback, "sms_status_callback": draft.sms_status_callback}
    return whole | {field: url for field, url in callbacks.items() if url is not None}
