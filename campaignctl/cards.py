"""What a reviewer is told about each campaign of a plan: values for the reports that people read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from campaignctl.findings import Finding, Source
from campaignctl.model import ActionKind, FieldChange

#: Characters by which a value may well be longer than the one in the sample row.
NEAR = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class Arrival:
    """One message as a phone gets it, and what it costs."""

    label: str  #: "as written", or "sample row"
    text: str  #: with the @@columns filled in whose values are known; the others stay as they are written
    encoding: str  #: GSM-7 | UCS-2
    forced_by: str | None = None  #: the first character that makes it Unicode
    forced_name: str | None = None  #: that one as sentences name it: "U+2019 RIGHT SINGLE QUOTATION MARK"
    forced_at: int | None = None  #: its place in `text`, in code points
    units: int  #: septets, or UTF-16 units
    parts: int
    borders: tuple[int, ...] = ()  #: the places in `text` where a new part begins, in code points
    unfilled: tuple[str, ...] = ()  #: the @@columns that no value is known of

    @property
    def room(self) -> int:
        """Return how many units more fit before another part begins. An escape pair at a border may take one more."""
        single, several = (160, 153) if self.encoding == "GSM-7" else (70, 67)
        return (single if self.parts == 1 else self.parts * several) - self.units


@dataclass(frozen=True, kw_only=True, slots=True)
class Audience:
    """One list of a campaign."""

    name: str  #: its alias; the SID where it has none
    sid: str
    contacts: int | None  #: None: not stated


@dataclass(frozen=True, kw_only=True, slots=True)
class Card:
    """One campaign of a plan."""

    id: str
    name: str
    kind: ActionKind
    path: str | None = None  #: None: it has no file any more
    source: Source | None = field(default=None, compare=False, repr=False)
    start: datetime | None = None  #: None: at once, or not known
    end: datetime | None = None
    audience: tuple[Audience, ...] = ()
    recipients: int | None = None  #: None: a list does not say
    sender_id: str | None = None
    sms_type: str | None = None
    template_id: str | None = None
    arrivals: tuple[Arrival, ...] = ()  #: the last one is the nearest to what people get
    reason: str | None = None
    sid: str | None = None  #: the vendor's campaign, where there is one
    changes: tuple[FieldChange, ...] = ()  #: what differs from what was sent
    edits: tuple[FieldChange, ...] | None = None  #: what differs from an earlier revision; None: not compared
    is_new: bool = False  #: the earlier revision does not have it
    findings: tuple[Finding, ...] = ()
    payload: Mapping[str, Any] | None = None

    @property
    def line(self) -> int | None:
        """Return the line of its file where it begins. It is looked up in the file's text each time."""
        return self.source.locate(("id",)).line if self.source is not None else None

    @property
    def arrival(self) -> Arrival | None:
        """Return the message that is nearest to what people get."""
        return self.arrivals[-1] if self.arrivals else None

    @property
    def messages(self) -> int | None:
        """Return the messages to pay for: people times parts. None where a list does not say."""
        if self.recipients is None or self.arrival is None:
            return None
        return self.recipients * self.arrival.parts

    @property
    def is_estimate(self) -> bool:
        """Return whether the parts differ from person to person: a text with @@columns has other values for each."""
        return any(one.label != "as written" or one.unfilled for one in self.arrivals)

    @property
    def is_near(self) -> bool:
        """Return whether values a little longer than those of the sample row, `NEAR` each, make one more part."""
        if self.arrival is None or not self.is_estimate:
            return False
        return self.arrival.room < NEAR * len(self.arrivals[0].unfilled)


@dataclass(frozen=True, kw_only=True, slots=True)
class Total:
    """What several campaigns come to."""

    campaigns: int
    recipients: int  #: those of each campaign added up: who gets two messages counts twice
    people: int  #: those of each list once, however many of the campaigns go to it
    messages: int  #: recipients times parts
    is_least: bool  #: a list does not say how many are in it
    is_estimate: bool  #: the parts differ from person to person


def total(cards: tuple[Card, ...]) -> Total:
    """Return what the cards come to together. Who is in two lists counts twice: no file says so."""
    lists = {one.sid or one.name: one.contacts or 0 for card in cards for one in card.audience}
    return Total(
        campaigns=len(cards),
        recipients=sum(one.recipients or 0 for one in cards),
        people=sum(lists.values()),
        messages=sum(one.messages or 0 for one in cards),
        is_least=any(one.recipients is None for one in cards),
        is_estimate=any(one.is_estimate for one in cards),
    )
