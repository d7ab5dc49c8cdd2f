"""How campaigns stand at Exotel, and where that is not what the state says: values for the reports."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from campaignctl import controls
from campaignctl.deliveries import Counts
from campaignctl.model import FieldChange, Remote

_NONE = Counts()


class Kind(StrEnum):
    """In which way state and vendor differ."""

    PAUSED = "paused"
    EDITED = "edited"
    COMPLETED = "completed-early"
    ARCHIVED = "archived-early"
    REACHED_NOBODY = "reached-nobody"
    VANISHED = "vanished"
    DOUBLED = "doubled"
    NAMESAKE = "namesake"
    UNRECORDED = "not-in-state"


@dataclass(frozen=True, kw_only=True, slots=True)
class Drift:
    """One difference. Looking changes nothing; what to do about it is for people to say."""

    kind: Kind
    id: str
    token: str
    sid: str | None  #: what the state has, or a plan would adopt; None: nothing
    status: str | None = None  #: of that one, as Exotel spells it
    changes: tuple[FieldChange, ...] = ()  #: before: what was sent; after: what Exotel shows
    others: tuple[Remote, ...] = ()  #: the campaigns that it is about, besides that one
    twins: bool = False  #: the others show the same text and lists, and that one was seen

    @property
    def awake(self) -> tuple[Remote, ...]:
        """Those of the others that may send, or have sent."""
        return tuple(one for one in self.others if not controls.settled(one.status))

    @property
    def alarming(self) -> bool:
        """Whether somebody may be texted twice."""
        if self.twins:
            return not controls.settled(self.status) and bool(self.awake)
        return self.kind is Kind.DOUBLED and len(self.awake) > (0 if self.sid is not None else 1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """One line of the table."""

    id: str | None  #: None: a campaign that was not made from here
    sid: str | None  #: None: whether it exists is unknown
    name: str
    status: str | None  #: as Exotel spells it
    counts: Counts = _NONE
    start: str | None = None
    report_url: str | None = None
    gone: bool = False  #: Exotel knows no such campaign
    asked: bool = False  #: by itself, and not only listed: then the counts are all that Exotel tells

    @property
    def name_here(self) -> str:
        """What people type to name it."""
        return self.id or self.sid or ""

    @property
    def unasked(self) -> bool:
        """Whether it may have sent something, no number says how much, and it was not asked for."""
        begun = controls.status(self.status) != controls.SCHEDULED and not self.unresolved
        return begun and not self.asked and self.counts == _NONE

    @property
    def unresolved(self) -> bool:
        """Whether an earlier create has no clear answer."""
        return self.sid is None

    @property
    def over(self) -> bool:
        """Whether nothing more will happen to it by itself."""
        return self.unresolved or self.gone or controls.over(self.status)

    @property
    def paused(self) -> bool:
        """Whether it waits for somebody."""
        return not self.over and controls.status(self.status) == controls.PAUSED


@dataclass(frozen=True, kw_only=True, slots=True)
class Failures:
    """The messages of one campaign that failed for one reason."""

    id: str | None
    sid: str
    code: int | None
    detailed_status: str | None  #: as Exotel spells it; where it has none, the plain status
    count: int
    examples: tuple[str, ...]  #: numbers, masked
    meaning: str | None = None
    rules: tuple[str, ...] = ()  #: of lint, that would have found it before
    advice: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Standings:
    """What `status` has to say."""

    project: str
    looked_at: str  #: RFC 3339, UTC
    rows: tuple[Standing, ...]
    drift: tuple[Drift, ...] = ()
    foreign: tuple[Remote, ...] = ()  #: campaigns at Exotel that hold no token of ours
    failures: tuple[Failures, ...] | None = None  #: None: not asked for
    unread: tuple[str, ...] = ()  #: campaigns whose messages were not all read for it, by id or SID

    @property
    def alarming(self) -> bool:
        """Whether somebody may be texted twice."""
        return any(one.alarming for one in self.drift)
