"""What of a saved plan is compared before it is applied. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from campaignctl.campaigns import moment
from campaignctl.errors import PlanError
from campaignctl.model import ActionKind, Config, Plan
from campaignctl.plan import Row, digest


@dataclass(frozen=True, kw_only=True)
class Approved:
    """A plan as a reviewer saw it."""

    plan_id: str
    digest: str
    project: str
    lineage: str | None
    serial: int
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
    expires = moment(_text(raw["expires_at"]))
    serial = raw["base"]["serial"]
    lineage = raw["base"]["lineage"]
    if expires is None or type(serial) is not int or raw["version"] != 1:
        raise ValueError
    return Approved(
        plan_id=_text(raw["plan_id"]),
        digest=_text(raw["digest"]),
        project=_text(raw["project"]),
        lineage=_text(lineage) if lineage is not None else None,
        serial=serial,
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


def compare(approved: Approved, fresh: Plan, config: Config, used: tuple[str, ...], now: datetime) -> None:
    """Raise PlanError unless the fresh plan is the approved one. `used` are the plans applied before.

    The digest is worked out again from what the file shows, so that a reviewer cannot be shown another plan
    than the one whose digest stands below it.
    """
    if approved.plan_id in used:
        raise PlanError("this plan was applied already; a plan serves once, make a new one")
    if approved.project != fresh.project:
        raise PlanError(
            f"this plan is for project {approved.project!r}, and this folder is {fresh.project!r}"
        )
    if (approved.lineage, approved.serial) != (fresh.lineage, fresh.serial):
        raise PlanError("this plan is stale: the state has changed since it was made; make a new one")
    if now >= approved.expires_at:
        raise PlanError("this plan has expired; make a new one")
    before = {row.id: row.action for row in approved.rows}
    after = {one.id: one.action.value for one in fresh.actions}
    vanished = [
        id_ for id_, action in before.items() if action == ActionKind.ADOPT and after.get(id_) == "create"
    ]
    shown = digest(config, approved.rows)
    if approved.digest == shown == fresh.digest and not vanished:
        return
    differing = vanished or [
        id_
        for id_ in sorted(before.keys() | after.keys())
        if {before.get(id_), after.get(id_)} - {"create", "adopt"} and before.get(id_) != after.get(id_)
    ]
    where = f" ({', '.join(differing[:5])})" if differing else ""
    raise PlanError(
        f"this plan is stale: the campaigns, the configuration or --var are no longer what it was made from{where}; "
        "make a new one"
    )
