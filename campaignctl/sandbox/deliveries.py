"""Single messages and events in the database. What is formatted into SQL are constants of this module."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from .database import Database, moment
from .model import ARCHIVED, COMPLETED, EXPIRED, Counts, Event, Message
from .webhooks import sms_event

_MESSAGE = """SELECT m.*, c.sid AS campaign_sid, c.starts, c.template, c.sender_id
    FROM message m JOIN campaign c ON c.number = m.campaign"""
_EVENT = """SELECT e.id, e.at, e.url, e.payload, e.posted, e.position AS told, c.sid AS campaign_sid, c.starts,
    c.template, c.sender_id, m.*
    FROM event e JOIN campaign c ON c.number = e.campaign
    LEFT JOIN message m ON m.campaign = e.campaign AND m.position = e.position"""


class Attempt(NamedTuple):
    """A message as it is written. `text` None is the campaign's template; `sent` None is not decided yet."""

    campaign: int
    position: int
    number: str
    text: str | None
    status: str
    code: int
    detailed_status: str
    sent: int | None
    name: str | None


class News(NamedTuple):
    """An event as it is written: of a message by its `position`, else of the campaign with its `payload`."""

    at: int
    campaign: int
    position: int | None
    url: str | None
    payload: str | None = None


class Deliveries(Database):
    """What was sent, and what there is to tell of it."""

    def counts(self, account: str, sid: str) -> Counts:
        """Where a campaign's messages are; all zero for an unknown SID.

        Before its start they are as many as its lists have contacts now.
        """
        with self.transaction("DEFERRED"):
            row = self._connection.execute(
                "SELECT * FROM campaign WHERE account = ? AND sid = ?", (account, sid)
            ).fetchone()
            if row is None:
                return Counts()
            total = row["total"]
            if total is None:
                over = row["status"] in (COMPLETED, ARCHIVED)  # by an older sandbox, which sent nothing
                total = 0 if over else self._contacts(account, json.loads(row["lists"]))
        return Counts(
            scheduled=total - row["attempted"],
            submitted=row["submitted"],
            sent=row["sent"],
            failed=row["failed"],
            invalid=row["invalid"],
        )

    def messages(
        self,
        account: str,
        sid: str,
        *,
        limit: int,
        offset: int = 0,
        number: str | None = None,
        newest: bool = False,
    ) -> tuple[tuple[Message, ...], int]:
        """One page of a campaign's attempted messages, and how many there are; `number` must match exactly."""
        order = "DESC" if newest else "ASC"
        with self.transaction("DEFERRED"):
            campaign = self._connection.execute(
                "SELECT number, attempted FROM campaign WHERE account = ? AND sid = ?", (account, sid)
            ).fetchone()
            if campaign is None:
                return (), 0
            total: int = campaign["attempted"]
            values: dict[str, object] = {"campaign": campaign["number"], "limit": limit}
            if number is None:  # positions have no gaps, so that no page has to be counted off
                first = max(0, total - offset - limit) if newest else offset
                where = "m.position >= :first AND m.position < :last"
                values |= {"first": first, "last": total - offset if newest else offset + limit}
                skip = ""
            else:
                where, skip = "m.number = :wanted", " OFFSET :offset"
                values |= {"wanted": number, "offset": offset}
                total = self._connection.execute(
                    "SELECT count(*) FROM message WHERE campaign = :campaign AND number = :wanted", values
                ).fetchone()[0]
            rows = self._connection.execute(
                f"{_MESSAGE} WHERE m.campaign = :campaign AND {where} ORDER BY m.position {order}"
                f" LIMIT :limit{skip}",
                values,
            ).fetchall()
        return tuple(_message(row) for row in rows), total

    def events(self, account: str, after: int, limit: int) -> tuple[Event, ...]:
        """What has happened since the event with the id `after` (0: since ever), oldest first."""
        # The plus keeps SQLite from going by the account, for which it would read and sort all events.
        return self._events("e.id > ? AND +c.account = ?", (after, account, limit))

    def newest_events(self, account: str, limit: int, sid: str | None = None) -> tuple[Event, ...]:
        """What has happened last, newest first, of one campaign where `sid` is given."""
        where = "+c.account = ?" if sid is None else "c.account = ? AND c.sid = ?"
        return self._events(where, (account, *([] if sid is None else [sid]), limit), "e.id DESC")

    def last_event(self, account: str) -> int:
        """The id of the newest event, 0 when there is none."""
        with self._lock:
            row = self._connection.execute(
                "SELECT e.id FROM event e JOIN campaign c ON c.number = e.campaign WHERE +c.account = ?"
                " ORDER BY e.id DESC LIMIT 1",
                (account,),
            ).fetchone()
        newest: int = 0 if row is None else row[0]
        return newest

    def waiting(self) -> tuple[str, ...]:
        """The addresses for which events wait to be posted, of every account."""
        found: list[str] = []
        query = "SELECT min(url) FROM event WHERE posted IS NULL AND url IS NOT NULL AND url > ?"
        with self._lock:  # one step in the index for each address, however many events wait
            while (
                url := self._connection.execute(query, (found[-1] if found else "",)).fetchone()[0]
            ) is not None:
                found.append(url)
        return tuple(found)

    def unposted(self, urls: Sequence[str], limit: int) -> tuple[Event, ...]:
        """Events for these addresses that were not posted yet, oldest first."""
        found: list[Event] = []
        for url in urls:
            found += self._events("e.posted IS NULL AND e.url IS NOT NULL AND e.url = ?", (url, limit))
        return tuple(sorted(found, key=lambda event: event.id)[:limit])

    def posted(self, event_id: int, result: str) -> None:
        """Notes how the posting of an event ended: "200", or why nothing arrived."""
        with self._lock:
            self._connection.execute("UPDATE event SET posted = ? WHERE id = ?", (result, event_id))

    def write(self, attempts: Iterable[Attempt]) -> None:
        """Adds messages, or puts their later status in place of the former one."""
        with self._lock:
            self._connection.executemany(
                "INSERT OR REPLACE INTO message VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", attempts
            )

    def tell(self, news: Iterable[News]) -> None:
        """Adds events. It is for the caller to do so in the transaction of what they tell of."""
        with self._lock:
            self._connection.executemany(
                "INSERT INTO event (at, campaign, position, url, payload) VALUES (?, ?, ?, ?, ?)", news
            )

    def kept(self, campaign: int) -> tuple[Attempt, ...]:
        """A campaign's messages that the operator keeps, by the campaign's number."""
        with self._lock:
            rows = self._connection.execute(
                "SELECT * FROM message WHERE campaign = ? AND status = 'submitted' ORDER BY position",
                (campaign,),
            ).fetchall()
        return tuple(Attempt(*row) for row in rows)

    def _contacts(self, account: str, sids: Iterable[str]) -> int:
        rows = [
            self._connection.execute(
                "SELECT contacts FROM contact_list WHERE current AND account = ? AND sid = ?", (account, sid)
            ).fetchone()
            for sid in sids
        ]
        return sum(row["contacts"] for row in rows if row is not None)

    def _events(self, where: str, values: tuple[object, ...], order: str = "e.id") -> tuple[Event, ...]:
        with self._lock:
            rows = self._connection.execute(
                f"{_EVENT} WHERE {where} ORDER BY {order} LIMIT ?", values
            ).fetchall()
        return tuple(_event(row) for row in rows)


def message_sid(campaign_sid: str, position: int) -> str:
    """32 characters of hex as in the vendor's samples, and the same whenever one looks."""
    return hashlib.sha256(f"{campaign_sid} {position}".encode()).hexdigest()[:32]


def _message(row: sqlite3.Row) -> Message:
    return Message(
        sid=message_sid(row["campaign_sid"], row["position"]),
        number=row["number"],
        text=row["template"] if row["text"] is None else row["text"],
        status=row["status"],
        detailed_status=row["detailed_status"],
        code=row["code"],
        scheduled=moment(row["starts"]),
        sent=None if row["sent"] is None else moment(row["sent"]),
        sender_id=row["sender_id"],
        name=row["name"],
    )


def _event(row: sqlite3.Row) -> Event:
    of_sms = row["told"] is not None
    payload: Mapping[str, str | None] = _told(row) if of_sms else json.loads(row["payload"])
    return Event(
        id=row["id"],
        at=moment(row["at"]),
        kind="sms" if of_sms else "campaign",
        campaign_sid=row["campaign_sid"],
        url=row["url"],
        payload=payload,
        posted=row["posted"],
    )


def _told(row: sqlite3.Row) -> Mapping[str, str | None]:
    """The callback's words for a message. For one that expired the page has a status that its details have not."""
    message = _message(row)
    return sms_event(
        campaign_sid=row["campaign_sid"],
        sms_sid=message.sid,
        created=message.scheduled,
        sent=message.sent,
        number=message.number,
        status="Failed_Expired" if message.code == EXPIRED.code else message.status,
    )
