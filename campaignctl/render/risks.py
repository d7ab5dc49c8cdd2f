"""What a reviewer looks at first: each risk of a plan in one line of Markdown, the worst ones on top."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from campaignctl.cards import Card, total
from campaignctl.findings import Finding, Severity
from campaignctl.model import Action, ActionKind, Plan
from campaignctl.render.drifts import drift
from campaignctl.render.inert import prose, sentence
from campaignctl.render.moments import indian
from campaignctl.render.sheets import LONG, NAME, SIGNS, change, finding, forced
from campaignctl.render.text import words
from campaignctl.words import count

#: Errors, and warnings, that are shown one by one.
_ERRORS, _WARNINGS = 20, 8
#: Campaigns that a line names.
_NAMED = 5
#: What starts sooner than this is said: the reviewer may be asleep.
_SOON = timedelta(hours=24)


def risks(the_plan: Plan, cards: Sequence[Card]) -> list[str]:
    """Return the lines: errors, what is not clear, warnings, then what is dear, strict or soon of what is created."""
    new = [one for one in cards if one.kind is ActionKind.CREATE]
    return [
        *_findings(the_plan.findings, Severity.ERROR, _ERRORS),
        *_drifted(the_plan),
        *_actions(the_plan, ActionKind.UNRESOLVED, "🛑"),
        *_blocked(the_plan),
        *_allowed(the_plan),
        *_findings(the_plan.findings, Severity.WARNING, _WARNINGS),
        *_of_creations(the_plan, new),
        *_edited(the_plan),
        *_partial(the_plan),
    ]


def named(cards: Sequence[Card]) -> str:
    """Return the first few ids."""
    more = f" and {len(cards) - _NAMED:,} more" if len(cards) > _NAMED else ""
    return ", ".join(prose(one.id, NAME) for one in cards[:_NAMED]) + more


def _findings(found: Sequence[Finding], severity: Severity, most: int) -> Iterator[str]:
    own = [one for one in found if one.severity is severity]
    yield from map(finding, own[:most])
    if len(own) > most:
        rules = Counter(one.name for one in own[most:]).most_common()
        kinds = ", ".join(f"{times:,} {prose(name)}" for name, times in rules[:_NAMED])
        others = f" and {count(len(rules) - _NAMED, 'other rule')}" if len(rules) > _NAMED else ""
        noun = f"more {severity.value}"
        yield f"{SIGNS[severity]} {count(len(own) - most, noun)}: {kinds}{others}; `campaignctl lint` shows them"


def _drifted(the_plan: Plan) -> Iterator[str]:
    for one in the_plan.drift or ():
        sign = "🛑" if one.alarming else "⚠️"
        said = "; ".join(line.strip() for line in drift([one])).replace(":; ", ": ")
        yield f"{sign} {prose(said, 2 * LONG)}"


def _actions(the_plan: Plan, kind: ActionKind, sign: str) -> Iterator[str]:
    for one in the_plan.of(kind):
        yield _action(one, the_plan, sign)


def _action(one: Action, the_plan: Plan, sign: str) -> str:
    return f"{sign} **{prose(one.id, NAME)}** {one.action.value}, {sentence(words(one, the_plan), LONG)}"


def _blocked(the_plan: Plan) -> Iterator[str]:
    """Yield what is blocked for no finding: those have been said."""
    told = {one.campaign for one in the_plan.findings if one.severity is Severity.ERROR}
    for one in the_plan.of(ActionKind.BLOCKED):
        if one.id not in told:
            yield _action(one, the_plan, "🛑")


def _allowed(the_plan: Plan) -> Iterator[str]:
    if the_plan.allowed:
        yield f"⚠️ let pass by name: {', '.join(map(prose, the_plan.allowed))}"


def _of_creations(the_plan: Plan, new: Sequence[Card]) -> Iterator[str]:
    now = datetime.fromisoformat(the_plan.created_at)
    soon = sorted(
        (one for one in new if one.start is not None and one.start < now + _SOON),
        key=lambda one: str(one.start),
    )
    if soon and soon[0].start is not None:
        first = min(one.start for one in soon if one.start is not None)
        yield f"⏰ {count(len(soon), 'campaign starts', 'campaigns start')} within a day, the first {indian(first)}: {named(soon)}"
    at_once = [one for one in new if one.start is None]
    if at_once:
        yield f"⏰ {count(len(at_once), 'campaign starts', 'campaigns start')} the moment it is created: {named(at_once)}"
    unknown = [one for one in new if one.recipients is None]
    if unknown:
        yield f"❓ {count(len(unknown), 'campaign')} to lists of nobody knows how many people: {named(unknown)}"
    promotional = [one for one in new if one.sms_type == "promotional"]
    if promotional:
        people = total(tuple(promotional)).recipients
        said = count(len(promotional), "promotional campaign")
        yield (
            f"📣 {said} to {people:,} people, between 10:00 and 21:00 only, and not to those who have blocked promotions: "
            f"{named(promotional)}"
        )
    yield from _unicode(new)


def _unicode(new: Sequence[Card]) -> Iterator[str]:
    dear = [one for one in new if one.arrival is not None and one.arrival.forced_at is not None]
    if not dear:
        return
    said = (
        f"💰 {count(len(dear), 'campaign')} in Unicode, 70 characters a part in place of 160: {named(dear)}"
    )
    if len(dear) == 1 and dear[0].arrival is not None:
        said += f"; {forced(dear[0].arrival)}"
    yield said


def _edited(the_plan: Plan) -> Iterator[str]:
    for one in the_plan.of(ActionKind.CHANGED):
        what = "; ".join(map(change, one.changes[:_NAMED])) or sentence(words(one, the_plan), LONG)
        more = f" and {count(len(one.changes) - _NAMED, 'more field')}" if len(one.changes) > _NAMED else ""
        yield f"✏️ **{prose(one.id, NAME)}** was edited after it was sent, and is not sent again: {what}{more}"


def _partial(the_plan: Plan) -> Iterator[str]:
    if the_plan.partial:
        yield "⚠️ This plan is partial: only the named paths were read."
