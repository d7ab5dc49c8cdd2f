"""Campaigns whose files were edited after they were created: what differs, and how the edit reaches people all the same."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from campaignctl.model import Action, ActionKind, FieldChange, Plan
from campaignctl.render.drifts import Command, values
from campaignctl.render.moments import indian, known
from campaignctl.words import printable

#: Fields of one campaign that are named.
_NAMED = 4
_START = "schedule.start_time"


def edits(changes: Sequence[FieldChange]) -> str:
    """Return the fields that are not as they were created: what was, and what the file says now."""
    said = [f"{printable(one.field)} {_both(one)}" for one in changes[:_NAMED]]
    more = f", and {len(changes) - _NAMED:,} more" if len(changes) > _NAMED else ""
    return ", ".join(said) + more


def _both(one: FieldChange) -> str:
    before, after = known(one.before), known(one.after)
    if not one.field.startswith("schedule.") or before is None or after is None:
        return " -> ".join(values(one))
    same_day = before.date() == after.date()
    then = f"{after:%H:%M} IST" if same_day else indian(after)
    return f"{indian(before)} -> {then}"


def way_out(the_plan: Plan, command: Command) -> list[str]:
    """Say how an edit is sent of what has not begun: nothing at Exotel is changed by a plan."""
    now = datetime.fromisoformat(the_plan.created_at)
    ahead = [one for one in the_plan.of(ActionKind.CHANGED) if one.changes and _begins_after(one, now)]
    if not ahead:
        return []
    id_ = ahead[0].id if len(ahead) == 1 else "ID"
    apply = command("apply", "--allow", "sent-before")
    return [f"To have the edit sent: {command('stop', id_)}, then give the file a new id, then: {apply}", ""]


def _begins_after(one: Action, now: datetime) -> bool:
    """Return whether what was created starts later; where the start was edited, by the former one."""
    schedule = (one.payload or {}).get("schedule") or {}
    edited = [each.before for each in one.changes if each.field == _START]
    start = known(edited[0] if edited else schedule.get("start_time"))
    return start is not None and start > now
