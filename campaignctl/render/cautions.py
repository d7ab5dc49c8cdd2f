"""What a reader of the HTML page looks at first: what stops a plan, then what of it is soon, dear or unsure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from unicodedata import category

from campaignctl.cards import NEAR, Arrival, Card, total
from campaignctl.findings import Severity
from campaignctl.model import ActionKind, Plan
from campaignctl.render import text
from campaignctl.render.again import NOTHING, again
from campaignctl.render.agenda import Agenda
from campaignctl.render.drifts import drift
from campaignctl.render.filters import at_minute
from campaignctl.words import count, printable, shortened

#: What starts sooner than this is said: the reviewer may be asleep.
_SOON = timedelta(hours=24)
#: Rules, lists and drifts that are named one by one.
_FEW = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """The hours in which promotional messages are let through, by India's clock."""

    opens: time
    closes: time

    @property
    def words(self) -> str:
        """Return them for a sentence."""
        return f"{self.opens:%H:%M} to {self.closes:%H:%M}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Caution:
    """One sentence, the campaigns that it is about, and a sentence after them. Commands stand between backticks."""

    words: str
    cards: tuple[Card, ...] = ()
    then: str = ""
    stops: bool = False  #: nothing, or not all, is created because of it
    place: str = ""  #: where on the page more of it stands


def cautions(
    the_plan: Plan, ahead: Agenda, window: Window, unchecked: Iterable[str] = ()
) -> tuple[Caution, ...]:
    """Return the cautions, those that stop something first. `unchecked` are sentences about what nobody has checked."""
    new = [one for one in ahead.cards if one.kind is ActionKind.CREATE]
    found = (
        *_found(the_plan, Severity.ERROR),
        *([Caution(words=again(the_plan).rstrip("."))] if again(the_plan) != NOTHING else []),
        *_unclear(the_plan, ahead.cards),
        *_blocked(the_plan, ahead.cards),
        *_drifted(the_plan),
        *(Caution(words=_sentence(one)) for one in unchecked),
        *_given(the_plan),
        *_found(the_plan, Severity.WARNING),
        *_soon(the_plan, new),
        *_promotional(new, window),
        *_unknown_size(new),
        *_unicode(new),
        *_tight(new),
        *_overlapping(ahead),
        *_sent(ahead.cards),
    )
    return tuple(sorted(found, key=lambda one: not one.stops))


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}".rstrip(".")


# --- what stops, and what is unsure -------------------------------------------------------------------


def _found(the_plan: Plan, severity: Severity) -> Iterator[Caution]:
    """Yield how many findings there are, with the names of their rules."""
    names = Counter(one.name for one in the_plan.findings if one.severity is severity)
    if not names:
        return
    number = names.total()
    rules = ", ".join(f"{name} ({times:,})" if times > 1 else name for name, times in names.most_common(_FEW))
    more = f" and {count(len(names) - _FEW, 'other rule')}" if len(names) > _FEW else ""
    stops = severity is Severity.ERROR
    verb = ("stops", "stop") if stops else ("does not stop", "do not stop")
    said = f"{count(number, severity.value)} {verb[number > 1]} the plan"
    yield Caution(words=f"{said}: {rules}{more}", stops=stops, place="findings")


def _unclear(the_plan: Plan, cards: Sequence[Card]) -> Iterator[Caution]:
    """Yield creates without a clear answer: nobody knows whether Exotel has them."""
    plain = {one.id for one in the_plan.of(ActionKind.UNRESOLVED) if not one.doubles}
    those = tuple(one for one in cards if one.id in plain)
    if those:
        which = f" {those[0].id}" if len(those) == 1 else ""
        said = (
            "An earlier create has no clear answer"
            if len(those) == 1
            else "Earlier creates have no clear answer"
        )
        yield Caution(
            words=f"{said}, and people may have been texted already",
            cards=those,
            then=f"Nothing new is created before `campaignctl resolve{which}` has settled it",
            stops=True,
        )
    yield from _words(the_plan, cards, ActionKind.UNRESOLVED, plain)


def _blocked(the_plan: Plan, cards: Sequence[Card]) -> Iterator[Caution]:
    """Yield what is blocked for no finding: the count of those has been said."""
    told = {one.campaign for one in the_plan.findings if one.severity is Severity.ERROR}
    late = {one.id for one in the_plan.of(ActionKind.BLOCKED) if one.reason == "schedule-lead-time"} - told
    those = tuple(one for one in cards if one.id in late)
    if those:
        said = count(len(those), "campaign is", "campaigns are")
        yield Caution(
            words=f"{said} blocked, for the start is past or less than 10 minutes ahead",
            cards=those,
            then="Move the schedule, or delete the file",
            stops=True,
        )
    yield from _words(the_plan, cards, ActionKind.BLOCKED, told | late)


def _words(
    the_plan: Plan, cards: Sequence[Card], kind: ActionKind, told: AbstractSet[str | None]
) -> Iterator[Caution]:
    by_id = {one.id: one for one in cards}
    what = "is blocked" if kind is ActionKind.BLOCKED else "is not clear"
    for one in the_plan.of(kind):
        if one.id not in told and one.id in by_id:
            words = f"1 campaign {what}, {text.words(one, the_plan)}"
            yield Caution(words=words, cards=(by_id[one.id],), stops=True)


def _drifted(the_plan: Plan) -> Iterator[Caution]:
    for one in the_plan.drift or ():
        said = "; ".join(line.strip() for line in drift([one])).replace(":; ", ": ")
        yield Caution(words=f"Not as it was sent: {said}")


def _given(the_plan: Plan) -> Iterator[Caution]:
    if the_plan.partial:
        yield Caution(words="This plan is partial: only the named paths were read")
    if the_plan.allowed:
        yield Caution(words=f"Guards that were let pass by name: {', '.join(the_plan.allowed)}")


# --- what is soon, dear or wide -----------------------------------------------------------------------


def _soon(the_plan: Plan, new: Sequence[Card]) -> Iterator[Caution]:
    latest = datetime.fromisoformat(the_plan.created_at) + _SOON
    soon = tuple(one for one in new if one.start is not None and one.start < latest)
    if soon:
        first = at_minute(min(one.start for one in soon if one.start is not None))
        said = count(len(soon), "campaign starts", "campaigns start")
        which = "on" if len(soon) == 1 else "the first on"
        yield Caution(words=f"{said} within a day, {which} {first} IST", cards=soon)
    at_once = tuple(one for one in new if one.start is None)
    if at_once:
        said = count(len(at_once), "campaign starts", "campaigns start")
        yield Caution(words=f"{said} the moment it is created", cards=at_once)


def _promotional(new: Sequence[Card], window: Window) -> Iterator[Caution]:
    those = tuple(one for one in new if one.sms_type == "promotional")
    if those:
        sum_ = total(those)
        least = "at least " if sum_.is_least else ""
        people = f"{least}{count(sum_.people, 'person', 'people')}"
        yield Caution(
            words=f"{count(len(those), 'promotional campaign')} to {people}",
            cards=those,
            then=f"Operators let promotions through from {window.words} only, and not to those who have blocked them",
        )


def _unknown_size(new: Sequence[Card]) -> Iterator[Caution]:
    those = tuple(one for one in new if one.recipients is None)
    if those:
        lists = dict.fromkeys(each.name for one in those for each in one.audience if each.contacts is None)
        named = ", ".join(printable(shortened(one, 40)) for one in list(lists)[:_FEW])
        more = f" and {len(lists) - _FEW:,} more" if len(lists) > _FEW else ""
        yield Caution(
            words=f"Nobody has written down how many people are on {named}{more}",
            cards=those,
            then="They are missing in the numbers; `campaignctl lists pull` writes the sizes down",
        )


def _unicode(new: Sequence[Card]) -> Iterator[Caution]:
    """Yield what makes messages Unicode: letters of another script are meant, a sign in plain text seldom is."""
    by_cause: dict[tuple[bool, str], list[Card]] = defaultdict(list)
    for one in new:
        if one.arrival is not None and one.arrival.forced_by is not None:
            by_cause[_cause(one.arrival)].append(one)
    holds = "holds 70 characters in one message in place of 160"
    for (is_script, name), those in sorted(by_cause.items(), key=lambda item: (item[0][0], -len(item[1]))):
        first = those[0].arrival
        assert first is not None  # noqa: S101 - it was put there for its arrival
        char = f"{printable(first.forced_by or '')} ({name or first.forced_name})"
        number = count(len(those), "campaign")
        said = f"{char} makes {number} Unicode, which {holds}"
        if is_script:
            said = f"Unicode {holds}, and the script of {number} needs it, from {char} on"
        paid = sum(one.messages or 0 for one in those)
        them = "It comes" if len(those) == 1 else "They come"
        yield Caution(
            words=said,
            cards=tuple(those),
            then=f"{them} to {count(paid, 'message')} to pay for" if paid else "",
        )


def _cause(arrival: Arrival) -> tuple[bool, str]:
    """Return whether it is another script that makes a message Unicode, and if not, the name of the sign."""
    name = arrival.forced_name or ""
    is_script = category(arrival.forced_by or " ")[0] in "LM" and "LATIN" not in name
    return is_script, "" if is_script else name


def _tight(new: Sequence[Card]) -> Iterator[Caution]:
    """Yield the campaigns of which some people may get one part more than was counted with the sample row."""
    tight = tuple(one for one in new if one.is_near)
    if tight:
        more = sum(one.recipients or 0 for one in tight)
        cost = f", up to {count(more, 'message')} more to pay for" if more else ""
        one = f"Values {NEAR} characters longer than the sample's take another part{cost}"
        yield Caution(words=one, cards=tight, then="Look at the longest values of the list")


def _overlapping(ahead: Agenda) -> Iterator[Caution]:
    """Yield each list that gets two campaigns at the same time."""
    by_list: dict[str, tuple[str, dict[str, Card]]] = {}
    cards = {one.id: one for one in ahead.cards}
    for id_, clashes in ahead.clashes.items():
        for clash in clashes:
            key, name = clash.audience.sid or clash.audience.name, clash.audience.name
            by_list.setdefault(key, (name, {}))[1][id_] = cards[id_]
    lists = sorted(by_list.values(), key=lambda one: -len(one[1]))
    for name, those in lists[:_FEW]:
        shown = tuple(sorted(those.values(), key=lambda one: (str(one.start), one.id)))
        named = printable(shortened(name, 40))
        said = f"{count(len(shown), 'campaign')} overlap on the list {named}"
        yield Caution(words=said, cards=shown)
    if len(lists) > _FEW:
        yield Caution(words=f"Campaigns overlap on {count(len(lists) - _FEW, 'more list')}", place="timeline")


# --- what was sent ------------------------------------------------------------------------------------


def _sent(cards: Sequence[Card]) -> Iterator[Caution]:
    """Yield what was sent and is not as the files have it. Nothing is done about it, and a reader may think it is."""
    edited = tuple(one for one in cards if one.kind is ActionKind.CHANGED)
    if edited:
        yield Caution(
            words=f"{count(len(edited), 'campaign was', 'campaigns were')} edited after sending",
            cards=edited,
            then="Exotel keeps what was sent; the edit reaches nobody, and nothing is sent again",
        )
    deleted = tuple(one for one in cards if one.kind is ActionKind.REMOVED)
    if deleted:
        which = deleted[0].id if len(deleted) == 1 else "ID"
        yield Caution(
            words=f"{count(len(deleted), 'campaign has', 'campaigns have')} no file any more",
            cards=deleted,
            then=(
                f"Exotel may send what it has all the same; `campaignctl status` says how it stands, and "
                f"`campaignctl stop {which}` pauses it"
            ),
        )
