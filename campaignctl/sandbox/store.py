"""Campaigns in the database, and how far each has got."""

# What is formatted into SQL are constants of this module; values are always bound.

from __future__ import annotations

import json
import secrets
import sqlite3
import string
from dataclasses import dataclass
from datetime import datetime

from .database import moment, seconds
from .deliveries import Deliveries
from .fault import Listing
from .lists import Audience, Lists
from .model import IN_PROGRESS, PAUSED, SCHEDULED, Campaign, Draft
from .queries import Query

_SORTS = {
    "schedule.start_time:asc": "starts, number",
    "schedule.start_time:desc": "starts DESC, number DESC",
    "name:asc": "name, number",
    "name:desc": "name DESC, number DESC",
}
LONGEST_RUN = 30 * 24 * 3600
"""Seconds. The end of a campaign without one: that of the vendor's call campaigns, none is published for SMS."""

_END = f"coalesce(ends, starts + {LONGEST_RUN})"
_SID_TAIL = string.ascii_lowercase + string.digits


@dataclass(kw_only=True, slots=True)
class Run:
    """A campaign that is not over, as the engine moves it on. Moments are seconds since 1970.

    `audience` and `total` are None before its start; `attempted` messages are sent, or at least tried.
    """

    number: int
    campaign: Campaign
    status: str
    starts: int
    ends: int | None
    updated: int
    audience: Audience | None
    total: int | None
    attempted: int
    submitted: int
    sent: int
    failed: int
    invalid: int


class Store(Lists, Deliveries):
    """All that the sandbox remembers, with the campaigns of all accounts."""

    def add(self, account: str, draft: Draft, now: datetime) -> str:
        """The SID of a new campaign. Never looks for one like it: the vendor has no idempotency."""
        sid = new_sid()
        row = {
            "account": account,
            "sid": sid,
            "status": SCHEDULED,
            "created": seconds(now),
            "updated": seconds(now),
            **_columns(draft),
        }
        values = ", ".join(f":{column}" for column in row)
        with self._lock:
            self._connection.execute(f"INSERT INTO campaign ({', '.join(row)}) VALUES ({values})", row)
        return sid

    def edit(self, account: str, sid: str, draft: Draft, now: datetime) -> None:
        """Puts other fields in place of a campaign's."""
        columns = _columns(draft) | {"updated": seconds(now)}
        settings = ", ".join(f"{column} = :{column}" for column in columns)
        with self._lock:
            self._connection.execute(
                f"UPDATE campaign SET {settings} WHERE account = :account AND sid = :sid",
                {**columns, "account": account, "sid": sid},
            )

    def get(self, account: str, sid: str) -> Campaign | None:
        """The campaign as it was settled last, None for an unknown SID."""
        with self._lock:
            row = self._connection.execute(
                "SELECT * FROM campaign WHERE account = ? AND sid = ?", (account, sid)
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
        where = f"account = :account AND status IN ({', '.join(f':{key}' for key in statuses)})"
        if query.name:
            where += " AND instr(lower(name), lower(:name))"
        if listing.lag:  # without one, a clock that jumps back must hide nothing
            where += " AND created <= :shown"
        values = {
            "account": account,
            "name": query.name,
            "shown": now.timestamp() - listing.lag,
            **statuses,
        }
        order = "sid" if listing.unsorted else _SORTS[query.sort_by]
        with self.transaction("DEFERRED"):
            count = self._connection.execute(f"SELECT count(*) FROM campaign WHERE {where}", values)
            total: int = count.fetchone()[0]
            rows = self._connection.execute(
                f"SELECT * FROM campaign WHERE {where} ORDER BY {order} LIMIT :limit OFFSET :offset",
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

    def run(self, account: str, sid: str) -> Run | None:
        """A campaign with how far it has got, None for an unknown SID."""
        found = self._runs("account = ? AND sid = ?", (account, sid))
        return found[0] if found else None

    def runs(self, account: str, until: int) -> list[Run]:
        """The campaigns that are not over, in the order in which they send; without those that start later."""
        where = f"account = ? AND (status IN ('{IN_PROGRESS}', '{PAUSED}') OR status = '{SCHEDULED}' AND starts <= ?)"
        return self._runs(where, (account, until))

    def due(self, account: str, now: int) -> bool:
        """Whether time has changed anything since it was settled last."""
        values = {"account": account, "now": now}
        with self._lock:
            for where in (
                f"status = '{SCHEDULED}' AND starts <= :now",
                f"status = '{IN_PROGRESS}' AND (total IS NULL OR attempted < total OR {_END} <= :now)",
                f"status = '{PAUSED}' AND {_END} <= :now",
            ):
                query = f"SELECT 1 FROM campaign WHERE account = :account AND {where} LIMIT 1"
                if self._connection.execute(query, values).fetchone() is not None:
                    return True
        return False

    def keep(self, run: Run) -> None:
        """Writes how far a campaign has got."""
        values = (
            *(run.status, run.updated, None if run.audience is None else json.dumps(run.audience), run.total),
            *(run.attempted, run.submitted, run.sent, run.failed, run.invalid, run.number),
        )
        with self._lock:
            self._connection.execute(
                "UPDATE campaign SET status = ?, updated = ?, audience = ?, total = ?, attempted = ?,"
                " submitted = ?, sent = ?, failed = ?, invalid = ? WHERE number = ?",
                values,
            )

    def settled(self, account: str) -> int:
        """The second up to which the account's capacity is used up; 0 before anything was settled."""
        return self._one("SELECT settled FROM progress WHERE account = ?", account)

    def settle(self, account: str, now: int) -> None:
        """Notes that everything up to this second has happened."""
        with self._lock:
            self._connection.execute("INSERT OR REPLACE INTO progress VALUES (?, ?)", (account, now))

    def ahead(self) -> int:
        """How many seconds the clock was advanced in all."""
        return self._one("SELECT ahead FROM clock WHERE one = ?", 1)

    def set_ahead(self, ahead: int) -> None:
        """Notes how many seconds the clock was advanced in all."""
        with self._lock:
            self._connection.execute("INSERT OR REPLACE INTO clock VALUES (1, ?)", (ahead,))

    def _one(self, query: str, value: object) -> int:
        with self._lock:
            row = self._connection.execute(query, (value,)).fetchone()
        number: int = 0 if row is None else row[0]
        return number

    def _runs(self, where: str, values: tuple[object, ...]) -> list[Run]:
        with self._lock:
            rows = self._connection.execute(
                f"SELECT * FROM campaign WHERE {where} ORDER BY starts, number", values
            ).fetchall()
        return [_run(row) for row in rows]


def new_sid() -> str:
    """36 characters shaped as in the page's response sample: 32 of hex and 4 letters or digits."""
    return secrets.token_hex(16) + "".join(secrets.choice(_SID_TAIL) for _ in range(4))


def _columns(draft: Draft) -> dict[str, object]:
    return {
        "starts": seconds(draft.start),
        "ends": None if draft.end is None else seconds(draft.end),
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


def _run(row: sqlite3.Row) -> Run:
    audience = row["audience"]
    return Run(
        number=row["number"],
        campaign=_campaign(row),
        status=row["status"],
        starts=row["starts"],
        ends=row["ends"],
        updated=row["updated"],
        audience=None if audience is None else tuple((one[0], one[1]) for one in json.loads(audience)),
        total=row["total"],
        attempted=row["attempted"],
        submitted=row["submitted"],
        sent=row["sent"],
        failed=row["failed"],
        invalid=row["invalid"],
    )


def _campaign(row: sqlite3.Row) -> Campaign:
    return Campaign(
        sid=row["sid"],
        status=row["status"],
        created=moment(row["created"]),
        updated=moment(row["updated"]),
        draft=Draft(
            name=row["name"],
            content_type=row["content_type"],
            lists=tuple(json.loads(row["lists"])),
            start=moment(row["starts"]),
            end=None if row["ends"] is None else moment(row["ends"]),
            dlt_entity_id=row["dlt_entity_id"],
            dlt_template_id=row["dlt_template_id"],
            sender_id=row["sender_id"],
            sms_type=row["sms_type"],
            template=row["template"],
            status_callback=row["status_callback"],
            sms_status_callback=row["sms_status_callback"],
        ),
    )
