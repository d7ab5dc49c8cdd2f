"""The HTTP client over real sockets: what it sends, what it believes, and how often."""

from __future__ import annotations

import base64
import gzip
import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from conftest import NOW

from campaignctl.commands import doors
from campaignctl.errors import UsageError, VendorError
from campaignctl.exotel import client as module
from campaignctl.exotel.client import Credentials, Exotel
from campaignctl.model import Config, CreateResult, Remote, Sent
from campaignctl.sandbox import Fault, Sandbox

TOKEN = "ccabcdefgh23"
PAYLOAD: dict[str, Any] = {
    "name": f"Diwali offer {TOKEN}",
    "content_type": "static",
    "lists": ["9120d5962d214316b7721de55bb82e03"],
    "dlt_entity_id": "1101428740000012125",
    "dlt_template_id": "1107160086562376233",
    "sender_id": "KETTLE",
    "sms_type": "transactional",
    "template": "नमस्ते from Kettle",
    "schedule": {"start_time": "2035-10-20T10:30:00+05:30", "end_time": "2035-10-20T18:00:00+05:30"},
}
CREDENTIALS = Credentials(account_sid="kettle1", api_key="key-4711-secret", api_token="token-0815-secret")
PATH = "/v2/accounts/kettle1/sms-campaigns"


class Waits(list[float]):
    """Takes the place of `time.sleep`, and remembers."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)


@pytest.fixture
def waits() -> Waits:
    return Waits()


def config(**changes: Any) -> Config:
    return Config(project="kettle-5a1f0c", **changes)


def client(url: str, waits: Waits, **changes: Any) -> Exotel:
    return Exotel(config(**changes), CREDENTIALS, base_url=url, sleep=waits, timeout=5.0)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(
        account_sid=CREDENTIALS.account_sid,
        api_key=CREDENTIALS.api_key,
        api_token=CREDENTIALS.api_token,
        clock=lambda: NOW,
    ) as server:
        yield server


@pytest.fixture
def exotel(sandbox: Sandbox, waits: Waits) -> Iterator[Exotel]:
    with client(sandbox.url, waits) as opened:
        yield opened


def payload(number: int) -> tuple[dict[str, Any], str]:
    letters = "abcdefghijklmnopqrstuvwxyz"
    mark = f"cctest{letters[number // 676 % 26]}{letters[number // 26 % 26]}{letters[number % 26]}aaa"
    return {**PAYLOAD, "name": f"Campaign {number} {mark}"}, mark


def fill(exotel: Exotel, count: int) -> list[str]:
    marks = []
    for number in range(count):
        fields, mark = payload(number)
        assert exotel.create(fields, mark).sent is Sent.CREATED
        marks.append(mark)
    return marks


class Vendor:
    """A server of raw sockets: `script` is given each connection and its request, and sends what it likes."""

    def __init__(self, script: Callable[[socket.socket, bytes], None]) -> None:
        self.requests: list[bytes] = []
        self.connections = 0
        self._script = script
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            with connection:
                connection.settimeout(10)
                try:
                    request = _read_request(connection)
                    if request:
                        self.requests.append(request)
                        self._script(connection, request)
                except OSError:
                    pass  # the client went away first

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(10)

    def posts(self) -> int:
        return sum(one.startswith(b"POST ") for one in self.requests)


def _read_request(connection: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(65536)
        if not more:
            return data
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n"):
        if line.lower().startswith(b"content-length:"):
            length = int(line.split(b":")[1])
    while len(body) < length:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


@contextmanager
def vendor(script: Callable[[socket.socket, bytes], None]) -> Iterator[Vendor]:
    server = Vendor(script)
    try:
        yield server
    finally:
        server.close()


def answer(body: bytes | Any, status: str = "200 OK", headers: str = "") -> bytes:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return (
        f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(data)}\r\n"
        f"Connection: close\r\n{headers}\r\n"
    ).encode() + data


def says(*answers: bytes) -> Callable[[socket.socket, bytes], None]:
    """Answer the first request with the first, and so on; the last one is for all that follow."""
    left = list(answers)

    def script(connection: socket.socket, request: bytes) -> None:
        connection.sendall(left.pop(0) if len(left) > 1 else left[0])

    return script


def listed(*campaigns: tuple[str, str], **metadata: Any) -> dict[str, Any]:
    items = [
        {"code": 200, "error_data": None, "status": "success", "data": {"sid": sid, "name": name}}
        for sid, name in campaigns
    ]
    return {"request_id": "r-1", "method": "GET", "http_code": 200, "metadata": metadata, "response": items}


def failure(code: int = 1002, words: str = "Invalid parameter") -> dict[str, Any]:
    error = {"code": code, "message": words, "description": words}
    item = {"code": 400, "error_data": error, "status": "failure", "data": None}
    return {"request_id": "r-1", "method": "GET", "http_code": 400, "response": [item]}


class Log(list[tuple[str, str]]):
    """The requests that a sandbox has seen; every one gets its true answer."""

    def __call__(self, method: str, target: str) -> None:
        self.append((method, target))


# --- what is sent -------------------------------------------------------------------------------------


@pytest.mark.parametrize("body", ["bare", "wrapped"])
@pytest.mark.parametrize("endpoint", ["sms-campaigns", "message-campaigns"])
def test_both_endpoints_take_both_bodies(sandbox: Sandbox, waits: Waits, endpoint: str, body: str) -> None:
    with client(sandbox.url, waits, endpoint=endpoint, body=body) as exotel:
        assert exotel.find(frozenset([TOKEN])) == {TOKEN: ()}
        result = exotel.create(PAYLOAD, TOKEN)
        assert (result.sent, result.http_status, result.error) == (Sent.CREATED, 200, None)
        assert exotel.find(frozenset([TOKEN])) == {
            TOKEN: (Remote(sid=result.sid or "", name=PAYLOAD["name"], status="scheduled"),)
        }


@pytest.mark.parametrize(
    ("endpoint", "body", "expected"),
    [
        ("sms-campaigns", "bare", PAYLOAD),
        ("sms-campaigns", "wrapped", {"smscampaigns": PAYLOAD}),
        ("message-campaigns", "bare", {**PAYLOAD, "channel": "SMS"}),
        ("message-campaigns", "wrapped", {"smscampaigns": {**PAYLOAD, "channel": "SMS"}}),
    ],
)
def test_the_request_is_one_post_with_basic_authentication_and_the_payload(
    waits: Waits, endpoint: str, body: str, expected: dict[str, Any]
) -> None:
    with (
        vendor(says(answer({}))) as server,
        client(server.url, waits, endpoint=endpoint, body=body) as exotel,
    ):
        exotel.create(PAYLOAD, TOKEN)
    (request,) = server.requests
    head, _, content = request.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:])}
    assert lines[0] == f"POST /v2/accounts/kettle1/{endpoint} HTTP/1.1"
    secret = base64.b64encode(b"key-4711-secret:token-0815-secret").decode()
    assert headers["authorization"] == f"Basic {secret}"
    assert headers["content-type"] == "application/json"
    assert headers["accept-encoding"] == "identity"
    assert headers["user-agent"].startswith("campaignctl/")
    assert json.loads(content) == expected
    assert "नमस्ते".encode() in content


def test_an_account_sid_cannot_leave_its_place_in_the_path(waits: Waits) -> None:
    odd = Credentials(account_sid="a/../b?c#d", api_key="k", api_token="t")
    with (
        vendor(says(answer({}))) as server,
        Exotel(config(), odd, base_url=server.url, sleep=waits) as exotel,
    ):
        exotel.create(PAYLOAD, TOKEN)
    assert server.requests[0].split(b" ")[1] == b"/v2/accounts/a%2F..%2Fb%3Fc%23d/sms-campaigns"


def test_each_request_has_a_connection_of_its_own(waits: Waits) -> None:
    keeps = answer(listed(total=0)).replace(b"Connection: close", b"Connection: keep-alive")
    with vendor(says(keeps)) as server, client(server.url, waits) as exotel:
        exotel.find(frozenset([TOKEN]))
        exotel.create(PAYLOAD, TOKEN)
        exotel.create(PAYLOAD, TOKEN)
    assert (server.connections, len(server.requests)) == (3, 3)


def test_the_region_chooses_the_host() -> None:
    for region, host in (("mumbai", "api.in.exotel.com"), ("singapore", "api.exotel.com")):
        with Exotel(config(region=region), CREDENTIALS) as exotel:
            assert exotel._url == f"https://{host}/v2/accounts/kettle1/"


def test_the_credentials_do_not_show_in_a_representation() -> None:
    assert repr(CREDENTIALS) == "Credentials()"


# --- finding ------------------------------------------------------------------------------------------


def test_a_few_tokens_are_looked_for_one_by_one(sandbox: Sandbox, exotel: Exotel) -> None:
    marks = fill(exotel, 3)
    log = sandbox.fault = Log()
    found = exotel.find(frozenset([*marks[:2], "ccnotthere22"]))
    assert {mark: len(hits) for mark, hits in found.items()} == {marks[0]: 1, marks[1]: 1, "ccnotthere22": 0}
    names = [parse_qs(urlsplit(target).query)["name"] for _, target in log]
    assert names == [[mark] for mark in sorted([*marks[:2], "ccnotthere22"])]


def test_many_tokens_are_found_in_the_whole_list_page_by_page(sandbox: Sandbox, exotel: Exotel) -> None:
    marks = fill(exotel, 120)
    log = sandbox.fault = Log()
    wanted = frozenset([*marks[::4], "ccnotthere22"])
    found = exotel.find(wanted)
    assert set(found) == wanted
    assert {mark for mark, hits in found.items() if len(hits) == 1} == set(marks[::4])
    assert found["ccnotthere22"] == ()
    offsets = [parse_qs(urlsplit(target).query)["offset"] for _, target in log]
    assert offsets == [["0"], ["50"], ["100"]]


def test_a_name_with_the_token_twice_or_more_in_front_is_found(exotel: Exotel) -> None:
    """Marks may overlap with letters before them: `cc` + `ccabcdefgh23`."""
    for name in (f"cc{TOKEN}", f"{TOKEN}", f"aaccccc{TOKEN} and more", f"ccaaaa{TOKEN}"):
        known = exotel.create({**PAYLOAD, "name": name}, TOKEN).sent
        assert known is (Sent.CREATED if name == TOKEN else Sent.UNKNOWN)
    others = frozenset(payload(number)[1] for number in range(30))
    assert len(exotel.find(frozenset([TOKEN]))[TOKEN]) == 4
    assert len(exotel.find(others | {TOKEN})[TOKEN]) == 4


def test_the_vendors_search_ignores_case_and_ours_does_not(exotel: Exotel) -> None:
    exotel.create({**PAYLOAD, "name": f"x {TOKEN.upper()}"}, TOKEN)
    assert exotel.find(frozenset([TOKEN])) == {TOKEN: ()}


def pages(names: Callable[[int], list[str]], limit: int, *, total: bool = True) -> Any:
    """Serve a list of campaigns with at most `limit` on a page; `names` is given the number of the request."""
    calls: list[int] = []

    def script(connection: socket.socket, request: bytes) -> None:
        query = parse_qs(urlsplit(request.split(b" ")[1].decode()).query)
        every = names(len(calls))
        offset = int(query["offset"][0])
        part = every[offset : offset + min(limit, int(query["limit"][0]))]
        calls.append(offset)
        more = {"total": len(every)} if total else {}
        connection.sendall(
            answer(listed(*[(f"sid-{name.replace(' ', '-')}", name) for name in part], **more))
        )

    return script


NAMES = [f"campaign {number:03} {payload(number)[1]}" for number in range(70)]


@pytest.mark.parametrize("limit", [50, 20, 1, 35])
def test_a_server_may_cap_its_pages(waits: Waits, limit: int) -> None:
    with vendor(pages(lambda _: NAMES, limit)) as server, client(server.url, waits) as exotel:
        found = exotel.campaigns()
    assert [one.name for one in found] == NAMES


def test_a_list_that_does_not_count_is_no_answer(waits: Waits) -> None:
    with (
        vendor(pages(lambda _: NAMES, 50, total=False)) as server,
        client(server.url, waits) as exotel,
        pytest.raises(VendorError, match="does not say how many there are"),
    ):
        exotel.campaigns()


def test_a_list_that_grows_while_it_is_read_is_read_again(waits: Waits) -> None:
    grown = ["aaa first", *NAMES]
    with (
        vendor(pages(lambda call: NAMES if call == 0 else grown, 50)) as server,
        client(server.url, waits) as exotel,
    ):
        found = exotel.campaigns()
    assert {one.name for one in found} == set(grown)


def test_a_list_that_never_stands_still_is_no_answer(waits: Waits) -> None:
    def growing(call: int) -> list[str]:
        return [*(f"aaa {number:03}" for number in reversed(range(call))), *NAMES]

    with (
        vendor(pages(growing, 20)) as server,
        client(server.url, waits) as exotel,
        pytest.raises(VendorError, match=r"list of campaigns is incomplete .*nothing was created"),
    ):
        exotel.campaigns()


def test_a_list_that_shrinks_while_it_is_read_hides_nothing(waits: Waits) -> None:
    shrunk = NAMES[1:]
    with (
        vendor(pages(lambda call: NAMES if call == 0 else shrunk, 50)) as server,
        client(server.url, waits) as exotel,
    ):
        found = exotel.campaigns()
    assert {one.name for one in found} >= set(shrunk)


def test_a_server_that_ignores_the_offset_is_not_read_for_ever(waits: Waits) -> None:
    same = answer(listed(("sid-1", "one")))
    with (
        vendor(says(*[same] * 200, b"HTTP/1.1 403 Enough\r\nContent-Length: 0\r\n\r\n")) as server,
        client(server.url, waits) as exotel,
    ):
        with pytest.raises(VendorError):
            exotel.campaigns()
        assert len(server.requests) < 20


def test_a_total_that_is_never_reached_is_no_answer(waits: Waits) -> None:
    body = answer(listed(("sid-1", "one"), total=2))
    empty = answer(listed(total=2))
    with (
        vendor(says(body, empty, body, empty, body, empty)) as server,
        client(server.url, waits) as exotel,
        pytest.raises(VendorError, match=r"incomplete \(1 of 2\)"),
    ):
        exotel.find(frozenset([TOKEN]))
    assert len(server.requests) == 6


@pytest.mark.parametrize(
    "item",
    [
        {"code": 200, "data": {"name": f"x {TOKEN}"}},
        {"code": 200, "data": {"sid": "s"}},
        {"code": 200, "data": {"sid": 7, "name": "x"}},
        {"code": 200, "data": None},
        {"code": 200},
        {},
    ],
    ids=["no sid", "no name", "sid a number", "data null", "no data", "empty"],
)
def test_a_list_with_a_campaign_that_cannot_be_read_is_no_answer(waits: Waits, item: Any) -> None:
    body = {"response": [item], "metadata": {"total": 1}}
    with (
        vendor(says(answer(body))) as server,
        client(server.url, waits) as exotel,
        pytest.raises(VendorError, match="without SID or name; it cannot be trusted"),
    ):
        exotel.find(frozenset([TOKEN]))
    assert len(server.requests) == 1


NO_LISTS: dict[str, bytes] = {
    "HTML": b"<html><title>Log in</title></html>",
    "empty": b"",
    "truncated": b'{"response": [',
    "a list": b"[]",
    "an inner refusal": json.dumps(failure()).encode(),
}


@pytest.mark.parametrize("body", NO_LISTS.values(), ids=NO_LISTS.keys())
def test_a_200_that_is_no_list_is_no_answer(waits: Waits, body: bytes) -> None:
    with (
        vendor(says(answer(body))) as server,
        client(server.url, waits) as exotel,
        pytest.raises(VendorError),
    ):
        exotel.find(frozenset([TOKEN]))
    assert len(server.requests) == 1


NOT_EVEN_LISTS: dict[str, bytes] = {
    "an empty object": b"{}",
    "another service's object": b'{"status": "ok"}',
    "response null": b'{"request_id": "r", "response": null}',
    "response a text": b'{"response": "none"}',
    "response of null": b'{"response": [null]}',
    "a v1 error": b'{"RestException": {"Status": 403, "Message": "Account is suspended"}}',
    "an error of the whole": b'{"error_data": {"code": 1100, "message": "broken"}, "response": []}',
    "http_code 500 inside": b'{"http_code": 500, "response": []}',
}


@pytest.mark.parametrize("body", NOT_EVEN_LISTS.values(), ids=NOT_EVEN_LISTS.keys())
def test_a_200_without_a_list_is_not_taken_for_an_empty_one(waits: Waits, body: bytes) -> None:
    with (
        vendor(says(answer(body))) as server,
        client(server.url, waits) as exotel,
        pytest.raises(VendorError),
    ):
        exotel.find(frozenset([TOKEN]))


# --- reading again ------------------------------------------------------------------------------------


def test_a_429_is_waited_out_as_told(sandbox: Sandbox, exotel: Exotel, waits: Waits) -> None:
    left = [Fault(status=429, headers=(("Retry-After", "7"),)), None]
    sandbox.fault = lambda method, target: left.pop(0)
    assert exotel.find(frozenset([TOKEN])) == {TOKEN: ()}
    assert waits == [7.0]


def test_a_500_thrice_is_given_up(sandbox: Sandbox, exotel: Exotel, waits: Waits) -> None:
    log = Log()

    def fault(method: str, target: str) -> Fault:
        log(method, target)
        return Fault(status=500)

    sandbox.fault = fault
    with pytest.raises(VendorError, match=r"Exotel failed \(HTTP 500\); try again later"):
        exotel.find(frozenset([TOKEN]))
    assert (len(log), waits) == (3, [1.0, 3.0])


@pytest.mark.parametrize("drop", ["before", "inside"])
def test_a_dropped_reading_is_read_again(sandbox: Sandbox, exotel: Exotel, waits: Waits, drop: Any) -> None:
    left = [Fault(close=drop, commit=True), Fault(close=drop, commit=True), None]
    sandbox.fault = lambda method, target: left.pop(0)
    assert exotel.find(frozenset([TOKEN])) == {TOKEN: ()}
    assert waits == [1.0, 3.0]


def test_a_long_retry_after_is_left_to_the_user(sandbox: Sandbox, exotel: Exotel, waits: Waits) -> None:
    sandbox.fault = lambda method, target: Fault(status=429, headers=(("Retry-After", "3600"),))
    with pytest.raises(VendorError, match="it asks to wait 3600 seconds"):
        exotel.find(frozenset([TOKEN]))
    assert waits == []


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 405, 418])
def test_a_refused_reading_is_not_repeated(
    sandbox: Sandbox, exotel: Exotel, waits: Waits, status: int
) -> None:
    log = Log()

    def fault(method: str, target: str) -> Fault:
        log(method, target)
        return Fault(status=status)

    sandbox.fault = fault
    with pytest.raises(VendorError, match=f"HTTP {status}"):
        exotel.find(frozenset([TOKEN]))
    assert (len(log), waits) == (1, [])


def test_wrong_credentials_say_what_to_check(sandbox: Sandbox, waits: Waits) -> None:
    wrong = Credentials(account_sid="kettle1", api_key="key-4711-secret", api_token="wrong-token")
    with (
        Exotel(config(), wrong, base_url=sandbox.url, sleep=waits) as exotel,
        pytest.raises(VendorError, match="check EXOTEL_API_KEY and EXOTEL_API_TOKEN, and `region`") as told,
    ):
        exotel.find(frozenset([TOKEN]))
    assert "wrong-token" not in str(told.value)


# --- one post -----------------------------------------------------------------------------------------


def dropped(data: bytes = b"") -> Callable[[socket.socket, bytes], None]:
    """Send this and drop the connection; with nothing to send, by a reset."""

    def script(connection: socket.socket, request: bytes) -> None:
        if data:
            connection.sendall(data)
        else:
            linger = (1).to_bytes(4, "little") + (0).to_bytes(4, "little")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)

    return script


CREATED = answer(
    {"response": [{"code": 200, "data": {"sid": "sid-1", "name": PAYLOAD["name"]}, "error_data": None}]}
)
CUT: dict[str, bytes] = {
    "reset": b"",
    "in the status line": b"HTTP/1.1 20",
    "in the head": CREATED[:40],
    "before the body": CREATED[: CREATED.index(b"\r\n\r\n") + 4],
    "in the body": CREATED[:-10],
    "no HTTP": b"220 smtp.example ESMTP\r\n",
    "two lengths": CREATED.replace(b"Connection: close", b"Content-Length: 3"),
    "a broken chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    "a cut chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{}",
    "a head without end": b"HTTP/1.1 200 OK\r\n" + b"X-Fill: " + b"x" * 200_000,
}


@pytest.mark.parametrize("data", CUT.values(), ids=CUT.keys())
def test_a_lost_answer_to_a_create_is_unknown_after_one_post(waits: Waits, data: bytes) -> None:
    with vendor(dropped(data)) as server, client(server.url, waits) as exotel:
        result = exotel.create(PAYLOAD, TOKEN)
    assert (result.sent, result.sid, waits) == (Sent.UNKNOWN, None, [])
    assert (result.error or "").startswith("no clear answer: ")
    assert (server.posts(), server.connections) == (1, 1)


@pytest.mark.parametrize("commit", [True, False])
@pytest.mark.parametrize("close", ["before", "inside"])
def test_a_connection_dropped_by_the_sandbox_is_unknown_whether_it_was_created_or_not(
    sandbox: Sandbox, exotel: Exotel, waits: Waits, close: Any, *, commit: bool
) -> None:
    log = Log()

    def fault(method: str, target: str) -> Fault | None:
        log(method, target)
        return Fault(close=close, commit=commit) if method == "POST" else None

    sandbox.fault = fault
    assert exotel.create(PAYLOAD, TOKEN).sent is Sent.UNKNOWN
    assert ([method for method, _ in log], waits) == (["POST"], [])
    assert len(exotel.find(frozenset([TOKEN]))[TOKEN]) == int(commit)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (500, Sent.UNKNOWN),
        (502, Sent.UNKNOWN),
        (503, Sent.UNKNOWN),
        (408, Sent.UNKNOWN),
        (429, Sent.THROTTLED),
        (400, Sent.UNKNOWN),
        (401, Sent.UNKNOWN),
    ],
)
def test_no_answer_to_a_create_makes_a_second_post(
    sandbox: Sandbox, exotel: Exotel, waits: Waits, status: int, expected: Sent
) -> None:
    log = Log()

    def fault(method: str, target: str) -> Fault:
        log(method, target)
        return Fault(status=status, headers=(("Retry-After", "2"),), body="{}")

    sandbox.fault = fault
    result = exotel.create(PAYLOAD, TOKEN)
    assert (result.sent, result.http_status) == (expected, status)
    assert result.retry_after == (2.0 if status == 429 else None)
    assert (len(log), waits) == (1, [])


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See", "307 Temporary", "308 Permanent"])
def test_a_redirect_is_not_followed(waits: Waits, status: str) -> None:
    with vendor(says(CREATED)) as elsewhere:
        moved = answer(b"", status, f"Location: {elsewhere.url}{PATH}\r\n")
        with vendor(says(moved)) as server, client(server.url, waits) as exotel:
            result = exotel.create(PAYLOAD, TOKEN)
            with pytest.raises(VendorError, match="redirects elsewhere"):
                exotel.find(frozenset([TOKEN]))
    assert (result.sent, server.posts(), elsewhere.requests) == (Sent.UNKNOWN, 1, [])


def test_a_refused_connection_is_tried_again_and_nothing_was_sent(waits: Waits) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
    with client(url, waits) as exotel:
        result = exotel.create(PAYLOAD, TOKEN)
        assert result == CreateResult(
            sent=Sent.NOT_SENT,
            error=f"Exotel cannot be reached: {url.removeprefix('http://')} refuses the connection; check --base-url "
            "or CAMPAIGNCTL_BASE_URL",
        )
        assert waits == [1.0, 3.0]
        with pytest.raises(VendorError, match="refuses the connection"):
            exotel.find(frozenset([TOKEN]))


def test_a_connection_that_comes_about_at_last_makes_one_post(waits: Waits) -> None:
    """The server is started while the client waits."""
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    sandbox = Sandbox(
        port=port,
        account_sid=CREDENTIALS.account_sid,
        api_key=CREDENTIALS.api_key,
        api_token=CREDENTIALS.api_token,
        clock=lambda: NOW,
    )
    log = sandbox.fault = Log()

    def start(seconds: float) -> None:
        waits(seconds)
        sandbox.start()

    try:
        with Exotel(
            config(), CREDENTIALS, base_url=f"http://127.0.0.1:{port}", sleep=start, timeout=5.0
        ) as exotel:
            assert exotel.create(PAYLOAD, TOKEN).sent is Sent.CREATED
    finally:
        sandbox.stop()
    assert ([method for method, _ in log], waits) == (["POST"], [1.0])


def test_an_unknown_host_is_not_sent(waits: Waits, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with client("http://nowhere.invalid", waits) as exotel:
        result = exotel.create(PAYLOAD, TOKEN)
    assert result.sent is Sent.NOT_SENT
    assert "the name of nowhere.invalid cannot be resolved; check the network and --base-url" in str(
        result.error
    )


def test_a_failed_handshake_is_not_sent(waits: Waits) -> None:
    """The server speaks no TLS, so not a byte of the request can have left."""
    seen: list[bytes] = []

    def babble() -> None:
        for _ in range(3):
            connection, _address = listener.accept()
            with connection:
                seen.append(connection.recv(65536))
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=babble, daemon=True)
        thread.start()
        with client(f"https://127.0.0.1:{listener.getsockname()[1]}", waits) as exotel:
            result = exotel.create(PAYLOAD, TOKEN)
        thread.join(10)
    assert result.sent is Sent.NOT_SENT
    assert "the secure connection to 127.0.0.1:" in str(result.error)
    assert [b"POST" in one for one in seen] == [False] * 3


def test_a_read_time_out_is_unknown(waits: Waits) -> None:
    over = threading.Event()

    def silent(connection: socket.socket, request: bytes) -> None:
        over.wait(10)

    with (
        vendor(silent) as server,
        Exotel(config(), CREDENTIALS, base_url=server.url, sleep=waits, timeout=0.05) as exotel,
    ):
        result = exotel.create(PAYLOAD, TOKEN)
        over.set()
    assert (result.sent, result.error) == (Sent.UNKNOWN, "no clear answer: no answer in time")
    assert (server.posts(), waits) == (1, [])


# --- answers of any size ------------------------------------------------------------------------------


def test_an_answer_that_does_not_end_is_unknown(waits: Waits, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MAX_BODY", 100_000)

    def endless(connection: socket.socket, request: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
        while True:
            connection.sendall(b" " * 65536)

    with vendor(endless) as server, client(server.url, waits) as exotel:
        result = exotel.create(PAYLOAD, TOKEN)
        with pytest.raises(VendorError, match="the answer does not end"):
            exotel.find(frozenset([TOKEN]))
    assert (result.sent, result.error) == (Sent.UNKNOWN, "no clear answer: the answer does not end")
    assert server.posts() == 1


def endless_body(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
    connection.recv(1)


def endless_head(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nX-")
    connection.recv(1)


def endless_informations(connection: socket.socket) -> None:
    while True:
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")


@pytest.mark.parametrize("drip", [endless_body, endless_head, endless_informations])
def test_an_answer_that_does_not_end_in_time_is_unknown(
    drip: Callable[[socket.socket], None], waits: Waits, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It never runs into a read time-out; here the whole answer has a twentieth of a second."""
    monkeypatch.setattr("campaignctl.exotel.client._DEADLINE", 0.05)

    def script(connection: socket.socket, request: bytes) -> None:
        drip(connection)

    with vendor(script) as server, client(server.url, waits) as exotel:
        result = exotel.create(PAYLOAD, TOKEN)
    assert (result.sent, result.error) == (Sent.UNKNOWN, "no clear answer: no answer in time")
    assert server.posts() == 1


def test_requests_are_held_to_so_many_a_minute(sandbox: Sandbox) -> None:
    now = [1000.0]
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += seconds

    account = Credentials(
        account_sid=sandbox.account_sid, api_key=sandbox.api_key, api_token=sandbox.api_token
    )
    config = Config(project="kettle-5a1f0c", requests_per_minute=3)
    with Exotel(
        config, account, base_url=sandbox.url, sleep=sleep, clock=lambda: now[0], paced=True
    ) as exotel:
        for _ in range(7):
            exotel.find(frozenset([TOKEN]))
            now[0] += 1.0
    assert slept == [57.0, 57.0]


def test_a_compressed_answer_is_not_expanded(waits: Waits) -> None:
    bomb = gzip.compress(b" " * 50_000_000)
    assert len(bomb) < 100_000
    body = answer(bomb, headers="Content-Encoding: gzip\r\n")
    with vendor(says(body)) as server, client(server.url, waits) as exotel:
        result = exotel.create(PAYLOAD, TOKEN)
        with pytest.raises(VendorError, match=f"cannot be read \\(HTTP 200, {len(bomb)} bytes\\)"):
            exotel.find(frozenset([TOKEN]))
    assert result.sent is Sent.UNKNOWN


# --- secrets ------------------------------------------------------------------------------------------

BASIC = base64.b64encode(f"{CREDENTIALS.api_key}:{CREDENTIALS.api_token}".encode()).decode()
SECRETS = (CREDENTIALS.account_sid, CREDENTIALS.api_key, CREDENTIALS.api_token)


def echoed(words: str) -> bytes:
    return answer(failure(words=words), "401 Unauthorized")


@pytest.mark.parametrize("secret", SECRETS)
def test_a_secret_in_an_answer_does_not_come_through(waits: Waits, secret: str) -> None:
    with vendor(says(echoed(f"you sent {secret}"))) as server, client(server.url, waits) as exotel:
        result = exotel.create(PAYLOAD, TOKEN)
        with pytest.raises(VendorError) as told:
            exotel.find(frozenset([TOKEN]))
    for text in (repr(result), str(told.value)):
        assert secret not in text
        assert "you sent ***" in text


def test_the_authorization_header_in_an_answer_does_not_come_through(waits: Waits) -> None:
    with vendor(says(echoed(f"bad header Basic {BASIC}"))) as server, client(server.url, waits) as exotel:
        result = exotel.create(PAYLOAD, TOKEN)
    assert BASIC not in repr(result)


# --- the environment ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"])
def test_no_proxy_stands_between_us_and_loopback(
    sandbox: Sandbox, waits: Waits, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    with vendor(says(answer(b"", "502 Bad Gateway"))) as proxy:
        monkeypatch.setenv(name, proxy.url)
        with client(sandbox.url, waits) as exotel:
            assert exotel.create(PAYLOAD, TOKEN).sent is Sent.CREATED
    assert proxy.connections == 0


def test_a_proxy_that_refuses_to_connect_is_not_sent(waits: Waits, monkeypatch: pytest.MonkeyPatch) -> None:
    with vendor(says(answer(b"", "407 Proxy Authentication Required"))) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        with client("https://nowhere.invalid", waits) as exotel:
            result = exotel.create(PAYLOAD, TOKEN)
    assert result.sent is Sent.NOT_SENT
    assert "the proxy refused (407 Proxy Authentication Required); check HTTPS_PROXY" in str(result.error)
    assert [one.split(b" ")[0] for one in proxy.requests] == [b"CONNECT"] * 3


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HTTPS_PROXY", "gopher://proxy.example"),
        ("ALL_PROXY", "proxy.example:port"),
        ("SSL_CERT_FILE", "/nowhere/ca.pem"),
    ],
)
def test_an_unusable_environment_is_one_sentence(
    waits: Waits, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(VendorError, match="check HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and SSL_CERT_FILE"):
        Exotel(config(), CREDENTIALS, sleep=waits)


# --- the base URL and the credentials -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("https://key:token@api.exotel.com", "must not hold credentials"),
        ("https://key@api.exotel.com", "must not hold credentials"),
        ("https://api.exotel.com/v2", "a scheme and a host alone"),
        ("https://api.exotel.com?x=1", "a scheme and a host alone"),
        ("https://api.exotel.com#x", "a scheme and a host alone"),
        ("https://api. exotel.com", "a scheme and a host"),
        ("https://api.exotel.com\n", "a scheme and a host"),
        ("https://\u202eapi.exotel.com", "the base URL"),
        ("https://", "a scheme and a host"),
        ("https:///v2", "a scheme and a host"),
        ("api.exotel.com", "a scheme and a host"),
        ("ftp://api.exotel.com", "a scheme and a host"),
        ("file:///etc/passwd", "a scheme and a host"),
        ("http://127.0.0.1:99999", "not a web address"),
        ("http://127.0.0.1:http", "not a web address"),
        ("http://[::1", "not a web address"),
    ],
)
def test_a_base_url_that_is_none_is_a_usage_error(waits: Waits, url: str, why: str) -> None:
    with pytest.raises(UsageError, match=why) as told:
        client(url, waits)
    assert told.value.exit_code == 64
    assert "token" not in str(told.value).replace("EXOTEL_API_TOKEN", "")


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:0",
        "http://exä..mple",
        "http://a..b",
        "http://" + "a" * 64 + ".b",
        pytest.param(
            "http://xn--",
        ),
    ],
)
def test_a_host_or_port_that_cannot_be_is_a_usage_error(waits: Waits, url: str) -> None:
    with pytest.raises(UsageError), client(url, waits) as exotel:
        assert exotel._url == "not reached"


def test_a_slash_at_the_end_and_capitals_are_understood(sandbox: Sandbox, waits: Waits) -> None:
    with client(sandbox.url.replace("http", "HTTP") + "/", waits) as exotel:
        assert exotel.find(frozenset([TOKEN])) == {TOKEN: ()}


@pytest.mark.parametrize("value", [" key", "key ", "key\n", "k\tey", "key\u200b", "ключ", "k\x00y"])
@pytest.mark.parametrize("name", doors._VARIABLES)
def test_a_credential_with_odd_characters_is_one_sentence_without_it(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setattr(
        "campaignctl.commands.doors.os.environ", dict.fromkeys(doors._VARIABLES, "sound") | {name: value}
    )
    with pytest.raises(VendorError) as told:
        doors.credentials()
    assert str(told.value) == f"{name} holds spaces or other odd characters; copy it again"


@pytest.mark.parametrize("name", doors._VARIABLES)
def test_a_missing_credential_is_named_with_the_next_step(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(
        "campaignctl.commands.doors.os.environ", dict.fromkeys(doors._VARIABLES, "sound") | {name: ""}
    )
    with pytest.raises(VendorError, match=f"{name} is not set; take .* settings page, or try `--sandbox`"):
        doors.credentials()
