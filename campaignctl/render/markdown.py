"""The plan as the comment of a pull request: for a reader with two minutes, who is no engineer.

What it reaches and costs comes first, then the risks, a table, a card for each new campaign, and folded at the bottom of
each what is sent. Where that is too long it is dropped from the bottom, and the comment says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from campaignctl.amendments import Amended
from campaignctl.cards import Card, Total, total
from campaignctl.findings import Passed, Severity
from campaignctl.model import ActionKind, Plan
from campaignctl.render import text
from campaignctl.render.again import again
from campaignctl.render.amendments import amendments
from campaignctl.render.inert import fenced, prose
from campaignctl.render.markers import Marker, is_commit
from campaignctl.render.passes import passes
from campaignctl.render.risks import risks
from campaignctl.render.sheets import HEAD, Link, changed, nowhere, row, sheet
from campaignctl.words import count

#: Characters of a comment at the most. GitHub takes 65,536 ("body is too long (maximum is 65536 characters)", its API's
#: answer 422 to a longer one); what wraps a comment needs room. Counted in UTF-16 units: an emoji may count as two.
LIMIT = 60_000
#: What the risks may take of it.
_RISKS = 15_000
#: What waits for a person, and all that has a row and a card.
_WAITS = (ActionKind.BLOCKED, ActionKind.UNRESOLVED)
_SHOWN = (*_WAITS, ActionKind.CREATE, ActionKind.ADOPT)
#: What the others are called.
_OTHERS = {
    ActionKind.ADOPT: "found at Exotel and taken over",
    ActionKind.BLOCKED: "blocked",
    ActionKind.UNRESOLVED: "with an unknown outcome",
    ActionKind.CHANGED: "edited after it was created",
    ActionKind.REMOVED: "without a file any more",
    ActionKind.UNCHANGED: "at Exotel already",
}
#: Campaigns whose cards lie open.
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
    link: Link = nowhere  #: where the lines of a file can be read
    notes: tuple[str, ...] = ()  #: what was not checked: sentences
    amended: tuple[Amended, ...] = ()  #: what differs from the revision in the settings
    complete: Callable[[str], str] = str  #: adds to the commands of a sentence where they are to be run
    passed: tuple[Passed, ...] = ()  #: what was found and is let pass


#: A comment about nothing but the plan.
PLAIN = About()


def size(text: str) -> int:
    """Return how long a text is for GitHub, in UTF-16 units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "replace")) // 2


def plan(the_plan: Plan, summary: Mapping[str, int], cards: Sequence[Card] = (), about: About = PLAIN) -> str:
    """Return the comment, of at most LIMIT characters."""
    new = tuple(one for one in cards if one.kind is ActionKind.CREATE)
    shown = _ordered(one for one in cards if one.kind in _SHOWN)
    above = [
        _marker(the_plan, about),
        _headline(the_plan, total(new)),
        _about(the_plan, summary, new, about),
    ]
    above += _risks(the_plan, cards, about)
    below = _footer(the_plan, about)
    room = LIMIT - _NOTE - sum(size(one) + 2 for one in (*above, *below))
    table, left_out = _layers(shown, about, room)
    return "\n\n".join([*above, *left_out, *table, *below]) + "\n"


def _ordered(cards: Iterable[Card]) -> list[Card]:
    """Return what needs a person before what is new or edited, and that before the rest; each by its start. The end of
    the list is dropped first.
    """
    first = datetime.min.replace(tzinfo=UTC)
    return sorted(
        cards, key=lambda one: (one.kind not in _WAITS, not changed(one), one.start or first, one.id)
    )


def _marker(the_plan: Plan, about: About) -> str:
    digest = the_plan.digest or None
    return str(Marker(project=the_plan.project, head=about.head, made=the_plan.created_at, digest=digest))


def _headline(the_plan: Plan, reached: Total) -> str:
    """Return what merging would do, or what stops it; money-like numbers with it."""
    stops = " and ".join(_stops(the_plan))
    if not the_plan.plan_id:
        return f"## Stopped by {stops}: no plan is made until the settings are mended"
    if not reached.campaigns:
        return f"## Stopped by {stops}: nothing is created" if stops else "## Plan: nothing to create"
    campaigns = count(reached.campaigns, "new campaign")
    if stops:
        wait = "waits, to reach" if reached.campaigns == 1 else "wait, to reach"
        return f"## Stopped by {stops}: nothing is created. {campaigns} {wait} {_reach(reached)}"
    return f"## Plan: {campaigns} {'reaches' if reached.campaigns == 1 else 'reach'} {_reach(reached)}"


def _stops(the_plan: Plan) -> Iterator[str]:
    """Yield what keeps apply from creating anything at all."""
    errors = sum(one.severity is Severity.ERROR for one in the_plan.findings)
    if errors:
        yield count(errors, "error")
    unknown = len(the_plan.of(ActionKind.UNRESOLVED))
    if unknown:
        yield count(unknown, "unknown outcome")


def _reach(reached: Total) -> str:
    """Return how many people, and how many messages are to be paid for."""
    if reached.is_least and not reached.people:
        return "nobody knows how many people"
    least = "at least " if reached.is_least else ""
    about = least or ("about " if reached.is_estimate else "")
    twice = (
        f", some more than once ({reached.recipients:,} recipients)"
        if reached.recipients > reached.people
        else ""
    )
    people = f"{least}{count(reached.people, 'person', 'people')}{twice}"
    return f"{people}: {about}{count(reached.messages, 'message')} to pay for"


def _about(the_plan: Plan, summary: Mapping[str, int], new: Sequence[Card], about: About) -> str:
    rest = ", ".join(
        f"{summary[kind.value]:,} {words}" for kind, words in _OTHERS.items() if summary[kind.value]
    )
    # GitHub and GitLab make a link of it. It is hexadecimal digits and nothing else.
    commit = f" Commit {about.head[:10]}." if about.head and is_commit(about.head) else ""
    others = f" Besides: {rest}." if rest else ""
    return f"{prose(text.opening(the_plan), _NOTE)}.{commit}{_news(new, about)}{others} **{again(the_plan)}**"


def _news(new: Sequence[Card], about: About) -> str:
    """Return how much of what would be created is of this request, and how much has been waiting."""
    if about.since is None or not new:
        return ""
    fresh, edited = sum(one.is_new for one in new), sum(bool(one.edits) for one in new)
    waiting = len(new) - fresh - edited
    said = ((fresh, "new here"), (edited, "edited here"), (waiting, "waiting from before"))
    return f" To create: {', '.join(f'{number:,} {words}' for number, words in said if number)}."


def _risks(the_plan: Plan, cards: Sequence[Card], about: About) -> list[str]:
    changed = (*passes(the_plan, about.passed), *amendments(about.amended, _used(cards)))
    found = [f"- {one}" for one in risks(the_plan, cards, about.notes, about.link, changed, about.complete)]
    kept = _fitting(found, len(found), lambda one: one, _RISKS)
    more = [f"- and {count(len(found) - len(kept), 'more')}, for which there is no room here"]
    shown = kept if len(kept) == len(found) else [*kept, *more]
    return ["### Look at this first", "\n".join(shown)] if found else []


def _used(cards: Sequence[Card]) -> set[str]:
    """Return the lists and templates of what would be created."""
    new = [one for one in cards if one.kind is ActionKind.CREATE]
    return {one.name for card in new for one in card.audience} | {one.template_id or "" for one in new}


def _footer(the_plan: Plan, about: About) -> list[str]:
    if any(one.severity is Severity.ERROR for one in the_plan.findings):
        return [
            about.complete(
                "There are errors above: `campaignctl apply` creates nothing until they are mended."
            )
        ]
    if the_plan.of(ActionKind.UNRESOLVED):
        return [
            about.complete(
                "`campaignctl apply` creates nothing until `campaignctl resolve` has settled what is unknown."
            )
        ]
    if about.command is None:
        return []
    if size(about.command) > _COMMAND:
        return ["`campaignctl plan` with the same options shows the command that creates exactly this."]
    merged = (
        "**Merging this sends it**, where a pipeline applies on merge, as `campaignctl init` writes it: exactly this plan, "
        "and nothing that exists already. By hand:"
    )
    return [
        merged if about.since is not None else "To create exactly this, once it is approved:",
        fenced(about.command, "sh"),
    ]


# --- what has room --------------------------------------------------------------------------------------


def _layers(shown: Sequence[Card], about: About, room: int) -> tuple[list[str], list[str]]:
    """Return the table and the cards, as many as there is room for, and the sentence about what was left out."""
    if not shown:
        return [], []
    rows = _fitting(shown, len(shown), row, room - size("\n".join(HEAD)) - 2)
    table = ["\n".join([*HEAD, *rows])]
    room -= size(table[0]) + 2
    folded = len(shown) > _OPEN

    def full(card: Card) -> str:
        return sheet(card, folded=folded, payload=True, since=about.since, link=about.link)

    def short(card: Card) -> str:
        return sheet(card, folded=folded, payload=False, since=about.since, link=about.link)

    if len(rows) == len(shown):
        for render in (full, short):
            sheets = _fitting(shown, len(shown), render, room)
            if len(sheets) == len(shown):
                return [*table, *sheets], [] if render is full else [_left_out(shown, len(shown), len(shown))]
        return [*table, *sheets], [_left_out(shown, len(shown), len(sheets))]
    return table, [_left_out(shown, len(rows), 0)]


def _fitting(
    items: Sequence[Card] | Sequence[str], most: int, render: Callable[..., str], room: int
) -> list[str]:
    """Return the first of the items in Markdown, as many as fit into `room` with the line breaks between them."""
    kept: list[str] = []
    for one in items[:most]:
        piece = render(one)
        room -= size(piece) + 2
        if room < 0:
            break
        kept.append(piece)
    return kept


def _left_out(shown: Sequence[Card], rows: int, sheets: int) -> str:
    parts = ["the full payloads"]
    if sheets < len(shown):
        parts.append("all cards" if not sheets else f"the cards of {count(len(shown) - sheets, 'campaign')}")
    if rows < len(shown):
        rest = total(tuple(shown[rows:]))
        parts.append(
            f"the rows of {count(rest.campaigns, 'campaign')} ({rest.recipients:,} recipients, "
            f"{count(rest.messages, 'message')}); they are part of the numbers above"
        )
    said = " and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else parts[0]
    return f"> **Left out, for a comment has room for {LIMIT:,} characters:** {said}. `campaignctl plan` shows every campaign."
