"""What a plan would do that people may not mean: findings about the plan as a whole. Pure.

A guard can only make a run stricter: each looks at the whole plan, whatever the others find, and what it finds
stops `apply` until it is mended, or let pass by name. What cannot be worked out stops it as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, NamedTuple

from campaignctl import capacity, sentbefore
from campaignctl import plan as planning
from campaignctl.campaigns import moment
from campaignctl.capacity import Load, Turn
from campaignctl.dlt import hours
from campaignctl.findings import Pointer
from campaignctl.model import Action, ActionKind, Config, Plan, State
from campaignctl.sentbefore import Again, Namesakes
from campaignctl.words import count, quoted, span

#: The guards that `--allow` may name, in the order of their codes.
NAMES = (
    "sent-before",
    "too-many-creates",
    "too-many-recipients",
    "list-gap",
    "start-too-near",
    "immediate-start",
    "namesake",
    "capacity",
)
_START: Pointer = ("schedule", "start_time")


class Found(NamedTuple):
    """What a guard has found: about one campaign, or about the run, then at a setting of campaignctl.yaml."""

    name: str
    campaign: str | None
    pointer: Pointer
    what: str
    way_out: str

    def message(self, allowed: Sequence[str] = ()) -> str:
        """Return the sentence of the finding, with the words to type."""
        override = f"`--allow {self.name}`"
        if self.name in allowed:
            return f"{self.what}; let pass by {override}"
        return f"{self.what}; {self.way_out}, or give {override}"


class Known(NamedTuple):
    """What is known besides the state."""

    namesakes: Namesakes = MappingProxyType({})  #: nothing where Exotel was not asked
    others: Sequence[State] = ()  #: of other projects


_NOTHING = Known()


class Guarded(NamedTuple):
    """A plan with what the guards found, and its campaigns blocked for that."""

    plan: Plan
    found: tuple[Found, ...]


def guard(the_plan: Plan, state: State, config: Config, now: datetime, known: Known = _NOTHING) -> Guarded:
    """Return the plan with each campaign blocked that a guard has something against, and what that is.

    What a guard finds that `the_plan.allowed` names blocks nothing, and is said all the same. A finding about
    the run blocks no single campaign: it must stop the run.
    """
    found = (
        *_found(the_plan, state, config, now, known.others),
        *_again("namesake", sentbefore.namesake(the_plan, state, known.namesakes)),
    )
    reasons: dict[str, str] = {}
    for one in found:
        if one.campaign is not None and one.name not in the_plan.allowed:
            reasons.setdefault(one.campaign, one.name)
    return Guarded(planning.block(the_plan, reasons) if reasons else the_plan, found)


def _found(
    the_plan: Plan, state: State, config: Config, now: datetime, others: Sequence[State]
) -> Iterator[Found]:
    creates = the_plan.of(ActionKind.CREATE)
    if not creates:
        return
    yield from _again("sent-before", sentbefore.sent_before(the_plan, state, others))
    yield from _too_many_creates(creates, config)
    yield from _too_many_recipients(creates, config)
    yield from _list_gap(the_plan, state, config, now)
    for one in creates:
        yield from _too_soon(one, config, now)
    yield from _capacity(the_plan, state, config, now)


def _again(name: str, found: Iterable[Again]) -> Iterator[Found]:
    for one in found:
        yield Found(name, one.campaign, ("id",), one.what, one.way_out)


# --- more than was meant ------------------------------------------------------------------------------


def _too_many_creates(creates: Sequence[Action], config: Config) -> Iterator[Found]:
    most = config.max_creates
    if len(creates) > most:
        what = f"{count(len(creates), 'new campaign')} in one run, and policy.max_creates is {most:,}"
        way_out = "plan fewer at a time, raise it"
        yield Found("too-many-creates", None, ("policy", "max_creates"), what, way_out)


def _too_many_recipients(creates: Sequence[Action], config: Config) -> Iterator[Found]:
    most = config.max_recipients
    if most is None:
        return
    unknown = [one.id for one in creates if one.recipients is None]
    total = sum(one.recipients or 0 for one in creates)
    place: Pointer = ("policy", "max_recipients")
    if total > most:
        people = f"{'at least ' if unknown else ''}{count(total, 'recipient')}"
        what = f"{people} in one run, and policy.max_recipients is {most:,}"
        yield Found("too-many-recipients", None, place, what, "plan fewer at a time, raise it")
    elif unknown:
        what = (
            f"policy.max_recipients is {most:,}, and nobody can say whether {count(len(unknown), 'new campaign')} "
            f"({', '.join(unknown[:5])}) keep to it: not all of their lists have a number of `contacts`"
        )
        yield Found("too-many-recipients", None, place, what, "write the numbers into registry/lists.yaml")


# --- too much at once ---------------------------------------------------------------------------------


class _Reach(NamedTuple):
    """One campaign that reaches a list, and when."""

    start: datetime
    id: str
    action: Action | None  #: None for what was sent, or may have been


class _Near(NamedTuple):
    """The nearest other campaign that reaches a list of a creation."""

    distance: timedelta
    sid: str
    id: str
    earlier: bool  #: the other one comes first


def _list_gap(the_plan: Plan, state: State, config: Config, now: datetime) -> Iterator[Found]:
    """Find each creation that reaches a list too soon before or after another campaign.

    Of two creations the later one is named: one cause, one finding.
    """
    if config.min_gap is None:
        return
    gap = timedelta(seconds=config.min_gap)
    reaches, unreadable = _reaches(the_plan, state, now)
    nearest: dict[str, _Near] = {}
    for sid, found in reaches.items():
        for one, near in _neighbours(sid, sorted(found, key=lambda each: (each.start, each.id))):
            if near.distance < gap and (one.id not in nearest or near < nearest[one.id]):
                nearest[one.id] = near
    for action in the_plan.of(ActionKind.CREATE):
        near_one = nearest.get(action.id)
        lost = next((sid for sid in _lists(action.payload or {}) if sid in unreadable), None)
        if near_one is not None:
            after = "after" if near_one.earlier else "before"
            when = f"{span(near_one.distance)} {after}" if near_one.distance else "at the same time as"
            what = f"list {_alias(action, near_one.sid)} gets this {when} {quoted(near_one.id)}"
            yield Found("list-gap", action.id, _START, f"{what}, and {_gap(gap)}", "move the start")
        elif lost is not None:
            other = quoted(unreadable[lost])
            what = f"list {_alias(action, lost)} gets {other} too, at a time that the state does not show"
            yield Found("list-gap", action.id, _START, f"{what}, and {_gap(gap)}", "take another list")


def _gap(gap: timedelta) -> str:
    return f"policy.min_gap is {span(gap)}"


def _reaches(the_plan: Plan, state: State, now: datetime) -> tuple[dict[str, list[_Reach]], dict[str, str]]:
    """Return who reaches each list, by its SID, and the lists that a campaign reaches nobody knows when."""
    sent: dict[str, tuple[Mapping[str, Any], datetime]] = {
        one.id: (one.payload or {}, now) for one in the_plan.of(ActionKind.ADOPT)
    }
    sent |= {id_: (one.payload, datetime.fromisoformat(one.at)) for id_, one in state.intents.items()}
    sent |= {id_: (one.payload, datetime.fromisoformat(one.at)) for id_, one in state.campaigns.items()}
    reaches: dict[str, list[_Reach]] = {}
    unreadable: dict[str, str] = {}
    for action in the_plan.of(ActionKind.CREATE):
        start = _start(action.payload or {}) or now
        for sid in _lists(action.payload or {}):
            reaches.setdefault(sid, []).append(_Reach(start, action.id, action))
    for id_, (payload, at) in sorted(sent.items()):
        begins = at if payload.get("schedule") is None else _start(payload)
        for sid in _lists(payload):
            if sid not in reaches:
                continue
            if begins is None:
                unreadable.setdefault(sid, id_)
            else:
                reaches[sid].append(_Reach(begins, id_, None))
    return reaches, unreadable


def _neighbours(sid: str, ordered: Sequence[_Reach]) -> Iterator[tuple[_Reach, _Near]]:
    """Yield each creation with what comes before it, and with what was sent and comes next after it."""
    before: _Reach | None = None
    for one in ordered:
        if one.action is not None and before is not None:
            yield one, _Near(one.start - before.start, sid, before.id, earlier=True)
        before = one
    after: _Reach | None = None
    for one in reversed(ordered):
        if one.action is None:
            after = one
        elif after is not None:
            yield one, _Near(after.start - one.start, sid, after.id, earlier=False)


def _lists(payload: Mapping[str, Any]) -> list[str]:
    lists = payload.get("lists")
    return sorted({str(one) for one in lists}) if isinstance(lists, list) else []


def _alias(action: Action, sid: str) -> str:
    """Return what a campaign calls a list."""
    lists = (action.payload or {}).get("lists") or []
    names = dict(zip(lists, action.audience, strict=False)) if len(lists) == len(action.audience) else {}
    return quoted(names.get(sid, sid))


# --- more than the account can send -------------------------------------------------------------------


def _capacity(the_plan: Plan, state: State, config: Config, now: datetime) -> Iterator[Found]:
    """Find each creation that loses people to others, and each that takes the time of one that was created.

    What is too large by itself lint has said; how large a list is that nobody counted, nobody can say.
    """
    loads = list(_loads(the_plan, state, now))
    turns = list(capacity.turns(loads, config.sms_per_minute))
    if not any(one.lost > one.lost_alone for one in turns):
        return
    known = [one for one in loads if not one.is_new]
    lost = {one.load.id: one.lost for one in capacity.turns(known, config.sms_per_minute) if one.lost}
    hurt: set[str] = set()
    newest = 0  # the place of the last creation so far
    for place, turn in enumerate(turns):
        id_ = turn.load.id
        if turn.load.is_new:
            newest = place
            if turn.lost > turn.lost_alone:
                what = _missed(place, turns, config)
                yield Found("capacity", id_, _START, what, "move the start, end later")
        elif turn.lost > lost.get(id_, 0) and newest >= capacity.first_before(place, turns):
            taker = turns[newest].load
            if taker.is_new and taker.id not in hurt:
                hurt.add(taker.id)
                what = f"{quoted(id_)}, which was created before, must wait for this: "
                what += _missed(place, turns, config)
                yield Found("capacity", taker.id, _START, what, "move the start")


def _missed(place: int, turns: Sequence[Turn], config: Config) -> str:
    """Return how many people a campaign does not reach, and why."""
    turn = turns[place]
    load, first = turn.load, capacity.first_before(place, turns)
    names = ", ".join([quoted(one.load.id) for one in turns[first : min(first + 3, place)]])
    more = f" and {place - first - 3:,} more" if place - first > 3 else ""
    done = f" and would be done at {hours.spoken(_to_the_minute(turn.done))}" if turn.done is not None else ""
    end = f", but ends at {hours.spoken(load.end)}" if load.end is not None else ""
    return (
        f"{turn.lost:,} of {count(load.people, 'person', 'people')} would get nothing: the account sends "
        f"{config.sms_per_minute:,} a minute, and after {names}{more} its turn comes at "
        f"{hours.spoken(_to_the_minute(turn.begins))}{done}{end}"
    )


def _to_the_minute(moment: datetime) -> datetime:
    """Return the next full minute: nobody asks for the second."""
    rest = timedelta(seconds=moment.second, microseconds=moment.microsecond)
    return moment + timedelta(minutes=1) - rest if rest else moment


def _loads(the_plan: Plan, state: State, now: datetime) -> Iterator[Load]:
    """Yield the share of each campaign that is to be created, or was, and whose number of people is known."""
    counted = [one for one in the_plan.actions if one.payload is not None and one.recipients is not None]
    people = {tuple(_lists(one.payload or {})): one.recipients or 0 for one in counted}
    adopted = {one.id for one in the_plan.of(ActionKind.ADOPT)}
    shares = [
        capacity.share(
            one.id,
            one.payload or {},
            one.recipients or 0,
            at=now,
            is_new=one.action is ActionKind.CREATE,
        )
        for one in the_plan.of(ActionKind.CREATE, ActionKind.ADOPT)
    ]
    for kept in (state.campaigns, state.intents):
        for id_, entry in kept.items():
            known = people.get(tuple(_lists(entry.payload)), 0)
            if known and id_ not in adopted:
                at = datetime.fromisoformat(entry.at)
                shares.append(capacity.share(id_, entry.payload, known, at=at, is_new=False))
    return (one for one in shares if one is not None)


# --- too soon to be paused ----------------------------------------------------------------------------


def _too_soon(action: Action, config: Config, now: datetime) -> Iterator[Found]:
    start = _start(action.payload or {})
    if start is None:
        what = "without a schedule it starts the moment it is created, and no mistake can be paused in time"
        yield Found("immediate-start", action.id, ("id",), what, "give it a schedule")
    elif start < now + timedelta(seconds=config.fuse):
        fuse = span(timedelta(seconds=config.fuse))
        left = f"it starts in {span(start - now)}" if start > now else "its start is past"
        what = f"{left}, and policy.fuse is {fuse}: a mistake must be paused before the first SMS"
        yield Found("start-too-near", action.id, _START, what, "move the start")


def _start(payload: Mapping[str, Any]) -> datetime | None:
    """Return when a campaign starts, None without a schedule or with one that cannot be read."""
    schedule = payload.get("schedule")
    text = schedule.get("start_time") if isinstance(schedule, Mapping) else None
    return moment(text) if isinstance(text, str) else None
