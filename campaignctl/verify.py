"""After the last create of a run: does each token stand at Exotel exactly once?

A create that was sent once can still have arrived twice: a proxy that repeats, a request that lay somewhere.
Nothing can take it back, but until it starts it can be paused; so this is asked at once, in one listing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Protocol

from campaignctl.campaigns import moment
from campaignctl.errors import VendorError
from campaignctl.model import Entry, Outcome, OutcomeKind, Remote, State
from campaignctl.verification import Several, Verification

#: Up to so many tokens are asked for one by one; for more the client reads the whole list, with all in it.
_SINGLY = 25


class Vendor(Protocol):
    """What the verification needs of Exotel."""

    def find(self, tokens: frozenset[str]) -> Mapping[str, tuple[Remote, ...]]: ...
    def details(self, sid: str) -> Remote | None: ...


def verify(outcomes: Iterable[Outcome], state: State, vendor: Vendor, now: datetime) -> Verification | None:
    """Look for the token of everything that a run has created or adopted; None if it has done neither.

    With it are looked at known campaigns that have not started: at no cost where the whole list is read, else
    the next to start, as many as are asked for one by one.
    """
    made = (OutcomeKind.CREATED, OutcomeKind.ADOPTED)
    new = [one.id for one in outcomes if one.outcome in made and one.id in state.campaigns]
    if not new:
        return None
    ids = dict.fromkeys((*new, *_waiting(state, now)))
    chosen = list(ids) if len(new) > _SINGLY else list(ids)[:_SINGLY]
    entries = {id_: state.campaigns[id_] for id_ in chosen}
    try:
        found = vendor.find(frozenset(one.token for one in entries.values()))
    except VendorError as error:
        return Verification(checked=len(entries), once=0, error=str(error))
    # One that was made by hand has no token in its name, and is not looked at here.
    entries = {id_: one for id_, one in entries.items() if one.is_marked or found.get(one.token)}
    several = [_several(id_, one, found.get(one.token, ())) for id_, one in entries.items()]
    missing = [id_ for id_, one in entries.items() if not found.get(one.token)]
    doubled = tuple(one for one in several if one is not None)
    return Verification(
        checked=len(entries),
        once=len(entries) - len(missing) - len(doubled),
        missing=tuple(sorted(missing)),
        absent=_absent({id_: entries[id_].sid for id_ in missing if id_ in new}, vendor),
        several=tuple(sorted(doubled, key=lambda one: one.id)),
    )


def _absent(sids: Mapping[str, str], vendor: Vendor) -> tuple[str, ...]:
    """Return those of this run's campaigns that Exotel does not know by their SID either.

    A list may lag behind; a campaign that was confirmed and that nobody can name is another matter. Of many only
    the first are asked for: where the list lags, it lags for all.
    """
    absent = []
    for id_ in sorted(sids)[:_SINGLY]:
        with suppress(VendorError):  # no answer proves nothing
            if vendor.details(sids[id_]) is None:
                absent.append(id_)
    return tuple(absent)


def _waiting(state: State, now: datetime) -> list[str]:
    """Return the known campaigns that have not started, the next one first."""
    starts = [(start, id_) for id_, one in state.campaigns.items() if (start := _start(one)) and start > now]
    return [id_ for _, id_ in sorted(starts)]


def _start(entry: Entry) -> datetime | None:
    schedule = entry.payload.get("schedule")
    start = schedule.get("start_time") if isinstance(schedule, Mapping) else None
    return moment(start) if isinstance(start, str) else None


def _several(id_: str, entry: Entry, hits: tuple[Remote, ...]) -> Several | None:
    """A hit with another SID than ours makes two: ours was confirmed, whether it is listed yet or not."""
    ours = next((one for one in hits if one.sid == entry.sid), Remote(sid=entry.sid, name=""))
    others = [one for one in hits if one.sid != entry.sid]
    if not others:
        return None
    ordered = (ours, *sorted(others, key=lambda one: one.sid))
    return Several(id=id_, token=entry.token, sid=entry.sid, campaigns=ordered)
