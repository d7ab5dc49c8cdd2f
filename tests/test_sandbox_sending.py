"""What time does in the sandbox: starting, sending, pausing, ending, and telling of it."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaignctl.sandbox import Sandbox, engine
from campaignctl.sandbox.answers import Refused
from campaignctl.sandbox.database import seconds
from campaignctl.sandbox.engine import PER_SECOND, Engine, rendered
from campaignctl.sandbox.model import EXPIRED, Contact, Counts, Draft, Outcome, Sms
from campaignctl.sandbox.store import LONGEST_RUN, Store

NOON = datetime(2026, 12, 1, 6, 30, tzinfo=UTC)
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
SENT = Outcome(status="sent", code=20005, detailed_status="DELIVERED_TO_HANDSET")
KEPT = Outcome(status="submitted", code=21020, detailed_status="PENDING_ON_OPERATOR")

DRAFT = Draft(
    name="Diwali offer",
    content_type="static",
    lists=("north",),
    start=NOON + HOUR,
    end=NOON + 4 * HOUR,
    dlt_entity_id="0101000000000000001",
    dlt_template_id="1007000000000000001",
    sender_id="SHOPIN",
    sms_type="transactional",
    template="Hello, your order is ready.",
    status_callback="http://127.0.0.1:9/campaign",
    sms_status_callback="http://127.0.0.1:9/sms",
)


def fate(sms: Sms) -> Outcome:
    """What the operator makes of a number, by its last digit."""
    return {
        "3": Outcome(status="failed_dnd", code=23005, detailed_status="FAILED_REJECTED_DND"),
        "5": Outcome(status="invalid", code=23010, detailed_status="FAILED_INVALID_DESTINATION_NUMBER"),
        "7": KEPT,
    }.get(sms.number[-1], SENT)


@dataclass
class Vendor:
    """An account without sockets, at a time that only the test moves."""

    store: Store = field(default_factory=lambda: Store(None))
    now: datetime = NOON

    def __post_init__(self) -> None:
        self.engine = Engine(store=self.store, account="me", base=lambda: "http://sandbox")

    def people(self, sid: str, contacts: int) -> None:
        self.store.keep_made_up("me", sid, sid, contacts, None, NOON)

    def create(self, draft: Draft) -> str:
        self.engine.settle(self.now)
        sid = self.store.add("me", draft, self.now)
        self.engine.look(self.now)
        return sid

    def at(self, moment: datetime) -> Vendor:
        self.now = moment
        self.engine.look(moment)
        return self

    def status(self, sid: str) -> str:
        campaign = self.store.get("me", sid)
        assert campaign is not None
        return campaign.status

    def counts(self, sid: str) -> Counts:
        return self.store.counts("me", sid)

    def told(self) -> list[tuple[str, str | None, float]]:
        """The campaign's events: SID, status, seconds after noon."""
        events = self.store.events("me", 0, 10**6)
        return [
            (one.campaign_sid, one.payload["status"], (one.at - NOON).total_seconds())
            for one in events
            if one.kind == "campaign"
        ]

    def everything(self) -> list[list[Any]]:
        """All that was written but for what is drawn by lot, a campaign's SID."""
        tables = (
            "SELECT number, status, updated, audience, total, attempted, submitted, sent, failed, invalid FROM campaign",
            "SELECT * FROM message ORDER BY campaign, position",
            "SELECT id, at, campaign, position, url, json_remove(payload, '$.campaign_sid', '$.reports') FROM event",
        )
        return [[tuple(row) for row in self.store._connection.execute(query)] for query in tables]


@pytest.fixture(autouse=True)
def _fates(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "decide", lambda registry, sms: fate(sms))


@pytest.fixture
def vendor() -> Iterator[Vendor]:
    one = Vendor()
    with closing(one.store):
        yield one


# --- sending ------------------------------------------------------------------------------------------------


def test_300_a_minute_leave_from_the_second_after_the_start(
    vendor: Vendor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "decide", lambda registry, sms: SENT)
    vendor.people("north", 1000)
    sid = vendor.create(DRAFT)
    assert vendor.counts(sid) == Counts(scheduled=1000)
    for after, sent, status in (
        (-SECOND, 0, "scheduled"),
        (0 * SECOND, 0, "in-progress"),
        (SECOND, 5, "in-progress"),
        (SECOND * 1.9, 5, "in-progress"),
        (MINUTE, 300, "in-progress"),
        (199 * SECOND, 995, "in-progress"),
        (200 * SECOND, 1000, "completed"),
        (9 * HOUR, 1000, "completed"),
    ):
        vendor.at(DRAFT.start + after)
        assert vendor.counts(sid) == Counts(scheduled=1000 - sent, sent=sent), after
        assert vendor.status(sid) == status, after
    assert vendor.told() == [(sid, "in-progress", 3600), (sid, "completed", 3800)]


def test_the_campaign_that_starts_first_sends_first(vendor: Vendor) -> None:
    vendor.people("north", 300)
    late, early = vendor.create(DRAFT), vendor.create(replace(DRAFT, start=DRAFT.start - 30 * SECOND))
    vendor.at(DRAFT.start + 10 * SECOND)
    assert (vendor.counts(early).scheduled, vendor.counts(late).scheduled) == (100, 300)
    vendor.at(DRAFT.start + 40 * SECOND)
    assert (vendor.counts(early).scheduled, vendor.counts(late).scheduled) == (0, 250)


def test_each_outcome_has_its_count_and_its_event(vendor: Vendor) -> None:
    vendor.people("north", 20)
    sid = vendor.create(DRAFT)
    vendor.at(DRAFT.start + MINUTE)
    assert vendor.counts(sid) == Counts(submitted=2, sent=14, failed=2, invalid=2)
    events = [one for one in vendor.store.events("me", 0, 100) if one.kind == "sms"]
    assert len(events) == 18
    assert {one.payload["status"] for one in events} == {"sent", "failed_dnd", "failed"}
    assert {one.url for one in events} == {"http://127.0.0.1:9/sms"}
    assert [one.payload["date_sent"] for one in events] == sorted(
        str(one.payload["date_sent"]) for one in events
    )


def test_what_the_operator_keeps_expires_with_the_campaign(vendor: Vendor) -> None:
    vendor.people("north", 10)
    sid = vendor.create(DRAFT)
    assert DRAFT.end is not None
    vendor.at(DRAFT.end - SECOND)
    assert (vendor.status(sid), vendor.counts(sid).submitted) == ("in-progress", 1)
    (kept,) = [one for one in vendor.store.messages("me", sid, limit=20)[0] if one.status == "submitted"]
    assert (kept.code, kept.sent) == (21020, None)
    vendor.at(DRAFT.end)
    assert vendor.status(sid) == "completed"
    assert vendor.counts(sid) == Counts(sent=7, failed=2, invalid=1)
    (late,) = [one for one in vendor.store.messages("me", sid, limit=20)[0] if one.code == EXPIRED.code]
    assert (late.sid, late.status, late.sent) == (kept.sid, "failed", DRAFT.end)
    last_two = vendor.store.newest_events("me", 2)
    assert [one.payload["status"] for one in last_two] == ["completed", "Failed_Expired"]


def test_the_end_fails_what_is_left(vendor: Vendor) -> None:
    vendor.people("north", 5000)
    end = DRAFT.start + 10 * MINUTE
    sid = vendor.create(replace(DRAFT, end=end))
    vendor.at(end)
    assert vendor.status(sid) == "completed"
    assert vendor.counts(sid) == Counts(
        sent=2100, failed=2600, invalid=300
    )  # 3000 were attempted, 300 of them kept
    last = vendor.store.messages("me", sid, limit=1, newest=True)[0][0]
    assert (last.status, last.detailed_status, last.sent) == ("failed", "FAILED_EXPIRED", end)


def test_without_an_end_it_ends_after_30_days(vendor: Vendor) -> None:
    vendor.people("north", 7)  # the operator keeps the last one's
    sid = vendor.create(replace(DRAFT, end=None))
    vendor.at(DRAFT.start + timedelta(seconds=LONGEST_RUN - 1))
    assert vendor.status(sid) == "in-progress"
    vendor.at(DRAFT.start + timedelta(seconds=LONGEST_RUN))
    assert vendor.status(sid) == "completed"


def test_a_campaign_with_nobody_is_over_when_it_begins(vendor: Vendor) -> None:
    sid = vendor.create(replace(DRAFT, lists=("nobody",)))
    vendor.at(DRAFT.start)
    assert vendor.status(sid) == "completed"
    assert vendor.told() == [(sid, "in-progress", 3600.0), (sid, "completed", 3600.0)]


def test_the_people_are_those_of_the_start(vendor: Vendor) -> None:
    vendor.people("north", 10)
    sid = vendor.create(DRAFT)
    vendor.people("north", 30)
    assert vendor.counts(sid).scheduled == 30
    vendor.at(DRAFT.start)
    vendor.people("north", 7)
    assert vendor.counts(sid).scheduled == 30
    vendor.at(DRAFT.start + MINUTE)
    assert vendor.store.messages("me", sid, limit=50)[1] == 30


# --- actions ------------------------------------------------------------------------------------------------


def test_a_pause_stops_at_once_and_a_resume_goes_on_where_it_was(vendor: Vendor) -> None:
    vendor.people("north", 100)
    sid = vendor.create(DRAFT)
    vendor.engine.act(sid, "pause", DRAFT.start + 4 * SECOND)
    vendor.at(DRAFT.start + HOUR)
    assert (vendor.status(sid), vendor.counts(sid).scheduled) == ("paused", 80)
    vendor.engine.act(sid, "resume", DRAFT.start + HOUR)
    vendor.at(DRAFT.start + HOUR + SECOND)
    assert (vendor.status(sid), vendor.counts(sid).scheduled) == ("in-progress", 75)
    assert [status for _, status, _ in vendor.told()] == ["in-progress"]


def test_a_resume_before_the_start_is_scheduled_and_after_it_starts(vendor: Vendor) -> None:
    vendor.people("north", 10)
    sid = vendor.create(DRAFT)
    vendor.engine.act(sid, "pause", NOON)
    vendor.engine.act(sid, "resume", NOON)
    assert vendor.status(sid) == "scheduled"
    vendor.engine.act(sid, "pause", NOON)
    vendor.at(DRAFT.start + MINUTE)
    assert (vendor.status(sid), vendor.told()) == ("paused", [])
    vendor.engine.act(sid, "resume", DRAFT.start + MINUTE)
    assert (vendor.status(sid), vendor.told()) == ("in-progress", [(sid, "in-progress", 3660)])


@pytest.mark.parametrize("before", [True, False], ids=["before the start", "after it"])
def test_complete_fails_the_rest(vendor: Vendor, *, before: bool) -> None:
    vendor.people("north", 100)
    sid = vendor.create(DRAFT)
    when = NOON if before else DRAFT.start + 2 * SECOND
    vendor.engine.act(sid, "pause", when)
    vendor.engine.act(sid, "complete", when)
    counts = vendor.counts(sid)
    assert (vendor.status(sid), counts.scheduled, counts.submitted) == ("completed", 0, 0)
    assert counts.failed == (100 if before else 92)
    assert vendor.store.newest_events("me", 1)[0].payload["reports"] == f"http://sandbox/reports/{sid}.csv"


def test_a_paused_campaign_ends_at_its_end(vendor: Vendor) -> None:
    vendor.people("north", 10)
    sid = vendor.create(DRAFT)
    vendor.engine.act(sid, "pause", NOON)
    assert DRAFT.end is not None
    vendor.at(DRAFT.end)
    assert (vendor.status(sid), vendor.counts(sid)) == ("completed", Counts(failed=10))


def test_an_action_that_the_status_forbids_changes_nothing(vendor: Vendor) -> None:
    sid = vendor.create(DRAFT)
    before = vendor.everything()
    for action in ("resume", "complete", "archive"):
        with pytest.raises(Refused, match="not scheduled"):
            vendor.engine.act(sid, action, NOON)
    assert vendor.everything() == before


# --- nothing depends on who looks ---------------------------------------------------------------------------

ACTIONS = ("pause", "resume", "complete", "archive")
moments = st.integers(0, 900)
worlds = st.lists(
    st.tuples(moments, st.integers(0, 600), st.booleans(), st.integers(0, 60)), min_size=1, max_size=4
)
steps = st.lists(st.tuples(moments, st.sampled_from(ACTIONS), st.integers(0, 3)), max_size=6)


def lived(
    world: list[tuple[int, int, bool, int]], acts: list[tuple[int, str, int]], looks: list[int]
) -> Vendor:
    """A vendor after 1000 seconds in which campaigns were created at once, acted upon, and looked at."""
    vendor = Vendor()
    sids = []
    for index, (start, length, has_end, contacts) in enumerate(world):
        vendor.people(f"list {index}", contacts)
        begin = NOON + start * SECOND
        end = begin + length * SECOND if has_end else None
        sids.append(vendor.create(replace(DRAFT, lists=(f"list {index}",), start=begin, end=end)))
    for at, action, which in sorted([*acts, *((look, "", 0) for look in looks)], key=lambda step: step[0]):
        now = NOON + at * SECOND
        if not action:
            vendor.at(now)
            continue
        with suppress(Refused):
            vendor.engine.act(sids[which % len(sids)], action, now)
    return vendor.at(NOON + 1000 * SECOND)


@settings(max_examples=40, deadline=None)
@given(world=worlds, acts=steps, looks=st.lists(moments, max_size=12))
def test_many_small_steps_are_one_big_one(
    world: list[tuple[int, int, bool, int]], acts: list[tuple[int, str, int]], looks: list[int]
) -> None:
    rare, often = lived(world, acts, []), lived(world, acts, looks)
    with closing(rare.store), closing(often.store):
        assert rare.everything() == often.everything()
        hold(rare, world)


def hold(vendor: Vendor, world: list[tuple[int, int, bool, int]]) -> None:
    """What is true at any time: counts add up, each message is there once, nobody sends too fast or too early."""
    campaigns, messages, events = vendor.everything()
    for number, _, _, _, total, attempted, submitted, sent, failed, invalid in campaigns:
        own = [row for row in messages if row[0] == number]
        assert [row[1] for row in own] == list(range(attempted))
        assert attempted == submitted + sent + failed + invalid
        assert attempted <= (total or 0) == (world[number - 1][3] if total is not None else 0)
        start, length, has_end, _ = world[number - 1]
        last = start + length if has_end else 1000
        times = [row[7] - seconds(NOON) for row in own if row[4] != "submitted" and row[5] != EXPIRED.code]
        assert times == sorted(times)
        assert all(start < time <= last for time in times)
        told = [row[3] for row in events if row[2] == number and row[3] is not None]
        assert sorted(told) == [row[1] for row in own if row[4] != "submitted"]
    each_second: dict[int, int] = {}
    for row in messages:
        if row[7] is not None and row[5] != EXPIRED.code:
            each_second[row[7]] = each_second.get(row[7], 0) + 1
    assert max(each_second.values(), default=0) <= PER_SECOND
    assert [row[1] for row in events] == sorted(row[1] for row in events)


# --- a process that dies ------------------------------------------------------------------------------------

DIES = """
import os, signal, sys
from datetime import timedelta
from pathlib import Path
from campaignctl.sandbox import Sandbox, engine
from campaignctl.sandbox.model import Outcome

left = int(sys.argv[2])

def decide(registry, sms):
    global left
    left -= 1
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return Outcome(status="sent", code=20005, detailed_status="DELIVERED_TO_HANDSET")

engine.decide = decide
with Sandbox(Path(sys.argv[1])) as sandbox:
    for _ in range(10):
        sandbox.clock.advance(timedelta(seconds=30))
"""


def test_a_killed_process_has_sent_whole_steps_and_the_next_goes_on(tmp_path: Path) -> None:
    database = tmp_path / "exotel.db"
    with Sandbox(database) as sandbox:
        made = Vendor(store=sandbox._running.store, now=sandbox.now())  # type: ignore[union-attr]
        made.store.keep_made_up("sandbox", "north", "north", 1000, None, made.now)
        sid = made.store.add("sandbox", replace(DRAFT, start=made.now, end=None), made.now)
    for allowed in (400, 500):  # both die in the middle of a step
        done = subprocess.run([sys.executable, "-c", DIES, str(database), str(allowed)], check=False)
        assert done.returncode == -signal.SIGKILL
        with closing(Store(database)) as after:
            counts = after.counts("sandbox", sid)
            assert counts.sent == after.messages("sandbox", sid, limit=1)[1]
            told = [one for one in after.events("sandbox", 0, 5000) if one.kind == "sms"]
            assert (len(told), counts.sent + counts.scheduled) == (counts.sent, 1000)
            assert 0 < counts.sent < allowed + 500
    with Sandbox(database) as sandbox:
        sandbox.clock.advance(HOUR)
        ended = sandbox._running.store  # type: ignore[union-attr]
        messages, total = ended.messages("sandbox", sid, limit=2000)
        assert (total, len({one.number for one in messages}), len({one.sid for one in messages})) == (
            1000,
        ) * 3


def test_a_step_that_fails_leaves_nothing(vendor: Vendor, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(registry: object, sms: Sms) -> Outcome:
        if sms.number.endswith("50"):
            raise LookupError
        return SENT

    vendor.people("north", 100)
    sid = vendor.create(DRAFT)
    before = vendor.everything()
    with monkeypatch.context() as patch:
        patch.setattr(engine, "decide", broken)
        with pytest.raises(LookupError):
            vendor.at(DRAFT.start + HOUR)
    assert vendor.everything() == before
    vendor.at(DRAFT.start + HOUR)
    assert vendor.counts(sid).scheduled == 0


# --- the clock ----------------------------------------------------------------------------------------------


def test_the_clock_is_ahead_for_everybody_on_the_database(tmp_path: Path) -> None:
    database = tmp_path / "exotel.db"
    with Sandbox(database, clock=lambda: NOON) as first, Sandbox(database, clock=lambda: NOON) as second:
        assert first.clock.advance(2 * HOUR + timedelta(milliseconds=1)) == NOON + 2 * HOUR
        assert (first.now(), second.now()) == (NOON + 2 * HOUR,) * 2
    with Sandbox(database, clock=lambda: NOON + MINUTE) as third:
        assert (third.now(), third.clock.ahead()) == (NOON + 2 * HOUR + MINUTE, 7200)


@pytest.mark.parametrize("by", [-SECOND, timedelta(days=365 * 7000), timedelta.max])
def test_the_clock_neither_goes_back_nor_leaves_the_calendar(by: timedelta) -> None:
    with Sandbox(clock=lambda: NOON) as sandbox:
        with pytest.raises(ValueError, match="clock"):
            sandbox.clock.advance(by)
        assert sandbox.now() == NOON


def test_nothing_is_undone_when_the_machines_clock_is_set_back(vendor: Vendor) -> None:
    vendor.people("north", 1000)
    sid = vendor.create(DRAFT)
    vendor.at(DRAFT.start + MINUTE)
    before = vendor.everything()
    vendor.at(NOON)
    vendor.engine.settle(NOON)
    assert vendor.everything() == before
    vendor.engine.act(sid, "pause", NOON)
    vendor.engine.act(sid, "resume", NOON)
    vendor.at(DRAFT.start + MINUTE + SECOND)
    assert vendor.counts(sid).scheduled == 695


def test_a_sandbox_with_webhooks_lives_although_nobody_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    happened = threading.Event()

    def decide(registry: object, sms: Sms) -> Outcome:
        happened.set()
        return SENT

    monkeypatch.setattr(engine, "decide", decide)
    monkeypatch.setattr("campaignctl.sandbox.TICK", 0.001)
    now = [NOON]
    with Sandbox(clock=lambda: now[0], webhooks=True) as sandbox:
        for _ in range(2):
            happened.clear()
            store = sandbox._running.store  # type: ignore[union-attr]
            store.keep_made_up("sandbox", "north", "north", 10, None, now[0])
            draft = replace(DRAFT, start=now[0] + HOUR, status_callback=None, sms_status_callback=None)
            store.add("sandbox", draft, now[0])
            now[0] += 2 * HOUR
            assert happened.wait(10)
            sandbox.stop()
            sandbox.start()


def test_a_long_advance_lets_others_have_their_turn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.db"
    vendor = Vendor(Store(path))
    vendor.people("north", 5000)
    monkeypatch.setattr(engine, "PER_SECOND", 1)
    monkeypatch.setattr(engine, "TURN", 0.0)
    sid = vendor.create(DRAFT)
    seen: list[tuple[int, int]] = []

    def write() -> None:
        with closing(Store(path)) as other, other.transaction():
            other.set_ahead(len(seen))
            seen.append((other.settled("me"), other.counts("me", sid).sent))

    monkeypatch.setattr(vendor.store, "make_way", write)
    vendor.at(NOON + timedelta(days=4000))

    assert vendor.status(sid) == "completed"
    hour = seconds(NOON) + 3600
    assert [at - hour for at, _ in seen] == [3600, 7200]
    assert [sent for _, sent in seen] == sorted({sent for _, sent in seen}), "the work grows"


def test_a_sandbox_that_does_not_run_has_no_clock() -> None:
    with pytest.raises(RuntimeError):
        Sandbox().now()


# --- texts and the database ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("Hi @@First_name, @@Points points", "Hi Asha, 450 points"),
        ("Hi @@first_name!", "Hi !"),
        ("@@First_name@@Points", "Asha450"),
        ("@@First_names", ""),
        ("a@@ b@@-c @First_name", "a@@ b@@-c @First_name"),
        ("@@नाम। धन्यवाद", "आशा। धन्यवाद"),
        ("@@Evil", r"\1 @@Points"),
    ],
)
def test_a_text_is_filled_from_the_row_by_exact_headers(template: str, text: str) -> None:
    row = {"First_name": "Asha", "Points": "450", "नाम": "आशा", "Evil": r"\1 @@Points"}
    assert rendered(template, row) == text


def test_an_older_database_opens_and_its_campaigns_live_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "decide", lambda registry, sms: SENT)
    path = tmp_path / "exotel.db"
    columns = (
        "number INTEGER PRIMARY KEY AUTOINCREMENT, account TEXT NOT NULL, sid TEXT NOT NULL UNIQUE, held TEXT,"
        " starts INTEGER NOT NULL, ends INTEGER, created INTEGER NOT NULL, updated INTEGER NOT NULL,"
        " name TEXT NOT NULL, content_type TEXT NOT NULL, lists TEXT NOT NULL, dlt_entity_id TEXT NOT NULL,"
        " dlt_template_id TEXT NOT NULL, sender_id TEXT NOT NULL, sms_type TEXT NOT NULL, template TEXT NOT NULL,"
        " status_callback TEXT, sms_status_callback TEXT"
    )
    now = seconds(NOON)
    with closing(sqlite3.connect(path)) as old, old:
        old.execute(f"CREATE TABLE campaign ({columns})")
        for sid, held, starts in (
            ("waits", None, now + 60),
            ("runs", None, now - 60),
            ("over", None, now - 7200),
            ("paused", "paused", now + 60),
            ("shelved", "archived", now - 7200),
        ):
            values = (
                *("me", sid, held, starts, starts + 7200, now, now, "name", "static", json.dumps(["north"])),
                *("1", "2", "KETTLE", "transactional", "Hello", None, None),
            )
            old.execute(f"INSERT INTO campaign VALUES (NULL, {', '.join('?' * 17)})", values)
    over, paused = dict.fromkeys(("runs", "over"), "completed"), {"paused": "paused", "shelved": "archived"}
    for _ in range(2):
        with closing(Store(path)) as new:
            vendor = Vendor(store=new)
            vendor.people("north", 40)
            vendor.at(NOON)
            found = {sid: vendor.status(sid) for sid in ("waits", *over, *paused)}
            assert found == {"waits": "scheduled", **over, **paused}
            assert vendor.counts("waits").scheduled == 40
            assert vendor.counts("shelved") == Counts()


def test_people_of_several_lists_come_one_after_the_other(vendor: Vendor) -> None:
    vendor.people("a", 3)
    vendor.people("b", 4)
    audience = vendor.store.audience("me", ["a", "unknown", "b"])
    whole = [one.number[-1] for one in vendor.store.people(audience, 0, 99)]
    assert whole == [*"123", *"1234"]
    for first in range(8):
        for last in range(first, 9):
            part: list[Contact] = list(vendor.store.people(audience, first, last))
            assert [one.number[-1] for one in part] == whole[first:last]
