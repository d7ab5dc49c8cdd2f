"""Cards on a calendar in India's time: who sends when, where two reach one list at the same time."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import groupby

from campaignctl.cards import Audience, Card, Total, total
from campaignctl.model import ActionKind
from campaignctl.words import INDIA

#: What Exotel has: it needs no showing once its end has passed.
_THERE = (ActionKind.UNCHANGED, ActionKind.CHANGED, ActionKind.REMOVED)
#: Days of one campaign that are drawn, besides its last.
_DAYS = 7
#: Other campaigns that are named where several overlap with one.
NAMED = 3

#: From one moment to before another.
Span = tuple[datetime, datetime]


@dataclass(frozen=True, kw_only=True, slots=True)
class Clash:
    """Others that send to one list while a campaign does."""

    audience: Audience
    others: tuple[Card, ...]  #: the first few
    number: int  #: all of them
    when: tuple[Span, ...]  #: the times at which any other sends, inside the campaign's own


@dataclass(frozen=True, kw_only=True, slots=True)
class Bar:
    """One campaign on one day; places in percent of the day, 0 at midnight and 100 at the next."""

    card: Card
    left: float
    width: float
    marks: tuple[tuple[float, float], ...] = ()  #: left and width of what overlaps on a list
    is_first: bool = True  #: it begins on this day
    is_last: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Day:
    """All that sends on one day, and what of it begins there."""

    date: date
    bars: tuple[Bar, ...]
    starting: Total  #: what begins on this day, without what is blocked
    new: Total  #: that of it which is to be created


@dataclass(frozen=True, kw_only=True, slots=True)
class Month:
    """The days of one month that have something."""

    days: tuple[Day, ...]
    starting: Total
    new: Total

    @property
    def date(self) -> date:
        """Return its first day."""
        return self.days[0].date.replace(day=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Reach:
    """What one list gets from all campaigns together."""

    audience: Audience
    campaigns: int
    new: int
    messages: int | None  #: people times parts
    is_estimate: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Agenda:
    """All cards by time."""

    months: tuple[Month, ...]
    cards: tuple[Card, ...]  #: all that are shown, by their start
    ahead: tuple[Card, ...]  #: those of them whose time is not past
    undated: tuple[Card, ...]  #: those without a time
    passed: tuple[Card, ...]  #: what is blocked and whose time is past: it stands on no day
    ended: int  #: campaigns that are over and not shown
    clashes: Mapping[str, tuple[Clash, ...]]  #: by campaign id
    reaches: tuple[Reach, ...]  #: by list

    @property
    def days(self) -> tuple[Day, ...]:
        """Return all days."""
        return tuple(day for month in self.months for day in month.days)


def agenda(cards: Iterable[Card], now: datetime) -> Agenda:
    """Return what is ahead: all cards but those of campaigns at Exotel whose end has passed."""
    everything = tuple(cards)
    shown = tuple(sorted((one for one in everything if not _is_over(one, now)), key=_order))
    passed = tuple(one for one in shown if _is_past(one, now))
    ahead = tuple(one for one in shown if not _is_past(one, now))
    clashes = overlaps(ahead)
    bars: dict[date, list[Bar]] = defaultdict(list)
    for one in ahead:
        for day, bar in _bars(one, clashes.get(one.id, ())):
            bars[day].append(bar)
    by_month = groupby(sorted(bars), key=lambda day: (day.year, day.month))
    return Agenda(
        months=tuple(_month([(day, bars[day]) for day in days]) for _, days in by_month),
        cards=shown,
        undated=tuple(one for one in shown if one.start is None),
        ahead=ahead,
        passed=passed,
        ended=len(everything) - len(shown),
        clashes=clashes,
        reaches=tuple(_reaches(shown)),
    )


def _is_over(card: Card, now: datetime) -> bool:
    return card.kind in _THERE and card.end is not None and card.end <= now


def _is_past(card: Card, now: datetime) -> bool:
    ends = card.end or card.start
    return card.kind is ActionKind.BLOCKED and ends is not None and ends <= now


def _order(card: Card) -> tuple[bool, float, str]:
    return (card.start is None, card.start.timestamp() if card.start else 0.0, card.id)


def _month(days: Sequence[tuple[date, Sequence[Bar]]]) -> Month:
    starting = tuple(card for _, bars in days for card in _starting(bars))
    return Month(
        days=tuple(_day(day, bars) for day, bars in days), starting=total(starting), new=_new(starting)
    )


def _day(day: date, bars: Sequence[Bar]) -> Day:
    starting = _starting(bars)
    return Day(date=day, bars=tuple(bars), starting=total(starting), new=_new(starting))


def _starting(bars: Sequence[Bar]) -> tuple[Card, ...]:
    return tuple(one.card for one in bars if one.is_first and one.card.kind is not ActionKind.BLOCKED)


def _new(cards: Sequence[Card]) -> Total:
    return total(tuple(one for one in cards if one.kind is ActionKind.CREATE))


# --- bars ---------------------------------------------------------------------------------------------


def span(card: Card) -> Span | None:
    """Return when a campaign sends; an end that is missing or before the start counts as the start."""
    if card.start is None:
        return None
    start = card.start.astimezone(INDIA)
    end = card.end.astimezone(INDIA) if card.end is not None else start
    return start, max(start, end)


def _bars(card: Card, clashes: Sequence[Clash]) -> Iterator[tuple[date, Bar]]:
    """Yield a bar for each day; of a campaign of many days the first ones and the last."""
    sends = span(card)
    if sends is None:
        return
    start, end = sends
    first = start.date()
    last = (end - timedelta(microseconds=1)).date() if end > start else first
    marks = merged(one for clash in clashes for one in clash.when)
    days = [first + timedelta(days=number) for number in range(min((last - first).days + 1, _DAYS))]
    for day in [*days, *([last] if last > days[-1] else [])]:
        left, width = _place(day, sends)
        drawn = tuple(_place(day, one) for one in marks)
        yield (
            day,
            Bar(
                card=card,
                left=left,
                width=width,
                marks=tuple(one for one in drawn if one[1] > 0),
                is_first=day == first,
                is_last=day == last,
            ),
        )


def _place(day: date, times: Span) -> tuple[float, float]:
    """Return where a span begins on a day and how much of the day it takes, in percent."""
    midnight = datetime.combine(day, time(), INDIA)
    low, high = (min(max((one - midnight) / timedelta(days=1), 0.0), 1.0) for one in times)
    return round(low * 100, 4), round((high - low) * 100, 4)


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return the same times without overlaps, sorted."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return tuple(found)


# --- overlaps -----------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Open:
    """One campaign on one list, while the moments are gone through."""

    card: Card
    audience: Audience
    others: list[Card] = field(default_factory=list)
    number: int = 0
    when: list[Span] = field(default_factory=list)


def overlaps(cards: Iterable[Card]) -> dict[str, tuple[Clash, ...]]:
    """Return the clashes of each campaign that sends to a list while another does, by its id."""
    by_list: dict[str, list[tuple[Card, Audience, Span]]] = defaultdict(list)
    for card in cards:
        sends = span(card)
        if sends is not None and sends[1] > sends[0]:
            for audience in {one.sid or one.name: one for one in card.audience}.values():
                by_list[audience.sid or audience.name].append((card, audience, sends))
    found: dict[str, list[Clash]] = defaultdict(list)
    for sendings in by_list.values():
        for one in _on_one_list(sendings) if len(sendings) > 1 else ():
            found[one.card.id].append(
                Clash(
                    audience=one.audience,
                    others=tuple(one.others),
                    number=one.number,
                    when=merged(one.when),
                )
            )
    return {id_: tuple(clashes) for id_, clashes in found.items()}


def _on_one_list(sendings: Sequence[tuple[Card, Audience, Span]]) -> list[_Open]:
    """Go through the moments of one list in order. The work grows with the overlaps that are named, not with all."""
    starts = [(times[0], 1, number) for number, (_, _, times) in enumerate(sendings)]
    ends = [(times[1], 0, number) for number, (_, _, times) in enumerate(sendings)]
    running: dict[int, _Open] = {}
    wanting: dict[int, _Open] = {}  #: those of them with room for a name
    done: list[_Open] = []
    ended = 0
    before: dict[int, int] = {}  #: how many had ended when it began
    for started, (_, begins, number) in _counted(sorted([*starts, *ends])):
        card, audience, _ = sendings[number]
        if begins:
            one = _Open(card, audience, others=[other.card for other in list(running.values())[:NAMED]])
            for key, other in list(wanting.items()):
                other.others.append(card)
                if len(other.others) >= NAMED:
                    del wanting[key]
            running[number] = one
            before[number] = ended
            if len(one.others) < NAMED:
                wanting[number] = one
        else:
            one = running.pop(number)
            wanting.pop(number, None)
            one.number = started - before[number] - 1
            if one.number:
                done.append(one)
            ended += 1
    _fill(done, sendings)
    return done


def _counted(moments: Sequence[tuple[datetime, int, int]]) -> Iterator[tuple[int, tuple[datetime, int, int]]]:
    """Yield each moment with the number of campaigns that have begun by then."""
    started = 0
    for one in moments:
        started += one[1]
        yield started, one


def _fill(done: Sequence[_Open], sendings: Sequence[tuple[Card, Audience, Span]]) -> None:
    """Give each the times at which it is not alone."""
    changes = sorted(
        [(times[0], 1) for _, _, times in sendings] + [(times[1], -1) for _, _, times in sendings]
    )
    crowded: list[Span] = []
    running, since = 0, None
    for moment, step in changes:
        running += step
        if running >= 2 and since is None:
            since = moment
        elif running < 2 and since is not None:
            crowded.append((since, moment))
            since = None
    lows, highs = [low for low, _ in crowded], [high for _, high in crowded]
    for one in done:
        sends = span(one.card)
        assert sends is not None  # noqa: S101 - it is on the list because it has a time
        inside = crowded[bisect_right(highs, sends[0]) : bisect_left(lows, sends[1])]
        one.when = [(max(low, sends[0]), min(high, sends[1])) for low, high in inside]


# --- lists --------------------------------------------------------------------------------------------


def _reaches(cards: Iterable[Card]) -> Iterator[Reach]:
    """Yield what each list gets, the largest number of messages first; what is blocked does not count."""
    by_list: dict[str, list[tuple[Card, Audience]]] = defaultdict(list)
    for card in cards:
        if card.kind is not ActionKind.BLOCKED:
            for audience in card.audience:
                by_list[audience.sid or audience.name].append((card, audience))
    found = []
    for those in by_list.values():
        audience = next((one for _, one in those if one.contacts is not None), those[0][1])
        parts = sum(card.arrival.parts for card, _ in those if card.arrival is not None)
        found.append(
            Reach(
                audience=audience,
                campaigns=len(those),
                new=sum(card.kind is ActionKind.CREATE for card, _ in those),
                messages=audience.contacts * parts if audience.contacts is not None else None,
                is_estimate=any(card.is_estimate for card, _ in those),
            )
        )
    yield from sorted(found, key=lambda one: (-(one.messages or 0), one.audience.name))
