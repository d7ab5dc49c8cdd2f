"""What of a saved plan is compared before it is applied. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from campaignctl.campaigns import moment
from campaignctl.errors import PlanError
from campaignctl.model import ActionKind, Config, Plan
from campaignctl.plan import LIFETIME, Row, digest, row

#: How far the clocks of two machines may differ.
_CLOCKS = timedelta(minutes=5)


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
        return _approved(raw)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise PlanError(
            f"{where} is not a plan of campaignctl; make one with `campaignctl plan --out`"
        ) from error


def _approved(raw: Any) -> Approved:
    created, expires = moment(_text(raw["created_at"])), moment(_text(raw["expires_at"]))
    serial = raw["base"]["serial"]
    lineage = raw["base"]["lineage"]
    if created is None or expires is None or type(serial) is not int or raw["version"] != 1:
        raise ValueError
    return Approved(
        plan_id=_text(raw["plan_id"]),
        digest=_text(raw["digest"]),
        project=_text(raw["project"]),
        lineage=_text(lineage) if lineage is not None else None,
        serial=serial,
        created_at=created,
        expires_at=expires,
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


def compare(approved: Approved, present: Present) -> None:
    """Raise PlanError unless the fresh plan is the approved one.

    The digest is worked out again from what the file shows, so that a reviewer cannot be shown another plan
    than the one whose digest stands below it.
    """
    _refuse_spent(approved, present)
    config, rows = present.config, tuple(map(row, present.plan.actions))
    same = digest(config, approved.rows, None) == digest(config, rows, None)
    if not same or (vanished := _vanished(approved, present.plan)):
        raise PlanError(
            "this plan is stale: the campaigns, the configuration or --var are no longer what it was made from"
            f"{_where(approved, present.plan) if not same else f' (no longer at Exotel: {vanished[0]})'}; make a new one"
        )
    if approved.digest not in {digest(config, rows, account) for account in (None, present.account)}:
        raise PlanError(
            "this plan was made for another Exotel account, or for the sandbox, or was edited; make a new one here"
        )


def _refuse_spent(approved: Approved, present: Present) -> None:
    fresh, now = present.plan, present.now
    if approved.plan_id in present.used:
        raise PlanError("this plan was applied already; a plan serves once, make a new one")
    if approved.project != fresh.project:
        raise PlanError(
            f"this plan is for project {approved.project!r}, and this folder is {fresh.project!r}"
        )
    if (approved.lineage, approved.serial) != (fresh.lineage, fresh.serial):
        raise PlanError("this plan is stale: the state has changed since it was made; make a new one")
    age = now - approved.created_at
    if now >= approved.expires_at or not -_CLOCKS <= age < LIFETIME:
        raise PlanError("this plan has expired; make a new one")


def _vanished(approved: Approved, fresh: Plan) -> list[str]:
    """Return the campaigns that were to be adopted and would now be created."""
    after = {one.id: one.action for one in fresh.actions}
    adopted = [one.id for one in approved.rows if one.action == ActionKind.ADOPT]
    return [id_ for id_ in adopted if after.get(id_) is ActionKind.CREATE]


def _where(approved: Approved, fresh: Plan) -> str:
    """Return the first few campaigns that differ, for a message."""
    before = {one.id: one for one in approved.rows}
    after = {one.id: row(one) for one in fresh.actions}
    alike = ("create", "adopt")
    differing = [
        id_
        for id_ in sorted(before.keys() | after.keys())
        if (one := before.get(id_)) is None
        or (two := after.get(id_)) is None
        or one[1:] != two[1:]
        or (one.action != two.action and not (one.action in alike and two.action in alike))
    ]
    return f" ({', '.join(differing[:5])})" if differing else ""
