"""The sandbox as a client sees it, over real sockets. The rules are those of the vendor's page."""

import ast
import base64
import http.client
import json
import random
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.message import Message
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from campaignctl import sandbox as package
from campaignctl.sandbox import Fault, Sandbox, handler

NOON = datetime(2026, 12, 1, 6, 30, tzinfo=UTC)  # 12:00 in India
OLDER = "/v2/accounts/sandbox/sms-campaigns"
NEWER = "/v2/accounts/sandbox/message-campaigns"
CREDENTIALS = "Basic " + base64.b64encode(b"sandbox-key:sandbox-token").decode()

REQUEST: dict[str, Any] = {
    "name": "Diwali offer",
    "content_type": "static",
    "lists": ["0f" * 16],
    "schedule": {"start_time": "2026-12-01T13:00:00+05:30", "end_time": "2026-12-01T18:00:00+05:30"},
    "dlt_entity_id": "0101000000000000001",
    "dlt_template_id": "1007000000000000001",
    "sender_id": "SHOPIN",
    "sms_type": "Transactional",
    "template": "Hello, your order is ready.",
    "status_callback": "https://hooks.example.in/campaign",
    "sms_status_callback": "http://hooks.example.in/sms",
}
# The fields of the page's response sample, in its order.
ANSWER_FIELDS = [
    *("name", "content_type", "sid", "account_sid", "lists", "schedule", "status_callback", "date_created"),
    *("date_updated", "status", "report_url", "dlt_entity_id", "dlt_template_id", "sender_id", "sms_type"),
    "template",
]


class Clock:
    now = NOON

    def __call__(self) -> datetime:
        return self.now


class Vendor:
    """A client with no manners: it sends what it is told and believes nothing."""

    def __init__(self, sandbox: Sandbox, clock: Clock) -> None:
        self.sandbox = sandbox
        self.clock = clock
        self.address = sandbox.url.removeprefix("http://")

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> tuple[int, Message, Any]:
        given = {"Authorization": CREDENTIALS, "Content-Type": "application/json"}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        connection = http.client.HTTPConnection(self.address, timeout=10)
        try:
            connection.request(method, path, data, {name: value for name, value in given.items() if value})
            answer = connection.getresponse()
            text = answer.read()
            return answer.status, answer.headers, json.loads(text) if text else None
        finally:
            connection.close()

    def create(self, **changes: object) -> dict[str, Any]:
        status, _, answer = self.ask("POST", OLDER, REQUEST | changes)
        assert status == 200, answer
        data: dict[str, Any] = answer["response"][0]["data"]
        return data

    def listed(self, **query: object) -> tuple[list[str], dict[str, int]]:
        status, _, answer = self.ask("GET", f"{OLDER}?{urlencode(query)}")
        assert status == 200, answer
        return [item["data"]["name"] for item in answer["response"]], answer["metadata"]

    def status(self, sid: str) -> str:
        text: str = self.ask("GET", f"{OLDER}/{sid}")[2]["response"][0]["data"]["status"]
        return text

    def raw(self, data: bytes) -> bytes:
        """All that the server sends for these bytes, after which the client says no more."""
        host, port = self.address.split(":")
        with socket.create_connection((host, int(port)), timeout=10) as connection:
            try:
                connection.sendall(data)
                connection.shutdown(socket.SHUT_WR)
            except OSError:
                pass  # answered and closed before the last byte was sent
            return b"".join(iter(lambda: connection.recv(65536), b""))


@pytest.fixture
def vendor(monkeypatch: pytest.MonkeyPatch) -> Iterator[Vendor]:
    """An account with so many people on its lists that no campaign is done before its end."""
    monkeypatch.setattr("campaignctl.sandbox.lists.MOST_MADE_UP", 20_000)
    monkeypatch.setattr("campaignctl.sandbox.engine.PER_SECOND", 1)
    sids = ("0f" * 16, "9120d5962d214316b7721de55bb82e03", *"abcde")
    registry = {"lists": {"lists": {sid: {"sid": sid, "contacts": 20_000} for sid in sids}}}
    clock = Clock()
    with Sandbox(clock=clock, registry=registry) as sandbox:
        yield Vendor(sandbox, clock)


def refusal(answer: tuple[int, Message, Any]) -> tuple[int, int]:
    """Status and error code of a refusal, whose envelope is checked on the way."""
    status, _, body = answer
    assert list(body) == ["request_id", "method", "http_code", "response"]
    assert body["http_code"] == status
    (item,) = body["response"]
    assert (item["code"], item["status"], item["data"]) == (status, "failure", None)
    assert list(item["error_data"]) == ["code", "message", "description"]
    return status, item["error_data"]["code"]


def scheduled(start: timedelta, end: timedelta | None = None) -> dict[str, str]:
    times = {"start_time": (NOON + start).isoformat()}
    return times if end is None else times | {"end_time": (NOON + end).isoformat()}


# Creating


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
@pytest.mark.parametrize("wrapped", [False, True])
def test_curl_with_the_sample_of_the_page(vendor: Vendor, *, wrapped: bool) -> None:
    sample = {
        "name": "CampaignABC",
        "content_type": "static",
        "lists": ["9120d5962d214316b7721de55bb82e03"],
        "schedule": {"start_time": "2026-12-01T13:13:00+05:30", "end_time": "2026-12-01T15:16:00+05:30"},
        "dlt_template_id": "1107160086562376233",
        "dlt_entity_id": "1101428740000012125",
        "sender_id": "EXOTEL",
        "sms_type": "transactional",
        "template": "Prepaid rental charges have been deducted.",
        "status_callback": "https://hooks.example.in/9402df04",
    }
    url = f"http://sandbox-key:sandbox-token@{vendor.address}{OLDER}"
    body = json.dumps({"smscampaigns": sample} if wrapped else sample)
    command = ["curl", "-sS", "--location", "--request", "POST", url]
    command += ["--header", "Content-Type: application/json", "--data-raw", body]
    done = subprocess.run(command, capture_output=True, check=True, timeout=20)
    answer = json.loads(done.stdout)
    data = answer["response"][0]["data"]
    assert list(data) == ANSWER_FIELDS
    for name in sample.keys() - {"schedule"}:
        assert data[name] == sample[name]


def test_the_answer_field_by_field(vendor: Vendor) -> None:
    status, headers, answer = vendor.ask("POST", OLDER, REQUEST)
    assert (status, headers["Content-Type"]) == (200, "application/json")
    assert list(answer) == ["request_id", "method", "http_code", "response"]
    assert len(answer["request_id"]) == 32
    assert set(answer["request_id"]) <= set("0123456789abcdef")
    data = answer["response"][0].pop("data")
    assert answer["response"] == [{"code": 200, "error_data": None, "status": "success"}]
    assert (answer["method"], answer["http_code"]) == ("POST", 200)
    assert list(data) == ANSWER_FIELDS
    sid = data.pop("sid")
    assert len(sid) == 36
    assert set(sid[:32]) <= set("0123456789abcdef")
    assert sid.isalnum()
    expected = {name: REQUEST[name] for name in ANSWER_FIELDS if name in REQUEST} | {
        "account_sid": "sandbox",
        "schedule": {"start_time": "2026-12-01T13:00:00+05:30", "expiry_time": "2026-12-01T18:00:00+05:30"},
        "sms_type": "transactional",
        "date_created": "2026-12-01T12:00:00+05:30",
        "date_updated": "2026-12-01T12:00:00+05:30",
        "status": "scheduled",
        "report_url": None,
    }
    assert data == expected


def test_what_may_be_left_out(vendor: Vendor) -> None:
    optional = {"name", "schedule", "status_callback", "sms_status_callback"}
    short = {name: value for name, value in REQUEST.items() if name not in optional}
    data = vendor.ask("POST", OLDER, short)[2]["response"][0]["data"]
    assert data["name"] == "sandbox 2026-12-01 12:00:00"
    assert data["status"] == "in-progress"
    assert data["schedule"] == {"start_time": "2026-12-01T12:00:00+05:30", "expiry_time": None}
    assert data["status_callback"] is None


def test_the_same_request_twice_is_two_campaigns(vendor: Vendor) -> None:
    assert vendor.create()["sid"] != vendor.create()["sid"]
    assert vendor.listed()[1]["total"] == 2


@pytest.mark.parametrize(
    "field", [name for name in REQUEST if name not in {"name", "schedule"} and "callback" not in name]
)
@pytest.mark.parametrize("null", [False, True])
def test_a_mandatory_field_is_missed(vendor: Vendor, field: str, *, null: bool) -> None:
    body = REQUEST | {field: None}
    answer = vendor.ask("POST", OLDER, body if null else {k: v for k, v in body.items() if k != field})
    assert refusal(answer) == (400, 1001)
    assert field in answer[2]["response"][0]["error_data"]["description"]


MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
BAD_VALUES: list[tuple[str, list[Any]]] = [
    ("content_type", ["Static", "text", 1, ""]),
    ("lists", ["x", [], {}, [1], [""], ["a", None], list("abcdef")]),
    ("dlt_entity_id", [1101428740000012125, "11014x", "", " 1", "१२", "1\n"]),
    ("dlt_template_id", [1e5, "-1", "1.0", ["1"], True]),
    ("sender_id", ["EXO1EL", "123456", "", "EXO TEL", 7, "ÉXOTEL"]),
    ("sms_type", ["service", "", 1, {}]),
    ("template", ["", "x" * 2001, 3, "@@a @@b @@c @@d @@e @@f", "half \ud800 a pair"]),
    ("name", ["abc", "", None, 4, "name\udfff"]),
    ("status_callback", ["ftp://a.in/x", "/x", "https://", "http://a b.in", "http://[::1", "a.in", "", None]),
    ("sms_status_callback", ["https://a.in:x/", "javascript:1", 1, "https://a.in/\n"]),
    ("schedule", [None, [], "now", scheduled(9 * MINUTE + timedelta(seconds=59), 5 * HOUR)]),
    ("schedule", [scheduled(HOUR, 3 * HOUR - timedelta(seconds=1)), scheduled(-HOUR), scheduled(HOUR, HOUR)]),
    (
        "schedule",
        [
            {"start_time": text}
            for text in (
                "2026-12-01T13:00:00",
                "2026-12-01 13:00:00+05:30",
                "2026-12-01",
                "2026-02-30T13:00:00Z",
                "9999-12-31T23:59:59-12:00",
                "2026-12-01T13:00:00+99:00",
                "",
                1796108400,
            )
        ],
    ),
    ("schedule", [scheduled(HOUR) | {"end_time": None}]),
]


@pytest.mark.parametrize(
    ("field", "value"), [(field, value) for field, values in BAD_VALUES for value in values]
)
def test_a_bad_value_is_named(vendor: Vendor, field: str, value: object) -> None:
    answer = vendor.ask("POST", OLDER, REQUEST | {field: value})
    assert refusal(answer) == (400, 1002)
    assert field in answer[2]["response"][0]["error_data"]["description"]
    assert vendor.listed()[1]["total"] == 0


def test_a_schedule_without_start_misses_it(vendor: Vendor) -> None:
    answer = vendor.ask("POST", OLDER, REQUEST | {"schedule": {"end_time": "2026-12-01T18:00:00+05:30"}})
    assert refusal(answer) == (400, 1001)


@pytest.mark.parametrize(
    "changes",
    [
        {"schedule": scheduled(10 * MINUTE, 10 * MINUTE + 2 * HOUR)},
        {"schedule": scheduled(HOUR)},
        {"schedule": {"start_time": "2026-12-01t08:00:00.25z"}},
        {"template": "ू" * 2000},
        {"template": "@@a @@b @@c @@d @@e @@a"},
        {"lists": list("abcde")},
        {"content_type": "dynamic"},
        {"name": "abcd"},
        {"sms_type": "PROMOTIONAL", "sender_id": "140123"},
        {"status_callback": "http://localhost:8080"},
        {"template": "नमस्ते \U0001f600 \0"},
        {"unheard_of": 10**400},
    ],
)
def test_the_last_value_allowed(vendor: Vendor, changes: dict[str, Any]) -> None:
    data = vendor.create(**changes)
    for field in changes.keys() & {"template", "lists", "name", "status_callback"}:
        assert data[field] == changes[field]


def test_content_type_decides_about_lists_and_sms_type_about_the_sender(vendor: Vendor) -> None:
    for changes in ({"content_type": "dynamic", "lists": ["a", "b"]}, {"sms_type": "promotional"}):
        assert refusal(vendor.ask("POST", OLDER, REQUEST | changes)) == (400, 1002)


def test_times_come_back_in_indian_time(vendor: Vendor) -> None:
    schedule = {"start_time": "2026-12-01T08:00:00.9Z", "end_time": "2026-12-01T12:00:01+02:00"}
    expected = {"start_time": "2026-12-01T13:30:00+05:30", "expiry_time": "2026-12-01T15:30:01+05:30"}
    assert vendor.create(schedule=schedule)["schedule"] == expected


# Two families


def test_channel_is_for_message_campaigns_only(vendor: Vendor) -> None:
    assert refusal(vendor.ask("POST", NEWER, REQUEST)) == (400, 1001)
    assert refusal(vendor.ask("POST", NEWER, REQUEST | {"channel": "WhatsApp"})) == (400, 1002)
    for channel in ("SMS", "sms"):
        status, _, answer = vendor.ask("POST", NEWER, {"smscampaigns": REQUEST | {"channel": channel}})
        assert status == 200
        assert "channel" not in answer["response"][0]["data"]
    vendor.create(channel="pigeon")
    assert refusal(vendor.ask("GET", NEWER)) == (400, 1001)
    assert refusal(vendor.ask("GET", f"{NEWER}?channel=voice")) == (400, 1002)
    assert vendor.ask("GET", f"{NEWER}?channel=SmS")[2]["metadata"]["total"] == 3
    assert vendor.listed()[1]["total"] == 3


# Bodies and credentials


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"", 1007),
        (b"{", 1007),
        (b"[]", 1007),
        (b'"text"', 1007),
        (b"null", 1007),
        (b'{"name": NaN}', 1007),
        (b'{"name": -Infinity}', 1007),
        (b'{"name": "\xff"}', 1007),
        (b"\xef\xbb\xbf{}", 1007),
        (b"[" * 200_000, 1007),
        (b'{"a":' * 200_000, 1007),
        (b'{"name": ' + b"9" * 5000 + b"}", 1007),
        (b'{"campaigns": [{}]}', 1002),
        (b'{"smscampaigns": [{}]}', 1002),
        (b'{"smscampaigns": null}', 1002),
        (b"{}", 1001),
    ],
)
def test_a_bad_body(vendor: Vendor, body: bytes, expected: int) -> None:
    assert refusal(vendor.ask("POST", OLDER, body)) == (400, expected)


def test_call_campaigns_are_refused_even_when_whole(vendor: Vendor) -> None:
    assert refusal(vendor.ask("POST", OLDER, {"campaigns": [REQUEST]} | REQUEST)) == (400, 1002)


@pytest.mark.parametrize(
    "content_type", ["", "text/plain", "application/x-www-form-urlencoded", "application/jsonx"]
)
def test_another_media_type(vendor: Vendor, content_type: str) -> None:
    assert refusal(vendor.ask("POST", OLDER, REQUEST, Content_Type=content_type)) == (415, 1011)


def test_media_type_parameters_do_not_matter(vendor: Vendor) -> None:
    assert vendor.ask("POST", OLDER, REQUEST, Content_Type="Application/JSON; charset=utf-8")[0] == 200


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Basic",
        "Basic !",
        "Bearer " + CREDENTIALS[6:],
        "your token",
        "Basic c2FuZGJveDpzYW5kYm94",
        "Basic \xe9",
    ],
)
def test_bad_credentials(vendor: Vendor, authorization: str) -> None:
    answer = vendor.ask("GET", OLDER, Authorization=authorization)
    assert refusal(answer) == (401, 1010)
    assert answer[1]["WWW-Authenticate"].startswith("Basic")


def test_credentials_of_another_account(vendor: Vendor) -> None:
    assert refusal(vendor.ask("GET", "/v2/accounts/other/sms-campaigns")) == (403, 1010)
    assert vendor.ask("GET", OLDER, Authorization=CREDENTIALS.replace("Basic", "bAsIc"))[0] == 200


def test_an_account_of_ones_own() -> None:
    with Sandbox(account_sid="shop", api_key="k", api_token="t:t", clock=Clock()) as sandbox:
        vendor = Vendor(sandbox, Clock())
        mine = "Basic " + base64.b64encode(b"k:t:t").decode()
        answer = vendor.ask("POST", "/v2/accounts/shop/sms-campaigns", REQUEST, Authorization=mine)
        assert answer[2]["response"][0]["data"]["account_sid"] == "shop"
        assert vendor.ask("GET", "/v2/accounts/shop/sms-campaigns")[0] == 401


# Paths and methods


@pytest.mark.parametrize(
    "path", ["/v2", "/v1/Accounts/sandbox/Sms", "/v2/Accounts/sandbox/sms-campaigns", "/%00"]
)
def test_an_unknown_path(vendor: Vendor, path: str) -> None:
    status, _, answer = vendor.ask("GET", path)
    assert (status, answer["http_code"]) == (404, 404)
    assert answer["response"]["error_data"]["code"] == 1000  # one object: no campaign resource is meant


@pytest.mark.parametrize("method", ["GET", "PUT"])
@pytest.mark.parametrize("sid", ["00", "%00", "%ff", "..", "", "'%20OR%201=1", "x" * 5000])
def test_an_unknown_campaign(vendor: Vendor, method: str, sid: str) -> None:
    vendor.create()
    body = {"action": "pause"} if method == "PUT" else None
    assert refusal(vendor.ask(method, f"{OLDER}/{sid}", body)) == (404, 1000)


@pytest.mark.parametrize("method", ["DELETE", "PUT", "PATCH", "OPTIONS", "BREW", "post"])
def test_an_unknown_method(vendor: Vendor, method: str) -> None:
    answer = vendor.ask(method, OLDER, b"{}")
    assert refusal(answer)[0] == 405
    assert answer[1]["Allow"] == "GET, POST"


def test_nothing_deletes_a_campaign(vendor: Vendor) -> None:
    sid = vendor.create()["sid"]
    assert vendor.ask("DELETE", f"{OLDER}/{sid}")[0] == 405
    assert vendor.status(sid) == "scheduled"


def test_head_has_no_body(vendor: Vendor) -> None:
    answer = vendor.raw(f"HEAD {OLDER} HTTP/1.1\r\n\r\n".encode())
    assert answer.startswith(b"HTTP/1.1 401")
    assert answer.endswith(b"\r\n\r\n")


def test_a_path_may_be_percent_encoded(vendor: Vendor) -> None:
    sid = vendor.create()["sid"]
    assert vendor.ask("GET", f"/v2/accounts/s%61ndbox/sms%2dcampaigns/%{ord(sid[0]):x}{sid[1:]}")[0] == 200


# Reading


def test_details_have_counts(vendor: Vendor) -> None:
    created = vendor.create()
    for family in (OLDER, NEWER):
        data = vendor.ask("GET", f"{family}/{created['sid']}")[2]["response"][0]["data"]
        counts = {"scheduled": 20_000, **dict.fromkeys(["submitted", "sent", "failed", "invalid"], 0)}
        assert data == created | counts


def test_the_list_is_paged(vendor: Vendor) -> None:
    names = [f"number {index:02}" for index in range(55)]
    for name in names:
        vendor.create(name=name)
    assert vendor.listed() == (names[:-21:-1], {"count": 20, "offset": 0, "total": 55, "limit": 20})
    assert vendor.listed(offset=50, limit=50) == (
        names[4::-1],
        {"count": 5, "offset": 50, "total": 55, "limit": 50},
    )
    assert vendor.listed(offset=10**17)[1] == {"count": 0, "offset": 10**17, "total": 55, "limit": 20}


def test_an_item_of_the_list(vendor: Vendor) -> None:
    created = vendor.create()
    answer = vendor.ask("GET", OLDER)[2]
    assert list(answer) == ["request_id", "method", "http_code", "metadata", "response"]
    assert answer["response"] == [{"code": 200, "error_data": None, "status": "success", "data": created}]


def test_name_is_searched_as_a_substring(vendor: Vendor) -> None:
    for name in ("offer one", "my Offer", "o_f%er", "rest"):
        vendor.create(name=name)
    assert sorted(vendor.listed(name="oFFe")[0]) == ["my Offer", "offer one"]
    assert vendor.listed(name="o_f")[0] == ["o_f%er"]
    assert vendor.listed(name="%%%") == ([], {"count": 0, "offset": 0, "total": 0, "limit": 20})


def test_sorting(vendor: Vendor) -> None:
    for name, hours in (("bbbb", 1), ("aaaa", 3), ("cccc", 2)):
        vendor.create(name=name, schedule=scheduled(hours * HOUR))
    orders = {
        "schedule.start_time:asc": ["bbbb", "cccc", "aaaa"],
        "schedule.start_time:desc": ["aaaa", "cccc", "bbbb"],
        "name:asc": ["aaaa", "bbbb", "cccc"],
        "name:desc": ["cccc", "bbbb", "aaaa"],
    }
    assert {sort_by: vendor.listed(sort_by=sort_by)[0] for sort_by in orders} == orders
    assert vendor.listed()[0] == orders["schedule.start_time:desc"]


def test_the_status_filter_follows_the_clock(vendor: Vendor) -> None:
    vendor.create(name="early", schedule=scheduled(HOUR, 3 * HOUR))
    vendor.create(name="late", schedule=scheduled(2 * HOUR, 5 * HOUR))
    assert vendor.listed(status="scheduled")[0] == ["late", "early"]
    vendor.clock.now = NOON + HOUR
    assert vendor.listed(status="scheduled")[0] == ["late"]
    vendor.clock.now = NOON + 3 * HOUR
    assert vendor.listed(status="completed")[0] == ["early"]
    assert vendor.listed(status="completed,in-progress")[1]["total"] == 2
    assert vendor.listed(status="paused,archived")[0] == []


@pytest.mark.parametrize(
    "query",
    [
        *(
            "name=ab",
            "name=",
            "status=created",
            "status=",
            "status=paused,",
            "sort_by=name",
            "sort_by=sid:asc",
        ),
        *("limit=51", "limit=0", "limit=x", "limit=", "limit=-1", "limit=%D9%A1"),
        *("offset=-1", "offset=1.0", "offset=1e3", "offset=" + "9" * 30),
    ],
)
def test_a_bad_query(vendor: Vendor, query: str) -> None:
    answer = vendor.ask("GET", f"{OLDER}?{query}")
    assert refusal(answer) == (400, 1002)
    assert query.partition("=")[0] in answer[2]["response"][0]["error_data"]["description"]


# Status and actions


def test_status_follows_the_clock(vendor: Vendor) -> None:
    sid = vendor.create(schedule=scheduled(HOUR, 3 * HOUR))["sid"]
    endless = vendor.create(schedule=scheduled(HOUR))["sid"]
    second = timedelta(seconds=1)
    for moment, expected in (
        (HOUR - second, "scheduled"),
        (HOUR, "in-progress"),
        (3 * HOUR - second, "in-progress"),
        (3 * HOUR, "completed"),
    ):
        vendor.clock.now = NOON + moment
        assert vendor.status(sid) == expected
    assert vendor.status(endless) == "in-progress"


# For each status: how to get there, and what each action makes of it (None: refused).
STEPS: dict[str, tuple[list[str], timedelta]] = {
    "scheduled": ([], timedelta()),
    "in-progress": ([], HOUR),
    "paused": (["pause"], timedelta()),
    "completed": (["pause", "complete"], timedelta()),
    "archived": (["pause", "complete", "archive"], timedelta()),
}
EFFECTS = {
    ("scheduled", "pause"): "paused",
    ("in-progress", "pause"): "paused",
    ("paused", "resume"): "scheduled",
    ("paused", "complete"): "completed",
    ("completed", "archive"): "archived",
}


@pytest.mark.parametrize("status", STEPS)
@pytest.mark.parametrize("action", ["pause", "resume", "complete", "archive"])
def test_actions(vendor: Vendor, status: str, action: str) -> None:
    sid = vendor.create(schedule=scheduled(HOUR))["sid"]
    steps, wait = STEPS[status]
    vendor.clock.now += wait
    for step in steps:
        assert vendor.ask("PUT", f"{OLDER}/{sid}", {"action": step})[0] == 200
    assert vendor.status(sid) == status
    vendor.clock.now += MINUTE
    answer = vendor.ask("PUT", f"{NEWER}/{sid}", {"action": action})
    after = EFFECTS.get((status, action))
    if after is None:
        assert refusal(answer) == (400, 1002)
        assert vendor.status(sid) == status
    else:
        data = answer[2]["response"][0]["data"]
        assert (data["sid"], data["status"]) == (sid, after)
        assert datetime.fromisoformat(data["date_updated"]) == vendor.clock.now
        assert data["date_created"] == "2026-12-01T12:00:00+05:30"
        assert vendor.status(sid) == after


def test_a_paused_campaign_stays_paused_and_resumes_by_the_clock(vendor: Vendor) -> None:
    sid = vendor.create(schedule=scheduled(HOUR, 3 * HOUR))["sid"]
    vendor.ask("PUT", f"{OLDER}/{sid}", {"action": "pause"})
    vendor.clock.now = NOON + 2 * HOUR
    assert vendor.status(sid) == "paused"
    vendor.ask("PUT", f"{OLDER}/{sid}", {"action": "resume"})
    assert vendor.status(sid) == "in-progress"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, 1001),
        ({"action": None}, 1001),
        ({"action": "delete"}, 1002),
        ({"action": ["pause"]}, 1002),
        ([], 1007),
    ],
)
def test_a_bad_action(vendor: Vendor, body: object, code: int) -> None:
    path = f"{OLDER}/{vendor.create()['sid']}"
    assert refusal(vendor.ask("PUT", path, body)) == (400, code)
    assert refusal(vendor.ask("PUT", path, {"action": "pause"}, Content_Type="text/json")) == (415, 1011)


# Framing


def post(*headers: str, body: bytes = b"") -> bytes:
    lines = [
        f"POST {OLDER} HTTP/1.1",
        f"Authorization: {CREDENTIALS}",
        "Content-Type: application/json",
        *headers,
    ]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (post(), 411),
        (post("Transfer-Encoding: chunked", body=b"2\r\n{}\r\n0\r\n\r\n"), 411),
        (post("Transfer-Encoding: chunked", "Content-Length: 2", body=b"{}"), 411),
        (post("Content-Length: -1"), 400),
        (post("Content-Length: 0x2", body=b"{}"), 400),
        (post("Content-Length: +2", body=b"{}"), 400),
        (post("Content-Length: \xb2", body=b"{}"), 400),
        (post("Content-Length: 2", "Content-Length: 3", body=b"{}"), 400),
        (post("Content-Length: 3000", body=b"{}"), 400),
        (post("Content-Length: 1048577"), 413),
        (post("Content-Length: " + "9" * 6000), 413),
        (post("Content-Length: 1048577", "Expect: 100-continue"), 413),
        (b"GET /" + b"x" * 70_000 + b" HTTP/1.1\r\n\r\n", 414),
        (b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 200 + b"\r\n", 431),
        (b"GET / HTTP/1.1\r\nA: " + b"b" * 70_000 + b"\r\n\r\n", 431),
        (b"GET / HTTP/3.0\r\n\r\n", 505),
        (b"GET / HTTP/x\r\n\r\n", 400),
        (b"a b c d e\r\n\r\n", 400),
        (b"\xff\xfe\x00 \r\n\r\n", 400),
    ],
)
def test_a_request_that_cannot_be_read(vendor: Vendor, request_bytes: bytes, status: int) -> None:
    answer = vendor.raw(request_bytes + post("Content-Length: 2", body=b"{}"))
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 %d " % status)
    assert b"Connection: close" in head
    assert json.loads(body)["http_code"] == status  # one answer: nothing after it is taken for a request


def test_a_body_at_the_limit_and_one_above(vendor: Vendor) -> None:
    body = json.dumps(REQUEST).encode()
    assert vendor.ask("POST", OLDER, body.ljust(1 << 20))[0] == 200
    assert refusal(vendor.ask("POST", OLDER, body.ljust((1 << 20) + 1))) == (413, 1007)
    assert refusal(vendor.ask("POST", OLDER, body.ljust(8 << 20))) == (413, 1007)
    assert vendor.listed()[1]["total"] == 1


def test_continue_is_said_once_the_length_is_known(vendor: Vendor) -> None:
    body = json.dumps(REQUEST).encode()
    answer = vendor.raw(post(f"Content-Length: {len(body)}", "Expect: 100-continue", body=body))
    assert answer.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n")


def test_requests_share_a_connection(vendor: Vendor) -> None:
    get = f"GET {OLDER} HTTP/1.1\r\nAuthorization: {CREDENTIALS}\r\nContent-Length: 5\r\n\r\nxxxxx".encode()
    body = json.dumps(REQUEST).encode()
    answer = vendor.raw(
        get + post(f"Content-Length: {len(body)}", body=body) + post("Content-Length: 0") + get
    )
    assert answer.startswith(b"HTTP/1.1 200 OK")
    assert answer.count(b"HTTP/1.1 200 OK") == 3
    assert answer.count(b"HTTP/1.1 400 Bad Request") == 1


def test_a_silent_client_is_dropped(vendor: Vendor, monkeypatch: pytest.MonkeyPatch) -> None:
    assert handler.Handler.timeout == 30
    monkeypatch.setattr(handler.Handler, "timeout", 0.01)
    host, port = vendor.address.split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(post("Content-Length: 2", body=b"{"))
        assert connection.recv(1) == b""


def test_noise_is_answered_quietly(vendor: Vendor, capfd: pytest.CaptureFixture[str]) -> None:
    made_up = random.Random(5)
    good = post("Content-Length: 2", body=b"{}")
    for _ in range(300):
        noise = bytearray(good if made_up.random() < 0.7 else made_up.randbytes(made_up.randrange(200)))
        for _ in range(made_up.randrange(1, 8)):
            place = made_up.randrange(len(noise) + 1)
            noise[place : place + made_up.randrange(3)] = made_up.randbytes(made_up.randrange(3))
        answer = vendor.raw(bytes(noise))
        assert not answer.startswith(b"HTTP/1.1 500")
    assert vendor.listed()[1]["total"] == 0
    assert capfd.readouterr() == ("", "")


# Faults


def test_a_fault_instead_of_the_answer(vendor: Vendor) -> None:
    asked: list[tuple[str, str]] = []

    def fault(method: str, target: str) -> Fault | None:
        asked.append((method, target))
        return Fault(status=503, headers=(("Retry-After", "7"), ("content-type", "text/html")), body="busy")

    vendor.sandbox.fault = fault
    with pytest.raises(json.JSONDecodeError):
        vendor.ask("POST", OLDER, REQUEST)
    vendor.sandbox.fault = lambda method, target: Fault(status=429, headers=(("Retry-After", "7"),))
    status, headers, body = vendor.ask("POST", OLDER, REQUEST)
    assert (status, headers["Retry-After"], body) == (429, "7", None)
    vendor.sandbox.fault = None
    assert asked == [("POST", OLDER)]
    assert vendor.listed()[1]["total"] == 0


def test_a_fault_after_the_work(vendor: Vendor) -> None:
    vendor.sandbox.fault = lambda method, target: Fault(status=502, commit=True) if method == "POST" else None
    status, _, body = vendor.ask("POST", OLDER, REQUEST)
    assert (status, body) == (502, None)
    assert vendor.listed()[1]["total"] == 1


@pytest.mark.parametrize("commit", [False, True])
def test_a_dropped_connection(vendor: Vendor, *, commit: bool) -> None:
    def fault(method: str, target: str) -> Fault | None:
        return Fault(close="before", commit=commit) if method == "POST" else None

    vendor.sandbox.fault = fault
    with pytest.raises(http.client.RemoteDisconnected):
        vendor.ask("POST", OLDER, REQUEST)
    assert vendor.listed()[1]["total"] == commit


@pytest.mark.parametrize("commit", [False, True])
def test_a_cut_answer(vendor: Vendor, *, commit: bool) -> None:
    def fault(method: str, target: str) -> Fault | None:
        return Fault(close="inside", commit=commit) if method == "POST" else None

    vendor.sandbox.fault = fault
    with pytest.raises(http.client.IncompleteRead) as caught:
        vendor.ask("POST", OLDER, REQUEST)
    assert caught.value.partial.startswith(b'{"request_id"') is commit
    assert vendor.listed()[1]["total"] == commit


def test_a_fault_can_lie_about_the_length(vendor: Vendor) -> None:
    vendor.sandbox.fault = lambda method, target: Fault(body=b"{", headers=(("Content-Length", "9"),))
    with pytest.raises(http.client.IncompleteRead):
        vendor.ask("GET", OLDER)


def test_a_bug_is_logged_and_answered(capfd: pytest.CaptureFixture[str]) -> None:
    lines: list[str] = []

    def broken(method: str, target: str) -> Fault | None:
        raise LookupError(method)

    with Sandbox(clock=Clock(), log=lines.append) as sandbox:
        vendor = Vendor(sandbox, Clock())
        vendor.ask("GET", OLDER + "?name=a%0Ab")
        sandbox.fault = broken
        assert refusal(vendor.ask("POST", OLDER, REQUEST)) == (500, 1100)
    assert lines[0] == f"GET {OLDER}?name=a%0Ab HTTP/1.1 200"
    assert "LookupError('POST')" in lines[1]
    assert capfd.readouterr() == ("", "")


def test_a_failing_connection_is_logged(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: handler.Handler) -> None:
        raise LookupError

    monkeypatch.setattr(handler.Handler, "handle_one_request", broken)
    lines: list[str] = []
    with Sandbox(clock=Clock(), log=lines.append) as sandbox, pytest.raises(http.client.RemoteDisconnected):
        Vendor(sandbox, Clock()).ask("GET", OLDER)
    assert lines == ["connection failed: LookupError()"]
    assert capfd.readouterr() == ("", "")


# The server and its database


def test_requests_at_once(vendor: Vendor) -> None:
    with ThreadPoolExecutor(16) as pool:
        sids = list(pool.map(lambda index: vendor.create(name=f"name {index}")["sid"], range(160)))
    assert len(set(sids)) == 160
    assert vendor.listed()[1]["total"] == 160


def test_of_two_actions_at_once_one_is_refused(tmp_path: Path) -> None:
    clock, database = Clock(), tmp_path / "sandbox.db"
    with Sandbox(database, clock=clock) as first, Sandbox(database, clock=clock) as second:
        vendors = [Vendor(first, clock), Vendor(second, clock)]
        for _ in range(20):
            path = f"{OLDER}/{vendors[0].create()['sid']}"
            with ThreadPoolExecutor(4) as pool:
                asked = [pool.submit(vendor.ask, "PUT", path, {"action": "pause"}) for vendor in vendors * 2]
            assert sorted(answer.result()[0] for answer in asked) == [200, 400, 400, 400]


def test_a_file_outlives_the_server_and_is_shared(tmp_path: Path) -> None:
    clock, database = Clock(), tmp_path / "new" / "sandbox.db"
    with Sandbox(database, clock=clock) as first, Sandbox(database, clock=clock) as second:
        vendors = [Vendor(first, clock), Vendor(second, clock)]
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda index: vendors[index % 2].create(), range(60)))
        sid = vendors[0].create(name="the last")["sid"]
        assert vendors[1].status(sid) == "scheduled"
    with Sandbox(database, clock=clock) as third:
        assert Vendor(third, clock).listed()[1]["total"] == 61
    with Sandbox(database, clock=clock, account_sid="other") as fourth:
        stranger, path = Vendor(fourth, clock), "/v2/accounts/other/sms-campaigns"
        assert stranger.ask("GET", path)[2]["metadata"]["total"] == 0
        assert refusal(stranger.ask("GET", f"{path}/{sid}")) == (404, 1000)


def test_stop_ends_everything() -> None:
    sandbox = Sandbox(clock=Clock())
    sandbox.start()
    url = sandbox.url
    sandbox.start()
    assert sandbox.url == url
    host, port = sandbox.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as idle:
        idle.sendall(f"GET {OLDER} HTTP/1.1\r\n\r\n".encode())
        assert idle.recv(12) == b"HTTP/1.1 401"
        sandbox.stop()
        sandbox.stop()
        while idle.recv(65536):  # the rest of that answer, and then the end
            pass
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((host, int(port)), timeout=10)
    with Sandbox(clock=Clock(), port=int(port)) as again:
        assert again.url == sandbox.url


def test_a_request_may_stop_the_server(vendor: Vendor) -> None:
    def fault(method: str, target: str) -> Fault | None:
        vendor.sandbox.stop()
        return None

    vendor.sandbox.fault = fault
    with pytest.raises((ConnectionError, http.client.HTTPException)):
        vendor.ask("POST", OLDER, REQUEST)


@pytest.mark.parametrize("end", [Sandbox.stop, None])
def test_serve_forever(end: Callable[[Sandbox], None] | None, monkeypatch: pytest.MonkeyPatch) -> None:
    sandbox = Sandbox(clock=Clock())
    sandbox.start()
    if end is None:

        def interrupted(timeout: float | None = None) -> bool:
            raise KeyboardInterrupt

        monkeypatch.setattr(sandbox._stopped, "wait", interrupted)
        sandbox.serve_forever()
    else:
        thread = threading.Thread(target=sandbox.serve_forever)
        thread.start()
        assert Vendor(sandbox, Clock()).ask("GET", OLDER)[0] == 200
        end(sandbox)
        thread.join(10)
        assert not thread.is_alive()
    with pytest.raises(OSError, match=r"refused"):
        Vendor(sandbox, Clock()).ask("GET", OLDER)


def test_a_taken_port_is_an_error(vendor: Vendor) -> None:
    with pytest.raises(OSError, match=r"in use"):
        Sandbox(port=int(vendor.address.rpartition(":")[2])).start()


# The package


def test_it_imports_the_standard_library_only() -> None:
    folder = Path(package.__file__).parent
    for path in folder.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                modules = [alias.name.partition(".")[0] for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                assert node.level <= 1
                modules = [] if node.level else [(node.module or "").partition(".")[0]]
            else:
                continue
            assert set(modules) <= set(sys.stdlib_module_names), path


def test_importing_it_is_cheap() -> None:
    code = "import sys, campaignctl.sandbox; print({'sqlite3', 'http.server', 'email', 'json'} & set(sys.modules))"
    root = Path(package.__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root)
    assert done.stdout == "set()\n"
