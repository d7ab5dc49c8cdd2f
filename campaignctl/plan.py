"""Campaigns and a state to a plan: an inert value. Pure; the clock is passed in."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from campaignctl import sms
from campaignctl.campaigns import moment, payload
from campaignctl.findings import Severity
from campaignctl.model import (
    Action,
    ActionKind,
    Campaign,
    Config,
    FieldChange,
    Inputs,
    LintResult,
    Plan,
    Remote,
    State,
    canonical,
    token,
)

#: A campaign must start at least this far ahead (Exotel: Create SMS campaign, `schedule.start_time`).
LEAD_TIME = timedelta(minutes=10)

#: Why what was found with a token is not taken for the campaign whose token it is.
STRANGE = {
    "token-elsewhere": "holds its token in the middle of its name, as a copy made by hand would",
    "sid-taken": "is another campaign of the state already",
}

#: What Exotel demands (Create SMS campaign, parameters).
_DEMANDED = (
    *("content_type", "lists", "dlt_entity_id", "dlt_template_id", "sender_id", "sms_type", "template"),
)

#: What the vendor was found to have, by token. None: the vendor was not asked.
Observed = Mapping[str, tuple[Remote, ...]]


def plan(
    lint: LintResult,
    state: State,
    config: Config,
    *,
    now: datetime,
    plan_id: str,
    account: str | None = None,
    observed: Observed | None = None,
    partial: bool = False,
    registry: str = "",
    allowed: Iterable[str] = (),
) -> Plan:
    """Return what has to be done to bring these campaigns to the vendor, and nothing twice.

    `now` is aware; `account` is the mark of the account that the plan is for, None for any; `partial` says
    that only some files were read, so that nothing counts as removed; `registry` is the hash of what the
    registry says; `allowed` names the guards that are let pass.
    """
    errors = _first_errors(lint)
    actions: dict[str, Action] = {}
    for campaign in lint.campaigns:
        if campaign.id is not None and campaign.id not in actions:
            error = errors.get(campaign.id)
            actions[campaign.id] = _action(campaign, state, config, observed or {}, error=error, now=now)
    for id_ in state.intents.keys() - actions.keys():
        actions[id_] = _orphan(id_, state, observed or {})
    if not partial and not lint.unreadable:
        for id_ in state.campaigns.keys() - actions.keys():
            actions[id_] = _removed(id_, state)
    ordered = tuple(actions[id_] for id_ in sorted(actions))
    made = Plan(
        plan_id=plan_id,
        digest="",
        project=config.project,
        lineage=state.lineage,
        serial=state.serial,
        created_at=rfc3339(now),
        expires_at=rfc3339(now + timedelta(seconds=config.plan_expiry)),
        actions=ordered,
        looked=observed is not None,
        partial=partial,
        findings=lint.findings,
        inputs=Inputs(config=hashed(every_setting(config)), registry=registry),
        allowed=tuple(sorted(set(allowed))),
        account=account,
    )
    return replace(made, digest=digest(made, account))


def block(the_plan: Plan, reasons: Mapping[str, str]) -> Plan:
    """Return the plan with these actions blocked, each for its reason: what a guard found is not created."""
    actions = tuple(
        replace(one, action=ActionKind.BLOCKED, reason=reasons[one.id]) if one.id in reasons else one
        for one in the_plan.actions
    )
    blocked = replace(the_plan, actions=actions)
    return replace(blocked, digest=digest(blocked, the_plan.account))


def tokens(lint: LintResult, state: State, config: Config) -> frozenset[str]:
    """Return the tokens to look for at the vendor: of all that is not known to be there."""
    ids = {one.id for one in lint.campaigns if one.id is not None and one.id not in state.campaigns}
    return frozenset(token(config.project, id_) for id_ in ids) | {
        one.token for one in state.intents.values()
    }


def names(lint: LintResult, state: State, config: Config) -> dict[str, str]:
    """Return the names, without their tokens, of what may be created, by token: whatever is called so at Exotel may
    be the same campaign."""
    errors = _first_errors(lint)
    return {
        token(config.project, one.id): one.name or one.id
        for one in lint.campaigns
        if one.id is not None
        and one.id not in state.campaigns
        and one.id not in state.intents
        and one.id not in errors
    }


def rfc3339(moment: datetime) -> str:
    """Return a moment in UTC, to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Row(NamedTuple):
    """What of one action a reviewer approves."""

    action: str
    id: str
    token: str
    payload: Mapping[str, Any] | None
    recipients: int | None


def digest(the_plan: Plan, account: str | None) -> str:
    """Return the sha256 of what a reviewer approves: which actions, what and to how many, by which settings,
    which registry, past which guards, at which account.

    `account` is the mark of the account, None in a plan that was made without credentials. Nothing in it
    depends on the time or on the state's serial, or, where nothing is to be adopted, on whether Exotel was asked: a
    pull request and the merge have the same. What is unchanged or removed does not count.
    """
    approved = {
        "project": the_plan.project,
        "config": the_plan.inputs.config,
        "registry": the_plan.inputs.registry,
        "allowed": the_plan.allowed,
        "account": account,
        "actions": rows(map(row, the_plan.actions)),
    }
    return hashed(approved)


def rows(found: Iterable[Row]) -> list[Row]:
    """Return those of the actions that a digest is about."""
    return [one for one in found if one.action not in (ActionKind.UNCHANGED, ActionKind.REMOVED)]


def digests(the_plan: Plan, account: str | None) -> frozenset[str]:
    """Return the digests whose approval covers a plan at an account: its own, and that of the plan which would
    create what this one adopts, as it looks to whoever did not ask Exotel. Never the other way round: who has
    approved an adoption has approved no creation.
    """
    created = tuple(
        replace(one, action=ActionKind.CREATE) if one.action is ActionKind.ADOPT else one
        for one in the_plan.actions
    )
    return frozenset(digest(one, account) for one in (the_plan, replace(the_plan, actions=created)))


def hashed(value: Any) -> str:
    """Return the sha256 of a value's one JSON text: comments, order and spelling do not count."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()


def every_setting(config: Config) -> dict[str, Any]:
    """Return all settings, the defaults filled in. All, so that nobody can forget one that matters."""
    return {one.name: getattr(config, one.name) for one in fields(config)}


def row(one: Action) -> Row:
    """Return what of an action is approved."""
    return Row(one.action.value, one.id, one.token, one.payload, one.recipients)


def _first_errors(lint: LintResult) -> dict[str, str]:
    """Return the name of the first error finding of each campaign that has one."""
    errors: dict[str, str] = {}
    for one in lint.findings:
        if one.severity is Severity.ERROR and one.campaign is not None:
            errors.setdefault(one.campaign, one.name)
    return errors


def _action(
    campaign: Campaign, state: State, config: Config, observed: Observed, *, error: str | None, now: datetime
) -> Action:
    id_ = campaign.id or ""
    entry = state.campaigns.get(id_)
    if entry is not None and error is None:
        desired = payload(campaign, config.project)
        if desired == entry.payload:  # by far the most frequent: nothing more is worked out
            return _plain(campaign, ActionKind.UNCHANGED, entry.token, desired, sid=entry.sid)
        if not entry.is_marked:  # made by hand and adopted: its name is the one without the token
            desired = {**desired, "name": desired["name"].removesuffix(f" {entry.token}")}
        changes = differences(entry.payload, desired)
        if not changes:
            return _plain(campaign, ActionKind.UNCHANGED, entry.token, desired, sid=entry.sid)
        return replace(
            _plain(campaign, ActionKind.CHANGED, entry.token, desired, sid=entry.sid), changes=changes
        )
    mark = token(config.project, id_)
    if entry is not None:
        return _plain(campaign, ActionKind.CHANGED, mark, None, reason=error, sid=entry.sid)
    hits = observed.get(mark, ())
    obstacle = strange(id_, mark, hits, state)
    if len(hits) > 1 or (obstacle and id_ not in state.intents):
        blocked = _plain(campaign, ActionKind.BLOCKED, mark, None, reason=obstacle)
        return replace(blocked, doubles=hits)
    if id_ in state.intents:  # what was sent counts, the file may have been edited since
        sent = state.intents[id_].payload
        if obstacle:
            unclear = _plain(campaign, ActionKind.UNRESOLVED, mark, sent, reason=obstacle)
            return replace(unclear, doubles=hits)
        if hits:
            return _plain(campaign, ActionKind.ADOPT, mark, sent, reason="found-by-token", sid=hits[0].sid)
        return _plain(campaign, ActionKind.UNRESOLVED, mark, sent, reason="outcome-unknown")
    if error is not None:
        return _plain(campaign, ActionKind.BLOCKED, mark, None, reason=error)
    desired = payload(campaign, config.project)
    if hits:
        return _plain(campaign, ActionKind.ADOPT, mark, desired, reason="found-by-token", sid=hits[0].sid)
    if not is_whole(desired):
        return _plain(campaign, ActionKind.BLOCKED, mark, None, reason="incomplete")
    if starts_too_soon(desired, now):
        return _plain(campaign, ActionKind.BLOCKED, mark, desired, reason="schedule-lead-time")
    return _plain(campaign, ActionKind.CREATE, mark, desired)


def strange(id_: str, mark: str, hits: tuple[Remote, ...], state: State) -> str | None:
    """Return why what was found with a token cannot be taken over as the campaign of an id; None where it can,
    and where nothing was found."""
    if len(hits) > 1:
        return "token-duplicated"
    if hits and not hits[0].bears(mark):
        return "token-elsewhere"
    if hits and any(one.sid == hits[0].sid for known, one in state.campaigns.items() if known != id_):
        return "sid-taken"
    return None


def is_whole(fields: Mapping[str, Any]) -> bool:
    """Return whether a payload has all that Exotel demands, and times that can be read. Lint has seen to it."""
    times = fields.get("schedule", {}).values()
    return all(fields[key] for key in _DEMANDED) and all(map(moment, times))


def starts_too_soon(sent: Mapping[str, Any], now: datetime, notice: timedelta = LEAD_TIME) -> bool:
    """Return whether a payload's start is less than ten minutes ahead, or another notice, or past."""
    start = moment(sent.get("schedule", {}).get("start_time"))
    return start is not None and start < now + notice


def _plain(
    campaign: Campaign,
    kind: ActionKind,
    mark: str,
    fields: Mapping[str, Any] | None,
    *,
    reason: str | None = None,
    sid: str | None = None,
) -> Action:
    return Action(
        action=kind,
        id=campaign.id or "",
        name=campaign.name or campaign.id or "",
        token=mark,
        path=campaign.source.path,
        reason=reason,
        payload=fields,
        segments=sms.parts(sms.filled(campaign.template, campaign.sample)).parts
        if campaign.template
        else None,
        recipients=campaign.recipients,
        audience=tuple([name if len(name) < 32 else f"list {name[:6]}..." for name in campaign.lists or ()]),
        sid=sid,
    )


def _orphan(id_: str, state: State, observed: Observed) -> Action:
    """An intent whose file is gone: it is still to be settled."""
    intent = state.intents[id_]
    hits = observed.get(intent.token, ())
    obstacle = strange(id_, intent.token, hits, state)
    known = bool(hits) and obstacle is None
    return Action(
        action=ActionKind.ADOPT if known else ActionKind.UNRESOLVED,
        id=id_,
        name=str(intent.payload.get("name", id_)).removesuffix(f" {intent.token}"),
        token=intent.token,
        path=None,
        reason="found-by-token" if known else obstacle or "outcome-unknown",
        payload=intent.payload,
        segments=None,
        recipients=None,
        sid=hits[0].sid if known else None,
        doubles=() if known else hits,
    )


def _removed(id_: str, state: State) -> Action:
    entry = state.campaigns[id_]
    return Action(
        action=ActionKind.REMOVED,
        id=id_,
        name=str(entry.payload.get("name", id_)).removesuffix(f" {entry.token}"),
        token=entry.token,
        path=None,
        reason="no-file",
        payload=None,
        segments=None,
        recipients=None,
        sid=entry.sid,
    )


def differences(
    before: Mapping[str, Any], after: Mapping[str, Any], prefix: str = ""
) -> tuple[FieldChange, ...]:
    """Return the fields that differ, in dotted form and sorted."""
    changes: list[FieldChange] = []
    for key in sorted(before.keys() | after.keys()):
        old, new = before.get(key), after.get(key)
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            changes.extend(differences(old, new, f"{prefix}{key}."))
        elif old != new:
            changes.append(FieldChange(field=f"{prefix}{key}", before=old, after=new))
    return tuple(changes)


def summary(the_plan: Plan) -> dict[str, int]:
    """Return the number of actions of each kind, and the recipients of all creations together."""
    counts = {kind.value: 0 for kind in ActionKind}
    for one in the_plan.actions:
        counts[one.action.value] += 1
    counts["recipients"] = sum(one.recipients or 0 for one in the_plan.of(ActionKind.CREATE))
    return counts
