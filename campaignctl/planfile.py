"""What of a saved plan is compared before it is applied. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from campaignctl.campaigns import moment
from campaignctl.errors import PlanError
from campaignctl.model import ActionKind, Plan


@dataclass(frozen=True, kw_only=True)
class Approved:
    """A plan as a reviewer saw it."""

    plan_id: str
    digest: str
    project: str
    lineage: str | None
    serial: int
    expires_at: datetime
    actions: tuple[tuple[str, str], ...]  #: (id, action)


def loads(data: bytes, where: str) -> Approved:
    """Return a saved plan. Raises PlanError when the file is not one, or is of a newer version."""
    try:
        raw = json.loads(data.decode("utf-8"))
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
        actions=tuple((_text(one["id"]), _text(one["action"])) for one in raw["actions"]),
    )


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def compare(approved: Approved, fresh: Plan, used: tuple[str, ...], now: datetime) -> None:
    """Raise PlanError unless the fresh plan is the approved one. `used` are the plans applied before."""
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
    before, after = dict(approved.actions), {one.id: one.action.value for one in fresh.actions}
    vanished = [
        id_ for id_, action in before.items() if action == ActionKind.ADOPT and after.get(id_) == "create"
    ]
    if approved.digest == fresh.digest and not vanished:
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
