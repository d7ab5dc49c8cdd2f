"""What `resolve` has to say of one create without a clear answer: values for its report."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from campaignctl.model import Intent, Remote


class Settled(StrEnum):
    """How it stands after a look."""

    ADOPTED = "adopted"
    NOT_CREATED = "not-created"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True, slots=True)
class Hit:
    """A campaign at Exotel that holds the token, and in which fields it is not what was sent."""

    remote: Remote
    differs: tuple[str, ...] = ()
    awake: bool = False  #: it may send: neither paused nor at its end


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """One intent, what Exotel shows of it, and what became of it."""

    id: str
    intent: Intent
    hits: tuple[Hit, ...]
    age: float  #: seconds since the intent was written; below zero when the clock has jumped back
    left: float  #: seconds of the settle window that are still to pass
    listed: int | None = None  #: campaigns in the complete list without the token; None: not read as a whole
    elsewhere: str | None = None  #: the service that it was sent to, where another one was looked at
    settled: Settled = Settled.UNKNOWN
    sid: str | None = None  #: what was adopted
    why: str | None = None  #: why it is still unknown, with the next step
