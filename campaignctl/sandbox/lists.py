"""Contact lists in the database. What is formatted into SQL are constants of this module.

A list that changes becomes a new version of itself: a campaign that has started keeps to the people it started
with.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from .contacts import MOST_MADE_UP, Sheet, made_up
from .database import Database, moment, seconds
from .model import Contact, ContactList

LIST_SORTS = {
    "date_created:asc": "created, number",
    "date_created:desc": "created DESC, number DESC",
    "name:asc": "name, number",
    "name:desc": "name DESC, number DESC",
}

Audience = tuple[tuple[int, int], ...]
"""Versions of lists, each with how many contacts it has."""


class Lists(Database):
    """The lists of all accounts."""

    def keep_sheet(self, account: str, sid: str, name: str, sheet: Sheet, now: datetime) -> None:
        """Makes a file's contacts those of the list. Does nothing when they are already."""
        with self.transaction():
            dynamic = len(sheet.columns) > 1
            number = self._renew(account, sid, name, len(sheet.contacts), sheet.digest, now, dynamic=dynamic)
            if number is not None:
                rows = (
                    (number, position, one.number, json.dumps(dict(one.columns), ensure_ascii=False))
                    for position, one in enumerate(sheet.contacts)
                )
                self._connection.executemany("INSERT INTO contact VALUES (?, ?, ?, ?)", rows)

    def keep_made_up(
        self,
        account: str,
        sid: str,
        name: str,
        contacts: int,
        sample: Mapping[str, str] | None,
        now: datetime,
    ) -> None:
        """Gives the list people who are made up, at most MOST_MADE_UP. `sample` None: it has no columns."""
        contacts = max(0, min(contacts, MOST_MADE_UP))
        columns = json.dumps(sample or {}, ensure_ascii=False)
        digest = hashlib.sha256(f"{contacts} {sample is not None} {columns}".encode()).hexdigest()
        with self.transaction():
            dynamic = sample is not None
            self._renew(account, sid, name, contacts, digest, now, dynamic=dynamic, sample=columns)

    def has_sheet(self, account: str, sid: str) -> bool:
        """Whether the list's contacts came from a file, now or in an earlier run on this database."""
        row = self._current(account, sid)
        return row is not None and row["sample"] is None

    def lists(
        self,
        account: str,
        *,
        limit: int,
        offset: int = 0,
        name: str = "",
        sort_by: str = "date_created:asc",
    ) -> tuple[tuple[ContactList, ...], int]:
        """One page of the lists whose name holds `name` in any case of ASCII letters, and how many there are."""
        where = "current AND account = :account AND instr(lower(name), lower(:name))"
        values = {"account": account, "name": name, "limit": limit, "offset": offset}
        with self.transaction("DEFERRED"):
            total: int = self._connection.execute(
                f"SELECT count(*) FROM contact_list WHERE {where}", values
            ).fetchone()[0]
            rows = self._connection.execute(
                f"SELECT * FROM contact_list WHERE {where} ORDER BY {LIST_SORTS[sort_by]}"
                " LIMIT :limit OFFSET :offset",
                values,
            ).fetchall()
        return tuple(_list(row) for row in rows), total

    def list_of(self, account: str, sid: str) -> ContactList | None:
        """The list of this SID, None for one that nobody has made known."""
        row = self._current(account, sid)
        return None if row is None else _list(row)

    def contacts(
        self, account: str, sid: str, *, limit: int, offset: int = 0
    ) -> tuple[tuple[Contact, ...], int]:
        """One page of a list's contacts, and how many it has: none for an unknown list."""
        with self.transaction("DEFERRED"):
            row = self._current(account, sid)
            if row is None:
                return (), 0
            total: int = row["contacts"]
            return tuple(self._version(row["number"], offset, min(total, offset + limit))), total

    def audience(self, account: str, sids: Iterable[str]) -> Audience:
        """The present versions of some lists; an unknown one has nobody."""
        rows = [self._current(account, sid) for sid in sids]
        return tuple((row["number"], row["contacts"]) for row in rows if row is not None)

    def people(self, audience: Audience, first: int, last: int) -> Iterator[Contact]:
        """The contacts of an audience from position `first` to before `last`, list after list."""
        for number, contacts in audience:
            if first < contacts and last > 0:
                yield from self._version(number, max(first, 0), min(last, contacts))
            first, last = first - contacts, last - contacts

    def _version(self, number: int, first: int, last: int) -> Iterator[Contact]:
        sample = self._connection.execute(
            "SELECT sample FROM contact_list WHERE number = ?", (number,)
        ).fetchone()["sample"]
        if sample is not None:
            columns = json.loads(sample)
            yield from (made_up(position, columns) for position in range(first, last))
            return
        rows = self._connection.execute(
            "SELECT number, columns FROM contact WHERE list = ? AND position >= ? AND position < ?"
            " ORDER BY position",
            (number, first, last),
        )
        yield from (
            Contact(number=row["number"], columns=json.loads(row["columns"])) for row in rows.fetchall()
        )

    def _current(self, account: str, sid: str) -> sqlite3.Row | None:
        with self._lock:
            row: sqlite3.Row | None = self._connection.execute(
                "SELECT * FROM contact_list WHERE current AND account = ? AND sid = ?", (account, sid)
            ).fetchone()
        return row

    def _renew(
        self,
        account: str,
        sid: str,
        name: str,
        contacts: int,
        digest: str,
        now: datetime,
        *,
        dynamic: bool,
        sample: str | None = None,
    ) -> int | None:
        """The number of the new version, None where the present one is the same."""
        present = self._current(account, sid)
        created = seconds(now) if present is None else present["created"]
        if present is not None:
            if (present["digest"], present["name"]) == (digest, name):
                return None
            self._connection.execute(
                "UPDATE contact_list SET current = 0 WHERE number = ?", (present["number"],)
            )
        return self._connection.execute(
            "INSERT INTO contact_list (account, sid, name, contacts, dynamic, created, sample, digest, current)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1)",
            (account, sid, name, contacts, dynamic, created, sample, digest),
        ).lastrowid


def _list(row: sqlite3.Row) -> ContactList:
    return ContactList(
        sid=row["sid"],
        name=row["name"],
        contacts=row["contacts"],
        dynamic=bool(row["dynamic"]),
        created=moment(row["created"]),
        tag=row["tag"],
    )
