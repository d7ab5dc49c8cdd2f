"""The sandbox beside creates: lists and contacts, single messages, reports, edits, limits, quirks, its clock."""

from __future__ import annotations

import base64
import csv
import io
import json
import os
import shutil
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from conftest import Run

from campaignctl.commands import doors
from campaignctl.sandbox import Fault, Sandbox, quirks
from campaignctl.sandbox.answers import (
    Refused,
    campaign_data,
    counts_data,
    failure,
    invalid,
    message_data,
    page,
    success,
)
from campaignctl.sandbox.contacts import MOST_MADE_UP, BadContacts, made_up, normal, read
from campaignctl.sandbox.limits import Limit
from campaignctl.sandbox.model import Campaign, Counts, Draft, Message
from campaignctl.sandbox.report import COLUMNS, written_report

NOON = datetime(2026, 12, 1, 6, 30, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
OLDER, NEWER = "sms-campaigns", "message-campaigns"
NORTH, EMPTY = "9120d5962d214316b7721de55bb82e03", "0f" * 16

REQUEST: dict[str, Any] = {
    "name": "Diwali offer",
    "content_type": "dynamic",
    "lists": [NORTH],
    "schedule": {"start_time": "2026-12-01T13:00:00+05:30", "end_time": "2026-12-01T18:00:00+05:30"},
    "dlt_entity_id": "0101000000000000001",
    "dlt_template_id": "1007000000000000001",
    "sender_id": "SHOPIN",
    "sms_type": "transactional",
    "template": "Hello @@First_Name, your order is ready.",
}
PEOPLE = "\ufeffname,number,First_Name\nA,98765 43210,Asha\nB,+91-9876543211,=HYPERLINK(1)\nC,98,\nD,09876543210,twice\n"


class Account:
    """A client that shows answers as they are."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.host: str | None = None  #: None: the usual one

    def ask(self, method: str, path: str, body: object = None, **query: object) -> tuple[int, Any]:
        secret = base64.b64encode(f"{self.sandbox.api_key}:{self.sandbox.api_token}".encode()).decode()
        where = path if path.startswith("/") else f"/v2/accounts/{self.sandbox.account_sid}/{path}"
        request = urllib.request.Request(
            self.sandbox.url + where + (f"?{urlencode(query)}" if query else ""),
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Basic {secret}", "Content-Type": "application/json"},
        )
        if self.host is not None:
            request.add_header("Host", self.host)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.load(error)

    def create(self, **changes: object) -> str:
        status, answer = self.ask("POST", OLDER, REQUEST | changes)
        assert status == 200, answer
        sid: str = answer["response"][0]["data"]["sid"]
        return sid

    def data(self, method: str, path: str, body: object = None, **query: object) -> Any:
        status, answer = self.ask(method, path, body, **query)
        assert status == 200, answer
        return [item.get("data", item) for item in answer["response"]]

    def refusal(self, method: str, path: str, body: object = None, **query: object) -> tuple[int, int, str]:
        status, answer = self.ask(method, path, body, **query)
        (item,) = answer["response"] if isinstance(answer["response"], list) else [answer["response"]]
        return status, item["error_data"]["code"], item["error_data"]["description"]


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("contacts") / "people.csv"
    path.write_text(PEOPLE, encoding="utf-8")
    return path


@pytest.fixture
def account(people: Path) -> Iterator[Account]:
    registry = {
        "lists": {
            "lists": {
                "north": {"sid": NORTH, "contacts": 40},
                "loyalty": {
                    "sid": "1a" * 16,
                    "contacts": 9000,
                    "columns": ["First_Name"],
                    "sample": {"First_Name": "Meera"},
                },
                "broken": "no mapping",
                "odd": {"sid": 7, "contacts": "many"},
            }
        }
    }
    with Sandbox(clock=lambda: NOON, registry=registry, contacts={"north": people}) as sandbox:
        yield Account(sandbox)


# --- lists --------------------------------------------------------------------------------------------------


def test_lists_are_those_of_the_registry_with_the_people_of_a_file(account: Account) -> None:
    lists = account.data("GET", "lists", sort_by="name:asc")
    assert [(one["name"], one["contact_count"]) for one in lists] == [
        ("loyalty", MOST_MADE_UP),
        ("north", 3),
        ("odd", 0),
    ]
    (one,) = account.data("GET", f"lists/{NORTH}")
    assert (one["sid"], one["name"], one["date_created"]) == (NORTH, "north", "2026-12-01T12:00:00+05:30")
    status, answer = account.ask("GET", f"lists/{NORTH}/contacts", limit=2)
    assert (status, answer["metadata"]) == (200, {"count": 2, "offset": 0, "total": 3, "limit": 2})
    assert answer["response"][0]["data"] == {
        "number": "+919876543210",
        "custom": {"name": "A", "First_Name": "Asha"},
    }


def test_lists_are_paged_searched_and_sorted(account: Account) -> None:
    assert [one["name"] for one in account.data("GET", "lists", limit=1, offset=1, sort_by="name:desc")] == [
        "north"
    ]
    assert [one["name"] for one in account.data("GET", "lists", name="OYA")] == ["loyalty"]
    for query in ({"limit": 51}, {"sort_by": "sid"}, {"offset": "x"}):
        assert account.refusal("GET", "lists", **query)[:2] == (400, 1002)
    assert account.refusal("GET", f"lists/{NORTH}/contacts", limit=21)[:2] == (400, 1002)


def test_an_unknown_list_is_refused_as_soon_as_any_is_known(account: Account) -> None:
    for path in (f"lists/{EMPTY}", f"lists/{EMPTY}/contacts"):
        assert account.refusal("GET", path)[:2] == (404, 1000)
    assert account.refusal("POST", "lists", {})[0] == 405
    status, code, words = account.refusal("POST", OLDER, REQUEST | {"lists": [EMPTY]})
    assert (status, code, words) == (400, 1002, f"lists: no list of the account has the SID {EMPTY}")
    assert account.sandbox.names() == ()
    sid = account.create()
    assert account.refusal("PUT", f"{OLDER}/{sid}", {"lists": [EMPTY]})[:2] == (400, 1002)


def test_where_no_list_is_known_the_log_says_that_nobody_is_on_it() -> None:
    lines: list[str] = []
    with Sandbox(clock=lambda: NOON, log=lines.append) as sandbox:
        account = Account(sandbox)
        sid = account.create(lists=[EMPTY])
        sandbox.clock.advance(2 * HOUR)
        (data,) = account.data("GET", f"{OLDER}/{sid}")
    assert (data["status"], data["scheduled"], data["sent"]) == ("completed", 0, 0)
    assert lines[0] == f"list {EMPTY} has nobody on it: give --registry, or --contacts {EMPTY}=FILE"


def test_made_up_people_have_numbers_that_nobody_fails() -> None:
    numbers = [made_up(position, {}).number for position in range(30_000)]
    assert (numbers[0], len(set(numbers))) == ("+919000000001", 30_000)
    fates = ("3005", "3010", "3015", "3020", "3035", "3040", "3050", "3060", "4990")
    assert not [one for one in numbers if one.endswith(fates)]
    assert len(numbers[-1]) == 13


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("9876543210", "+919876543210"),
        ("09876543210", "+919876543210"),
        ("919876543210", "+919876543210"),
        ("+91 (98765) 43-210", "+919876543210"),
        ("+14155550100", "+14155550100"),
        ("9.19E+11", "919E+11"),
        ("12345", "12345"),
        ("९८७६५४३२१०", "९८७६५४३२१०"),
    ],
)
def test_an_indian_number_needs_no_country_code(written: str, meant: str) -> None:
    assert normal(written) == meant


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "line 1 has no headers"),
        (b"\n\n", "line 1 has no headers"),
        (b"9876543210,Asha\n", "line 1 holds a number"),
        (b"number,a,a\n", "names the column 'a' twice"),
        (b"number,,b\n", "column without a header"),
        (b"number,a\n9876543210,x\n9876543211,x,y\n", "line 3 has 3 cells under 2 headers"),
        (b"number,a\n\n ,x\n", "line 3 has no number"),
        (b"number,a,,b\n", "without a header: the 3rd"),
        (
            b"number,a\n9876543210,x\n9.19877E+11,y\n",
            r"line 3 has the number 9.19877E\+11, which a spreadsheet",
        ),
        (b"number\n919876543210.0\n", "line 2 has the number 919876543210.0, which a spreadsheet"),
        (b"number;a\n9876543210;x;y\n", "line 2 has 3 cells under 2 headers"),
        (b'number,a\n9876543210,"x\n', "line 2 is not CSV"),
        (b"number,a\n9876543210,\xe9\n", "line 2 is not UTF-8"),
        (b"\xff\xfen\x00", "line 1 is not UTF-8"),
        (b"number\n" + b'"' + b"9" * 200_000 + b'"\n', "is not CSV: field larger"),
        (b"number," + b",".join(b"c%d" % index for index in range(120)), "has 121 columns"),
        (b"number\x00\n9\x00\n", ""),
    ],
)
def test_a_hostile_file_is_named_with_its_line(tmp_path: Path, data: bytes, says: str) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes(data)
    if not says:
        read(path)
        return
    with pytest.raises(BadContacts, match=says) as raised:
        read(path)
    assert str(path) in str(raised.value)


def test_a_file_that_is_none_is_named(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "absent.csv"):
        with pytest.raises(BadContacts, match="cannot be read"):
            read(path)


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(BadContacts, match=r"pipe\.csv cannot be read: it is no ordinary file"):
        read(tmp_path / "pipe.csv")


@pytest.mark.parametrize("sign", [";", "\t", ","])
def test_cells_are_parted_as_spreadsheets_do_it_in_their_countries(tmp_path: Path, sign: str) -> None:
    path = tmp_path / "people.csv"
    path.write_text(f'number{sign}First_Name\n9876543210{sign}"Asha, of{sign} Pune"\n', encoding="utf-8")
    (one,) = read(path).contacts
    assert (one.number, one.columns["First_Name"]) == ("+919876543210", f"Asha, of{sign} Pune")


def test_what_was_loaded_is_said_at_the_start(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("number,first_name\n" + "9876543210,A\n" * 3 + "98,B\n9876543211,C\n", encoding="utf-8")
    columns = {"columns": ["First_name", "Points"]}
    lists = {
        "customers": {"sid": NORTH, "contacts": 40, **columns},
        "north": {"sid": EMPTY, "contacts": 49_600},
    }
    lines: list[str] = []
    with Sandbox(registry={"lists": {"lists": lists}}, contacts={"customers": path}, log=lines.append):
        pass
    assert lines == [
        "north: 5,000 of 49,600 people are made up, the most there are",
        (
            "customers: 3 contacts from people.csv, 2 twice, 1 is no number (line 5); column First_name of the registry "
            "is missing (it has first_name; rename it in people.csv); column Points of the registry is missing (it has "
            "number, first_name; add it to people.csv)"
        ),
    ]


def test_a_file_in_any_order_with_a_mark_and_windows_lines(people: Path, tmp_path: Path) -> None:
    sheet = read(people)
    assert [one.number for one in sheet.contacts] == ["+919876543210", "+919876543211", "98"]
    assert (sheet.columns, sheet.twice) == (("name", "number", "First_Name"), 1)
    path = tmp_path / "short.csv"
    path.write_bytes(b'Mobile,Text\r\n9876543210,"a, ""b""\r\nc"\r\n9876543211\r\n')
    assert [dict(one.columns) for one in read(path).contacts] == [
        {"Mobile": "9876543210", "Text": 'a, "b"\r\nc'},
        {"Mobile": "9876543211", "Text": ""},
    ]


def test_people_of_a_file_stay_for_later_sandboxes_on_the_database(tmp_path: Path, people: Path) -> None:
    registry = {"lists": {"lists": {"north": {"sid": NORTH, "contacts": 40}}}}
    database = tmp_path / "exotel.db"
    for contacts, number in (({NORTH: people}, 3), ({}, 3), ({"north": people}, 3)):
        with Sandbox(database, registry=registry, contacts=contacts) as sandbox:
            assert Account(sandbox).data("GET", f"lists/{NORTH}")[0]["contact_count"] == number


# --- single messages and reports ----------------------------------------------------------------------------


def sent(account: Account) -> str:
    sid = account.create()
    account.sandbox.clock.advance(2 * HOUR)
    return sid


@pytest.mark.parametrize(("family", "part"), [(OLDER, "sms-details"), (NEWER, "message-details")])
def test_single_messages(account: Account, family: str, part: str) -> None:
    path, channel = f"{family}/{sent(account)}/{part}", {"channel": "sms"} if family == NEWER else {}
    status, answer = account.ask("GET", path, limit=2, offset=1, **channel)
    assert (status, answer["metadata"]) == (200, {"count": 2, "offset": 1, "total": 3, "limit": 2})
    assert [one["number"] for one in answer["response"]] == ["+919876543211", "98"]
    first = account.data("GET", path, number="+919876543210", **channel)
    assert len(first[0].pop("sid")) == 32
    assert first == [
        {
            "number": "+919876543210",
            "name": "Asha",
            "message": "Hello Asha, your order is ready.",
            "status": "sent",
            "detailed_status": "DELIVERED_TO_HANDSET",
            "schedule_time": "2026-12-01T13:00:00+05:30",
            "date_created": "2026-12-01T13:00:00+05:30",
            "sender_id": "SHOPIN",
            "direction": "outbound-api",
        }
    ]
    for sort_by in ("schedule_time:desc", "date_created:desc"):
        numbers = [one["number"] for one in account.data("GET", path, sort_by=sort_by, limit=2, **channel)]
        assert numbers == ["98", "+919876543211"]
    assert account.data("GET", path, number="+91987654321", **channel) == []
    assert account.data("GET", path, offset=10**9, **channel) == []
    assert account.refusal("GET", path, sort_by="number:asc", **channel)[:2] == (400, 1002)


def test_single_messages_have_their_own_paths(account: Account) -> None:
    sid = account.create()
    assert account.refusal("GET", f"{NEWER}/{sid}/message-details")[:2] == (400, 1001)
    assert account.refusal("GET", f"{OLDER}/{sid}/message-details")[:2] == (404, 1000)
    assert account.refusal("GET", f"{OLDER}/{'0' * 36}/sms-details")[:2] == (404, 1000)
    assert account.data("GET", f"{OLDER}/{sid}/sms-details") == []


def test_the_report_is_at_its_url_once_the_campaign_is_over(account: Account) -> None:
    sid = account.create()
    (before,) = account.data("GET", f"{OLDER}/{sid}")
    assert before["report_url"] is None
    url = f"{account.sandbox.url}/reports/{sid}.csv"
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(url, timeout=10)
    account.sandbox.clock.advance(2 * HOUR)
    (after,) = account.data("GET", f"{NEWER}/{sid}")
    assert (after["report_url"], after["sent"] + after["invalid"]) == (url, 3)  # one number is none
    with urllib.request.urlopen(url, timeout=10) as answer:  # without credentials
        rows = list(csv.DictReader(io.StringIO(answer.read().decode())))
    assert tuple(rows[0]) == COLUMNS
    assert [rows[0][column] for column in ("To", "Status", "DetailedStatusCode")] == [
        "+919876543210",
        "sent",
        "20005",
    ]
    assert rows[0]["DltEntityId"] == "0101000000000000001'"


@pytest.mark.parametrize("text", ["=1+1", "+1+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_a_report_holds_no_formula(text: str) -> None:
    message = MESSAGE_OF(text)
    (row,) = csv.DictReader(io.StringIO(written_report(DRAFT, [message]).decode(), newline=""))
    assert row["Body"] == "'" + text


# --- edits --------------------------------------------------------------------------------------------------


def test_everything_can_change_before_the_start(account: Account) -> None:
    sid = account.create()
    changes = {"name": "Holi offer", "template": "Hello!", "sms_type": "Promotional", "sender_id": "140123"}
    (data,) = account.data("PUT", f"{OLDER}/{sid}", changes)
    assert {key: data[key] for key in changes} == changes | {"sms_type": "promotional"}
    assert data["schedule"] == {
        "start_time": "2026-12-01T13:00:00+05:30",
        "expiry_time": "2026-12-01T18:00:00+05:30",
    }
    account.data("PUT", f"{NEWER}/{sid}", {"schedule": {"end_time": "2026-12-01T20:00:00+05:30"}})
    account.data("PUT", f"{OLDER}/{sid}", {"action": "pause"})
    (data,) = account.data("PUT", f"{OLDER}/{sid}", {"lists": ["1a" * 16], "action": "resume"})
    assert (data["lists"], data["status"]) == (["1a" * 16], "scheduled")
    assert data["schedule"]["expiry_time"] == "2026-12-01T20:00:00+05:30"


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "abc"},
        {"sender_id": "140123"},
        {"lists": ["a", "b"]},
        {"template": ""},
        {"schedule": {"start_time": "2026-12-01T12:05:00+05:30"}},
        {"schedule": None},
        {"status_callback": None},
        {"dlt_entity_id": None},
    ],
)
def test_an_edit_is_held_to_the_rules_of_a_create(account: Account, changes: dict[str, Any]) -> None:
    sid = account.create()
    before = account.data("GET", f"{OLDER}/{sid}")
    assert account.refusal("PUT", f"{OLDER}/{sid}", changes | {"action": "pause"})[0] == 400
    assert account.data("GET", f"{OLDER}/{sid}") == before


def test_after_the_start_only_callbacks_change(account: Account) -> None:
    sid = account.create(lists=["1a" * 16])
    account.sandbox.clock.advance(HOUR + MINUTE)
    status, code, words = account.refusal("PUT", f"{OLDER}/{sid}", {"template": "Hello!"})
    assert (status, code, "in-progress" in words) == (400, 1002, True)
    callback = {"sms_status_callback": "http://127.0.0.1/sms"}
    assert account.ask("PUT", f"{OLDER}/{sid}", callback)[0] == 200
    account.sandbox.clock.advance(9 * HOUR)
    assert account.refusal("PUT", f"{OLDER}/{sid}", callback)[:2] == (400, 1002)
    assert account.refusal("PUT", f"{OLDER}/{sid}", {"color": "red"})[:2] == (400, 1001)


# --- limits -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [429, 503])
def test_the_201st_request_of_a_minute_is_refused(status: int) -> None:
    now = [100.0]
    limit = Limit(status, lambda: now[0])
    for _ in range(200):
        limit.admit()
        now[0] += 0.1
    headers = []
    for _ in range(4):
        with pytest.raises(Refused) as raised:
            limit.admit()
        assert raised.value.status == status
        headers.append(raised.value.headers)
    assert headers == [(), (("Retry-After", "41"),)] * 2
    now[0] = 160.0
    limit.admit()
    with pytest.raises(Refused):
        limit.admit()


def test_the_limit_holds_for_the_api_and_not_for_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("campaignctl.sandbox.limits.PER_MINUTE", 2)
    with Sandbox(clock=lambda: NOON, limit=503) as sandbox:
        account = Account(sandbox)
        monkeypatch.setattr(sandbox, "limit", None, raising=False)
        answers = [account.ask("GET", OLDER)[0] for _ in range(3)]
        assert answers == [200, 200, 503]
        assert account.ask("GET", "/sandbox/clock")[0] == 200


# --- quirks -------------------------------------------------------------------------------------------------

DRAFT = Draft(
    name="Diwali offer",
    content_type="static",
    lists=(NORTH,),
    start=NOON + HOUR,
    end=NOON + 4 * HOUR,
    dlt_entity_id="1101000000000000001",
    dlt_template_id="0007000000000000001",
    sender_id="SHOPIN",
    sms_type="transactional",
    template="Hello",
    status_callback=None,
    sms_status_callback=None,
)


def MESSAGE_OF(text: str) -> Message:  # noqa: N802
    return Message(
        sid="1" * 32,
        number="+919876543210",
        text=text,
        status="failed_dnd",
        detailed_status="FAILED_REJECTED_DND",
        code=23005,
        scheduled=NOON,
        sent=NOON,
        sender_id="SHOPIN",
        name=None,
    )


def seen(times: int, campaign_status: str = "scheduled") -> list[Any]:
    """A details answer in so many variants in turn."""
    campaign = Campaign(sid="a" * 36, draft=DRAFT, status=campaign_status, created=NOON, updated=NOON)
    data = campaign_data(campaign, "sandbox", "http://sandbox/r.csv") | counts_data(Counts(sent=3))
    odd = quirks.Quirks()
    return [json.loads(odd.alter(success("GET", data)).body) for _ in range(times)]


def item(envelope: Any) -> Any:
    response = envelope["response"]
    return (response[0] if isinstance(response, list) else response)["data"]


def test_each_answer_has_the_next_quirk_that_fits_it() -> None:
    answers = seen(12)
    first = [item(one) for one in answers]
    assert first[0]["id"] == "a" * 36
    assert "sid" not in first[0]
    assert first[1]["schedule"]["end_time"] == "2026-12-01T16:00:00+05:30"
    assert first[2]["status"] == "Created"
    assert isinstance(answers[3]["response"], dict)
    assert (first[4]["sent"], first[4]["dlt_entity_id"], first[4]["dlt_template_id"]) == (
        "3",
        1101000000000000001,
        "0007000000000000001",
    )
    assert first[5]["stats"]["sent"] == 3
    assert "reports" in first[6]
    assert (first[7]["from"], first[7]["template_id"]) == ("SHOPIN", "0007000000000000001")
    assert first[8]["sms_type"] == "Transactional"
    assert first[9]["status"] == "created"
    assert "method" not in answers[10]
    assert first[11]["DateCreated"] == "2026-12-01T12:00:00+05:30"
    assert [item(one)["status"] for one in seen(3, "in-progress")][2] == "InProgress"


def test_the_same_answers_get_the_same_quirks_and_nothing_is_lost() -> None:
    def told(answers: list[Any]) -> list[Any]:
        return [{key: value for key, value in one.items() if key != "request_id"} for one in answers]

    assert told(seen(40)) == told(seen(40))
    for one in seen(40):
        data = item(one)
        assert data.get("sid", data.get("id")) == "a" * 36
        assert str({**data, **data.get("stats", {})}["sent"]) == "3"


def test_lists_messages_and_refusals_have_quirks_of_their_own() -> None:
    odd = quirks.Quirks()
    metadata = {"offset": 0, "limit": 20, "total": 1}
    whole = page("GET", [message_data(MESSAGE_OF("Hi"))], **metadata)
    shapes = [json.loads(odd.alter(whole).body) for _ in range(12)]
    assert any(isinstance(one["metadata"]["total"], str) for one in shapes)
    assert any("data" not in one["response"][0] for one in shapes)
    refused = failure("POST", invalid("name", "is bad"), in_array=True)
    answers = [odd.alter(refused) for _ in range(6)]
    assert {one.status for one in answers} == {200 + 7, 400}
    assert any(b"RestException" in one.body for one in answers)
    for one in answers:
        assert one.status == 400 or b'"code": 400' in one.body


def test_a_sandbox_with_quirks_sorts_ascending_and_works(people: Path) -> None:
    with Sandbox(clock=lambda: NOON, quirks=True, contacts={NORTH: people}) as sandbox:
        account = Account(sandbox)
        for hour in (15, 13, 14):
            start = {"start_time": f"2026-12-01T{hour}:00:00+05:30"}
            assert account.ask("POST", OLDER, REQUEST | {"name": f"at {hour}", "schedule": start})[0] == 200
        for _ in range(20):
            _, answer = account.ask("GET", OLDER)
            names = [one.get("data", one)["name"] for one in answer["response"]]
            assert names == ["at 13", "at 14", "at 15"]


# --- the clock ----------------------------------------------------------------------------------------------


def test_the_clock_endpoint(account: Account) -> None:
    assert account.data("GET", "/sandbox/clock") == [{"now": "2026-12-01T12:00:00+05:30", "ahead": 0}]
    assert account.data("POST", "/sandbox/clock", {"advance": 90}) == [
        {"now": "2026-12-01T12:01:30+05:30", "ahead": 90}
    ]
    for body in ({}, {"advance": None}):
        assert account.refusal("POST", "/sandbox/clock", body)[:2] == (400, 1001)
    for step in (-1, 1.5, "2h", True, 10**13, 10**12, 10**400):
        assert account.refusal("POST", "/sandbox/clock", {"advance": step})[:2] == (400, 1002)
    assert account.refusal("DELETE", "/sandbox/clock")[0] == 405
    account.sandbox.fault = lambda method, target: Fault(status=500)
    assert account.data("GET", "/sandbox/clock")[0]["ahead"] == 90
    account.sandbox.api_token = "wrong"
    assert account.refusal("GET", "/sandbox/clock")[0] == 401


def test_the_clock_command_moves_a_running_sandbox(run: Run, exotel: Sandbox) -> None:
    assert "the time of this machine" in run("sandbox", "clock").out
    ran = run("sandbox", "clock", "advance", "1d2h30m5s", "--format", "json")
    told = json.loads(ran.out)
    assert (ran.code, list(told), told["version"]) == (0, ["version", "now", "ahead"], 1)
    assert told["ahead"] == exotel.clock.ahead() == 95_405
    assert "1 d 2 h 30 min ahead" in run("sandbox", "clock").out


def test_the_clock_command_moves_the_folders_own_sandbox(run: Run, folder: Path) -> None:
    assert run("apply", "--sandbox", "--yes").code == 0
    ran = run("sandbox", "clock", "advance", "2h", "--sandbox")
    assert (ran.code, ran.err, "2 h ahead" in ran.out) == (0, "", True)
    assert "2 h ahead" in run("sandbox", "clock", "--sandbox").out


@pytest.mark.parametrize(
    "words",
    [
        "back",
        "advance",
        "advance 2",
        "advance -2h",
        "advance 2h 3h",
        "advance 9999d --sandbox",
        "advance 1h30",
    ],
)
def test_what_is_no_step_of_a_clock_is_64(run: Run, folder: Path, exotel: Sandbox, words: str) -> None:
    ran = run("sandbox", "clock", *words.split())
    assert (ran.code, ran.out) == (64, "")
    assert exotel.clock.ahead() == 0


def test_the_clock_command_needs_a_sandbox(
    run: Run, exotel: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    exotel.fault = None
    monkeypatch.setenv("EXOTEL_API_TOKEN", "wrong")
    ran = run("sandbox", "clock")
    assert (ran.code, "answers 401" in ran.err, "wrong" in ran.err) == (3, True, True)
    monkeypatch.setenv("CAMPAIGNCTL_BASE_URL", "http://127.0.0.1:9")
    assert run("sandbox", "clock").code == 3
    for url in ("file:///etc/passwd", "ftp://127.0.0.1", "http://[", "nothing"):
        assert run("sandbox", "clock", "--base-url", url).code == 3, url
    monkeypatch.delenv("CAMPAIGNCTL_BASE_URL")
    assert run("sandbox", "clock").code == 64


def test_the_folders_own_sandbox_knows_the_folders_registry(run: Run, folder: Path) -> None:
    """Its lists have people, and its templates decide: this is what a launch is rehearsed on."""
    assert run("apply", "--sandbox", "--yes").code == 0
    (folder / "registry" / "lists.yaml").write_text(
        f'lists:\n  festival-north: {{sid: "{NORTH}", contacts: 12}}\n'
    )
    with doors.embedded(folder) as server:
        lists = Account(server).data("GET", "lists", name="festival-north")
        assert [one["contact_count"] for one in lists if one["sid"] == NORTH] == [12]


# --- the command line ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["--contacts", "people.csv"], 64, "list=file.csv"),
        (["--contacts", "a=b.csv", "--contacts", "a=c.csv"], 64, "given twice"),
        (["--contacts", f"{NORTH}=absent.csv"], 3, "absent.csv cannot be read"),
        (["--contacts", "a=absent.csv"], 64, "no list is called 'a'; give its SID"),
        (
            ["--registry", "registry", "--contacts", "festival-nort=x.csv"],
            64,
            "did you mean 'festival-north'?",
        ),
        (["--registry", "absent"], 3, "absent is not a folder"),
        (["--registry", "2035"], 3, "holds no templates.yaml"),
        (["--limit", "500"], 64, "429"),
    ],
)
def test_what_the_sandbox_command_refuses(
    run: Run, folder: Path, words: list[str], code: int, says: str
) -> None:
    (folder / "2035").mkdir(exist_ok=True)
    ran = run("sandbox", *words)
    assert (ran.code, says in ran.err) == (code, True), ran.err


def test_a_broken_registry_is_named_with_its_line(run: Run, folder: Path) -> None:
    (folder / "registry" / "lists.yaml").write_text("lists:\n  a: [\n")
    ran = run("sandbox", "--registry", "registry")
    assert (ran.code, "lists.yaml, line " in ran.err) == (3, True), ran.err


def test_a_command_on_the_sandbox_lives_in_its_present(run: Run, folder: Path) -> None:
    assert run("sandbox", "clock", "advance", "3650d", "--sandbox").code == 0

    planned, applied = run("plan", "--sandbox"), run("apply", "--sandbox", "--yes")
    real = run("plan", "--offline")

    assert (planned.code, applied.code) == (1, 1), planned
    assert "! the-example  schedule-lead-time" in planned.out
    assert "campaignctl: note: at the sandbox it is 203" in planned.err
    assert (
        "ahead of this machine, and starts are judged by that; to begin again, delete .campaignctl/sandbox/"
        in applied.err
    )
    assert (real.code, "at the sandbox" in real.err) == (0, False)

    assert "note: at the sandbox" not in run("sandbox", "clock", "--sandbox").err
    shutil.rmtree(folder / ".campaignctl" / "sandbox")
    assert run("plan", "--sandbox").code == 0


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:8080", 200),
        ("localhost", 200),
        ("[::1]:80", 200),
        ("rebound.example.in", 403),
        ("192.168.1.7:80", 403),
        ("localhost, rebound.example.in", 403),
    ],
)
@pytest.mark.parametrize("path", [OLDER, "/sandbox/clock", "/reports/x.csv"])
def test_nothing_is_told_to_a_page_that_points_its_name_here(
    account: Account, path: str, host: str, status: int
) -> None:
    account.host = host
    found, answer = account.ask("GET", path)

    assert (found == 403) == (status == 403)
    if status == 403:
        assert "for this machine only" in json.dumps(answer)
