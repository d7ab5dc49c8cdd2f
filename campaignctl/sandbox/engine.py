"""What time does: campaigns start, send, and come to their end.

Nothing happens between two looks, and nothing depends on them: whoever looks has everything carried out that
was due since, second by second. Long work is put down now and then; whoever looks next goes on with it.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from datetime import datetime

from .answers import invalid
from .database import moment, seconds
from .deliveries import Attempt, News
from .model import ARCHIVED, COMPLETED, EXPIRED, IN_PROGRESS, PAUSED, SCHEDULED, Contact, Outcome, Sms
from .operator import Registry, decide
from .store import LONGEST_RUN, Run, Store
from .validate import ACTIONS, VARIABLE
from .webhooks import campaign_event

PER_SECOND = 5
"""300 SMS a minute is an account's capacity, until the vendor's support raises it (SMS campaigns, overview). It is
shared by the campaigns that run at a time: the one that starts first sends first. A campaign that starts in one
second sends in those after it."""

TURN = 0.5
"""Seconds of work after which other processes on the database get their turn."""

_CHUNK = 5000
_STRETCH = 3600


class Engine:
    """Moves the campaigns of one account on.

    `base` answers scheme and host of the reports; `wake` is called when there are events to tell.
    """

    def __init__(
        self,
        *,
        store: Store,
        account: str,
        registry: Registry | None = None,
        base: Callable[[], str] = str,
        wake: Callable[[], object] = lambda: None,
    ) -> None:
        self._store = store
        self._account = account
        self._registry = registry
        self._base = base
        self._wake = wake

    def look(self, now: datetime) -> None:
        """Carries out what is due, if anything is: for those who only read."""
        if self._store.due(self._account, seconds(now)):
            self.settle(now)

    def settle(self, now: datetime) -> int:
        """Carries out what is due, and uses up the capacity until `now`. Goes before every change.

        Returns the second that has been reached.
        """
        until = seconds(now)
        while True:
            with self._store.transaction():
                began, at = time.monotonic(), self._store.settled(self._account)
                until = max(at, until)  # where the machine's clock is set back, nothing happens again
                while True:
                    goal = self._goal(at, until)
                    self._pass(at, goal)
                    at = goal
                    if at == until or time.monotonic() - began > TURN:
                        break
                self._store.settle(self._account, at)
            if at == until:
                return until
            self._store.make_way()

    def _goal(self, at: int, until: int) -> int:
        """The next second at which the work may be put down: an hour after the sending goes on, or begins."""
        runs = self._store.runs(self._account, until)
        if not any(run.status == IN_PROGRESS and (run.total or 0) > run.attempted for run in runs):
            at = max(at, min((run.starts for run in runs if run.status == SCHEDULED), default=until))
        return min(until, at + _STRETCH)

    def _pass(self, at: int, until: int) -> None:
        """Has everything happen after `at`, up to and with `until`."""
        runs = self._store.runs(self._account, until)
        while (change := min((max(at, _due(one)) for one in runs), default=until + 1)) <= until:
            self._send(runs, at, change)
            for one in [one for one in runs if one.status != COMPLETED and _due(one) <= change]:
                if one.status == SCHEDULED:
                    self._begin(one, change)
                else:
                    self._finish(one, change)
            runs = [one for one in runs if one.status != COMPLETED]
            at = change
        self._send(runs, at, until)

    def act(self, sid: str, action: str, now: datetime) -> None:
        """Pauses, resumes, completes or archives. Raises Refused when the campaign's status does not let it."""
        sources = ACTIONS[action]
        with self._store.transaction():
            at = self.settle(now)
            run = self._store.run(self._account, sid)
            if run is None or run.status not in sources:
                status = "missing" if run is None else run.status
                raise invalid("action", f"{action} needs the status {' or '.join(sources)}, not {status}")
            if action == "complete":
                self._finish(run, at)
            elif action == "resume" and run.starts <= at:
                self._begin(run, at)
            else:
                run.status = {"pause": PAUSED, "resume": SCHEDULED, "archive": ARCHIVED}[action]
                run.updated = at
                self._store.keep(run)

    def report(self, sid: str) -> str:
        """The address of a campaign's report."""
        return f"{self._base()}/reports/{sid}.csv"

    def _begin(self, run: Run, at: int) -> None:
        """Starts a campaign, or lets it go on. It goes to whoever is on its lists when it starts: if nobody is, it is over."""
        first = run.total is None
        self._gather(run)
        run.status, run.updated = IN_PROGRESS, at
        self._store.keep(run)
        if first:
            self._tell(run, at)
        if run.total == 0:
            self._finish(run, at)

    def _finish(self, run: Run, at: int) -> None:
        """Ends a campaign. What it has not sent by now has failed, and what the operator kept as well."""
        kept = self._store.kept(run.number) if run.submitted else ()
        self._write(run, [_expired(one, at) for one in kept])
        run.submitted = 0
        total = self._gather(run)
        while run.attempted < total:
            count = min(_CHUNK, total - run.attempted)
            self._write(run, [self._attempt(run, one, at, EXPIRED) for one in self._next(run, count)])
        run.status, run.updated = COMPLETED, at
        self._store.keep(run)
        self._tell(run, at)

    def _send(self, runs: list[Run], at: int, until: int) -> None:
        """Uses the capacity after `at`, up to and with `until`."""
        slot, end = at * PER_SECOND, until * PER_SECOND
        for run in runs:
            waiting = (run.total or 0) - run.attempted if run.status == IN_PROGRESS else 0
            last = min(slot + waiting, end)
            if slot == last:
                continue
            while slot < last:
                people = self._next(run, min(_CHUNK, last - slot))
                self._write(
                    run,
                    [
                        self._attempt(run, one, index // PER_SECOND + 1)
                        for index, one in enumerate(people, start=slot)
                    ],
                )
                slot += len(people)
            self._store.keep(run)
            if run.attempted == run.total and not run.submitted:
                self._finish(run, (slot - 1) // PER_SECOND + 1)

    def _gather(self, run: Run) -> int:
        """How many messages there will be; decided once."""
        if run.audience is None or run.total is None:
            run.audience = self._store.audience(self._account, run.campaign.draft.lists)
            run.total = sum(contacts for _, contacts in run.audience)
        return run.total

    def _next(self, run: Run, count: int) -> list[tuple[int, Contact]]:
        """The next people in turn, with their positions."""
        first = run.attempted
        people = self._store.people(run.audience or (), first, first + count)
        return list(enumerate(people, start=first))

    def _attempt(
        self, run: Run, one: tuple[int, Contact], at: int, outcome: Outcome | None = None
    ) -> Attempt:
        """The message to one person at a second, with what the operator makes of it unless that is known."""
        position, contact = one
        draft = run.campaign.draft
        text = rendered(draft.template, contact.columns) if draft.content_type == "dynamic" else None
        if outcome is None:
            sms = Sms(
                number=contact.number,
                text=draft.template if text is None else text,
                sender_id=draft.sender_id,
                dlt_entity_id=draft.dlt_entity_id,
                dlt_template_id=draft.dlt_template_id,
                sms_type=draft.sms_type,
                at=moment(at),
            )
            outcome = decide(self._registry, sms)
        return Attempt(
            campaign=run.number,
            position=position,
            number=contact.number,
            text=text,
            status=outcome.status,
            code=outcome.code,
            detailed_status=outcome.detailed_status,
            sent=None if outcome.status == "submitted" else at,
            name=_name(contact.columns),
        )

    def _write(self, run: Run, attempts: list[Attempt]) -> None:
        """Keeps messages with their new status, counts them, and has the terminal ones told."""
        self._store.write(attempts)
        url = run.campaign.draft.sms_status_callback
        self._store.tell(
            News(at=one.sent, campaign=run.number, position=one.position, url=url)
            for one in attempts
            if one.sent is not None
        )
        for one in attempts:
            kind = one.status if one.status in ("submitted", "sent", "invalid") else "failed"
            setattr(run, kind, getattr(run, kind) + 1)
        if attempts:
            run.attempted = max(run.attempted, attempts[-1].position + 1)
            self._wake()

    def _tell(self, run: Run, at: int) -> None:
        """Has the campaign's new status told: that it has started, or that it is over."""
        campaign = run.campaign
        payload = campaign_event(
            campaign_sid=campaign.sid,
            created=campaign.created,
            updated=moment(at),
            status=run.status,
            report=self.report(campaign.sid) if run.status == COMPLETED else None,
        )
        url = campaign.draft.status_callback
        self._store.tell(
            [News(at=at, campaign=run.number, position=None, url=url, payload=json.dumps(payload))]
        )
        self._wake()


def rendered(template: str, columns: Mapping[str, str]) -> str:
    """The text for one person. A column that is not there leaves nothing: what the vendor does is not published."""
    return VARIABLE.sub(lambda found: columns.get(found[1], ""), template)


def _expired(one: Attempt, at: int) -> Attempt:
    return one._replace(
        status=EXPIRED.status, code=EXPIRED.code, detailed_status=EXPIRED.detailed_status, sent=at
    )


def _due(run: Run) -> int:
    """When time will change a campaign's status next: its start, else its end."""
    if run.status == SCHEDULED:
        return run.starts
    return run.starts + LONGEST_RUN if run.ends is None else run.ends


def _name(columns: Mapping[str, str]) -> str | None:
    """The name that a contact was saved with."""
    given = {header.lower(): cell.strip() for header, cell in columns.items()}
    whole = " ".join(filter(None, (given.get("first_name"), given.get("last_name"))))
    return whole or given.get("name") or None
