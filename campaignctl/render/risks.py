"""What a reviewer looks at first: each risk of a plan in one line of Markdown, the worst ones on top."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

from campaignctl.cards import Card, total
from campaignctl.findings import Finding, Severity
from campaignctl.model import Action, ActionKind, Plan
from campaignctl.render.agenda import Clash, overlaps
from campaignctl.render.changes import change
from campaignctl.render.drifts import drift
from campaignctl.render.inert import code, prose, sentence
from campaignctl.render.moments import indian, period
from campaignctl.render.sheets import LONG, NAME, SIGNS, Link, finding, forced, nowhere, when
from campaignctl.render.text import words
from campaignctl.words import count

#: Errors, and warnings, that are shown in full; findings of one rule from which on only the first one is.
_ERRORS, _WARNINGS, _ALIKE = 20, 8, 3
#: Campaigns that a line names, and lines for one kind of risk.
_NAMED = 5
#: What starts sooner than this is said: the reviewer may be asleep.
_SOON = timedelta(hours=24)


def risks(
    the_plan: Plan,
    cards: Sequence[Card],
    notes: Sequence[str] = (),
    link: Link = nowhere,
    changed: Sequence[str] = (),
    complete: Callable[[str], str] = str,
) -> list[str]:
    """Return the lines: errors, what the request changes for all campaigns (`changed`, lines of Markdown), what is not
    clear, what was not checked (`notes`), warnings, then what is dear, strict or soon of what is created, and what was
    created and is not as its file any more.
    """
    new = [one for one in cards if one.kind is ActionKind.CREATE]
    first = _findings(the_plan.findings, Severity.ERROR, _ERRORS, link)
    rest = (
        *_drifted(the_plan),
        *(_action(one, the_plan) for one in the_plan.of(ActionKind.UNRESOLVED)),
        *_blocked(the_plan),
        *(f"⚠️ {sentence(one, LONG)}" for one in notes),
        *_allowed(the_plan),
        *_findings(the_plan.findings, Severity.WARNING, _WARNINGS, link),
        *_of_creations(the_plan, new),
        *_overlapping(cards),
        *_edited(the_plan),
        *_removed(the_plan, cards),
        *_partial(the_plan),
    )
    # What a request changes must not be pushed out of the comment; its values are no commands of ours.
    return [*map(complete, first), *changed, *map(complete, rest)]


def named(cards: Sequence[Card]) -> str:
    """Return the first few ids."""
    return _ids([one.id for one in cards])


def _ids(ids: Sequence[str]) -> str:
    more = f" and {len(ids) - _NAMED:,} more" if len(ids) > _NAMED else ""
    return ", ".join(prose(one, NAME) for one in ids[:_NAMED]) + more


def _findings(found: Sequence[Finding], severity: Severity, most: int, link: Link) -> Iterator[str]:
    """Yield the findings; of a rule that finds much the first one, and where else."""
    groups: dict[str, list[Finding]] = {}
    for one in found:
        if one.severity is severity:
            groups.setdefault(one.name, []).append(one)
    shown = 0
    for those in [*groups.values()]:
        alone = those if len(those) <= _ALIKE else those[:1]
        if shown + len(alone) > most:
            break
        shown += len(alone)
        for one in alone:
            said = finding(one, link, named=True)
            yield said if len(alone) == len(those) else f"{said}; {_alike(those)}"
        del groups[those[0].name]
    rest = sum(map(len, groups.values()))
    if rest:
        kinds = ", ".join(f"{len(those):,} {prose(name)}" for name, those in [*groups.items()][:_NAMED])
        others = f" and {count(len(groups) - _NAMED, 'other rule')}" if len(groups) > _NAMED else ""
        noun = f"more {severity.value}"
        yield f"{SIGNS[severity]} {count(rest, noun)}: {kinds}{others}; `campaignctl plan` shows them"


def _alike(those: Sequence[Finding]) -> str:
    ids = list(dict.fromkeys(one.campaign for one in those[1:] if one.campaign))
    where = f" ({_ids(ids)})" if ids else ""
    return f"and {len(those) - 1:,} more of this kind{where}"


def _drifted(the_plan: Plan) -> Iterator[str]:
    for one in the_plan.drift or ():
        sign = "🛑" if one.alarming else "⚠️"
        said = "; ".join(line.strip() for line in drift([one])).replace(":; ", ": ")
        yield f"{sign} {prose(said, 2 * LONG)}"


def _action(one: Action, the_plan: Plan) -> str:
    return f"🛑 **{prose(one.id, NAME)}** {one.action.value}, {sentence(words(one, the_plan), LONG)}"


def _blocked(the_plan: Plan) -> Iterator[str]:
    """Yield what is blocked for no finding: those have been said."""
    told = {one.campaign for one in the_plan.findings if one.severity is Severity.ERROR}
    rest = [one for one in the_plan.of(ActionKind.BLOCKED) if one.id not in told]
    for one in rest[: _ERRORS // 2]:
        yield _action(one, the_plan)
    if len(rest) > _ERRORS // 2:
        yield f"🛑 {count(len(rest) - _ERRORS // 2, 'more campaign')} blocked: {_ids([one.id for one in rest[_ERRORS // 2 :]])}"


def _allowed(the_plan: Plan) -> Iterator[str]:
    if the_plan.allowed:
        guards = ", ".join(map(prose, the_plan.allowed))
        noun = "guard is" if len(the_plan.allowed) == 1 else "guards are"
        yield f"⚠️ {len(the_plan.allowed)} {noun} off for this plan, by `--allow`: {guards}"


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
        lists = ", ".join(
            dict.fromkeys(
                prose(one.name, NAME) for card in unknown for one in card.audience if one.contacts is None
            )
        )
        yield (
            f"❓ How many people get {named(unknown)}, nobody knows: {lists} has no `contacts:` in registry/lists.yaml; "
            "`campaignctl lists pull` asks Exotel"
        )
    promotional = [one for one in new if one.sms_type == "promotional"]
    if promotional:
        people = total(tuple(promotional)).people
        said = count(len(promotional), "promotional campaign")
        yield (
            f"📣 {said} to {people:,} people, between 10:00 and 21:00 only, and not to those who have blocked promotions: "
            f"{named(promotional)}"
        )
    yield from _dear(new)


def _dear(new: Sequence[Card]) -> Iterator[str]:
    """Yield what costs more than it seems to: Unicode, and a part that longer values would add."""
    dear = [one for one in new if one.arrival is not None and one.arrival.forced_at is not None]
    if dear:
        said = f"💰 {count(len(dear), 'campaign')} in Unicode, 70 characters a part in place of 160: {named(dear)}"
        if len(dear) == 1 and dear[0].arrival is not None:
            said += f"; {forced(dear[0].arrival)}"
        yield said
    near = [one for one in new if one.is_near]
    if near:
        noun = "campaign is" if len(near) == 1 else "campaigns are"
        yield (
            f"💰 {len(near):,} {noun} a few characters short of one more part, which values longer than those of the sample "
            f"row make: {named(near)}"
        )


def _overlapping(cards: Sequence[Card]) -> Iterator[str]:
    """Yield where a new campaign sends to a list while another one does. Each pair is said once."""
    live = [one for one in cards if one.kind is not ActionKind.BLOCKED]
    clashes = overlaps(live)
    told: set[str] = set()
    lines = []
    for card in live:
        for one in clashes.get(card.id, ()) if card.kind is ActionKind.CREATE else ():
            others = [other for other in one.others if other.id not in told]
            if others:
                lines.append(_overlap(card, one, len(others) + one.number - len(one.others), others))
        told.add(card.id)
    yield from lines[:_NAMED]
    if len(lines) > _NAMED:
        yield f"👥 {count(len(lines) - _NAMED, 'more overlap')} on one list; `campaignctl report` shows them all"


def _overlap(card: Card, clash: Clash, number: int, others: Sequence[Card]) -> str:
    rest = f" and {number - len(others):,} more" if number > len(others) else ""
    who = ", ".join(prose(one.id, NAME) for one in others) + rest
    times = f", {period(*clash.when[0])}" if clash.when else ""
    return f"👥 **{prose(card.id, NAME)}** goes to {prose(clash.audience.name, NAME)} at the same time as {who}{times}"


def _edited(the_plan: Plan) -> Iterator[str]:
    for one in the_plan.of(ActionKind.CHANGED):
        what = "; ".join(map(change, one.changes[:_NAMED])) or sentence(words(one, the_plan), LONG)
        more = f" and {count(len(one.changes) - _NAMED, 'more field')}" if len(one.changes) > _NAMED else ""
        yield f"✏️ **{prose(one.id, NAME)}** was edited after it was created. Exotel keeps what it has, nothing is sent again: {what}{more}"


def _removed(the_plan: Plan, cards: Sequence[Card]) -> Iterator[str]:
    """Yield whose file is gone, unless it has ended: that it goes out all the same is a surprise."""
    now = datetime.fromisoformat(the_plan.created_at)
    told = {one.id for one in the_plan.drift or ()}
    removed = [one for one in cards if one.kind is ActionKind.REMOVED and one.id not in told]
    gone = [one for one in removed if one.end is None or one.end > now]
    for one in gone[:_NAMED]:
        times = f", {when(one)}" if one.start is not None else ""
        status, stop = (code(f"campaignctl {word} {one.id}") for word in ("status", "stop"))
        yield f"🗑️ **{prose(one.id, NAME)}** has no file any more, and Exotel may send it all the same{times}; {status} says how it stands, {stop} pauses it"
    if len(gone) > _NAMED:
        yield f"🗑️ {count(len(gone) - _NAMED, 'more campaign')} without a file: {named(gone[_NAMED:])}"


def _partial(the_plan: Plan) -> Iterator[str]:
    if the_plan.partial:
        yield "⚠️ This plan is partial: only the named paths were read."
