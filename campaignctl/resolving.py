"""Settling creates without a clear answer: looking again, taking over, believing a person.

A state's lock is held throughout, so no process of this tool is sending. What Exotel shows is taken over. That
something was *not* created is never concluded; a person may declare it, and is believed only after the settle
window and a complete list without the token.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from campaignctl.apply import Session
from campaignctl.model import Declared, Delta, Entry, Intent, Remote
from campaignctl.plan import rfc3339
from campaignctl.unknowns import Case, Hit, Settled

#: Seconds after a request before a person is believed that nothing came of it, whatever windows were set.
_SHORTEST = 60.0
#: States in which a campaign sends nothing more, or not before somebody resumes it (Exotel: campaign states).
_ASLEEP = frozenset(("paused", "completed", "archived"))


class Vendor(Protocol):
    """What resolve needs of Exotel. All raise VendorError; the lists also where they are not whole."""

    def details(self, sid: str) -> Remote | None: ...
    def find(self, tokens: frozenset[str]) -> Mapping[str, tuple[Remote, ...]]: ...
    def campaigns(self) -> tuple[Remote, ...]: ...


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Where intents are settled."""

    session: Session
    vendor: Vendor
    now: Callable[[], datetime]
    actor: str
    settle: float  #: seconds
    where: str | None = None  #: the service that is looked at, as intents record it

    def look(self, ids: tuple[str, ...]) -> tuple[Case, ...]:
        """Return how these intents stand. Raises VendorError when Exotel cannot be asked."""
        self._see(ids)
        intents = {id_: self.session.state.intents[id_] for id_ in ids}
        found = self.vendor.find(frozenset(one.token for one in intents.values()))
        now = self.now()
        return tuple(
            Case(
                id=id_,
                intent=one,
                hits=tuple(_hit(one, remote) for remote in found.get(one.token, ())),
                age=(now - datetime.fromisoformat(one.at)).total_seconds(),
                left=self._left(one, now),
                elsewhere=self._elsewhere(one),
            )
            for id_, one in intents.items()
        )

    def _see(self, ids: tuple[str, ...]) -> None:
        """Record when intents were found whose run has died.

        Such a run may have waited long between writing and sending, on a sleeping machine for days. That it has
        ended is known since this process holds the lock, so the window begins now and not when it wrote.
        """
        now = rfc3339(self.now())
        seen: dict[str, Intent | None] = {
            id_: replace(one, seen=now)
            for id_ in ids
            if (one := self.session.state.intents[id_]).phase == "intent" and one.seen is None
        }
        if seen:
            self.session.record(Delta(intents=seen))

    def _left(self, intent: Intent, now: datetime) -> float:
        moments = [intent.at, *([intent.seen] if intent.seen else [])]
        since = max(datetime.fromisoformat(one) for one in moments)
        window = max(self.settle, intent.settle or 0.0, _SHORTEST)
        return max(0.0, window - (now - since).total_seconds())

    def _elsewhere(self, intent: Intent) -> str | None:
        """Return where it was sent, if that is another service than the one looked at: its absence here says nothing."""
        return intent.where if intent.where is not None and intent.where != self.where else None

    def show(self, sid: str) -> Remote | None:
        """Return the campaign that a person has named, None where Exotel knows none. Raises VendorError."""
        return self.vendor.details(sid)

    def holder(self, sid: str, but: str) -> str | None:
        """Return which other campaign the state knows under a SID."""
        return next(
            (id_ for id_, one in self.session.state.campaigns.items() if one.sid == sid and id_ != but), None
        )

    def adopt(self, case: Case, hit: Hit) -> Case:
        """Take a campaign over. The caller has made sure that it is the one, and no other's."""
        if self.holder(hit.remote.sid, case.id) is not None:
            raise AssertionError(case)
        entry = Entry(
            token=case.intent.token,
            sid=hit.remote.sid,
            payload=case.intent.payload,
            origin="adopted",
            at=rfc3339(self.now()),
            plan_id=case.intent.plan_id,
        )
        self.session.record(Delta(campaigns={case.id: entry}, intents={case.id: None}))
        return replace(case, settled=Settled.ADOPTED, sid=hit.remote.sid)

    def search(self, case: Case) -> Case:
        """Read Exotel's whole list, not trusting its search by name. Raises VendorError unless it is complete."""
        listed = self.vendor.campaigns()
        hits = tuple(_hit(case.intent, one) for one in listed if case.intent.token in one.name)
        return replace(case, hits=hits, listed=None if hits else len(listed))

    def declare(self, case: Case) -> Case:
        """Record a person's word that it was never created.

        Only for a case that `search` has returned without a hit, after its window, of the service it was sent to.
        """
        if case.hits or case.listed is None or case.left > 0 or case.elsewhere is not None:
            raise AssertionError(case)
        said = Declared(
            id=case.id,
            token=case.intent.token,
            at=rfc3339(self.now()),
            by=self.actor,
            intent=case.intent,
        )
        self.session.record(Delta(intents={case.id: None}, declared=(said,)))
        return replace(case, settled=Settled.NOT_CREATED)


def _hit(intent: Intent, remote: Remote) -> Hit:
    awake = (remote.status or "").strip().casefold() not in _ASLEEP  # of a status unheard of, the worse
    return Hit(remote=remote, differs=differences(intent, remote), awake=awake)


def differences(intent: Intent, remote: Remote) -> tuple[str, ...]:
    """Return the fields in which a campaign is not what was sent, of those that the answer has."""
    found = []
    sent = intent.payload
    if remote.template is not None and _lines(remote.template) != _lines(str(sent.get("template", ""))):
        found.append("template")
    if remote.lists is not None and sorted(remote.lists) != sorted(sent.get("lists") or ()):
        found.append("lists")
    return tuple(found)


def _lines(text: str) -> str:
    """Return a text without what a server may change on the way: line ends, spaces around."""
    return text.replace("\r\n", "\n").strip()
