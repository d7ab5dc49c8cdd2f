"""One HTML page of a plan: timeline, totals, and a phone for each message. It needs nothing else, and runs nothing."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from campaignctl import __version__
from campaignctl.cards import Arrival, Card, Total, total
from campaignctl.findings import Severity
from campaignctl.model import Action, ActionKind, FieldChange, Plan
from campaignctl.render import messages, text
from campaignctl.render.agenda import Agenda, Bar, agenda, span
from campaignctl.render.drifts import drift
from campaignctl.render.filters import FILTERS, at_minute, until
from campaignctl.render.messages import visible
from campaignctl.render.moments import local
from campaignctl.words import count, shortened

if TYPE_CHECKING:
    from jinja2 import Environment

_FOLDER = Path(__file__).parent / "report"
#: Cards and findings that one page shows. What is new or needs a person comes first.
MOST_CARDS, MOST_FINDINGS = 1000, 500
#: Cards from which on each is folded until it is looked at.
LONG = 40
#: Kind -> its colour and its words.
_KINDS = {
    ActionKind.CREATE: ("green", "new"),
    ActionKind.ADOPT: ("blue", "found at Exotel"),
    ActionKind.UNCHANGED: ("blue", "at Exotel"),
    ActionKind.CHANGED: ("amber", "edited after it was sent"),
    ActionKind.REMOVED: ("grey", "at Exotel, file deleted"),
    ActionKind.BLOCKED: ("red", "blocked"),
    ActionKind.UNRESOLVED: ("red", "outcome unknown"),
}
#: What Exotel has.
_SENT = (ActionKind.ADOPT, ActionKind.UNCHANGED, ActionKind.CHANGED, ActionKind.REMOVED)
_TICKS = (0, 3, 6, 9, 12, 15, 18, 21, 24)


@dataclass(frozen=True, kw_only=True, slots=True)
class Sources:
    """Where the files of the page can be read: web addresses of their lines."""

    commit: str | None = None
    link: Callable[[str, int | None], str | None] = lambda path, line: None  # noqa: ARG005


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """The hours in which promotional messages are let through, by India's clock."""

    opens: time
    closes: time

    @property
    def words(self) -> str:
        """Return them for a sentence."""
        return f"{self.opens:%H:%M} to {self.closes:%H:%M}"

    @property
    def left(self) -> float:
        """Return where they begin, in percent of the day."""
        return _percent(self.opens.hour)

    @property
    def width(self) -> float:
        """Return how much of the day they are, in percent."""
        return round(self.right - self.left, 4)

    @property
    def right(self) -> float:
        """Return where they end, in percent of the day."""
        return _percent(self.closes.hour)


def plan(
    the_plan: Plan,
    cards: Sequence[Card],
    *,
    window: Window,
    sources: Sources | None = None,
    since: str | None = None,
    notes: Iterable[str] = (),
) -> str:
    """Return the page of a plan. `cards` are those of its actions, compared with the revision `since`; `notes` are
    sentences to stand at its top.

    Every text in it is escaped where it is put in, and the browser is told to load and to run nothing.
    """
    style = (_FOLDER / "style.css").read_text(encoding="utf-8")
    given = _given(the_plan, cards, window, sources or Sources(), tuple(notes), since or "the last commit")
    body = _templates().get_template("page.html").render(given, policy=policy(style))
    # On standard output of a CI, "::" at the start of a line and "##[" would be commands; a browser sees no difference.
    body = body.replace("::", "&#58;:").replace("##[", "&#35;#[")
    return body.replace("<style></style>", f"<style>{style}</style>", 1).rstrip("\n")


@cache
def _templates() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters.update(FILTERS)
    return environment


def policy(style: str) -> str:
    """Return the Content-Security-Policy: one style by its hash, no script, no request."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    # The icon is an empty one; without it a browser would ask a server for /favicon.ico.
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"
    )


def _given(
    the_plan: Plan,
    cards: Sequence[Card],
    window: Window,
    sources: Sources,
    notes: tuple[str, ...],
    since: str,
) -> dict[str, Any]:
    """Return all that the templates name."""
    ahead = agenda(cards, datetime.fromisoformat(the_plan.created_at))
    shown = _chosen(ahead.cards)
    anchors = {one.id: f"c{number}" for number, one in enumerate(shown, start=1)}
    live = tuple(one for one in ahead.cards if one.kind is not ActionKind.BLOCKED)
    new = total(tuple(one for one in live if one.kind is ActionKind.CREATE))
    actions = {one.id: one for one in the_plan.actions}
    return {
        "version": __version__,
        "plan": the_plan,
        "made": local(the_plan.created_at),
        "looked": _looked(the_plan),
        "headline": headline(the_plan, new),
        "numbers": tuple(_numbers(the_plan, ahead, new)),
        "notes": (*notes, *_notes(the_plan)),
        "findings": the_plan.findings[:MOST_FINDINGS],
        "agenda": ahead,
        "cards": shown,
        "is_long": len(shown) > LONG,
        "groups": tuple(_groups(shown)),
        "anchors": anchors,
        "sums": total(tuple(one for one in live if one.start is not None)),
        "new": new,
        "window": window,
        "hours": tuple(_hours(window)),
        "legend": tuple(_legend(ahead.cards)),
        "kinds": {kind: words for kind, (_, words) in _KINDS.items()},
        "colour": lambda kind: _KINDS[kind][0],
        "link": sources.link,
        "commit": sources.commit,
        "digest": _digest(the_plan),
        "span": _span,
        "share": lambda number, new: f"{number:,}" + (f" ({new:,} new)" if new else ""),
        "stretch": _stretch,
        "spoken": lambda bar: _spoken(bar, ahead),
        "until": lambda card: until(card.start, card.end),
        "said": lambda card: _said(card, actions.get(card.id), the_plan),
        "changed": lambda card: _changed(card, since),
        "phones": lambda card: card.arrivals[1:] or card.arrivals,
        "caption": _caption,
        "pieces": messages.pieces,
        "language": messages.language,
        "least": lambda one: "at least " if one.is_least else "",
    }


def _chosen(cards: Sequence[Card]) -> tuple[Card, ...]:
    """Return the cards that are shown, by their start."""
    if len(cards) <= MOST_CARDS:
        return tuple(cards)
    first = sorted(cards, key=lambda one: one.kind is ActionKind.UNCHANGED)[:MOST_CARDS]
    ids = {one.id for one in first}
    return tuple(one for one in cards if one.id in ids)


def _groups(cards: Sequence[Card]) -> Iterator[tuple[str, tuple[Card, ...]]]:
    """Yield the cards with a heading: what a reviewer decides about first."""
    for words, is_known in (("To be created or settled", False), ("At Exotel already", True)):
        those = tuple(one for one in cards if (one.kind in _SENT) is is_known)
        if those:
            yield words, those


# --- the head -----------------------------------------------------------------------------------------


def headline(the_plan: Plan, new: Total) -> str:
    """Return what will happen, in one line."""
    blocked = len(the_plan.of(ActionKind.BLOCKED))
    rest = f"; {count(blocked, 'campaign')} blocked" if blocked else ""
    if not new.campaigns:
        return f"Nothing to create{rest}"
    least, about = "at least " if new.is_least else "", "about " if new.is_estimate else ""
    people = f"{least}{count(new.recipients, 'person', 'people')}, {least or about}{new.messages:,} SMS"
    return f"{count(new.campaigns, 'new campaign')}: {people}{rest}"


def _looked(the_plan: Plan) -> str:
    if the_plan.looked or the_plan.drift is not None:
        return "Files, state and Exotel were compared."
    return "Files and state were compared; Exotel was not asked."


def _numbers(the_plan: Plan, ahead: Agenda, new: Total) -> Iterator[tuple[str, str, str]]:
    """Yield the key numbers: each with its words, and a colour where it is to be looked at."""
    least = "at the least" if new.is_least else ""
    about = least or ("about" if new.is_estimate else "")
    yield f"{new.campaigns:,}", "new campaigns" if new.campaigns != 1 else "new campaign", ""
    yield f"{new.recipients:,}", f"people reached by them{', ' if least else ''}{least}", ""
    yield f"{new.messages:,}", f"SMS to pay for{', ' if about else ''}{about} (people times parts)", ""
    known = sum(one.kind in _SENT for one in ahead.cards)
    if known:
        yield f"{known:,}", "at Exotel already, not over; not sent again", ""
    errors = sum(one.severity is Severity.ERROR for one in the_plan.findings)
    warnings = len(the_plan.findings) - errors
    for number, words, colour in (
        (errors, "errors", "red"),
        (len(the_plan.of(ActionKind.UNRESOLVED)), "outcomes unknown", "red"),
        (warnings, "warnings", "amber"),
        (len(ahead.clashes), "campaigns overlap on a list", "amber"),
    ):
        if number:
            yield f"{number:,}", words.removesuffix("s") if number == 1 else words, colour


def _notes(the_plan: Plan) -> Iterator[str]:
    if the_plan.partial:
        yield "This plan is partial: only the named paths were read."
    unresolved = the_plan.of(ActionKind.UNRESOLVED)
    if unresolved:
        yield f"{count(len(unresolved), 'create')} without a clear answer; `campaignctl resolve` settles that."
    changed = the_plan.of(ActionKind.CHANGED)
    if changed:
        those = count(len(changed), "campaign was", "campaigns were")
        yield f"{those} edited after sending: Exotel keeps what was sent, and nothing is sent again."
    if the_plan.allowed:
        yield f"Guards that were let pass by name: {', '.join(the_plan.allowed)}."
    for line in drift(the_plan.drift or ()):
        yield f"Not as it was sent: {line.strip()}"


def _digest(the_plan: Plan) -> str | None:
    is_whole = not the_plan.partial and not any(one.severity is Severity.ERROR for one in the_plan.findings)
    return the_plan.digest if is_whole and the_plan.of(ActionKind.CREATE, ActionKind.ADOPT) else None


# --- the timeline -------------------------------------------------------------------------------------


def _percent(hour: float) -> float:
    return round(hour / 24 * 100, 4)


def _hours(window: Window) -> Iterator[dict[str, Any]]:
    """Yield the hours below which lines are drawn; the edges of the window push their neighbours aside."""
    edges = {window.opens.hour, window.closes.hour}
    ticks = {one for one in _TICKS if all(one == edge or abs(one - edge) > 1 for edge in edges)}
    for hour in sorted(ticks | edges):
        anchor = "start" if hour == 0 else "end" if hour == 24 else "middle"
        yield {"x": _percent(hour), "anchor": anchor, "is_edge": hour in edges, "words": f"{hour:02}"}


def _legend(cards: Iterable[Card]) -> Iterator[tuple[str, str]]:
    """Yield the colours in use, each with all that it stands for."""
    used = {one.kind for one in cards}
    words: dict[str, list[str]] = {}
    for kind, (colour, said) in _KINDS.items():
        if kind in used:
            words.setdefault(colour, []).append(said)
    yield from ((colour, " or ".join(said)) for colour, said in words.items())


def _span(bar: Bar) -> str:
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


def _stretch(card: Card, low: datetime, high: datetime) -> str:
    """Return the times of an overlap, with the day where it is not that of the start."""
    sends = span(card)
    is_same = sends is not None and sends[0].date() == low.date()
    return f"{f'{low:%H:%M}' if is_same else _brief(low)} to {until(low, high)}"


def _brief(moment: datetime) -> str:
    return f"{moment:%a} {moment.day} {moment:%b} {moment:%H:%M}"


def _spoken(bar: Bar, ahead: Agenda) -> str:
    """Return what a bar shows, in words: its accessible name."""
    card = bar.card
    words = [
        f"{visible(shortened(card.name, 120))}: {at_minute(card.start)} to {until(card.start, card.end)} IST"
    ]
    words.append(_KINDS[card.kind][1])
    for one in ahead.clashes.get(card.id, ()):
        others = ", ".join(visible(shortened(other.name, 40)) for other in one.others)
        more = f" and {count(one.number - len(one.others), 'other')}" if one.number > len(one.others) else ""
        words.append(f"overlaps {others}{more} on {visible(shortened(one.audience.name, 40))}")
    return ", ".join(words)


# --- cards --------------------------------------------------------------------------------------------


def _said(card: Card, action: Action | None, the_plan: Plan) -> str:
    """Return what becomes of a campaign that is not simply created."""
    if action is None or card.kind is ActionKind.CREATE:
        return ""
    if card.kind is ActionKind.CHANGED:
        return f"{text.words(action, the_plan)}: Exotel keeps what was sent, and it is not sent again"
    return text.words(action, the_plan).replace("the finding above", "the finding below")


def _changed(card: Card, since: str) -> Iterator[tuple[str, tuple[FieldChange, ...]]]:
    """Yield the tables of changes: against what was sent, and against an earlier revision of the file."""
    if card.changes:
        yield "Edited after it was sent; the edit reaches nobody", card.changes
    if card.edits:
        yield f"Changed since {since}", card.edits


def _caption(card: Card, one: Arrival) -> str:
    """Return what is to be known about a message besides its length."""
    filled = "with the sample row of its list" if one.label == "sample row" else one.label
    words = ["as it was sent" if card.kind in _SENT and one.label == "as written" else filled]
    if one.forced_name is not None and one.forced_at is not None:
        words.append(f"Unicode because of {one.forced_name} at character {one.forced_at + 1:,}")
    if one.unfilled:
        named = ", ".join(f"@@{visible(name)}" for name in one.unfilled[:6])
        words.append(f"no sample for {named}")
    return "; ".join(words)
