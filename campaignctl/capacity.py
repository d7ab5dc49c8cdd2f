"""Who shares an account's rate, and whom it does not reach in time. Pure.

Exotel sends 300 SMS a minute for an account, whatever the number of its campaigns, until its support raises that
(SMS campaigns, overview). In which order campaigns share it the page does not say: here the one that starts first
sends first, as on the sandbox. What has not left by a campaign's end is never sent.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from campaignctl.campaigns import moment
from campaignctl.dlt import hours

_MINUTE = 60_000_000  # microseconds
#: What does not fit into a year is not followed any further: somebody's slip of the hand in `contacts`.
_LONGEST = 366 * 24 * 60 * _MINUTE


class Load(NamedTuple):
    """One campaign's share. In the order in which campaigns send: by start, what was created before first."""

    start: datetime
    is_new: bool
    id: str
    end: datetime | None  #: None: it goes on until it is done
    people: int


def share(id_: str, payload: Mapping[str, Any], people: int, *, at: datetime, is_new: bool) -> Load | None:
    """Return the share of a campaign by what Exotel is sent, None where nobody is reached or no start can be read.

    `at` is when it starts without a schedule. A promotional one sends in the operators' hours alone, on one day.
    """
    schedule = payload.get("schedule")
    start, end = (
        (at, None) if schedule is None else (_time(schedule, "start_time"), _time(schedule, "end_time"))
    )
    if start is None or not people:
        return None
    if payload.get("sms_type") == "promotional":
        closing = hours.closing(start)
        start, end = hours.next_opening(start), closing if end is None else min(end, closing)
    return Load(start, is_new, id_, end, people)


def _time(schedule: Any, key: str) -> datetime | None:
    text = schedule.get(key) if isinstance(schedule, Mapping) else None
    return moment(text) if isinstance(text, str) else None


class Turn(NamedTuple):
    """When it is a campaign's turn, and what comes of it."""

    load: Load
    begins: datetime
    done: datetime | None  #: when everybody would be reached; None: some far day
    over: datetime  #: when the next one's turn can come
    lost: int  #: how many people it will not have reached by its end
    lost_alone: int  #: how many it would not have reached if nobody else sent


def turns(loads: Iterable[Load], rate: int) -> Iterator[Turn]:
    """Yield the turn of each campaign in order, at `rate` SMS a minute."""
    free: datetime | None = None
    for load in sorted(loads):
        begins = load.start if free is None else max(free, load.start)
        length = load.people * _MINUTE // rate
        done = begins + timedelta(microseconds=length) if length < _LONGEST else None
        free = done or begins + timedelta(microseconds=_LONGEST)
        if load.end is not None:
            free = max(begins, min(free, load.end))
        lost = _lost(load, begins, rate) if done is None or (load.end and load.end < done) else 0
        yield Turn(load, begins, done, free, lost, lost and _lost(load, load.start, rate))


def _lost(load: Load, begins: datetime, rate: int) -> int:
    if load.end is None:
        return 0
    left = max(load.end - begins, timedelta())
    return max(0, load.people - left // timedelta(microseconds=1) * rate // _MINUTE)


def first_before(place: int, every: Sequence[Turn]) -> int:
    """Return where the turns begin during which the campaign at a place of all turns waits; the place for none."""
    return bisect_right(every, every[place].load.start, hi=place, key=lambda one: one.over)
