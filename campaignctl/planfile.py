"""What of a saved plan is compared before it is applied. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from campaignctl.campaigns import moment
from campaignctl.dlt import hours
from campaignctl.errors import PlanError
from campaignctl.model import ActionKind, Config, Inputs, Plan
from campaignctl.plan import Row, digest, digests, row, rows
from campaignctl.words import printable, quoted

#: How many characters of a digest people are shown, and must give: too many for two plans to be made to share.
SHOWN = 32
#: The advice where another plan was approved than the one of now.
ANOTHER = "have the plan of now approved"
#: How far the clocks of two machines may differ.
_CLOCKS = timedelta(minutes=5)
_ANEW = "make a new one: `campaignctl plan --out FILE`"
#: It goes into the state, into commands to copy and onto terminals, so it is what a plan of ours has and no more.
_is_plan_id = re.compile(r"[0-9a-f]{32}").fullmatch


@dataclass(frozen=True, kw_only=True)
class Approved:
    """A plan as a reviewer saw it."""

    plan_id: str
    digest: str
    project: str
    lineage: str | None
    serial: int
    created_at: datetime
    expires_at: datetime
    inputs: Inputs
    allowed: tuple[str, ...]
    rows: tuple[Row, ...]


def loads(data: bytes, where: str) -> Approved:
    """Return a saved plan. Raises PlanError when the file is not one, or is of a newer version."""
    try:
        raw = json.loads(data.decode("utf-8"))
        json.dumps(raw, ensure_ascii=False).encode()  # half a surrogate pair has no digest
        version = raw["version"]
        if type(version) is int and version > 1:
            raise PlanError(
                f"{where} was made by a newer campaignctl; upgrade this one, or make the plan again"
            )
        if version == 1 and "inputs" not in raw and "plan_id" in raw:
            raise PlanError(f"{where} was made by an older campaignctl; make the plan again")
        return _approved(raw)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise PlanError(
            f"{where} is not a plan of campaignctl; make one with `campaignctl plan --out FILE`"
        ) from error


def _approved(raw: Any) -> Approved:
    created, expires = moment(_text(raw["created_at"])), moment(_text(raw["expires_at"]))
    serial = raw["base"]["serial"]
    lineage = raw["base"]["lineage"]
    if created is None or expires is None or type(serial) is not int or raw["version"] != 1:
        raise ValueError
    if _is_plan_id(_text(raw["plan_id"])) is None:
        raise ValueError
    return Approved(
        plan_id=raw["plan_id"],
        digest=_text(raw["digest"]),
        project=_text(raw["project"]),
        lineage=_text(lineage) if lineage is not None else None,
        serial=serial,
        created_at=created,
        expires_at=expires,
        inputs=Inputs(config=_text(raw["inputs"]["config"]), registry=_text(raw["inputs"]["registry"])),
        allowed=tuple(_text(one) for one in raw["allowed"]),
        rows=tuple(_row(one) for one in raw["actions"]),
    )


def _row(raw: Any) -> Row:
    payload, recipients = raw["payload"], raw["recipients"]
    if not isinstance(payload, (dict, type(None))) or type(recipients) not in (int, type(None)):
        raise TypeError
    return Row(_text(raw["action"]), _text(raw["id"]), _text(raw["token"]), payload, recipients)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


@dataclass(frozen=True, kw_only=True)
class Present:
    """What a saved plan is held against."""

    plan: Plan  #: made anew from files and state
    config: Config
    account: str | None
    used: tuple[str, ...]  #: the plans applied before
    now: datetime


def refuse_spent(approved: Approved, present: Present) -> None:
    """Raise PlanError for a plan that no longer serves whatever the campaigns are now: used, expired, of another
    project, state, or set of `--allow`.
    """
    fresh, now = present.plan, present.now
    if approved.plan_id in present.used:
        raise PlanError(f"this plan was applied already; a plan serves once, {_ANEW}")
    if approved.project != fresh.project:
        raise PlanError(
            f"this plan is for project {quoted(approved.project)}, and this folder is {quoted(fresh.project)}"
        )
    if (approved.lineage, approved.serial) != (fresh.lineage, fresh.serial):
        raise PlanError(f"this plan is stale: the state has changed since it was made; {_ANEW}")
    age = now - approved.created_at
    if age < -_CLOCKS:
        raise PlanError(
            f"this plan was made at {hours.spoken(approved.created_at)}, which is still to come on this machine; set its "
            f"clock right, or {_ANEW}"
        )
    longest = timedelta(seconds=present.config.plan_expiry)
    if age >= longest or now >= approved.expires_at:
        ended = approved.created_at + longest if age >= longest else approved.expires_at
        raise PlanError(f"this plan has expired at {hours.spoken(min(ended, approved.expires_at))}; {_ANEW}")
    if approved.allowed != fresh.allowed:
        raise PlanError(
            f"this plan was made {_allowing(approved.allowed)}, and this run is {_allowing(fresh.allowed)}; "
            "give the same, or make a new plan"
        )


def _allowing(names: tuple[str, ...]) -> str:
    options = " ".join(f"--allow {name}" for name in names)
    return f"with `{printable(options)}`" if names else "without --allow"


def refuse_stale(approved: Approved, present: Present) -> None:
    """Raise PlanError unless the fresh plan is the approved one.

    The actions are compared as the file shows them, and not by its digest alone, so that a reviewer cannot be
    shown another plan than the one whose digest stands above it.
    """
    fresh = present.plan
    changed = _changed(approved, fresh)
    if changed:
        raise PlanError(
            f"this plan is stale: since it was made there have been changes in {' and '.join(changed)}; "
            "make a new one"
        )
    if vanished := _vanished(approved, fresh):
        raise PlanError(f"this plan is stale: Exotel no longer has {quoted(vanished[0])}; make a new one")
    as_approved = _as_approved(approved, fresh)
    if approved.digest not in {digest(as_approved, account) for account in (None, present.account)}:
        raise PlanError(
            "this plan was made for another Exotel account, or for the sandbox, or was edited; make a new one here"
        )


def _as_approved(approved: Approved, fresh: Plan) -> Plan:
    """Return the fresh plan, which differs from the approved one in adoptions only, with the approved actions."""
    kinds = {one.id: one.action for one in approved.rows}
    actions = tuple(
        replace(one, action=ActionKind(kinds[one.id])) if one.action is ActionKind.ADOPT else one
        for one in fresh.actions
    )
    return replace(fresh, actions=actions)


def _changed(approved: Approved, fresh: Plan) -> list[str]:
    """Return what is not as it was when the plan was made."""
    parts = []
    if approved.inputs.config != fresh.inputs.config:
        parts.append("campaignctl.yaml")
    if approved.inputs.registry != fresh.inputs.registry:
        parts.append("registry/")
    if _unadopted(approved.rows) != _unadopted(map(row, fresh.actions)):
        parts.append(f"the campaigns or --var{_where(approved, fresh)}")
    return parts


def refuse_unapproved(the_plan: Plan, wanted: str) -> bool:
    """Raise PlanError unless a plan is the one whose digest, or the beginning of it, a reviewer has approved.

    Returns whether it was approved for any account, as a plan that was made without credentials is.
    """
    if any(one.startswith(wanted) for one in digests(the_plan, the_plan.account)):
        return the_plan.account is None
    if any(one.startswith(wanted) for one in digests(the_plan, None)):
        return True
    own = digest(the_plan, the_plan.account)
    raise PlanError(
        f"this is not the plan that was approved: its digest is {own[:SHOWN]}, and not {wanted[:SHOWN]}; "
        "campaigns, campaignctl.yaml, registry/, --var, --allow, the account or what was sent before are not "
        f"what they were; {ANOTHER}"
    )


def _unadopted(found: Iterable[Row]) -> list[Row]:
    """Return the actions that count, an adoption as the creation that it replaces: both end with one campaign."""
    return [one._replace(action="create") if one.action == ActionKind.ADOPT else one for one in rows(found)]


def _vanished(approved: Approved, fresh: Plan) -> list[str]:
    """Return the campaigns that were to be adopted and would now be created."""
    after = {one.id: one.action for one in fresh.actions}
    adopted = [one.id for one in approved.rows if one.action == ActionKind.ADOPT]
    return [id_ for id_ in adopted if after.get(id_) is ActionKind.CREATE]


def _where(approved: Approved, fresh: Plan) -> str:
    """Return the first few campaigns that differ, for a message."""
    before = {one.id: one for one in _unadopted(approved.rows)}
    after = {one.id: one for one in _unadopted(map(row, fresh.actions))}
    differing = [id_ for id_ in sorted(before.keys() | after.keys()) if before.get(id_) != after.get(id_)]
    blocked = {one.id: one.reason for one in fresh.of(ActionKind.BLOCKED)}
    words = [f"{id_}, blocked by {blocked[id_]}" if id_ in blocked else id_ for id_ in differing[:5]]
    return printable(f" ({'; '.join(words)})")
