"""The vendor's database: campaigns in SQLite, for any number of threads, and of processes on one file."""

# What is formatted into SQL are constants of this module; values are always bound.

from __future__ import annotations

import json
import secrets
import sqlite3
import string
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from .fault import Listing
from .model import COMPLETED, IN_PROGRESS, SCHEDULED, Campaign, Draft
from .queries import Query

BUSY_SECONDS = 10.0
"""How long a statement waits for another process before sqlite3.OperationalError."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS campaign (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    account TEXT NOT NULL,
    sid TEXT NOT NULL UNIQUE,
    held TEXT,
    starts INTEGER NOT NULL,
    ends INTEGER,
    created INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    name TEXT NOT NULL,
    content_type TEXT NOT NULL,
    lists TEXT NOT NULL,
    dlt_entity_id TEXT NOT NULL,
    dlt_template_id TEXT NOT NULL,
    sender_id TEXT NOT NULL,
    sms_type TEXT NOT NULL,
    template TEXT NOT NULL,
    status_callback TEXT,
    sms_status_callback TEXT
);
CREATE INDEX IF NOT EXISTS campaign_starts ON campaign (account, starts);
CREATE INDEX IF NOT EXISTS campaign_name ON campaign (account, name);
"""

# `held` is a status that an action has set; without one the schedule and the clock decide.
_STATUS = f"""coalesce(held, CASE
    WHEN starts > :now THEN '{SCHEDULED}' WHEN ends <= :now THEN '{COMPLETED}' ELSE '{IN_PROGRESS}' END)"""

_SORTS = {
    "schedule.start_time:asc": "starts, number",
    "schedule.start_time:desc": "starts DESC, number DESC",
    "name:asc": "name, number",
    "name:desc": "name DESC, number DESC",
}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SID_TAIL = string.ascii_lowercase + string.digits


class Store:
    """`database` None is in memory. Raises sqlite3.Error when a file cannot be opened or is no database.

    One connection under one lock: a request needs it for well under a millisecond, and an in-memory database
    has only one anyway. Moments are kept as whole seconds since 1970.
    """

    def __init__(self, database: Path | None) -> None:
        if database is not None:
            database.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._connection = sqlite3.connect(
            ":memory:" if database is None else database,
            timeout=BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            self._connection.row_factory = sqlite3.Row
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = NORMAL")
            with self.transaction():
                for statement in _SCHEMA.split(";"):
                    self._connection.execute(statement)
        except BaseException:
            self._connection.close()
            raise

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    @contextmanager
    def transaction(self, kind: Literal["IMMEDIATE", "DEFERRED"] = "IMMEDIATE") -> Iterator[None]:
        """What is read and written within is one step for all other threads and processes."""
        with self._lock:
            self._connection.execute(f"BEGIN {kind}")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def add(self, account: str, draft: Draft, now: datetime) -> str:
        """The SID of a new campaign. Never looks for one like it: the vendor has no idempotency."""
        sid = new_sid()
        row = {
            "account": account,
            "sid": sid,
            "starts": _seconds(draft.start),
            "ends": None if draft.end is None else _seconds(draft.end),
            "created": _seconds(now),
            "updated": _seconds(now),
            "name": draft.name,
            "content_type": draft.content_type,
            "lists": json.dumps(draft.lists),
            "dlt_entity_id": draft.dlt_entity_id,
            "dlt_template_id": draft.dlt_template_id,
            "sender_id": draft.sender_id,
            "sms_type": draft.sms_type,
            "template": draft.template,
            "status_callback": draft.status_callback,
            "sms_status_callback": draft.sms_status_callback,
        }
        values = ", ".join(f":{column}" for column in row)
        with self._lock:
            self._connection.execute(f"INSERT INTO campaign ({', '.join(row)}) VALUES ({values})", row)
        return sid

    def get(self, account: str, sid: str, now: datetime) -> Campaign | None:
        with self._lock:
            row = self._connection.execute(
                f"SELECT *, {_STATUS} AS status FROM campaign WHERE account = :account AND sid = :sid",
                {"account": account, "sid": sid, "now": now.timestamp()},
            ).fetchone()
        return None if row is None else _campaign(row)

    def find(
        self, account: str, query: Query, now: datetime, listing: Listing
    ) -> tuple[tuple[Campaign, ...], int]:
        """One page of what `query` matches, and how many it matches in all.

        The name is searched as SQL's LIKE does it, whatever the case of ASCII letters: a client has to
        compare what it is given.
        """
        statuses = {f"status{index}": status for index, status in enumerate(query.statuses)}
        where = f"account = :account AND {_STATUS} IN ({', '.join(f':{key}' for key in statuses)})"
        if query.name:
            where += " AND instr(lower(name), lower(:name))"
        if listing.lag:  # without one, a clock that jumps back must hide nothing
            where += " AND created <= :shown"
        values = {
            "account": account,
            "now": now.timestamp(),
            "name": query.name,
            "shown": now.timestamp() - listing.lag,
            **statuses,
        }
        order = "sid" if listing.unsorted else _SORTS[query.sort_by]
        with self.transaction("DEFERRED"):
            count = self._connection.execute(f"SELECT count(*) FROM campaign WHERE {where}", values)
            total: int = count.fetchone()[0]
            rows = self._connection.execute(
                f"SELECT *, {_STATUS} AS status FROM campaign WHERE {where}"
                f" ORDER BY {order} LIMIT :limit OFFSET :offset",
                {**values, "limit": query.limit, "offset": query.offset},
            ).fetchall()
        return tuple(_campaign(row) for row in rows), total

    def names(self, account: str) -> tuple[str, ...]:
        """The name of every campaign, in the order of creation."""
        with self._lock:
            rows = self._connection.execute(
                "SELECT name FROM campaign WHERE account = ? ORDER BY number", (account,)
            ).fetchall()
        return tuple(row["name"] for row in rows)

    def hold(self, account: str, sid: str, status: str | None, now: datetime) -> None:
        """Sets a status against the clock; None gives the campaign back to its schedule."""
        with self._lock:
            self._connection.execute(
                "UPDATE campaign SET held = ?, updated = ? WHERE account = ? AND sid = ?",
                (status, _seconds(now), account, sid),
            )


def new_sid() -> str:
    """36 characters shaped as in the page's response sample: 32 of hex and 4 letters or digits."""
    return secrets.token_hex(16) + "".join(secrets.choice(_SID_TAIL) for _ in range(4))


def _campaign(row: sqlite3.Row) -> Campaign:
    return Campaign(
        sid=row["sid"],
        status=row["status"],
        created=_moment(row["created"]),
        updated=_moment(row["updated"]),
        draft=Draft(
            name=row["name"],
            content_type=row["content_type"],
            lists=tuple(json.loads(row["lists"])),
            start=_moment(row["starts"]),
            end=None if row["ends"] is None else _moment(row["ends"]),
            dlt_entity_id=row["dlt_entity_id"],
            dlt_template_id=row["dlt_template_id"],
            sender_id=row["sender_id"],
            sms_type=row["sms_type"],
            template=row["template"],
            status_callback=row["status_callback"],
            sms_status_callback=row["sms_status_callback"],
        ),
    )


def _seconds(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(seconds=1)


def _moment(seconds: int) -> datetime:
    return _EPOCH + timedelta(seconds=seconds)
