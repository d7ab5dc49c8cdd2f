"""The vendor's database: SQLite, for any number of threads, and of processes on one file."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

BUSY_SECONDS = 10.0
"""How long a statement waits for another process before sqlite3.OperationalError."""

_WAY_SECONDS = 0.12
"""SQLite's own waits for a lock grow to a tenth of a second."""

_CAMPAIGNS = """
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

_LATER = {
    "status": "TEXT",
    "audience": "TEXT",
    "total": "INTEGER",
    "attempted": "INTEGER NOT NULL DEFAULT 0",
    "submitted": "INTEGER NOT NULL DEFAULT 0",
    "sent": "INTEGER NOT NULL DEFAULT 0",
    "failed": "INTEGER NOT NULL DEFAULT 0",
    "invalid": "INTEGER NOT NULL DEFAULT 0",
}
"""Columns that a campaign of an older sandbox has not. `audience` and `total` are known from its start on: the
versions of its lists, with how many contacts each has, as JSON. `held` was an older sandbox's status."""

_DELIVERIES = """
CREATE INDEX IF NOT EXISTS campaign_status ON campaign (account, status, starts);
CREATE TABLE IF NOT EXISTS progress (
    account TEXT PRIMARY KEY,
    settled INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS clock (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    ahead INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS contact_list (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    account TEXT NOT NULL,
    sid TEXT NOT NULL,
    name TEXT NOT NULL,
    contacts INTEGER NOT NULL,
    dynamic INTEGER NOT NULL,
    created INTEGER NOT NULL,
    tag TEXT,
    sample TEXT,
    digest TEXT NOT NULL,
    current INTEGER NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS contact_list_current ON contact_list (account, sid) WHERE current;
CREATE TABLE IF NOT EXISTS contact (
    list INTEGER NOT NULL,
    position INTEGER NOT NULL,
    number TEXT NOT NULL,
    columns TEXT NOT NULL,
    PRIMARY KEY (list, position)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS message (
    campaign INTEGER NOT NULL,
    position INTEGER NOT NULL,
    number TEXT NOT NULL,
    text TEXT,
    status TEXT NOT NULL,
    code INTEGER NOT NULL,
    detailed_status TEXT NOT NULL,
    sent INTEGER,
    name TEXT,
    PRIMARY KEY (campaign, position)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS message_kept ON message (campaign) WHERE status = 'submitted';
CREATE TABLE IF NOT EXISTS event (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    campaign INTEGER NOT NULL,
    position INTEGER,
    url TEXT,
    payload TEXT,
    posted TEXT
);
CREATE INDEX IF NOT EXISTS event_campaign ON event (campaign, id);
DROP INDEX IF EXISTS event_unposted;
CREATE INDEX IF NOT EXISTS event_waiting ON event (url, id) WHERE posted IS NULL AND url IS NOT NULL;
"""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Database:
    """`database` None is in memory. Raises sqlite3.Error when a file cannot be opened or is no database.

    One connection under one lock: a request needs it for well under a millisecond, and an in-memory database
    has only one anyway. Moments are kept as whole seconds since 1970.
    """

    def __init__(self, database: Path | None) -> None:
        if database is not None:
            database.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._is_file = database is not None
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
                self._lay_out()
        except BaseException:
            self._connection.close()
            raise

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def revision(self) -> tuple[int, int]:
        """Another value whenever something was written since, by this process or by another."""
        with self._lock:
            others: int = self._connection.execute("PRAGMA data_version").fetchone()[0]
            return self._connection.total_changes, others

    @contextmanager
    def transaction(self, kind: Literal["IMMEDIATE", "DEFERRED"] = "IMMEDIATE") -> Iterator[None]:
        """What is read and written within is one step for all other threads and processes.

        Within another transaction it is a part of that one.
        """
        with self._lock:
            if self._connection.in_transaction:
                yield
                return
            self._connection.execute(f"BEGIN {kind}")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def make_way(self) -> None:
        """Lets another process write, which asks every tenth of a second. Nothing happens within a transaction."""
        with self._lock:
            within = self._connection.in_transaction
        if not within and self._is_file:
            time.sleep(_WAY_SECONDS)

    def _lay_out(self) -> None:
        """The tables, and what those of an older sandbox lack."""
        for statement in _CAMPAIGNS.split(";"):
            self._connection.execute(statement)
        known = {row["name"] for row in self._connection.execute("PRAGMA table_info(campaign)")}
        for name, kind in _LATER.items():
            if name not in known:
                self._connection.execute(f"ALTER TABLE campaign ADD COLUMN {name} {kind}")
        if "status" not in known:
            self._connection.execute("UPDATE campaign SET status = coalesce(held, 'scheduled')")
        for statement in _DELIVERIES.split(";"):
            self._connection.execute(statement)


def seconds(moment: datetime) -> int:
    """Whole seconds since 1970."""
    return (moment - _EPOCH) // timedelta(seconds=1)


def moment(since: int) -> datetime:
    """The moment so many seconds after 1970."""
    return _EPOCH + timedelta(seconds=since)
