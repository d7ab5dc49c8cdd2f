"""The head of the HTML page: what will happen in one line, what follows from it, and the numbers that cost money."""

from __future__ import annotations

from collections.abc import Iterator

from campaignctl.cards import Total
from campaignctl.findings import Severity
from campaignctl.model import ActionKind, Plan
from campaignctl.render.again import NOTHING, again
from campaignctl.render.agenda import Agenda
from campaignctl.words import count

#: What Exotel has.
SENT = (ActionKind.ADOPT, ActionKind.UNCHANGED, ActionKind.CHANGED, ActionKind.REMOVED)


def errors(the_plan: Plan) -> int:
    """Return how many errors stop the plan: with one, `apply` creates nothing at all."""
    return sum(one.severity is Severity.ERROR for one in the_plan.findings)


def headline(the_plan: Plan, new: Total) -> str:
    """Return what will happen, in one line. What stops the plan comes before what it would do."""
    wrong, unclear = errors(the_plan), len(the_plan.of(ActionKind.UNRESOLVED))
    if not the_plan.plan_id:
        stopped = f"Stopped by {count(wrong, 'error')}: " if wrong else "Stopped: "
        return f"{stopped}no plan is made until the settings are mended"
    if wrong:
        return f"Stopped by {count(wrong, 'error')}: nothing is created"
    if unclear and new.campaigns:
        waiting = count(new.campaigns, "campaign waits", "campaigns wait")
        return f"Stopped by {count(unclear, 'unknown outcome')}: {waiting}"
    blocked = len(the_plan.of(ActionKind.BLOCKED))
    rest = f"; {count(blocked, 'campaign')} blocked" if blocked else ""
    rest += f"; {count(unclear, 'unknown outcome')} to settle" if unclear else ""
    if not new.campaigns:
        return f"Nothing to create{rest}"
    return f"{count(new.campaigns, 'new campaign')}: {reach(new)}{rest}"


def reach(new: Total) -> str:
    """Return whom campaigns reach and what they cost. A person who is on the lists of two counts once."""
    least, about = "at least " if new.is_least else "", "about " if new.is_estimate else ""
    twice = ", some more than once" if new.people < new.recipients else ""
    people = f"{least}{count(new.people, 'person', 'people')}{twice}"
    return f"{people}, {least or about}{count(new.messages, 'message')} to pay for"


def lede(the_plan: Plan, new: Total) -> str:
    """Return what follows from the headline, with the next step where something stops the plan."""
    unclear, blocked = the_plan.of(ActionKind.UNRESOLVED), len(the_plan.of(ActionKind.BLOCKED))
    if not the_plan.plan_id:
        return "Mend what stands under Findings, in campaignctl.yaml and registry/; then there is a plan to look at."
    would = f"{count(new.campaigns, 'campaign')} would be created: {reach(new)}." if new.campaigns else ""
    if errors(the_plan):
        held = f"{count(blocked, 'campaign is', 'campaigns are')} blocked. " if blocked else ""
        rest = "Without the errors, " if would and not blocked else ""
        they = "it is" if errors(the_plan) == 1 else "they are"
        return f"`campaignctl apply` creates nothing until {they} mended. {held}{rest}{would}".rstrip()
    if unclear and new.campaigns:
        which = f" {unclear[0].id}" if len(unclear) == 1 else ""
        return f"Nothing new is created before `campaignctl resolve{which}` has settled it. Then {would}"
    if new.campaigns and again(the_plan) != NOTHING:
        return f"Nothing of this has been sent yet. Look twice: {again(the_plan)}"
    if new.campaigns:
        return "Nothing of this has been sent yet, and nothing that was sent before is sent again."
    return "Nothing that was sent before is sent again."


def numbers(the_plan: Plan, ahead: Agenda, new: Total) -> Iterator[tuple[str, str, str]]:
    """Yield the key numbers: each with its words, and a colour where it is to be looked at."""
    least = ", at the least" if new.is_least else ""
    about = least or (", about" if new.is_estimate else "")
    twice = ", some more than once" if new.people < new.recipients else ""
    yield f"{new.campaigns:,}", count(new.campaigns, "campaign").split()[-1] + " to create", ""
    if new.campaigns:
        yield f"{new.people:,}", f"people on their lists{twice}{least}", ""
        yield f"{new.messages:,}", f"messages to pay for{about}", ""
    known = sum(one.kind in SENT for one in ahead.cards)
    if known:
        yield f"{known:,}", "at Exotel already, not over; not sent again", ""
    wrong = errors(the_plan)
    for number, words, colour in (
        (wrong, "errors", "red"),
        (len(the_plan.of(ActionKind.BLOCKED)), "campaigns blocked", "red"),
        (len(the_plan.of(ActionKind.UNRESOLVED)), "outcomes unknown", "red"),
        (len(the_plan.findings) - wrong, "warnings", "amber"),
    ):
        if number:
            single = words.replace("campaigns", "campaign").replace("outcomes", "outcome").removesuffix("s")
            yield f"{number:,}", single if number == 1 else words, colour
