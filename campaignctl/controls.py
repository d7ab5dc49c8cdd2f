"""The vendor's four actions on a campaign that exists: where each may start, and what it leads to.

Source: Exotel, Update SMS campaign (`action`), whose "created" is the status that a campaign itself calls
`scheduled`. Whoever asks for what has happened already gets what was asked for; what Exotel would refuse is
not asked for at all, where the status leaves no doubt.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

SCHEDULED, IN_PROGRESS, PAUSED, COMPLETED, ARCHIVED = (
    "scheduled",
    "in-progress",
    "paused",
    "completed",
    "archived",
)
#: Every spelling on Exotel's pages, without case and joints: `InProgress`, `in-progress`, `Created`.
_SPELLINGS = {
    "created": SCHEDULED,
    "scheduled": SCHEDULED,
    "inprogress": IN_PROGRESS,
    "paused": PAUSED,
    "completed": COMPLETED,
    "archived": ARCHIVED,
}


#: Words that no page has and that mean an end: nobody waits for such a campaign.
_ENDED = frozenset(("canceled", "cancelled", "failed", "deleted", "expired"))


def status(text: str | None) -> str | None:
    """Return the status that a text spells; None for one that the pages do not know."""
    if text is None:
        return None
    return _SPELLINGS.get("".join(char for char in text.casefold() if char not in "-_ "))


def over(text: str | None) -> bool:
    """Return whether a campaign in this status does nothing more: ended, or said to be gone in words of no page."""
    plain = "".join(char for char in (text or "").casefold() if char.isalpha())
    return status(text) in (COMPLETED, ARCHIVED) or plain in _ENDED


def settled(text: str | None) -> bool:
    """Return whether a campaign in this status sends nothing by itself, and was not left to send it all.

    A double that is `completed` may have reached everybody; one that was archived has been looked at.
    """
    return status(text) in (PAUSED, ARCHIVED)


@dataclass(frozen=True, kw_only=True, slots=True)
class Control:
    """One action. `goals` are where nothing is left to do, `ends` what an accepted request may lead to."""

    command: str  #: what people type
    action: str  #: what Exotel is sent
    sources: frozenset[str]
    goals: frozenset[str]
    ends: frozenset[str]
    lasting: str | None = None  #: what cannot be taken back


CONTROLS: Mapping[str, Control] = {
    one.command: one
    for one in (
        Control(
            command="stop",
            action="pause",
            sources=frozenset((SCHEDULED, IN_PROGRESS)),
            goals=frozenset((PAUSED,)),
            ends=frozenset((PAUSED,)),
        ),
        Control(
            command="resume",
            action="resume",
            sources=frozenset((PAUSED,)),
            goals=frozenset((SCHEDULED, IN_PROGRESS)),
            ends=frozenset((SCHEDULED, IN_PROGRESS, COMPLETED, ARCHIVED)),  # its end may be past
        ),
        Control(
            command="complete",
            action="complete",
            sources=frozenset((PAUSED,)),
            goals=frozenset((COMPLETED,)),
            ends=frozenset((COMPLETED, ARCHIVED)),
            lasting="a campaign that is completed stays so: everybody not reached yet counts as failed",
        ),
        Control(
            command="archive",
            action="archive",
            sources=frozenset((COMPLETED,)),
            goals=frozenset((ARCHIVED,)),
            ends=frozenset((ARCHIVED,)),
            lasting="a campaign that is archived stays so",
        ),
    )
}
#: The command that comes first, where one status stands in the way: command and status -> command.
_FIRST = {
    ("complete", SCHEDULED): "stop",
    ("complete", IN_PROGRESS): "stop",
    ("archive", SCHEDULED): "stop and complete",
    ("archive", IN_PROGRESS): "stop and complete",
    ("archive", PAUSED): "complete",
}


class Verdict(StrEnum):
    """What is done about one campaign, by its status."""

    SEND = "send"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


def judge(control: Control, text: str | None) -> tuple[Verdict, str | None]:
    """Return what to do about a campaign in this status, and why not. A status that is unheard of is sent:
    Exotel decides then."""
    now = status(text)
    if now is None or now in control.sources:
        return Verdict.SEND, None
    if now in control.goals:
        return Verdict.UNCHANGED, None
    first = _FIRST.get((control.command, now))
    return Verdict.REFUSED, f"it is {now}" + (f"; {first} it first" if first else "")


# --- what Exotel said, and what became of it ------------------------------------------------------------


class Heard(StrEnum):
    """What an answer to an action proves."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    THROTTLED = "throttled"
    NOT_SENT = "not sent"
    UNCLEAR = "unclear"


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """The classified end of one request for an action."""

    heard: Heard
    status: str | None = None  #: the campaign's, as the answer spells it
    error: str | None = None
    retry_after: float | None = None  #: seconds
    hopeless: bool = False  #: the account is refused, and so would be the rest


class End(StrEnum):
    """What became of one campaign."""

    DONE = "done"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
    SKIPPED = "skipped"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True, slots=True)
class Steered:
    """One line of the report: `before` and `after` as Exotel spells them, None where nobody could say."""

    id: str
    sid: str | None
    before: str | None
    after: str | None
    outcome: End
    error: str | None = None
    double: bool = False  #: another campaign with the token of the one that is meant
