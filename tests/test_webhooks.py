"""The sandbox's webhooks: exactly the page's fields and values, and a poster that holds nobody up."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from test_sandbox_sending import DRAFT, NOON

from campaignctl.sandbox import Sandbox
from campaignctl.sandbox.webhooks import (
    ELSEWHERE,
    PATIENCE,
    WAITS,
    Poster,
    campaign_event,
    encoded,
    sms_event,
)

CREATED = datetime(2034, 6, 1, 6, 0, tzinfo=UTC)
UPDATED = datetime(2034, 6, 1, 6, 10, 5, 999_999, tzinfo=UTC)
SID = "909d2a2ba53ce07f3784668b938eb44914bo"
SOON = 10.0  #: seconds until a test is taken to hang


# --- payloads -----------------------------------------------------------------------------------------


def test_a_campaigns_event_is_that_of_the_page() -> None:
    event = campaign_event(
        campaign_sid=SID, created=CREATED, updated=UPDATED, status="in-progress", report="https://x.in/r"
    )
    assert list(event.items()) == [
        ("campaign_sid", SID),
        ("date_created", "2034-06-01T11:30:00+05:30"),
        ("date_updated", "2034-06-01T11:40:05+05:30"),
        ("status", "in-progress"),
        ("reports", None),  # "null when the status is not completed"
    ]
    event = campaign_event(
        campaign_sid=SID, created=CREATED, updated=UPDATED, status="completed", report="https://x.in/r"
    )
    assert (event["status"], event["reports"]) == ("completed", "https://x.in/r")


@pytest.mark.parametrize("status", ["scheduled", "paused", "archived", "Completed", "InProgress", ""])
def test_a_campaign_tells_only_of_start_and_completion(status: str) -> None:
    with pytest.raises(ValueError, match="no event"):
        campaign_event(campaign_sid=SID, created=CREATED, updated=UPDATED, status=status, report=None)


def sms(status: str = "sent", sent: datetime | None = UPDATED) -> dict[str, str | None]:
    return sms_event(
        campaign_sid=SID, sms_sid="5f", created=CREATED, sent=sent, number="+919876543210", status=status
    )


def test_an_sms_event_is_that_of_the_page() -> None:
    assert list(sms().items()) == [
        ("campaign_sid", SID),
        ("sms_sid", "5f"),
        ("date_created", "2034-06-01T11:30:00+05:30"),
        ("date_sent", "2034-06-01T11:40:05+05:30"),
        ("number", "+919876543210"),
        ("status", "sent"),
    ]
    assert sms("submitted", None)["date_sent"] is None


@pytest.mark.parametrize(
    ("status", "told"),
    [
        ("submitted", "submitted"),
        ("sent", "sent"),
        ("failed", "failed"),
        ("failed_dnd", "failed_dnd"),
        ("failed-dnd", "failed_dnd"),
        ("Failed_Expired", "Failed_Expired"),
        ("failed_expired", "Failed_Expired"),
        ("failed_spam_detected", "failed"),
        ("invalid", "failed"),
    ],
)
def test_an_sms_has_a_status_of_the_page_whatever_its_details_say(status: str, told: str) -> None:
    assert sms(status)["status"] == told


@pytest.mark.parametrize("status", ["queued", "sending", "scheduled", "delivered", ""])
def test_an_sms_on_its_way_tells_nothing(status: str) -> None:
    with pytest.raises(ValueError, match="no event"):
        sms(status)


def test_both_encodings_hold_the_same() -> None:
    payload = {"campaign_sid": SID, "number": "+91 & more", "reports": None}
    kind, body = encoded(payload, form=False)
    assert (kind, json.loads(body)) == ("application/json", payload)
    kind, body = encoded(payload, form=True)
    assert kind == "application/x-www-form-urlencoded"
    assert parse_qs(body.decode(), keep_blank_values=True) == {
        "campaign_sid": [SID],
        "number": ["+91 & more"],
        "reports": [""],
    }


# --- the poster ---------------------------------------------------------------------------------------


@dataclass
class Event:
    id: int
    url: str
    kind: str = "sms"
    campaign_sid: str = SID
    payload: Mapping[str, str | None] = field(default_factory=sms)


class Memory:
    """A store of events, in memory."""

    def __init__(self, *events: Event) -> None:
        self.events = list(events)
        self.results: dict[int, str] = {}
        self.changed = threading.Condition()

    def waiting(self) -> tuple[str, ...]:
        with self.changed:
            return tuple({one.url: 1 for one in self.events if one.id not in self.results})

    def unposted(self, urls: Sequence[str], limit: int) -> tuple[Event, ...]:
        with self.changed:
            return tuple(one for one in self.events if one.id not in self.results and one.url in urls)[:limit]

    def posted(self, event_id: int, result: str) -> None:
        with self.changed:
            assert event_id not in self.results
            self.results[event_id] = result
            self.changed.notify_all()

    def wait(self, count: int) -> dict[int, str]:
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.results) >= count, SOON), self.results
            return self.results


class Hook(HTTPServer):
    """A receiver on loopback that answers as the script says, 200 when it is at its end."""

    def __init__(self, *script: int) -> None:
        self.script = list(script)
        self.seen: list[tuple[str, str | None, bytes]] = []
        super().__init__(("127.0.0.1", 0), _Handler)
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    def url(self, path: str = "/hook", host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.server_port}{path}"

    def __exit__(self, *args: object) -> None:
        self.shutdown()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: Hook

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.seen.append((self.path, self.headers["Content-Type"], body))
        self.send_response(self.server.script.pop(0) if self.server.script else 200)
        self.send_header("Location", "/elsewhere")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass


@contextmanager
def posting(store: Memory, **options: Any) -> Iterator[Poster]:
    poster = Poster(store, **{"sleep": lambda _: None, **options})
    poster.start()
    try:
        yield poster
    finally:
        poster.stop()


def test_events_are_posted_in_order_and_marked() -> None:
    with Hook() as hook:
        store = Memory(*(Event(number, hook.url(f"/{number}?a=b&c")) for number in range(250)))
        with posting(store) as poster:
            assert store.wait(250) == dict.fromkeys(range(250), "200")
            store.events.append(Event(999, hook.url("/late")))
            poster.wake()
            store.wait(251)
    assert [path for path, *_ in hook.seen] == [*(f"/{number}?a=b&c" for number in range(250)), "/late"]
    assert {kind for _, kind, _ in hook.seen} == {"application/json"}
    assert json.loads(hook.seen[0][2]) == sms()


def test_a_form_is_posted_on_demand() -> None:
    with Hook() as hook, posting(store := Memory(Event(1, hook.url())), form=True):
        store.wait(1)
    assert hook.seen == [("/hook", *encoded(sms(), form=True))]


@pytest.mark.parametrize(
    ("script", "posts", "result"),
    [
        ((500,), 2, "200"),
        ((302, 404), 3, "200"),
        ((500, 301, 503), 3, "503"),
        ((204,), 1, "204"),
    ],
)
def test_what_is_not_2xx_is_posted_twice_more(script: tuple[int, ...], posts: int, result: str) -> None:
    waits: list[float] = []
    with Hook(*script) as hook, posting(store := Memory(Event(1, hook.url())), sleep=waits.append):
        assert store.wait(1) == {1: result}
    assert len(hook.seen) == posts
    assert waits == list(WAITS[: posts - 1])
    assert {path for path, *_ in hook.seen} == {"/hook"}  # no redirect was followed


def test_a_dead_receiver_is_tried_three_times_and_the_next_event_goes_on() -> None:
    with socket.create_server(("127.0.0.1", 0)) as dead:
        port = dead.getsockname()[1]
    waits: list[float] = []
    with Hook() as hook:
        store = Memory(Event(1, f"http://127.0.0.1:{port}/"), Event(2, hook.url()))
        with posting(store, sleep=waits.append):
            assert store.wait(2) == {1: "connection refused", 2: "200"}
    assert waits == list(WAITS)


def test_a_dead_receiver_holds_up_nobody_else() -> None:
    held, over = threading.Event(), threading.Event()

    def silent(connection: socket.socket) -> None:
        held.set()
        over.wait(SOON)

    with server(silent) as url, Hook() as hook:
        store = Memory(*(Event(number, url) for number in range(200)))
        with posting(store) as poster:
            assert held.wait(SOON)
            store.events.append(Event(999, hook.url()))
            poster.wake()
            assert store.wait(1) == {999: "200"}
            over.set()


def test_a_receiver_that_fails_and_fails_is_waited_for_no_longer_until_it_answers() -> None:
    waits: list[float] = []
    lines: list[str] = []
    fails = [500] * (3 * PATIENCE + 2)
    with Hook(*fails) as hook:
        store = Memory(*(Event(number, hook.url()) for number in range(PATIENCE + 4)))
        with posting(store, sleep=waits.append, log=lines.append):
            results = store.wait(PATIENCE + 4)
            hook.script += [500]
            store.events.append(Event(99, hook.url()))
            store.wait(PATIENCE + 5)
    assert [results[number] for number in range(PATIENCE + 4)] == ["500"] * (PATIENCE + 2) + ["200"] * 2
    assert waits == [*WAITS * PATIENCE, WAITS[0]], "once it has answered it is waited for again"
    assert sum("each is posted once until it answers" in line for line in lines) == 1


def test_nothing_is_posted_while_it_is_another_ones_turn() -> None:
    turn, asked = threading.Event(), threading.Event()

    def ours() -> bool:
        asked.set()
        return turn.is_set()

    with Hook() as hook:
        store = Memory(Event(1, hook.url()))
        with posting(store, turn=ours) as poster:
            assert asked.wait(SOON)
            assert hook.seen == []
            turn.set()
            poster.wake()
            assert store.wait(1) == {1: "200"}


@contextmanager
def server(serve: Callable[[socket.socket], None]) -> Iterator[str]:
    """A receiver that does with each connection what it is told."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def run() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                    with connection:
                        serve(connection)
                except OSError:
                    return

        threading.Thread(target=run, daemon=True).start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
        listening.shutdown(socket.SHUT_RDWR)


def test_a_receiver_that_trickles_has_no_more_time_than_a_silent_one() -> None:
    over = threading.Event()

    def trickle(connection: socket.socket) -> None:
        while not over.wait(0.01):
            connection.sendall(b"H")

    with server(trickle) as url, posting(store := Memory(Event(1, url)), timeout=0.05):
        assert store.wait(1) == {1: "no answer in 0.05 seconds"}
        over.set()


@pytest.mark.parametrize(
    ("answer", "result"),
    [
        (b"", "closed without an answer"),
        (b"SSH-2.0-x y\r\n\r\n", "the answer is not http"),
        (b"HTTP/1.1 2000 OK\r\n\r\n", "the answer is not http"),
        (b"HTTP/1.1 " + b"2" * 70_000, "the answer does not end"),
        (b"HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 201 Created\r\n\r\n", "201"),
    ],
)
def test_odd_answers_are_no_200(answer: bytes, result: str) -> None:
    def serve(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(answer)
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(65536):
            pass

    with server(serve) as url, posting(store := Memory(Event(1, url))):
        assert store.wait(1) == {1: result}


@pytest.mark.parametrize(
    ("url", "result"),
    [
        ("https://hooks.example.in/sms", ELSEWHERE),
        ("http://192.168.1.1/", ELSEWHERE),
        ("http://127.0.0.1.example.in/", ELSEWHERE),
        ("http://2130706433/", ELSEWHERE),
        ("http://localhost.example.in/", ELSEWHERE),
        ("http://127.0.0.1@192.168.1.1/", ELSEWHERE),
        ("ftp://127.0.0.1/", "not posted: no web address"),
        ("http:///x", "not posted: no web address"),
        ("http://127.0.0.1:99999/", "not posted: no web address"),
        ("http://[::1/", "not posted: no web address"),
    ],
)
def test_nothing_leaves_this_machine(monkeypatch: pytest.MonkeyPatch, url: str, result: str) -> None:
    def forbidden(*_: Any, **__: Any) -> Any:
        raise AssertionError("a connection or a name server was asked")

    monkeypatch.setattr(socket, "create_connection", forbidden)
    monkeypatch.setattr(socket, "getaddrinfo", forbidden)
    with posting(store := Memory(Event(1, url))):
        assert store.wait(1) == {1: result}


def test_elsewhere_is_reached_on_demand_and_this_machine_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")  # is not asked
    asked: list[Any] = []
    connect = socket.create_connection

    def here(address: tuple[str, int], *rest: Any, **more: Any) -> Any:
        asked.append(address[0])
        return connect(("127.0.0.1", address[1]), *rest, **more)

    monkeypatch.setattr(socket, "create_connection", here)
    with Hook() as hook:
        urls = [hook.url(host=host) for host in ("hooks.example.in", "LOCALHOST", "127.9.9.9")]
        with posting(store := Memory(*(Event(*pair) for pair in enumerate(urls))), anywhere=True):
            assert store.wait(3) == dict.fromkeys(range(3), "200")
    assert asked == ["hooks.example.in", "localhost", "127.9.9.9"]


def test_stop_ends_at_once_and_leaves_the_event_for_the_next_start() -> None:
    arrived = threading.Event()

    def silent(connection: socket.socket) -> None:
        while connection.recv(65536):
            arrived.set()

    with server(silent) as url:
        store = Memory(Event(1, url))
        poster = Poster(store)
        poster.start()
        assert arrived.wait(SOON)
        thread = poster._thread
        poster.stop()  # the time-out is 15 seconds
        poster.stop()
        assert thread is not None
        assert not thread.is_alive()
        assert store.results == {}
    with Hook() as hook:
        store.events = [Event(1, hook.url())]
        poster.start()
        assert store.wait(1) == {1: "200"}
        poster.stop()


def test_stop_ends_the_wait_before_another_attempt() -> None:
    with Hook(500) as hook:
        store = Memory(Event(1, hook.url()))
        answered = threading.Event()
        poster = Poster(store)
        sleep = poster._sleep

        def wait(seconds: float) -> None:
            answered.set()
            sleep(60 * seconds)

        poster._sleep = wait
        poster.start()
        assert answered.wait(SOON)
        poster.stop()
    assert (len(hook.seen), store.results) == (1, {})


def test_a_store_that_fails_is_told_and_asked_again() -> None:
    class Broken(Memory):
        fails = True

        def unposted(self, urls: Sequence[str], limit: int) -> tuple[Event, ...]:
            if self.fails:
                raise RuntimeError("the database is locked")
            return super().unposted(urls, limit)

    told = threading.Event()
    lines: list[str] = []

    def log(line: str) -> None:
        lines.append(line)
        told.set()

    with Hook() as hook:
        store = Broken(Event(1, hook.url(), campaign_sid="\x1b[2J"))
        with posting(store, log=log) as poster:
            assert told.wait(SOON)
            store.fails = False
            poster.wake()
            store.wait(1)
    assert lines == [
        "webhooks failed: RuntimeError('the database is locked')",
        "webhook sms of \\x1b[2J: 200",
    ]


def test_two_sandboxes_on_one_database_post_each_event_once(tmp_path: Path) -> None:
    registry = {"lists": {"lists": {"north": {"sid": "9" * 32, "contacts": 300}}}}
    kept = threading.Semaphore(0)

    def log(line: str) -> None:
        if line.startswith("webhook sms"):
            kept.release()

    one, other = (
        Sandbox(tmp_path / "x.db", registry=registry, webhooks=True, clock=lambda: NOON, log=log)
        for _ in range(2)
    )

    def send(sandbox: Sandbox, url: str, starts: timedelta) -> None:
        store = sandbox._running.store  # type: ignore[union-attr]
        draft = replace(DRAFT, lists=("9" * 32,), start=NOON + starts, end=None, status_callback=None)
        store.add("sandbox", replace(draft, sms_status_callback=url), NOON)
        sandbox.clock.advance(timedelta(hours=1))

    def wait(count: int) -> None:
        for _ in range(count):
            assert kept.acquire(timeout=SOON)

    with Hook() as hook:
        one.start()
        other.start()
        send(one, hook.url(), timedelta())
        send(other, hook.url(), timedelta(hours=1))
        wait(600)
        one.stop()
        send(other, hook.url(), timedelta(hours=2))
        wait(300)
        other.stop()
    told = [json.loads(body)["sms_sid"] for *_, body in hook.seen]
    assert len(told) == len(set(told)) == 900
