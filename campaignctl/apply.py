"""A plan carried out, at most once for each campaign.

Under the state's lock: look for every token, record that the plan is used, then for each creation record
the intent, send one request, record the outcome. What the vendor may have created is never sent again by
itself. The order of these steps is the promise of this tool; see the design, "At most once".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from campaignctl.errors import PlanError, VendorError
from campaignctl.findings import Severity
from campaignctl.model import (
    Action,
    ActionKind,
    CreateResult,
    Delta,
    Entry,
    Intent,
    Outcome,
    OutcomeKind,
    Plan,
    Remote,
    Sent,
    State,
)
from campaignctl.plan import LEAD_TIME, STRANGE, rfc3339, starts_too_soon, strange
from campaignctl.unfinished import NOT_ATTEMPTED

#: Seconds between looks for a campaign whose fate is unknown; the last one repeats until the window ends.
_LOOKS = (1.0, 2.0, 5.0, 10.0)
#: How often a creation that was refused with 429 is tried in all.
_TRIES = 3
#: Seconds to wait after a 429 that names no time, and the longest time that is waited.
_PAUSE, _LONGEST_PAUSE = 5.0, 60.0
#: Refusals that the next campaign would meet as well.
_HOPELESS = frozenset((401, 402, 403, 404, 429))


class Vendor(Protocol):
    """What apply needs of Exotel."""

    def find(self, tokens: frozenset[str]) -> Mapping[str, tuple[Remote, ...]]: ...
    def create(self, payload: Mapping[str, Any], token: str) -> CreateResult: ...


class Session(Protocol):
    """A locked state. `record` returns only when the change is durable."""

    @property
    def state(self) -> State: ...
    def record(self, delta: Delta) -> None: ...


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """The clock, the waiting, the wish to stop, and who is at work: all that is not the plan's."""

    now: Callable[[], datetime]
    sleep: Callable[[float], None]  #: may return early when `stop` says so
    stop: Callable[[], bool]
    actor: str
    settle: float  #: seconds
    turn: Callable[[], None] = lambda: (
        None
    )  #: waits until a request may leave; returns early when `stop` says so
    notice: timedelta = LEAD_TIME  #: a campaign that starts sooner is not created
    where: str | None = None  #: the service that is sent to, without credentials


def apply(plan: Plan, session: Session, vendor: Vendor, around: Surroundings) -> Iterator[Outcome]:
    """Carry out a plan and yield one outcome for each of its actions that is not merely shown.

    Raises VendorError before anything is sent when the listing fails or shows a token twice; PlanError for
    a plan that is used or does not fit the state; StateError when a change cannot be recorded.
    """
    run = _Run(plan, session, vendor, around)
    run.refuse_foreign_plan()
    todo = plan.of(ActionKind.CREATE, ActionKind.ADOPT, ActionKind.UNRESOLVED)
    # What is unclear is looked for even where its action is blocked, for it is a reason to stop.
    unclear = session.state.intents.values() if todo else ()
    found = run.look({one.token for one in (*todo, *unclear)})
    run.refuse_missing_adoptions(found)
    if todo:
        session.record(Delta(used_plan=plan.plan_id))
    yield from run.carry_out(found)


class _Run:
    def __init__(self, plan: Plan, session: Session, vendor: Vendor, around: Surroundings) -> None:
        self.plan = plan
        self.session = session
        self.vendor = vendor
        self.around = around
        self.halted: str | None = None  #: why nothing more is created

    def refuse_foreign_plan(self) -> None:
        state, plan = self.session.state, self.plan
        if any(one.severity is Severity.ERROR for one in plan.findings):
            raise PlanError(
                "the plan has errors, and nothing of it is created; mend them, or allow them by name"
            )
        if plan.plan_id in state.used_plans:
            raise PlanError(f"plan {plan.plan_id} was applied already; a plan serves once, make a new one")
        if (plan.lineage, plan.serial) != (state.lineage, state.serial):
            raise PlanError("the plan is stale: the state has changed since it was made; make a new one")

    def look(self, tokens: set[str]) -> Mapping[str, tuple[Remote, ...]]:
        found = self.vendor.find(frozenset(tokens)) if tokens else {}
        for token, hits in found.items():
            if len(hits) > 1:
                sids = ", ".join(one.sid for one in hits)
                ids = [id_ for id_, one in self.session.state.intents.items() if one.token == token]
                new = [one.id for one in self.plan.actions if one.token == token]
                then = f"take that one with `campaignctl adopt {new[0]} SID`" if new else "run again"
                if ids:
                    then = f"take that one with `campaignctl resolve {ids[0]} --adopt SID`"
                raise VendorError(
                    f"Exotel has {len(hits)} campaigns with the token {token} ({sids}); nothing was created: pause "
                    f"all but one with `campaignctl stop SID`, then {then}"
                )
        self.refuse_strangers(found)
        return found

    def refuse_strangers(self, found: Mapping[str, tuple[Remote, ...]]) -> None:
        """What was found with a token must be the one campaign of one id, or nothing is created."""
        state = self.session.state
        ids = {one.token: one.id for one in self.plan.actions}
        ids |= {one.token: id_ for id_, one in state.intents.items()}
        for token, hits in found.items():
            reason = strange(ids.get(token, ""), token, hits, state)
            if reason is not None:
                id_, sid = ids.get(token, "ID"), hits[0].sid
                say = f"resolve {id_} --adopt {sid}" if id_ in state.intents else f"adopt {id_} {sid}"
                raise VendorError(
                    f"Exotel's campaign {sid}, '{hits[0].name}', {STRANGE[reason]} (token {token}); nothing was "
                    f"created: if it is {id_}, say so with `campaignctl {say}`, else "
                    "rename it at Exotel, or give the campaign another id"
                )

    def refuse_missing_adoptions(self, found: Mapping[str, tuple[Remote, ...]]) -> None:
        for one in self.plan.of(ActionKind.ADOPT):
            hits = found.get(one.token, ())
            if [hit.sid for hit in hits] != [one.sid]:
                raise PlanError(
                    f"the plan is stale: Exotel no longer has {one.id} as {one.sid}; make a new plan"
                )

    def carry_out(self, found: Mapping[str, tuple[Remote, ...]]) -> Iterator[Outcome]:
        """First what is there already, then what is unclear, and only without the unclear what is new."""
        for one in self.plan.of(ActionKind.CREATE, ActionKind.ADOPT, ActionKind.UNRESOLVED):
            if found.get(one.token):
                yield self.adopt(one, found[one.token][0])
        for one in self.plan.of(ActionKind.UNRESOLVED):
            if not found.get(one.token):
                self.halted = f"the outcome of {one.id} is unknown, and must be settled first"
                error = self.session.state.intents[one.id].error or "an earlier run ended before its answer"
                yield Outcome(id=one.id, outcome=OutcomeKind.UNKNOWN, error=error)
        for one in self.plan.of(ActionKind.CREATE):
            if not found.get(one.token):
                yield self.create(one)
        for one in self.plan.of(ActionKind.BLOCKED):
            yield Outcome(id=one.id, outcome=OutcomeKind.SKIPPED, error=f"blocked: {one.reason}")

    def adopt(self, action: Action, hit: Remote) -> Outcome:
        self.session.record(self._entry(action, hit.sid, "adopted"))
        return Outcome(id=action.id, outcome=OutcomeKind.ADOPTED, sid=hit.sid)

    def _entry(self, action: Action, sid: str, origin: str) -> Delta:
        entry = Entry(
            token=action.token,
            sid=sid,
            payload=action.payload or {},
            origin=origin,
            at=rfc3339(self.around.now()),
            plan_id=self.plan.plan_id,
        )
        return Delta(campaigns={action.id: entry}, intents={action.id: None})

    # --- one creation ---------------------------------------------------------------------------------

    def create(self, action: Action) -> Outcome:
        if self.halted is None:
            self.around.turn()  # before the intent: whoever stops here leaves nothing unclear
        if self.halted is None and self.around.stop():
            self.halted = "interrupted"
        if self.halted is not None:
            return Outcome(id=action.id, outcome=OutcomeKind.SKIPPED, error=f"{NOT_ATTEMPTED}{self.halted}")
        if late := self.too_late(action):
            return Outcome(id=action.id, outcome=OutcomeKind.SKIPPED, error=f"blocked: {late}")
        self.session.record(Delta(intents={action.id: self._intent(action, "intent")}))
        result = self.believed(action, self.send(action))
        match result.sent:
            case Sent.CREATED:
                self.session.record(self._entry(action, result.sid or "", "created"))
                return self._outcome(action, OutcomeKind.CREATED, result)
            case Sent.UNKNOWN:
                return self.settle(action, result)
            case _:
                self.session.record(Delta(intents={action.id: None}))
                return self.refused(action, result)

    def believed(self, action: Action, result: CreateResult) -> CreateResult:
        """Return what is known of a create once it is held against what else is known.

        A SID that another campaign has proves nothing. A refusal is looked up before the intent is given up: an
        intermediary may have said it of a create that was carried out.
        """
        if result.sent is Sent.CREATED:
            others = {one.sid: id_ for id_, one in self.session.state.campaigns.items()}
            if result.sid in others:
                error = f"Exotel answered with the SID of {others[result.sid]}"
                return replace(result, sent=Sent.UNKNOWN, sid=None, error=error)
        if result.sent is Sent.REJECTED:
            hits = self._glance(action.token)
            if hits is None:
                error = f"{result.error}; whether that is true could not be looked up"
                return replace(result, sent=Sent.UNKNOWN, error=error)
            if hits:
                return replace(
                    result, sent=Sent.UNKNOWN, error=f"{result.error}, and created it all the same"
                )
        return result

    def too_late(self, action: Action) -> str | None:
        """Return why a creation is too late by now: time has passed since the plan."""
        payload, now = action.payload or {}, self.around.now()
        if starts_too_soon(payload, now):
            return "schedule-lead-time"
        return "start-too-near" if starts_too_soon(payload, now, self.around.notice) else None

    def _intent(self, action: Action, phase: str, error: str | None = None) -> Intent:
        return Intent(
            token=action.token,
            payload=action.payload or {},
            phase=phase,
            at=rfc3339(self.around.now()),
            plan_id=self.plan.plan_id,
            actor=self.around.actor,
            error=error,
            where=self.around.where,
            settle=self.around.settle,
        )

    def send(self, action: Action) -> CreateResult:
        """Send the request; after a 429 wait, look, and only when the token is absent send it again."""
        for attempt in range(1, _TRIES + 1):
            result = self.vendor.create(action.payload or {}, action.token)
            if result.sent is not Sent.THROTTLED:
                return result
            pause = result.retry_after if result.retry_after is not None else _PAUSE * attempt
            last = attempt == _TRIES or pause > _LONGEST_PAUSE or self.around.stop()
            if not last:
                self.around.sleep(pause)
                last = self.around.stop()
            hit = self._glance(action.token)
            if hit:
                return CreateResult(
                    sent=Sent.UNKNOWN, error="Exotel answered 429 and created it all the same"
                )
            if last:  # the refusal stands; it is documented as one
                return result
            if hit is None:
                return CreateResult(
                    sent=Sent.UNKNOWN, error="after a 429 the list of campaigns could not be read"
                )
        raise AssertionError  # pragma: no cover - the last attempt returns

    def _glance(self, token: str) -> tuple[Remote, ...] | None:
        try:
            return self.vendor.find(frozenset((token,)))[token]
        except VendorError:
            return None

    def refused(self, action: Action, result: CreateResult) -> Outcome:
        if result.sent is Sent.NOT_SENT:
            self.halted = result.error or "Exotel cannot be reached"
            return self._outcome(action, OutcomeKind.SKIPPED, result)
        if result.http_status in _HOPELESS or result.sent is Sent.THROTTLED or result.hopeless:
            self.halted = f"Exotel refused {action.id}, and would refuse the rest"
        return self._outcome(action, OutcomeKind.REJECTED, result)

    def settle(self, action: Action, result: CreateResult) -> Outcome:
        """Stop creating, and look for the token until the settle window ends."""
        self.halted = f"the outcome of {action.id} was unclear"
        self.session.record(Delta(intents={action.id: self._intent(action, "unknown", result.error)}))
        hits = self._look_again(action.token)
        if len(hits) > 1:
            sids = ", ".join(one.sid for one in hits)
            result = replace(
                result,
                error=f"{result.error}; Exotel has {len(hits)} campaigns with its token ({sids}), pause all but one",
            )
        reason = strange(action.id, action.token, hits, self.session.state) if len(hits) == 1 else None
        if reason is not None:
            words = f"{result.error}; Exotel has {hits[0].sid}, '{hits[0].name}', which {STRANGE[reason]}"
            result = replace(result, error=words)
        elif len(hits) == 1:
            self.session.record(self._entry(action, hits[0].sid, "adopted"))
            self.halted = (
                f"the answer for {action.id} was lost and it was found again; run apply for the rest"
            )
            return self._outcome(action, OutcomeKind.ADOPTED, result, sid=hits[0].sid)
        return self._outcome(action, OutcomeKind.UNKNOWN, result)

    def _look_again(self, token: str) -> tuple[Remote, ...]:
        waited = 0.0
        looks = 0
        while True:
            hits = self._glance(token)
            if hits or waited >= self.around.settle or self.around.stop():
                return hits or ()
            pause = min(_LOOKS[min(looks, len(_LOOKS) - 1)], self.around.settle - waited)
            self.around.sleep(pause)
            waited += pause
            looks += 1

    @staticmethod
    def _outcome(action: Action, kind: OutcomeKind, result: CreateResult, sid: str | None = None) -> Outcome:
        return Outcome(
            id=action.id,
            outcome=kind,
            sid=sid or result.sid,
            http_status=result.http_status,
            request_id=result.request_id,
            error=result.error,
        )
