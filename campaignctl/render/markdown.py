"""The plan as the comment of a pull request: for a reader with two minutes, who is no engineer.

What it reaches and costs comes first, then the risks, a table, a card for each new campaign, and folded at the bottom of
each what is sent. Where that is too long it is dropped from the bottom, and the comment says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from campaignctl.cards import Card, Total, total
from campaignctl.findings import Severity
from campaignctl.model import ActionKind, Plan
from campaignctl.render import text
from campaignctl.render.inert import fenced, prose
from campaignctl.render.markers import Marker, is_commit
from campaignctl.render.risks import risks
from campaignctl.render.sheets import HEAD, changed, row, sheet
from campaignctl.words import count

#: Characters of a comment at the most. GitHub takes 65,536 ("body is too long (maximum is 65536 characters)", its API's
#: answer 422 to a longer one); what wraps a comment needs room. Counted in UTF-16 units: an emoji may count as two.
LIMIT = 60_000
#: What the risks may take of it.
_RISKS = 15_000
#: New campaigns whose cards lie open.
_OPEN = 3
#: Characters of the command that applies the plan: its options may hold anything.
_COMMAND = 2_000
#: Room for the sentence about what was left out.
_NOTE = 400


@dataclass(frozen=True, kw_only=True, slots=True)
class About:
    """What the comment says besides the plan."""

    head: str | None = None  #: the commit that was planned
    since: str | None = None  #: the revision that the cards were compared with
    command: str | None = (
        None  #: what applies exactly this plan; None: nothing is to be applied, or must not be
    )


#: A comment about nothing but the plan.
PLAIN = About()


def size(text: str) -> int:
    """Return how long a text is for GitHub, in UTF-16 units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "replace")) // 2


def plan(the_plan: Plan, summary: Mapping[str, int], cards: Sequence[Card] = (), about: About = PLAIN) -> str:
    """Return the comment, of at most LIMIT characters."""
    new = _ordered(one for one in cards if one.kind is ActionKind.CREATE)
    above = [
        _marker(the_plan, about),
        _headline(the_plan, total(tuple(new))),
        _about(the_plan, summary, about),
    ]
    above += _risks(the_plan, cards)
    below = _footer(the_plan, about)
    room = LIMIT - _NOTE - sum(size(one) + 2 for one in (*above, *below))
    table, left_out = _layers(new, about, room)
    return "\n\n".join([*above, *left_out, *table, *below]) + "\n"


def _ordered(cards: Iterable[Card]) -> list[Card]:
    """Return what was edited before what was not, each by its start: the end of the list is dropped first."""
    first = datetime.min.replace(tzinfo=UTC)
    return sorted(cards, key=lambda one: (not changed(one), one.start or first, one.id))


def _marker(the_plan: Plan, about: About) -> str:
    digest = the_plan.digest or None
    return str(Marker(project=the_plan.project, head=about.head, made=the_plan.created_at, digest=digest))


def _headline(the_plan: Plan, reached: Total) -> str:
    errors = sum(one.severity is Severity.ERROR for one in the_plan.findings)
    stopped = f"Stopped by {count(errors, 'error')}: " if errors else ""
    if not the_plan.plan_id:
        return f"## {stopped}no plan is made until the settings are mended"
    if not reached.campaigns:
        return f"## {stopped or 'Plan: '}nothing to create"
    least = "at least " if reached.is_least else ""
    about = "about " if reached.is_estimate else ""
    reach = "reaches" if reached.campaigns == 1 else "reach"
    return (
        f"## {stopped or 'Plan: '}{count(reached.campaigns, 'new campaign')} {reach} {least}{reached.recipients:,} people, "
        f"{least}{about}{count(reached.messages, 'message')} to pay for"
    )


def _about(the_plan: Plan, summary: Mapping[str, int], about: About) -> str:
    kinds = ("adopt", "blocked", "unresolved", "changed", "removed", "unchanged")
    rest = text.counts(summary, kinds)
    # GitHub and GitLab make a link of it. It is hexadecimal digits and nothing else.
    commit = f" Commit {about.head[:10]}." if about.head and is_commit(about.head) else ""
    others = f" Besides: {rest}." if rest else ""
    return f"{prose(text.opening(the_plan), _NOTE)}.{commit}{others} **0 to send again.**"


def _risks(the_plan: Plan, cards: Sequence[Card]) -> list[str]:
    found = [f"- {one}" for one in risks(the_plan, cards)]
    kept = _fitting(found, len(found), lambda one: one, _RISKS)
    more = [f"- and {count(len(found) - len(kept), 'more')}, for which there is no room here"]
    shown = kept if len(kept) == len(found) else [*kept, *more]
    return ["### Look at this first", "\n".join(shown)] if found else []


def _footer(the_plan: Plan, about: About) -> list[str]:
    if any(one.severity is Severity.ERROR for one in the_plan.findings):
        return ["There are errors above: `campaignctl apply` creates nothing until they are mended."]
    if about.command is None:
        return []
    if size(about.command) > _COMMAND:
        return ["`campaignctl plan` with the same options shows the command that creates exactly this."]
    return ["To create exactly this, once it is approved:", fenced(about.command, "sh")]


# --- what has room --------------------------------------------------------------------------------------


def _layers(new: Sequence[Card], about: About, room: int) -> tuple[list[str], list[str]]:
    """Return the table and the cards, as many as there is room for, and the sentence about what was left out."""
    if not new:
        return [], []
    rows = _fitting(new, len(new), row, room - size("\n".join(HEAD)) - 2)
    table = ["\n".join([*HEAD, *rows])]
    room -= size(table[0]) + 2
    folded = len(new) > _OPEN

    def full(card: Card) -> str:
        return sheet(card, folded=folded, payload=True, since=about.since)

    def short(card: Card) -> str:
        return sheet(card, folded=folded, payload=False, since=about.since)

    if len(rows) == len(new):
        for render in (full, short):
            sheets = _fitting(new, len(new), render, room)
            if len(sheets) == len(new):
                return [*table, *sheets], [] if render is full else [_left_out(new, len(new), len(new))]
        return [*table, *sheets], [_left_out(new, len(new), len(sheets))]
    return table, [_left_out(new, len(rows), 0)]


def _fitting(
    items: Sequence[Card] | Sequence[str], most: int, render: Callable[..., str], room: int
) -> list[str]:
    """Return the first of the items in Markdown, as many as fit into `room` with the line breaks between them."""
    kept: list[str] = []
    for one in items[:most]:
        shown = render(one)
        room -= size(shown) + 2
        if room < 0:
            break
        kept.append(shown)
    return kept


def _left_out(new: Sequence[Card], rows: int, sheets: int) -> str:
    parts = ["the full payloads"]
    if sheets < len(new):
        parts.append("all cards" if not sheets else f"the cards of {count(len(new) - sheets, 'campaign')}")
    if rows < len(new):
        rest = total(tuple(new[rows:]))
        parts.append(
            f"the rows of {count(rest.campaigns, 'campaign')} ({rest.recipients:,} people, "
            f"{count(rest.messages, 'message')}); they are part of the numbers above"
        )
    said = " and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else parts[0]
    return f"> **Left out, for a comment has room for {LIMIT:,} characters:** {said}. `campaignctl plan` shows every campaign."
