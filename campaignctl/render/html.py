"""One HTML page of a plan: what to look at first, a timeline, and a phone for each message.

It needs nothing else, and runs nothing.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache, partial
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from campaignctl import __version__
from campaignctl.cards import Arrival, Card, total
from campaignctl.findings import Finding, Severity
from campaignctl.model import Action, ActionKind, FieldChange, Plan
from campaignctl.render import heads, messages, strips, text
from campaignctl.render.agenda import Agenda, agenda
from campaignctl.render.cautions import Window, cautions
from campaignctl.render.filters import FILTERS, until
from campaignctl.render.messages import visible
from campaignctl.render.moments import local
from campaignctl.words import INDIA

if TYPE_CHECKING:
    from jinja2 import Environment

_FOLDER = Path(__file__).parent / "report"
#: Cards and findings that one page shows. What is new or needs a person comes first.
MOST_CARDS, MOST_FINDINGS = 1000, 500
#: Campaigns from which on each message is folded until it is looked at, and from which on whole months are.
LONG, MANY = 6, 40
#: Rows of the table at the top, which then is by day, and by month.
_CAMPAIGNS, _DAYS = 20, 31
#: Findings of one rule from which on they are folded, where there are more findings than that.
_ALIKE = 3
#: Headings of the messages, in the order in which a reviewer decides about them.
_GROUPS = (
    ("Blocked: not created", (ActionKind.BLOCKED,)),
    ("Outcome unknown: to be settled", (ActionKind.UNRESOLVED,)),
    ("To be created", (ActionKind.CREATE,)),
    ("Found at Exotel: not created again", (ActionKind.ADOPT,)),
    ("At Exotel already", (ActionKind.CHANGED, ActionKind.REMOVED, ActionKind.UNCHANGED)),
)
#: What the payload of a campaign is to Exotel.
_PAYLOADS = {
    ActionKind.CREATE: "What Exotel is sent",
    ActionKind.BLOCKED: "What Exotel would be sent",
    ActionKind.UNRESOLVED: "What Exotel may have been sent",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Sources:
    """Where the files of the page can be read: web addresses of their lines."""

    commit: str | None = None
    link: Callable[[str, int | None], str | None] = lambda path, line: None  # noqa: ARG005


def plan(
    the_plan: Plan,
    cards: Sequence[Card],
    *,
    window: Window,
    sources: Sources | None = None,
    since: str | None = None,
    unchecked: Iterable[str] = (),
    complete: Callable[[str], str] = str,
) -> str:
    """Return the page of a plan. `cards` are those of its actions, compared with the revision `since`; `unchecked` are
    sentences about what has changed and what lint could not check. `complete` adds to the commands of a sentence where
    they are to be run.

    Every text in it is escaped where it is put in, and the browser is told to load and to run nothing.
    """
    style = (_FOLDER / "style.css").read_text(encoding="utf-8")
    ahead = agenda(cards, datetime.fromisoformat(the_plan.created_at))
    given = {
        **_head(the_plan, ahead, window, tuple(unchecked), complete),
        **_timeline(ahead, window),
        **_messages(the_plan, ahead, since or "the last commit", complete),
        **_about(the_plan, sources or Sources()),
    }
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


# --- the head -----------------------------------------------------------------------------------------


def _head(
    the_plan: Plan, ahead: Agenda, window: Window, unchecked: tuple[str, ...], complete: Callable[[str], str]
) -> dict[str, Any]:
    """Return what the templates name above the timeline."""
    live = tuple(one for one in ahead.cards if one.kind is not ActionKind.BLOCKED)
    new = total(tuple(one for one in live if one.kind is ActionKind.CREATE))
    found = sorted(the_plan.findings, key=lambda one: one.severity is not Severity.ERROR)[:MOST_FINDINGS]
    return {
        "headline": heads.headline(the_plan, new),
        "lede": complete(heads.lede(the_plan, new)),
        "looked": _looked(the_plan),
        "numbers": tuple(heads.numbers(the_plan, ahead, new)),
        "cautions": tuple(
            replace(one, then=complete(one.then)) for one in cautions(the_plan, ahead, window, unchecked)
        ),
        "findings": found,
        "kinds_of_findings": tuple(_alike(found)),
        "rows": _rows(ahead),
        "sums": total(live),
        "new": new,
        "share": lambda number, new: f"{number:,}" + (f" ({new:,} new)" if new and new < number else ""),
        "least": lambda one: "at least " if one.is_least else "",
    }


def _looked(the_plan: Plan) -> str:
    if the_plan.looked or the_plan.drift is not None:
        return "Files, state and Exotel were compared."
    return "Files and state were compared; Exotel was not asked."


def _rows(ahead: Agenda) -> str:
    """Return what the table at the top has a row for: the finest that can be read at a glance."""
    if len(ahead.ahead) <= _CAMPAIGNS:
        return "campaign"
    return "day" if len(ahead.days) <= _DAYS else "month"


def _alike(found: Sequence[Finding]) -> Iterator[tuple[bool, tuple[Finding, ...]]]:
    """Yield the findings by rule, errors first, each group with whether it is folded."""
    order = {one.name: -number for number, one in enumerate(reversed(found))}
    by_rule = sorted(found, key=lambda one: (one.severity is not Severity.ERROR, order[one.name]))
    for _, those in groupby(by_rule, key=lambda one: (one.severity, one.name)):
        group = tuple(those)
        yield len(group) >= _ALIKE and len(found) > 2 * _ALIKE, group


# --- the timeline -------------------------------------------------------------------------------------


def _timeline(ahead: Agenda, window: Window) -> dict[str, Any]:
    """Return what the templates name in the timeline."""
    edges = strips.percent(window.opens.hour), strips.percent(window.closes.hour)
    return {
        "agenda": ahead,
        "window": window,
        "shaded": {"left": edges[0], "width": round(edges[1] - edges[0], 4)},
        "hours": tuple(strips.hours(window)),
        "legend": tuple(strips.legend(one for one in ahead.ahead if one.start is not None)),
        "kinds": {kind: words for kind, (_, words) in strips.KINDS.items()},
        "colour": lambda kind: strips.KINDS[kind][0],
        "height": strips.height,
        "sending": strips.sending,
        "stretch": strips.stretch,
        "spoken": lambda bar: strips.spoken(bar, ahead),
        "until": lambda card: until(card.start, card.end),
    }


# --- cards --------------------------------------------------------------------------------------------


def _messages(the_plan: Plan, ahead: Agenda, since: str, complete: Callable[[str], str]) -> dict[str, Any]:
    """Return what the templates name about single campaigns."""
    shown = _chosen(ahead.cards)
    actions = {one.id: one for one in the_plan.actions}
    names = Counter(one.name for one in ahead.cards)
    return {
        "cards": shown,
        "is_long": len(shown) > LONG,
        "is_many": len(shown) > MANY,
        "groups": tuple(_groups(shown)),
        "anchors": {one.id: f"c{number}" for number, one in enumerate(shown, start=1)},
        "is_twin": lambda card: names[card.name] > 1,
        "said": lambda card: complete(_said(card, actions.get(card.id), the_plan)),
        "changed": partial(_changed, since=since),
        "phones": lambda card: card.arrivals[1:] or card.arrivals,
        "payload_of": lambda card: _PAYLOADS.get(card.kind, "What Exotel was sent"),
        "caption": _caption,
        "pieces": messages.pieces,
        "language": messages.language,
    }


def _chosen(cards: Sequence[Card]) -> tuple[Card, ...]:
    """Return the cards that are shown, by their start."""
    if len(cards) <= MOST_CARDS:
        return tuple(cards)
    first = sorted(cards, key=lambda one: one.kind is ActionKind.UNCHANGED)[:MOST_CARDS]
    ids = {one.id for one in first}
    return tuple(one for one in cards if one.id in ids)


def _groups(cards: Sequence[Card]) -> Iterator[tuple[str, tuple[tuple[str, tuple[Card, ...]], ...]]]:
    """Yield the headings with their cards; many cards in months with a heading of their own."""
    for words, kinds in _GROUPS:
        those = tuple(one for one in cards if one.kind in kinds)
        if len(cards) > MANY and len(those) > LONG:
            yield words, tuple((month, tuple(some)) for month, some in groupby(those, key=_month))
        elif those:
            yield words, (("", those),)


def _month(card: Card) -> str:
    return f"{card.start.astimezone(INDIA):%B %Y}" if card.start is not None else "Without a time"


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
    """Return what is to be known about a message: its length, what it was filled with, what makes it dear."""
    each = f", {67 if one.forced_at is not None else 153} in each part" if one.parts > 1 else ""
    words = [f"{one.units:,} of {one.units + one.room:,} characters{each}"]
    if one.label == "sample row":
        words.append("with the sample row of its list")
    else:
        words.append("as it was sent" if card.kind in heads.SENT else one.label)
    if one.forced_name is not None and one.forced_at is not None:
        words.append(f"Unicode because of {one.forced_name} at character {one.forced_at + 1:,}")
    if one.unfilled:
        named = ", ".join(f"@@{visible(name)}" for name in one.unfilled[:6])
        words.append(f"no sample for {named}")
    if card.is_near and one is card.arrival:
        longer = one.room + 1
        words.append(
            f"a value {longer} {'character' if longer == 1 else 'characters'} longer takes another part"
        )
    return "; ".join(words)


# --- the foot -----------------------------------------------------------------------------------------


def _about(the_plan: Plan, sources: Sources) -> dict[str, Any]:
    """Return what the templates name about the page itself."""
    return {
        "version": __version__,
        "plan": the_plan,
        "made": local(the_plan.created_at),
        "link": sources.link,
        "commit": sources.commit,
        "digest": _digest(the_plan),
    }


def _digest(the_plan: Plan) -> str | None:
    is_whole = not the_plan.partial and not heads.errors(the_plan)
    return the_plan.digest if is_whole and the_plan.of(ActionKind.CREATE, ActionKind.ADOPT) else None
