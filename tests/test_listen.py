"""`listen` as a vendor, a stranger, a slow client and a killed process meet it: real sockets, real files."""

from __future__ import annotations

import json
import os
import queue
import signal
import socket
import stat
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlencode, urlsplit

import pytest
from conftest import NOW, Ran, Run, start, write
from test_payloads import CAMPAIGN_FIELDS, FORM, SID, SMS_FIELDS, as_form, as_json
from test_webhooks import SOON, Event, Hook, Memory, posting

from campaignctl.callbacks import Arrival, Tally
from campaignctl.commands import listening
from campaignctl.errors import ReceiverError, UsageError
from campaignctl.model import Delta, Entry
from campaignctl.sandbox.webhooks import campaign_event, sms_event
from campaignctl.state.local import LocalStore
from campaignctl.webhooks import forward as forwarding
from campaignctl.webhooks.forward import Forwarder
from campaignctl.webhooks.intake import Intake, Verdict
from campaignctl.webhooks.journal import Journal
from campaignctl.webhooks.server import Limits, Place, Receiver

SECRET = "5f0c2a9d81b34e67"


def speak(port: int, data: bytes) -> bytes:
    """Send bytes on a connection of their own, and return all that comes back."""
    with socket.create_connection(("127.0.0.1", port), timeout=SOON) as connection:
        with suppress(OSError):  # refused before all was sent
            connection.sendall(data)
        return hear(connection)


def hear(connection: socket.socket) -> bytes:
    heard = b""
    with suppress(ConnectionError):
        while part := connection.recv(65536):
            heard += part
    return heard


def request(
    target: str, content_type: str | None, body: bytes, method: str = "POST", head: str = ""
) -> bytes:
    kind = f"Content-Type: {content_type}\r\n" if content_type else ""
    words = f"{method} {target} HTTP/1.1\r\nHost: x\r\n{kind}Content-Length: {len(body)}\r\n{head}\r\n"
    return words.encode() + body


def status(answer: bytes) -> int:
    return int(answer.split()[1])


def post(port: int, target: str, content_type: str | None, body: bytes, **more: str) -> int:
    return status(speak(port, request(target, content_type, body, **more)))


def sms(sid: int, **fields: Any) -> tuple[str, bytes]:
    return as_json({**SMS_FIELDS, "sms_sid": f"sms{sid}", **fields})


class Desk:
    """A receiver and what it has done."""

    def __init__(self, out: Path | None = None, forward: Any = None, **limits: Any) -> None:
        self.shown: list[Arrival] = []
        self.log: list[str] = []
        self.tally = Tally()
        self.journal = Journal(out, self.log.append, self.tally.add) if out else None
        if self.journal is not None:
            self.journal.open()
        self.intake = Intake(
            tally=self.tally, journal=self.journal, now=lambda: NOW, show=self.shown.append, forward=forward
        )
        place = limits.pop("place", Place(SECRET))
        self.receiver = Receiver(
            ("127.0.0.1", 0),
            place=place,
            take=limits.pop("take", self.intake.take),
            log=self.log.append,
            limits=Limits(**limits),
        )
        self.port = self.receiver.port
        self.receiver.start()

    def close(self) -> None:
        self.receiver.stop()
        if self.journal is not None:
            self.journal.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *args: object) -> None:
        self.close()


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    """One receiver without a file, for requests that are refused."""
    with Desk(body=2000) as made:
        yield made


def lines(path: Path) -> list[Any]:
    return [json.loads(one) for one in path.read_bytes().splitlines()]


# --- the right address --------------------------------------------------------------------------------


@pytest.mark.parametrize("encode", [as_json, as_form])
def test_both_webhooks_are_kept_shown_and_acknowledged(tmp_path: Path, encode: Any) -> None:
    out = tmp_path / "events.jsonl"
    with Desk(out) as desk:
        assert post(desk.port, f"/{SECRET}/campaign", *encode(CAMPAIGN_FIELDS)) == 200
        assert post(desk.port, f"/{SECRET}/sms?x=1", *encode(SMS_FIELDS)) == 200
        kept = lines(out)
    assert [one["fields"] for one in kept] == [CAMPAIGN_FIELDS, SMS_FIELDS]
    assert [(one["kind"], one["status"], one["number"]) for one in kept] == [
        ("campaign", "completed", None),
        ("sms", "sent", "+919876543210"),
    ]
    assert {(one["version"], one["at"], one["sender"]) for one in kept} == {
        (1, "2034-06-01T06:00:00.000Z", "127.0.0.1")
    }
    assert [one.event.status for one in desk.shown] == ["completed", "sent"]
    assert desk.log == []
    assert stat.S_IMODE(out.stat().st_mode) == 0o600


@pytest.mark.parametrize("form", [False, True])
def test_what_the_sandbox_posts_is_understood(form: bool) -> None:  # noqa: FBT001
    """The two share no code: this is where they meet."""
    events = [
        campaign_event(campaign_sid=SID, created=NOW, updated=NOW, status="in-progress", report=None),
        *(
            sms_event(
                campaign_sid=SID, sms_sid=f"s{one}", created=NOW, sent=NOW, number="+919876543210", status=one
            )
            for one in ("submitted", "sent", "failed", "failed_dnd", "Failed_Expired")
        ),
        campaign_event(
            campaign_sid=SID, created=NOW, updated=NOW, status="completed", report="http://x.in/r"
        ),
    ]
    with Desk() as desk:
        urls = [
            f"http://127.0.0.1:{desk.port}/{SECRET}/{'sms' if 'sms_sid' in one else 'campaign'}"
            for one in events
        ]
        store = Memory(*(Event(number, urls[number], payload=one) for number, one in enumerate(events)))
        with posting(store, form=form):
            assert store.wait(len(events)) == dict.fromkeys(range(len(events)), "200")
    (summary,) = desk.tally.summaries()
    assert (summary.status, summary.report, desk.log) == ("completed", "http://x.in/r", [])
    assert summary.counts == dict.fromkeys(("submitted", "sent", "failed", "failed_dnd", "failed_expired"), 1)


def test_the_answer_says_nothing_but_its_status(desk: Desk) -> None:
    answer = speak(desk.port, request(f"/{SECRET}/sms", *sms(1)))
    assert answer == b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


def test_an_event_at_the_other_address_is_taken_and_told(desk: Desk) -> None:
    assert post(desk.port, f"/{SECRET}/campaign", *sms(2)) == 200
    assert desk.shown[-1].event.kind == "sms"
    assert "swap the two callbacks" in desk.log[-1]


def chunked(*parts: bytes, end: bytes = b"0\r\n\r\n") -> bytes:
    head = f"POST /{SECRET}/sms HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Type: {FORM}\r\n\r\n"
    return head.encode() + b"".join(b"%x;a=b\r\n%s\r\n" % (len(one), one) for one in parts) + end


def test_a_body_in_chunks_is_taken_as_proxies_send_it(desk: Desk) -> None:
    body = urlencode({**SMS_FIELDS, "sms_sid": "chunked"}).encode()
    data = chunked(body[:20], body[20:21], body[21:], end=b"0\r\nX-Sum: 1\r\n\r\n")
    assert status(speak(desk.port, data)) == 200
    assert desk.shown[-1].event.sms_sid == "chunked"


def test_a_client_that_waits_to_be_asked_is_asked(desk: Desk) -> None:
    kind, body = sms(3)
    head = request(f"/{SECRET}/sms", kind, body, head="Expect: 100-continue\r\n")[: -len(body)]
    with socket.create_connection(("127.0.0.1", desk.port), timeout=SOON) as connection:
        connection.sendall(head)
        assert connection.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(body)
        assert status(hear(connection)) == 200


# --- all others ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["POST", "GET", "PUT", "BREW"])
@pytest.mark.parametrize(
    "target",
    [
        "/",
        "*",
        f"/{SECRET}",
        f"/{SECRET}/",
        f"/{SECRET}/other",
        f"/{SECRET}/sms/",
        f"/{SECRET[:-1]}/sms",
        f"/{SECRET}x/sms",
        f"/x/{SECRET}/sms",
        f"/{SECRET.upper()}/sms",
        f"/{SECRET}%2Fsms",
        "/\u0100/sms",
    ],
)
def test_nothing_tells_one_wrong_address_from_another(desk: Desk, target: str, method: str) -> None:
    answer = speak(desk.port, request(target, *sms(1), method=method))
    assert answer == b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    assert SECRET not in desk.log[-1]


def test_a_get_at_the_right_address_is_405(desk: Desk) -> None:
    answer = speak(desk.port, request(f"/{SECRET}/sms", None, b"", method="GET"))
    assert (status(answer), b"Allow: POST\r\n" in answer) == (405, True)


@pytest.mark.parametrize(
    ("data", "code", "words"),
    [
        (request(f"/{SECRET}/sms", "text/xml", b"<a/>"), 400, "its content type is 'text/xml'"),
        (request(f"/{SECRET}/sms", "application/json", b"\x1b[2J{"), 400, "the body is not JSON"),
        (request(f"/{SECRET}/sms", "application/json", b"x" * 2001), 413, "more than 2000 bytes"),
        (request(f"/{SECRET}/sms", FORM, b"a=b", head="Content-Encoding: gzip\r\n"), 400, "packed by 'gzip'"),
        (request(f"/{SECRET}/sms", FORM, b"a=b", head="Content-Length: 4\r\n"), 400, "is no number"),
        (
            request(f"/{SECRET}/sms", FORM, b"", head="Transfer-Encoding: chunked\r\n"),
            400,
            "where the body ends",
        ),
        (b"POST /%s/sms HTTP/1.1\r\n\r\n" % SECRET.encode(), 411, "neither a Content-Length"),
        (b"POST /%s/sms HTTP/1.1\r\nContent-Length: -1\r\n\r\n" % SECRET.encode(), 400, "is no number"),
        (b"POST /%s/sms HTTP/1.1\r\nContent-Length: %s\r\n\r\n" % (SECRET.encode(), b"9" * 99), 413, "bytes"),
        (chunked(b"x" * 1500, b"x" * 501), 413, "more than 2000 bytes"),
        (chunked(end=b"-1\r\n"), 400, "is no number"),
        (chunked(end=b"5\r\nabcdefgh\r\n0\r\n\r\n"), 400, "not as long as it says"),
        (b"\x16\x03\x01\x02\x00\x01\x00\n", 400, "no HTTP request"),
        (b"GET /\r\n\r\n", 404, "nothing is at"),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, "no HTTP request"),
        (b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 200 + b"\r\n", 431, "no HTTP request"),
        (b"GET / HTTP/1.1\r\n" + b"X: %s\r\n" % (b"y" * 60_000) + b"\r\n", 431, "longer than"),
        (b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n", 400, "no HTTP request"),
    ],
)
def test_what_is_no_event_is_refused_and_told(desk: Desk, data: bytes, code: int, words: str) -> None:
    before = len(desk.shown)
    assert status(speak(desk.port, data)) == code
    assert desk.log[-1].startswith(f"{code} to 127.0.0.1: ")
    assert words in desk.log[-1]
    assert "Traceback" not in desk.log[-1]
    assert len(desk.shown) == before


def test_a_body_that_ends_too_early_is_no_event(desk: Desk) -> None:
    with socket.create_connection(("127.0.0.1", desk.port), timeout=SOON) as connection:
        connection.sendall(request(f"/{SECRET}/sms", *sms(5))[:-1])
        connection.shutdown(socket.SHUT_WR)
        assert status(hear(connection)) == 400
    assert desk.log[-1].endswith("the body ends too early")


@pytest.mark.parametrize("behind_proxy", [False, True])
def test_a_forwarded_address_is_a_text_and_only_behind_a_proxy(behind_proxy: bool) -> None:  # noqa: FBT001
    with Desk(place=Place(SECRET, "/hooks", behind_proxy)) as desk:
        for number, prefix in enumerate(["", "/hooks"]):  # a proxy takes its prefix away, or leaves it
            target = f"{prefix}/{SECRET}/sms"
            assert post(desk.port, target, *sms(number), head="X-Forwarded-For: \x1b[2J, 9.9.9.9\r\n") == 200
        assert post(desk.port, f"/other/{SECRET}/sms", *sms(1)) == 404
    assert {one.sender for one in desk.shown} == {
        "127.0.0.1 for \x1b[2J, 9.9.9.9" if behind_proxy else "127.0.0.1"
    }


# --- slow, and many -----------------------------------------------------------------------------------


@pytest.mark.parametrize("sent", [b"", b"POST /", request(f"/{SECRET}/sms", *sms(1))[:-1]])
def test_a_request_must_arrive_as_a_whole_in_time(sent: bytes) -> None:
    with Desk(seconds=0.05) as desk:
        assert status(speak(desk.port, sent)) == 408
    assert desk.log == ["408 to 127.0.0.1: the request was not there after 0.05 seconds"]


def test_a_client_that_trickles_has_no_more_time() -> None:
    with Desk(seconds=0.1) as desk, socket.create_connection(("127.0.0.1", desk.port)) as connection:
        connection.settimeout(0.01)
        heard = b""
        while not heard:
            connection.sendall(b"P")
            with suppress(TimeoutError):
                heard = connection.recv(1000)
    assert status(heard) == 408


def test_there_are_at_most_so_many_connections_and_stop_cuts_those_that_do_nothing() -> None:
    with Desk(connections=3) as desk, ExitStack() as stack:
        idle = [
            stack.enter_context(socket.create_connection(("127.0.0.1", desk.port), timeout=SOON))
            for _ in range(3)
        ]
        with socket.create_connection(("127.0.0.1", desk.port), timeout=SOON) as fourth:
            assert status(hear(fourth)) == 503
        assert desk.log == ["503 to 127.0.0.1: 3 connections are open already"]
        idle.pop().close()
        with desk.receiver._closed:
            assert desk.receiver._closed.wait_for(lambda: len(desk.receiver._open) < 3, SOON)
        assert post(desk.port, f"/{SECRET}/sms", *sms(1)) == 200
        before = time.monotonic()
        desk.receiver.stop()
        assert time.monotonic() - before < 3  # the limit is 10 seconds
        assert [hear(one) for one in idle] == [b"", b""]


def test_stop_answers_what_has_arrived() -> None:
    inside, go_on = threading.Event(), threading.Event()

    def take(*_: Any) -> Verdict:
        inside.set()
        assert go_on.wait(SOON)
        return Verdict(200)

    with Desk(take=take) as desk, socket.create_connection(("127.0.0.1", desk.port)) as connection:
        connection.settimeout(SOON)
        connection.sendall(request(f"/{SECRET}/sms", *sms(1)))
        assert inside.wait(SOON)
        stopping = threading.Thread(target=desk.receiver.stop)
        stopping.start()
        go_on.set()
        assert status(hear(connection)) == 200
        stopping.join(SOON)


def test_a_bug_is_a_line_and_no_traceback(capfd: pytest.CaptureFixture[str]) -> None:
    def take(*_: Any) -> Verdict:
        raise RuntimeError("a bug")

    with Desk(take=take) as desk:
        assert speak(desk.port, request(f"/{SECRET}/sms", *sms(1))) == b""
    assert desk.log == ["the connection of 127.0.0.1 failed: RuntimeError('a bug')"]
    assert capfd.readouterr().err == ""


# --- the file -----------------------------------------------------------------------------------------


def test_an_event_that_comes_again_is_acknowledged_and_kept_once_also_after_a_restart(tmp_path: Path) -> None:
    out = tmp_path / "events.jsonl"
    target = f"/{SECRET}/sms"
    with Desk(out) as desk:
        assert [post(desk.port, target, *sms(1)) for _ in range(3)] == [200] * 3
        assert post(desk.port, target, *as_form({**SMS_FIELDS, "sms_sid": "sms1"})) == 200
        assert [one.repeated for one in desk.shown] == [False, True, True, True]
        assert (desk.intake.events, desk.intake.repeated) == (1, 3)
    with Desk(out) as desk:
        assert post(desk.port, target, *sms(1)) == 200
        assert post(desk.port, target, *sms(1, status="failed")) == 200
        assert [one.repeated for one in desk.shown] == [True, False]
        assert [dict(one.counts) for one in desk.tally.summaries()] == [{"failed": 1}]
    assert [one["status"] for one in lines(out)] == ["sent", "failed"]


def test_many_senders_at_once_make_whole_lines(tmp_path: Path) -> None:
    out = tmp_path / "events.jsonl"
    with Desk(out) as desk:

        def send(first: int) -> None:
            codes.extend(
                post(desk.port, f"/{SECRET}/sms", *sms(number)) for number in range(first, first + 15)
            )

        codes: list[int] = []
        senders = [threading.Thread(target=send, args=(10 * one,)) for one in range(8)]
        for one in senders:
            one.start()
        for one in senders:
            one.join(SOON)
    assert codes == [200] * 120
    assert sorted(one["sms_sid"] for one in lines(out)) == sorted(f"sms{number}" for number in range(85))
    assert [one.event.sms_sid for one in desk.shown if not one.repeated] == [
        one["sms_sid"] for one in lines(out)
    ]


WHOLE = {
    "version": 1, "at": "2034-06-01T06:00:00.000Z", "kind": "sms", "campaign_sid": SID, "sms_sid": "a",
    "number": "1", "status": "sent", "report": None, "sender": "x", "fields": {},
}  # fmt: skip
LINE = json.dumps(WHOLE).encode() + b"\n"
SECOND = LINE.replace(b'"a"', b'"b"')


def opened(out: Path) -> tuple[Journal, list[str], list[str]]:
    seen: list[str] = []
    told: list[str] = []
    journal = Journal(out, told.append, lambda event, at: seen.append(event.sms_sid or ""))
    journal.open()
    return journal, seen, told


def test_wherever_a_line_is_torn_no_whole_one_is_lost(tmp_path: Path) -> None:
    out = tmp_path / "events.jsonl"
    for length in range(len(SECOND) + 1):
        out.write_bytes(LINE + SECOND[:length])
        journal, seen, told = opened(out)
        journal.append(LINE.replace(b'"a"', b'"c"'))
        journal.close()
        whole = length >= len(SECOND) - 1
        assert seen == (["a", "b"] if whole else ["a"])
        assert [one["sms_sid"] for one in lines(out)] == (["a", "b", "c"] if whole else ["a", "c"])
        assert len(told) == (0 if whole or length == 0 else 1)


@pytest.mark.parametrize("torn", [b"{", LINE[:30], LINE[:-2], b"\0" * 300])
def test_a_file_that_holds_nothing_but_a_torn_line_is_ours(tmp_path: Path, torn: bytes) -> None:
    out = tmp_path / "events.jsonl"
    out.write_bytes(torn)
    journal, seen, told = opened(out)
    journal.append(LINE)
    journal.close()
    assert (seen, out.read_bytes(), len(told)) == ([], LINE, 1)


@pytest.mark.parametrize(
    "content",
    [
        b"hello\n",
        b"hello",
        b"\n",
        b"{}\n",
        b'{"version": 1, "at": "x"}',
        b'{"version": 1, "project": "kettle-5a1f0c"}',
        b'{"version": 1, "at": "x", "kind": "sms"}\n' + LINE,
        b"x" * 100_000,
    ],
)
def test_a_file_of_something_else_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    out = tmp_path / "events.jsonl"
    out.write_bytes(content)
    with pytest.raises(UsageError, match="holds something else"):
        opened(out)
    assert out.read_bytes() == content


def test_a_file_of_a_newer_campaignctl_is_refused(tmp_path: Path) -> None:
    out = tmp_path / "events.jsonl"
    out.write_bytes(LINE.replace(b'"version": 1', b'"version": 12'))
    with pytest.raises(ReceiverError, match="newer campaignctl"):
        opened(out)


def test_lines_of_others_in_the_middle_are_told_and_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("campaignctl.webhooks.journal._LONGEST_LINE", 1000)
    out = tmp_path / "events.jsonl"
    content = LINE + b"a note\n" + b"x" * 5000 + b"\n\n" + SECOND + b"a last note"
    out.write_bytes(content)
    journal, seen, told = opened(out)
    journal.append(LINE)
    journal.close()
    assert (seen, out.read_bytes()) == (["a", "b"], content + b"\n" + LINE)
    assert told == [f"{out} holds 4 lines that no `listen` has written; not counted"]


def test_two_listeners_cannot_write_one_file(tmp_path: Path) -> None:
    out = tmp_path / "events.jsonl"
    journal, *_ = opened(out)
    with pytest.raises(ReceiverError, match="another `listen`"):
        opened(out)
    journal.close()
    opened(out)[0].close()


def test_a_pipe_in_place_of_the_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to(tmp_path / "events.jsonl")
    with pytest.raises(UsageError, match="pipe"):
        opened(tmp_path / "pipe")
    with pytest.raises(ReceiverError, match="cannot be opened"):
        opened(tmp_path / "link")


def test_a_full_disk_is_503_and_no_half_line_and_over_when_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "events.jsonl"
    write, sync, cut = os.write, os.fsync, os.ftruncate
    target = f"/{SECRET}/sms"
    with Desk(out) as desk:
        mine = desk.journal._file if desk.journal else None

        def full(handle: int, data: Any) -> int:
            if handle == mine and len(data) < 200:
                raise OSError(28, "No space left on device")
            return write(handle, data[:100] if handle == mine else data)

        def fails(real: Any) -> Any:
            def call(handle: int, *rest: int) -> None:
                if handle == mine:
                    raise OSError(5, "Input/output error")
                real(handle, *rest)

            return call

        assert post(desk.port, target, *sms(1)) == 200
        before = out.read_bytes()
        monkeypatch.setattr(os, "write", full)
        assert post(desk.port, target, *sms(2)) == 503
        assert desk.log[-1].endswith("events.jsonl cannot be written: no space left on device")
        assert out.read_bytes() == before
        monkeypatch.setattr(os, "write", write)
        monkeypatch.setattr(os, "fsync", fails(sync))
        assert post(desk.port, target, *sms(2)) == 503
        assert out.read_bytes() == before
        monkeypatch.setattr(os, "ftruncate", fails(cut))
        assert post(desk.port, target, *sms(2)) == 503
        assert out.read_bytes() != before  # what could not be cut waits until it can
        assert post(desk.port, target, *sms(2)) == 503
        monkeypatch.setattr(os, "ftruncate", cut)
        monkeypatch.setattr(os, "fsync", sync)
        assert [post(desk.port, target, *sms(sid)) for sid in (1, 2)] == [200] * 2
    assert [one["sms_sid"] for one in lines(out)] == ["sms1", "sms2"]
    assert [(one.event.sms_sid, one.repeated) for one in desk.shown] == [
        ("sms1", False),
        ("sms1", True),
        ("sms2", False),
    ]
    assert desk.intake.refused == 4


def test_a_file_that_is_moved_away_is_made_anew(tmp_path: Path) -> None:
    out = tmp_path / "events.jsonl"
    with Desk(out) as desk:
        assert post(desk.port, f"/{SECRET}/sms", *sms(1)) == 200
        out.rename(tmp_path / "old.jsonl")
        assert [post(desk.port, f"/{SECRET}/sms", *sms(number)) for number in (1, 2)] == [200, 200]
        out.unlink()
        out.write_bytes(b"of somebody else\n")
        assert post(desk.port, f"/{SECRET}/sms", *sms(3)) == 503
        assert "holds something else" in desk.log[-1]
    assert [one["sms_sid"] for one in lines(tmp_path / "old.jsonl")] == ["sms1"]
    assert out.read_bytes() == b"of somebody else\n"


# --- passing on ---------------------------------------------------------------------------------------


def test_events_are_passed_on_as_they_came() -> None:
    told: list[str] = []
    with Hook(200, 500, 500, 500) as hook:
        forward = Forwarder(hook.url("/in?key=1"), told.append, sleep=lambda _: None)
        forward.start()
        bodies = [sms(1), as_form({**SMS_FIELDS, "sms_sid": "sms2"}), sms(1), sms(3)]
        with Desk(forward=forward) as desk:
            assert [post(desk.port, f"/{SECRET}/sms", *one) for one in bodies] == [200] * 4
        forward.stop(SOON)
    assert hook.seen == [("/in?key=1", *one) for one in (bodies[0], *[bodies[1]] * 3, bodies[3])]
    assert told == ["not passed on: the answer was 500"]
    assert (forward.passed, forward.failed) == (2, 1)


def test_a_receiver_that_comes_back_gets_the_event_and_a_dead_one_is_not_waited_for() -> None:
    waits: list[float] = []
    with Hook(503, 503, 200, *[500] * (3 * forwarding.PATIENCE + 1)) as hook:
        forward = Forwarder(hook.url("/in"), lambda _: None, sleep=waits.append)
        forward.start()
        for number in range(forwarding.PATIENCE + 3):
            forward.put(None, b"%d" % number)
        forward.stop(SOON)
    assert (forward.passed, forward.failed) == (2, forwarding.PATIENCE + 1)
    assert waits == [*forwarding.WAITS] * (1 + forwarding.PATIENCE)
    assert [body for *_, body in hook.seen][:3] == [b"0"] * 3


def test_a_receiver_that_hangs_holds_up_no_answer() -> None:
    told: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as silent:
        forward = Forwarder(
            f"http://127.0.0.1:{silent.getsockname()[1]}/", told.append, waiting=2, timeout=SOON
        )
        forward.start()
        with Desk(forward=forward) as desk:
            assert post(desk.port, f"/{SECRET}/sms", *sms(0)) == 200
            held, _ = silent.accept()  # the first one is on its way, and two more may wait
            rest = [post(desk.port, f"/{SECRET}/sms", *sms(number)) for number in range(1, 6)]
            assert rest == [200] * 5
        full = "not passed on: 2 events wait already; what comes until there is room is only counted"
        assert told == [full], "and once"
        forward.stop(0.01)
        held.close()
    assert (forward.passed, forward.failed) == (0, 6)
    assert told[-1].endswith("that still waited")


def test_a_dead_receiver_and_a_late_one_are_told() -> None:
    told: queue.Queue[str] = queue.Queue()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        forward = Forwarder(url, told.put, timeout=0.02, sleep=lambda _: None)
        forward.start()
        forward.put(None, b"a")
        assert told.get(timeout=SOON) == "not passed on: no answer in 0.02 seconds"
    forward.put(None, b"b")
    assert told.get(timeout=SOON) == "not passed on: connection refused"
    forward.stop(SOON)


# --- the command --------------------------------------------------------------------------------------

Act = Callable[[int], None]


@pytest.fixture
def listen(run: Run, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ran]:
    """Run `listen` in this process; once it prints, act on its port, then let a signal end it."""
    begin = listening.Screen.begin

    def go(act: Act, *words: str, number: signal.Signals = signal.SIGINT) -> Ran:
        def begun(self: Any, urls: dict[str, str], out: str | None) -> None:
            begin(self, urls, out)
            act(ports[0])
            os.kill(os.getpid(), number)

        ports: list[int] = []
        receive = listening._receiver

        def receiver(*given: Any) -> Receiver:
            made = receive(*given)
            ports.append(made.port)
            return made

        monkeypatch.setattr(listening, "_receiver", receiver)
        monkeypatch.setattr(listening.Screen, "begin", begun)
        ran = run("listen", "--path", SECRET, *words)
        monkeypatch.setattr(listening, "_receiver", receive)
        return ran

    return go


def some(port: int) -> None:
    target = f"/{SECRET}/sms"
    assert post(port, f"/{SECRET}/campaign", *as_json({**CAMPAIGN_FIELDS, "status": "in-progress"})) == 200
    assert post(port, target, *sms(1)) == 200
    assert post(port, target, *sms(2, status="failed_dnd", number="\x1b[2J+919876543210")) == 200
    assert post(port, target, *sms(1)) == 200
    assert post(port, target, FORM, b"nonsense") == 400


def test_listen_prints_addresses_events_and_a_summary(listen: Callable[..., Ran], tmp_path: Path) -> None:
    ran = listen(some, "--out", str(tmp_path / "events.jsonl"), "-C", str(a_folder(tmp_path, SID)))
    assert ran.code == 0
    first, second, _, kept, _, *events, _, summary, last = ran.out.splitlines()
    port = urlsplit(first.removeprefix("status_callback: ")).port
    assert first == f"status_callback: http://127.0.0.1:{port}/{SECRET}/campaign"
    assert second == f"sms_status_callback: http://127.0.0.1:{port}/{SECRET}/sms"
    assert kept == f"Events are added to {tmp_path / 'events.jsonl'}. Ctrl-C ends."
    assert [one.split()[1:] for one in events] == [
        ["diwali-north", "in-progress", "report:", "https://reports.example.in/1"],
        ["diwali-north", "sent", "+********3210"],
        ["diwali-north", "failed_dnd", "\\x1b[**+********3210"],
        ["diwali-north", "sent", "+********3210", "(again)"],
    ]
    assert summary.startswith("diwali-north  in-progress  1 sent, 1 failed_dnd  (")
    assert last == "Listened: 3 events, 1 repeated, 1 refused."
    assert ran.err == "campaignctl: 400 to 127.0.0.1: the body is no form\n"
    assert "919876543210" not in ran.out
    assert "+919876543210" in (tmp_path / "events.jsonl").read_text()


def a_folder(root: Path, sid: str) -> Path:
    """Make a campaigns folder whose state knows a campaign, and return it."""
    write(root, {"campaigns/campaignctl.yaml": "project: kettle-5a1f0c\n"})
    created = Entry(token="cc0123456789", sid=sid, payload={}, origin="created", at="2034-06-01T06:00:00Z")
    with LocalStore(root / "campaigns/campaignctl.state.json", "kettle-5a1f0c").lock("test") as session:
        session.record(Delta(campaigns={"diwali-north": created}))
    return root / "campaigns"


def test_listen_speaks_json(listen: Callable[..., Ran]) -> None:
    ran = listen(some, "--format", "json", number=signal.SIGTERM)
    first, *events, last = (json.loads(one) for one in ran.out.splitlines())
    assert (ran.code, first["type"], first["out"], {one["version"] for one in events}) == (
        0,
        "listening",
        None,
        {1},
    )
    assert first["sms_status_callback"].endswith(f"/{SECRET}/sms")
    assert [(one["type"], one["campaign"], one["status"], one["number"]) for one in events] == [
        ("event", None, "in-progress", None),
        ("event", None, "sent", "+********3210"),
        ("event", None, "failed_dnd", "\\x1b[**+********3210"),
        ("event", None, "sent", "+********3210"),
    ]
    (campaign,) = last.pop("campaigns")
    assert (campaign["campaign_sid"], campaign["counts"]) == (SID, {"sent": 1, "failed_dnd": 1})
    assert last == {
        "version": 1, "type": "summary", "events": 3, "repeated": 1, "refused": 1,
        "passed_on": 0, "not_passed_on": 0, "not_shown": 0,
    }  # fmt: skip


def test_listen_goes_on_from_its_file_and_passes_on(listen: Callable[..., Ran], tmp_path: Path) -> None:
    out = tmp_path / "events.jsonl"
    out.write_bytes(LINE + SECOND[:-9])
    with Hook() as hook:
        ran = listen(some, "--out", str(out), "--forward", hook.url())
    assert "2 sent, 1 failed_dnd" in ran.out
    assert "Listened: 3 events, 1 repeated, 1 refused, 3 passed on." in ran.out.replace("_", " ")
    assert ran.err.startswith(f"campaignctl: cut {len(SECOND) - 9} bytes off {out}: ")
    assert len(hook.seen) == 3


def test_listen_prints_the_public_address(listen: Callable[..., Ran]) -> None:
    def act(port: int) -> None:
        words = "X-Forwarded-For: 9.9.9.9\r\n"
        assert post(port, f"/in/{SECRET}/sms", *sms(1), head=words) == 200
        assert post(port, "/wrong", *sms(1), head=words) == 404

    ran = listen(act, "--public-url", "https://hooks.example.in/in/")
    assert f"sms_status_callback: https://hooks.example.in/in/{SECRET}/sms" in ran.out
    assert ran.err == "campaignctl: 404 to 127.0.0.1 for 9.9.9.9: nothing is at '/wrong'\n"


def test_a_generated_secret_is_long_and_new(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def listened(wish: Any, *_: Any) -> None:
        seen.append(wish.place.secret)

    monkeypatch.setattr(listening, "listen", listened)
    assert [run("listen").code for _ in range(2)] == [0, 0]
    monkeypatch.setenv("CAMPAIGNCTL_LISTEN_PATH", "from-the-environment")
    assert run("listen").code == 0
    first, second, third = seen
    assert (len(first), len(second), first == second, third) == (32, 32, False, "from-the-environment")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--path", "short"), 64, "8 to 128 letters"),
        (("--path", "with/slash/inside"), 64, "8 to 128 letters"),
        (("--public-url", "hooks.example.in"), 64, "--public-url must be"),
        (("--public-url", "https://u:p@hooks.example.in"), 64, "--public-url must be"),
        (("--public-url", "http://h:99999"), 64, "--public-url must be"),
        (("--forward", "ftp://h/"), 64, "--forward must be"),
        (("--forward", "http://u:p@h/"), 64, "no user and password"),
        (("--forward", "http://h/\u0100"), 64, "--forward must be"),
        (("--max-body", "0"), 64, "--max-body"),
        (("--out", "missing/events.jsonl"), 3, "missing is not a folder"),
        (("--out", "events.yaml"), 64, "taken for a campaign"),
        (("--out", "campaignctl.state.json"), 64, "is the state of this project"),
        (("--out", "campaignctl.state.json.journal"), 64, "is the state of this project"),
        (("-C", "missing"), 3, "missing is not a folder"),
        (("--host", "256.1.1.1"), 3, "cannot listen on 256.1.1.1"),
    ],
)
def test_what_cannot_be_is_said(run: Run, folder: Path, words: tuple[str, ...], code: int, said: str) -> None:
    ran = run("listen", *words)
    assert (ran.code, said in ran.err, ran.out) == (code, True, "")
    assert not (folder / "campaignctl.state.json").exists()


def test_a_taken_port_is_3(run: Run, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ran = run("listen", "--port", str(taken.getsockname()[1]))
    assert (ran.code, "another program has that port; `--port 0` takes a free one" in ran.err) == (3, True)


def test_names_follow_a_state_that_grows(tmp_path: Path) -> None:
    folder = a_folder(tmp_path, "sid1")
    store = LocalStore(folder / "campaignctl.state.json", "kettle-5a1f0c")
    names = listening.Names((LocalStore(tmp_path / "none.json", "kettle-5a1f0c"), store))
    assert (names.of("sid1"), names.of("sid2"), names.of(None)) == ("diwali-north", None, None)
    created = Entry(token="cc0123456780", sid="sid2", payload={}, origin="created", at="2034-06-01T06:00:00Z")
    with store.lock("test") as session:
        session.record(Delta(campaigns={"holi": created}))
        assert names.of("sid2") == "holi"  # while the other still runs
    store.path.write_bytes(b"damaged")
    assert (names.of("sid1"), names.of("sid3")) == ("diwali-north", None)


def test_a_terminal_that_takes_nothing_costs_lines_and_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "_UNSEEN", 5)
    screen = listening.Screen(as_json=False, paint=lambda text, colour: text, names=listening.Names(()))
    with Desk() as desk:
        assert post(desk.port, f"/{SECRET}/sms", *sms(1)) == 200
    for _ in range(8):
        screen.put(desk.shown[0])
    assert screen.unseen == 3


# --- killed -------------------------------------------------------------------------------------------


@contextmanager
def child(folder: Path, *words: str) -> Iterator[tuple[Any, int]]:
    with start("listen", "--path", SECRET, *words, cwd=folder) as process:
        try:
            url = process.stdout.readline().split()[1] if process.stdout else ""
            yield process, urlsplit(url).port or 0
        finally:
            process.kill()


def test_no_acknowledged_event_is_lost_by_kill_9_and_the_next_start_goes_on(tmp_path: Path) -> None:
    out = tmp_path / "events.jsonl"
    acknowledged: list[str] = []
    with child(tmp_path, "--out", str(out)) as (process, port):
        enough = threading.Event()

        def send(first: int) -> None:
            for number in range(first, first + 10_000):
                try:
                    if post(port, f"/{SECRET}/sms", *sms(number)) == 200:
                        acknowledged.append(f"sms{number}")
                except (OSError, IndexError):  # it is dead
                    return
                if len(acknowledged) > 60:
                    enough.set()

        senders = [threading.Thread(target=send, args=(10_000 * one,)) for one in range(3)]
        for one in senders:
            one.start()
        assert enough.wait(60)
        process.kill()
        for one in senders:
            one.join(SOON)
    kept = [json.loads(one)["sms_sid"] for one in out.read_bytes().split(b"\n")[:-1]]
    assert set(acknowledged) <= set(kept)
    assert len(kept) == len(set(kept))
    with out.open("ab") as file:  # what a kill in the middle of a write leaves
        file.write(LINE[:40])
    with child(tmp_path, "--out", str(out), "--format", "json") as (process, _):
        pass
    assert out.read_bytes().count(b"\n") == len(kept)
    assert [one["sms_sid"] for one in lines(out)] == kept
