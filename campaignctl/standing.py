"""Looking at campaigns: which requests are needed to say how they stand, and what their messages failed of.

One reading of Exotel's list tells every status, and what is there that should not be. By itself a campaign is asked
for when the list leaves out what is wanted: counts while it sends or stands still, and of those that ended last; the
fields of one that can still be edited; whether one that is not listed exists at all. A few campaigns that were named
are asked for one by one, and the list by their tokens alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from campaignctl import codes, controls, drift
from campaignctl.deliveries import Counts, Details, Message
from campaignctl.drift import Ours, start_of, start_sent
from campaignctl.errors import VendorError
from campaignctl.model import ActionKind, Plan, Remote
from campaignctl.standings import Drift, Failures, Standing

#: Up to so many campaigns that were named are looked for one by one; for more the whole list is read.
SINGLY = 25
#: Campaigns that are asked for by themselves in one run, and of those that are over how many.
MOST, RECENT = 100, 25
#: Numbers that are shown of those whose message failed for one reason.
_EXAMPLES = 3
#: Digits that a number keeps when it is shown.
_KEPT = 3


class Vendor(Protocol):
    """What looking needs of Exotel. All raise VendorError; `every` also for a list that is not whole."""

    def show(self, sid: str) -> Details | None: ...
    def every(
        self, *, name: str | None = None, status: tuple[str, ...] = (), sort_by: str | None = None
    ) -> Iterator[Details]: ...
    def messages(self, sid: str, *, number: str | None = None) -> Iterator[Message]: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """What Exotel has shown."""

    listed: Mapping[str, Details]  #: by SID
    shown: Mapping[str, Details | None] = field(
        default_factory=dict
    )  #: asked for by SID; None: it knows none
    unasked: tuple[str, ...] = ()  #: SIDs whose counts the list does not tell, and that were not asked for
    error: str | None = None  #: why the rest was not asked for

    def of(self, sid: str) -> Details | None:
        """Return a campaign as it was seen last."""
        return self.shown.get(sid) or self.listed.get(sid)


def at_all(known: Sequence[Ours], vendor: Vendor) -> Look:
    """Look at everything, by the list. Raises VendorError when it cannot be had."""
    listed = {one.sid: one for one in vendor.every()}
    chosen = [one.sid for one in _urgent(known, listed) if one.sid is not None]
    return _ask(chosen, listed, vendor)


def at_some(chosen: Sequence[Ours], vendor: Vendor) -> Look:
    """Look at these campaigns and at whatever else holds their tokens. Raises VendorError."""
    listed: dict[str, Details] = {}
    if len(chosen) > SINGLY:
        listed = {one.sid: one for one in vendor.every()}
    else:
        for one in chosen:
            listed.update((each.sid, each) for each in vendor.every(name=one.token))
    sids = [one.sid for one in chosen if one.sid is not None]
    if len(chosen) > SINGLY:
        sids = [one.sid for one in _urgent(chosen, listed) if one.sid is not None]
    return _ask(sids, listed, vendor)


def again(chosen: Sequence[Ours], vendor: Vendor) -> Look:
    """Look once more at campaigns that are not over: one by one, or where they are more than that by the list as well.

    Raises VendorError.
    """
    if len(chosen) <= MOST:
        return Look(listed={}, shown={one.sid: vendor.show(one.sid) for one in chosen if one.sid is not None})
    return at_some(chosen, vendor)


def _urgent(known: Iterable[Ours], listed: Mapping[str, Details]) -> list[Ours]:
    """Return those that the list tells too little of, the most pressing first."""
    awake: list[tuple[int, str, str, Ours]] = []
    over: list[tuple[str, str, Ours]] = []
    for one in known:
        if one.sid is None:
            continue
        seen = listed.get(one.sid)
        start = (start_of(seen) if seen else None) or start_sent(one.payload) or ""
        rank = _rank(seen)
        if rank is None:
            continue
        if rank < len(_RANKS):
            awake.append((rank, start, one.id, one))
        else:
            over.append((start, one.id, one))
    over.sort(key=lambda row: row[:2], reverse=True)
    return [row[-1] for row in sorted(awake, key=lambda row: row[:3])] + [row[-1] for row in over[:RECENT]]


#: What is asked for first: what is not listed, what sends, what stands still, what will send, what nobody has heard of.
_RANKS = ("absent", controls.IN_PROGRESS, controls.PAUSED, controls.SCHEDULED, None)


def _rank(seen: Details | None) -> int | None:
    """Return how pressing it is to ask for a campaign, None for not at all."""
    if seen is None:
        return 0
    status = controls.status(seen.status)
    counted = seen.counts != Counts()
    if status in (controls.COMPLETED, controls.ARCHIVED):
        return None if counted else len(_RANKS)
    if "template" in seen.fields and (counted or status == controls.SCHEDULED):
        return None
    return _RANKS.index(status)


def _ask(sids: Sequence[str], listed: Mapping[str, Details], vendor: Vendor) -> Look:
    """Ask for each; one that is listed need not answer, and if it does not, the rest is not asked for."""
    shown: dict[str, Details | None] = {}
    error: str | None = None
    for sid in sids[:MOST]:
        try:
            shown[sid] = vendor.show(sid)
        except VendorError as problem:
            if sid not in listed:
                raise
            error = str(problem)
            break
    left = {sid for sid, one in listed.items() if sid not in shown and one.counts == Counts() and _began(one)}
    return Look(
        listed=listed, shown=shown, unasked=tuple(sorted(left | set(sids) - shown.keys())), error=error
    )


def _began(seen: Details) -> bool:
    return controls.status(seen.status) != controls.SCHEDULED


@dataclass(frozen=True, kw_only=True, slots=True)
class Refreshed:
    """What Exotel has shown beside a plan."""

    known: Sequence[Ours]
    look: Look

    def drift(self, the_plan: Plan, now: datetime) -> tuple[Drift, ...]:
        """Return what differs from what was sent, and for what is to be adopted from what would be recorded."""
        adopted = {one.id: one.payload for one in the_plan.of(ActionKind.ADOPT)}
        known = [replace(one, payload=adopted.get(one.id, one.payload)) for one in self.known]
        return drift.find(known, self.look.listed.values(), self.look.shown, now).drift


def refreshed(known: Iterable[Ours], observed: Mapping[str, tuple[Remote, ...]], vendor: Vendor) -> Refreshed:
    """Look at everything that the state has, and what a plan would adopt by its token. Raises VendorError."""
    found = []
    for one in known:
        hits = observed.get(one.token, ()) if one.sid is None else ()
        found.append(replace(one, sid=hits[0].sid) if len(hits) == 1 else one)
    return Refreshed(known=found, look=at_all(found, vendor))


def rows(chosen: Iterable[Ours], look: Look) -> tuple[Standing, ...]:
    """Return a line for each campaign that the state has, or may have sent."""
    return tuple(_row(one, look) for one in chosen if one.payload is not None)


def _row(one: Ours, look: Look) -> Standing:
    seen = look.of(one.sid) if one.sid is not None else None
    start = start_of(seen) if seen is not None else None
    return Standing(
        id=one.id,
        sid=one.sid,
        name=seen.name if seen is not None and seen.name else one.name,
        status=seen.status if seen is not None else None,
        counts=seen.counts if seen is not None else Counts(),
        start=start or start_sent(one.payload),
        report_url=seen.report_url if seen is not None else None,
        gone=seen is None and one.sid in look.shown,
        asked=one.sid in look.shown,
    )


def stranger(seen: Details) -> Standing:
    """Return the line of a campaign that was not made from here."""
    return Standing(
        id=None,
        sid=seen.sid,
        name=seen.name,
        status=seen.status,
        counts=seen.counts,
        start=start_of(seen),
        report_url=seen.report_url,
        asked=True,
    )


# --- failures -----------------------------------------------------------------------------------------


def may_have_failed(one: Standing) -> bool:
    """Return whether a campaign's messages are worth reading: some failed, or nobody can say that none has."""
    if one.sid is None or one.gone:
        return False
    numbers = (one.counts.failed, one.counts.invalid)
    if None in numbers:
        return controls.status(one.status) != controls.SCHEDULED
    return any(numbers)


def failures(one: Standing, messages: Iterable[Message]) -> tuple[Failures, ...]:
    """Return why messages of a campaign failed, the most frequent reason first."""
    counts: dict[tuple[int | None, str | None], int] = {}
    examples: dict[tuple[int | None, str | None], list[str]] = {}
    for each in messages:
        if not _failed(each):
            continue
        known = codes.of(each.detailed_status, each.code)
        key = (
            (known.code, known.detailed_status) if known else (each.code, each.detailed_status or each.status)
        )
        counts[key] = counts.get(key, 0) + 1
        shown = examples.setdefault(key, [])
        number = masked_number(each.number)
        if number is not None and number not in shown and len(shown) < _EXAMPLES:
            shown.append(number)
    found = [_reason(one, key, number, tuple(examples[key])) for key, number in counts.items()]
    return tuple(sorted(found, key=lambda each: (-each.count, each.code or 0, each.detailed_status or "")))


def _reason(
    one: Standing, key: tuple[int | None, str | None], number: int, examples: tuple[str, ...]
) -> Failures:
    code, words = key
    known = codes.of(words, code)
    return Failures(
        id=one.id,
        sid=one.sid or "",
        code=code,
        detailed_status=words,
        count=number,
        examples=examples,
        meaning=known.meaning if known else None,
        rules=known.rules if known else (),
        advice=known.advice if known else None,
    )


def _failed(one: Message) -> bool:
    """Return whether a message has reached its end without its reader (Exotel: SMS details, `status`).

    Joints and case differ from page to page: failed, failed_dnd, failed-dnd, Failed_Expired, invalid.
    """
    status = "".join(char for char in (one.status or "").casefold() if char.isalpha())
    if status:
        return status.startswith(("fail", "invalid", "undeliver", "reject", "expired"))
    return one.code is not None and one.code >= 23000


def masked_number(text: str | None) -> str | None:
    """Return a telephone number of which only the last digits show; one that is too short shows none."""
    if not text:
        return None
    digits = sum(char.isalnum() for char in text)
    kept = _KEPT if digits >= 3 * _KEPT else 0
    return "x" * min(digits - kept, 15) + "".join(char for char in text if char.isalnum())[digits - kept :]
