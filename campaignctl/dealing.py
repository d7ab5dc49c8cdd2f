"""A plan and what lint has read to the cards of its campaigns. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from campaignctl import sms
from campaignctl.campaigns import moment
from campaignctl.cards import Arrival, Audience, Card
from campaignctl.dlt.lookalikes import named
from campaignctl.findings import Finding
from campaignctl.model import Action, ActionKind, Campaign, LintResult, Plan
from campaignctl.plan import differences

#: Payloads of an earlier revision by id. None: there is nothing to compare with.
Earlier = Mapping[str, Mapping[str, Any]]

AS_WRITTEN, SAMPLE = "as written", "sample row"


def deal(the_plan: Plan, checked: LintResult, earlier: Earlier | None = None) -> tuple[Card, ...]:
    """Return a card for each action of a plan, in its order.

    `checked` is what the plan was made from. `earlier` has what an earlier revision of the files would send; what is
    to be created is compared with it.
    """
    campaigns: dict[str, Campaign] = {}
    for one in checked.campaigns:
        campaigns.setdefault(one.id or "", one)
    findings: dict[str, list[Finding]] = {}
    for found in the_plan.findings:
        findings.setdefault(found.campaign or "", []).append(found)
    return tuple(
        _card(action, campaigns.get(action.id), tuple(findings.get(action.id, ())), earlier)
        for action in the_plan.actions
    )


def of_campaign(campaign: Campaign) -> tuple[Arrival, ...]:
    """Return a campaign's message as it is written, and with the sample row of its list where it has @@columns."""
    return arrivals(campaign.template, campaign.sample)


def arrivals(text: str | None, sample: Mapping[str, str]) -> tuple[Arrival, ...]:
    """Return a text as it is written, and with a sample row filled in where that makes a difference."""
    if not text:
        return ()
    written = _arrival(AS_WRITTEN, text)
    filled = sms.filled(text, sample)
    if filled == text:
        return (written,)
    unfilled = tuple(column for column in written.unfilled if column not in sample)
    return (written, _arrival(SAMPLE, filled, unfilled))


def _arrival(label: str, text: str, unfilled: tuple[str, ...] | None = None) -> Arrival:
    found = sms.parts(text)
    at = sms.forcing(text)
    return Arrival(
        label=label,
        text=text,
        encoding=found.encoding.value,
        forced_by=text[at] if at is not None else None,
        forced_name=named(text[at]) if at is not None else None,
        forced_at=at,
        units=found.units,
        parts=found.parts,
        borders=sms.boundaries(text),
        unfilled=sms.columns(text) if unfilled is None else unfilled,
    )


def _card(
    action: Action, campaign: Campaign | None, findings: tuple[Finding, ...], earlier: Earlier | None
) -> Card:
    payload = action.payload or {}
    start, end = _moment(payload, "start_time"), _moment(payload, "end_time")
    if campaign is not None and campaign.schedule is not None and not payload:
        start, end = campaign.schedule.start, campaign.schedule.end
    compares = earlier is not None and action.action is ActionKind.CREATE
    before = earlier.get(action.id) if earlier is not None and compares else None
    return Card(
        id=action.id,
        name=action.name,
        kind=action.action,
        path=action.path,
        source=campaign.source if campaign is not None else None,
        start=start,
        end=end,
        audience=_audience(action, campaign),
        recipients=action.recipients,
        sender_id=_said(payload, campaign, "sender_id"),
        sms_type=_said(payload, campaign, "sms_type"),
        template_id=_said(payload, campaign, "dlt_template_id"),
        arrivals=arrivals(
            _said(payload, campaign, "template"), campaign.sample if campaign is not None else {}
        ),
        reason=action.reason,
        sid=action.sid,
        changes=action.changes,
        edits=differences(before, payload) if before is not None else None,
        is_new=compares and before is None,
        findings=findings,
        payload=action.payload,
    )


def _moment(payload: Mapping[str, Any], field: str) -> datetime | None:
    schedule = payload.get("schedule")
    text = schedule.get(field) if isinstance(schedule, Mapping) else None
    return moment(text) if isinstance(text, str) else None


def _said(payload: Mapping[str, Any], campaign: Campaign | None, field: str) -> str | None:
    """Return a field as it is sent, or as the file has it where nothing is."""
    value = payload.get(field) or getattr(campaign, field, None)
    return value if isinstance(value, str) else None


def _audience(action: Action, campaign: Campaign | None) -> tuple[Audience, ...]:
    """Return the lists of a campaign; of one without a file the SIDs that were sent."""
    if campaign is not None:
        return audience(campaign)
    lists = (action.payload or {}).get("lists")
    sids = map(str, lists if isinstance(lists, list) else ())
    return tuple(Audience(name=sid, sid=sid, contacts=None) for sid in sids)


def audience(campaign: Campaign) -> tuple[Audience, ...]:
    """Return the lists of a campaign; one that the registry does not know has no SID."""
    found: list[Audience] = []
    for written, one in zip(campaign.lists or (), campaign.audience, strict=False):
        if one is None:
            found.append(Audience(name=written, sid="", contacts=None))
        else:
            found.append(Audience(name=one.alias or one.sid, sid=one.sid, contacts=one.contacts))
    return tuple(found)
