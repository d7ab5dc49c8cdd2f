"""The sandbox's web page over real sockets: headers, who may look, and the stream from first byte to last."""

from __future__ import annotations

import http.client
import json
import socket
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from email.message import Message
from pathlib import Path
from typing import Any

import pytest

from campaignctl.sandbox import Fault, Sandbox, site
from campaignctl.sandbox.looks import POLICY

NOON = datetime(2026, 12, 1, 6, 30, tzinfo=UTC)  # 12:00 in India
LIST = "9120d5962d214316b7721de55bb82e03"
CONTACTS = "number,First_name\n" + "".join(f"+9198765{one:05d},Asha {one}\n" for one in range(120))


@pytest.fixture
def exotel(tmp_path: Path) -> Iterator[Sandbox]:
    (tmp_path / "list.csv").write_text(CONTACTS)
    with Sandbox(clock=lambda: NOON, contacts={LIST: tmp_path / "list.csv"}) as sandbox:
        yield sandbox


def create(sandbox: Sandbox, **changes: Any) -> str:
    """Make a campaign that starts in ten minutes, and return its SID."""
    fields = {
        "name": "Diwali offer",
        "content_type": "dynamic",
        "lists": [LIST],
        "schedule": {"start_time": (NOON + timedelta(minutes=10)).isoformat()},
        "dlt_entity_id": "1101428740000012125",
        "dlt_template_id": "1107160086562376233",
        "sender_id": "KETTLE",
        "sms_type": "transactional",
        "template": "Hello @@First_name, a new tea is here",
        **changes,
    }
    status, _, body = ask(sandbox, "/v2/accounts/sandbox/sms-campaigns", "POST", json.dumps(fields))
    assert status == 200, body
    return str(json.loads(body)["response"][0]["data"]["sid"])


def ask(
    sandbox: Sandbox, path: str, method: str = "GET", body: str | None = None, **headers: str
) -> tuple[int, Message, str]:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    if body is not None:
        given |= {
            "Authorization": "Basic c2FuZGJveC1rZXk6c2FuZGJveC10b2tlbg==",
            "Content-Type": "application/json",
        }
    with closing(http.client.HTTPConnection(sandbox.url.removeprefix("http://"), timeout=10)) as connection:
        connection.request(method, path, body, given)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read().decode()


class Live:
    """An event stream that is read as it comes."""

    def __init__(self, sandbox: Sandbox, path: str = "/events?after=0", **headers: str) -> None:
        self.connection = http.client.HTTPConnection(sandbox.url.removeprefix("http://"), timeout=10)
        self.connection.request(
            "GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()}
        )
        self.answer = self.connection.getresponse()

    def frame(self) -> dict[str, str]:
        """The fields of the next frame that is no comment."""
        lines = [
            line for line in iter(lambda: self.answer.readline().decode(), "\n") if not line.startswith(":")
        ]
        return dict(line.rstrip("\n").split(": ", 1) for line in lines)

    def event(self) -> dict[str, Any]:
        """The next frame that tells of an event."""
        while "id" not in (frame := self.frame()):
            pass
        found: dict[str, Any] = json.loads(frame["data"])
        assert str(found["id"]) == frame["id"]
        return found

    def close(self) -> None:
        # the socket is the answer's, since the server has said that it will close
        self.answer.close()
        self.connection.close()


@pytest.fixture
def live(exotel: Sandbox) -> Iterator[Live]:
    with closing(Live(exotel)) as one:
        yield one


# What is answered


def test_both_pages_show_what_was_sent(exotel: Sandbox) -> None:
    sid = create(exotel, name="<script>alert(1)</script>")
    exotel.clock.advance(timedelta(minutes=11))

    overview, one = ask(exotel, "/")[2], ask(exotel, f"/campaigns/{sid}")[2]

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in overview
    assert ">completed</span>" in overview  # 120 messages at 300 a minute
    assert one.count('class="phone"') == 50
    assert "Hello Asha 119, a new tea is here" in one
    assert "1 to 50 of 120" in one
    assert ask(exotel, f"/campaigns/{sid}?offset=100")[2].count('class="phone"') == 20
    assert ask(exotel, f"/reports/{sid}.csv")[0] == 200
    assert f'href="/reports/{sid}.csv"' in one
    found = ask(exotel, f"/campaigns/{sid}?number=98765+00007")[2]
    assert found.count('class="phone"') == 1
    assert "Hello Asha 7, a new tea is here" in found
    for page in (overview, one, found):
        assert exotel.api_key not in page
        assert exotel.api_token not in page


@pytest.mark.parametrize(
    "query", ["offset=x", "offset=-1", "offset=" + "9" * 40, "offset=900", "number=%00", "%zz&&"]
)
def test_a_mistyped_query_still_gets_a_page(exotel: Sandbox, query: str) -> None:
    sid = create(exotel)

    assert ask(exotel, f"/?{query}")[0] == ask(exotel, f"/campaigns/{sid}?{query}")[0] == 200


@pytest.mark.parametrize("path", ["/", "/campaigns/", "/campaigns/x%00%ff", "/campaigns/a/b"])
def test_every_answer_is_guarded(exotel: Sandbox, path: str) -> None:
    status, headers, body = ask(exotel, path)

    assert status == (200 if path == "/" else 404)
    assert {
        name: headers[name] for name in ("Content-Type", "X-Content-Type-Options", "X-Frame-Options")
    } == {
        "Content-Type": "text/html; charset=utf-8",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
    }
    assert headers["Content-Security-Policy"] == POLICY
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"
    assert headers["Cross-Origin-Resource-Policy"] == headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "Access-Control-Allow-Origin" not in headers
    assert "WWW-Authenticate" not in headers
    assert body.startswith("<!DOCTYPE html>")


@pytest.mark.parametrize("path", ["/", "/campaigns/x", "/events"])
@pytest.mark.parametrize(
    "hosts", [[], ["example.in"], ["localhost", "localhost"], ["localhost.example.in:80"]]
)
def test_a_name_that_is_not_this_machine_is_refused(exotel: Sandbox, path: str, hosts: list[str]) -> None:
    head = "".join(f"Host: {host}\r\n" for host in hosts)
    host, port = exotel.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\n{head}Connection: close\r\n\r\n".encode())
        answer = connection.makefile("rb").read()

    assert answer.startswith(b"HTTP/1.1 403 ")
    assert b"for this machine only" in answer


@pytest.mark.parametrize("method", ["HEAD", "POST", "PUT", "DELETE", "OPTIONS", "BREW"])
def test_it_can_only_be_read(exotel: Sandbox, method: str) -> None:
    body = "{}" if method in ("POST", "PUT") else None

    for path in ("/", "/events"):
        status, headers, _ = ask(exotel, path, method, body)
        assert (status, headers["Allow"]) == (405, "GET")


@pytest.mark.parametrize(
    "path", ["/campaigns", "/event", "/events/", "/index.html", "/favicon.ico", "//", "/v2"]
)
def test_all_other_paths_stay_the_vendors(exotel: Sandbox, path: str) -> None:
    assert ask(exotel, path)[0] == (200 if path == "//" else 401)  # http.server makes one slash of two


def test_no_fault_and_no_chance_is_spent_on_the_page(exotel: Sandbox) -> None:
    asked: list[str] = []

    def fault(_: str, target: str) -> Fault:
        asked.append(target)
        return Fault(status=500)

    exotel.fault = fault

    assert ask(exotel, "/")[0] == 200
    assert asked == []


def test_the_log_is_kept_for_the_vendor(tmp_path: Path) -> None:
    lines: list[str] = []
    with Sandbox(log=lines.append) as sandbox:
        for path in ("/", "/campaigns/x", "/v2"):
            ask(sandbox, path)

    assert lines == ["GET /campaigns/x HTTP/1.1 404", "GET /v2 HTTP/1.1 401"]


# The stream


def test_an_event_arrives_as_it_happens(exotel: Sandbox, live: Live) -> None:
    headers = live.answer.headers
    assert headers["Content-Type"] == "text/event-stream"
    assert headers["Content-Security-Policy"] == POLICY
    assert (headers["Cache-Control"], headers["Connection"]) == ("no-store", "close")
    assert live.frame() == {"retry": "2000"}
    assert live.frame() == {"event": "change", "data": "{}"}

    sid = create(exotel)
    assert live.frame() == {"event": "change", "data": "{}"}  # nothing calls back for a creation

    exotel.clock.advance(timedelta(minutes=11))
    first, second = live.event(), live.event()
    assert (first["kind"], first["status"], first["campaign_sid"]) == ("campaign", "in-progress", sid)
    assert (second["kind"], second["status"], second["number"]) == ("sms", "sent", "+919876500000")


def test_a_stream_goes_on_where_it_broke_off(exotel: Sandbox, live: Live) -> None:
    create(exotel)
    exotel.clock.advance(timedelta(minutes=11))
    seen = [live.event()["id"] for _ in range(5)]

    with closing(Live(exotel, "/events?after=0", Last_Event_ID=str(seen[1]))) as again:
        assert [again.event()["id"] for _ in range(3)] == seen[2:]


def test_streams_are_bounded_and_one_that_leaves_makes_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site, "MOST_STREAMS", 2)
    with Sandbox() as sandbox:
        first, second = Live(sandbox), Live(sandbox)
        third = Live(sandbox)
        assert (third.answer.status, third.answer.headers["Retry-After"]) == (503, "5")
        assert ask(sandbox, "/")[0] == 200

        first.close()
        statuses: list[int] = []
        while 200 not in statuses and len(statuses) < 1000:  # its thread has to notice first
            with closing(Live(sandbox)) as one:
                statuses.append(one.answer.status)
        assert statuses[-1] == 200
        second.close()
        third.close()


def test_a_stream_ends_with_the_server(exotel: Sandbox, live: Live) -> None:
    live.frame()

    exotel.stop()

    assert live.answer.read().endswith(b"\n\n")


@pytest.mark.parametrize(("where", "status"), [("cross-site", 403), ("same-site", 403), ("same-origin", 200)])
def test_a_page_from_elsewhere_takes_no_stream(exotel: Sandbox, where: str, status: int) -> None:
    with closing(Live(exotel, Sec_Fetch_Site=where)) as one:
        assert one.answer.status == status
