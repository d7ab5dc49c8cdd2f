"""What a run that was cut off has left undone. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from campaignctl.model import Action, ActionKind, Outcome, OutcomeKind, Plan, State

#: How the outcome of something that was not tried begins.
NOT_ATTEMPTED = "not attempted: "


def outcomes(plan: Plan, done: Sequence[Outcome], state: State, why: str) -> tuple[Outcome, ...]:
    """Return an outcome for all of a plan that had none when the run was cut off, by what the state has.

    () for a plan that was not begun.
    """
    if plan.plan_id not in state.used_plans:
        return ()
    told = {one.id for one in done}
    todo = plan.of(ActionKind.CREATE, ActionKind.ADOPT, ActionKind.UNRESOLVED)
    return tuple(_outcome(one, state, why) for one in todo if one.id not in told)


def _outcome(action: Action, state: State, why: str) -> Outcome:
    entry = state.campaigns.get(action.id)
    if entry is not None:  # it was recorded, and there was no time to say so
        return Outcome(id=action.id, outcome=OutcomeKind(entry.origin), sid=entry.sid)
    intent = state.intents.get(action.id)
    if intent is not None:
        error = intent.error or f"the run ended before its answer: {why}"
        return Outcome(id=action.id, outcome=OutcomeKind.UNKNOWN, error=error)
    return Outcome(id=action.id, outcome=OutcomeKind.SKIPPED, error=f"{NOT_ATTEMPTED}{why}")
