"""What the timeline of the HTML page says and draws: hours, legend, and each bar in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from campaignctl.cards import Card
from campaignctl.model import ActionKind
from campaignctl.render.agenda import Agenda, Bar, span
from campaignctl.render.cautions import Window
from campaignctl.render.filters import at_minute, until
from campaignctl.render.messages import visible
from campaignctl.words import count, shortened

#: Kind -> its colour and its words.
KINDS = {
    ActionKind.CREATE: ("green", "new"),
    ActionKind.ADOPT: ("blue", "found at Exotel"),
    ActionKind.UNCHANGED: ("blue", "at Exotel"),
    ActionKind.CHANGED: ("amber", "edited after it was sent"),
    ActionKind.REMOVED: ("grey", "at Exotel, file deleted"),
    ActionKind.BLOCKED: ("red", "blocked"),
    ActionKind.UNRESOLVED: ("red", "outcome unknown"),
}
_TICKS = (0, 3, 6, 9, 12, 15, 18, 21, 24)
#: Pixels of a bar: only promotions are bound to the shaded hours, and so they are the tall ones.
_TALL, _LOW = 20, 10


def percent(hour: float) -> float:
    """Return the place of an hour on a strip."""
    return round(hour / 24 * 100, 4)


def hours(window: Window) -> Iterator[dict[str, Any]]:
    """Yield the hours below which lines are drawn; the edges of the window push their neighbours aside."""
    edges = {window.opens.hour, window.closes.hour}
    ticks = {one for one in _TICKS if all(one == edge or abs(one - edge) > 1 for edge in edges)}
    for hour in sorted(ticks | edges):
        anchor = "start" if hour == 0 else "end" if hour == 24 else "middle"
        yield {"x": percent(hour), "anchor": anchor, "is_edge": hour in edges, "words": f"{hour:02}"}


def height(card: Card) -> int:
    """Return how tall a campaign's bar is."""
    return _TALL if card.sms_type == "promotional" else _LOW


def legend(cards: Iterable[Card]) -> Iterator[tuple[str, int, str]]:
    """Yield the colours and heights in use, each with all that it stands for."""
    shown = tuple(cards)
    words: dict[str, list[str]] = {}
    for kind, (colour, said) in KINDS.items():
        if any(one.kind is kind for one in shown):
            words.setdefault(colour, []).append(said)
    yield from ((colour, 14, " or ".join(said)) for colour, said in words.items())
    tall = {height(one) for one in shown}
    if _TALL in tall:
        yield "plain", 14, "tall: promotional, in the shaded hours only"
    if _LOW in tall:
        yield "plain", 7, "low: transactional, at any hour"


def sending(bar: Bar) -> str:
    """Return when a bar's campaign sends, as far as the day of the bar does not say it."""
    sends = span(bar.card)
    if sends is None:
        return ""
    start, end = sends
    if bar.is_first and bar.is_last:
        midnight = end.date() > start.date()
        return f"{start:%H:%M} to {'24:00' if midnight else f'{end:%H:%M}'}"
    if bar.is_first:
        return f"from {start:%H:%M}, until {_brief(end)}"
    return f"{'until' if bar.is_last else 'on until'} {_brief(end)}, since {_brief(start)}"


def stretch(card: Card, low: datetime, high: datetime) -> str:
    """Return the times of an overlap, with the day where it is not that of the start."""
    sends = span(card)
    is_same = sends is not None and sends[0].date() == low.date()
    return f"{f'{low:%H:%M}' if is_same else _brief(low)} to {until(low, high)}"


def _brief(moment: datetime) -> str:
    return f"{moment:%a %d %b %H:%M}"


def spoken(bar: Bar, ahead: Agenda) -> str:
    """Return what a bar shows, in words: its accessible name."""
    card = bar.card
    words = [
        f"{visible(shortened(card.name, 120))}: {at_minute(card.start)} to {until(card.start, card.end)} IST"
    ]
    words.append(KINDS[card.kind][1])
    if card.sms_type:
        words.append(visible(shortened(card.sms_type, 40)))
    for one in ahead.clashes.get(card.id, ()):
        others = ", ".join(map(_titled, one.others))
        more = f" and {count(one.number - len(one.others), 'other')}" if one.number > len(one.others) else ""
        words.append(f"overlaps {others}{more} on {visible(shortened(one.audience.name, 40))}")
    return ", ".join(words)


def _titled(card: Card) -> str:
    name = visible(shortened(card.name, 40))
    return name if card.name == card.id else f"{name} ({visible(card.id)})"
