"""The 35 places where Exotel's pages contradict each other (dossier, section 10), one row each.

A row is either tried, through the client against a server on loopback that answers in every variant, or through
lint; or it says why it cannot matter here. `ROWS` at the end is the table; the checks stand above it in its order.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from conftest import Run, campaign, write
from stub import Asked, Says, always, asked, client, each, many, one, pages, refusal
from test_rules import names

from campaignctl import codes, controls
from campaignctl.controls import Heard
from campaignctl.deliveries import Counts, Message
from campaignctl.errors import VendorError
from campaignctl.exotel.client import Exotel
from campaignctl.model import Sent

FAMILIES = ("sms-campaigns", "message-campaigns")
SID = "909d2a2ba53ce07f3784668b938eb44914bo"
TOKEN = "ccabcdefgh23"
PAYLOAD = {"name": f"Diwali {TOKEN}", "dlt_template_id": "098765432", "sms_type": "transactional"}
#: The `data` of the sample response on "Create SMS campaign", as it is printed there (quotes repaired).
SAMPLE: dict[str, Any] = {
    "name": "test_campaign",
    "content_type": "static",
    "sid": SID,
    "account_sid": "<your_sid>",
    "lists": ["68f443cd3e764ad1ae7d82ad27f0af72"],
    "schedule": {"start_time": "2019-01-20T21:15:00+05:30", "expiry_time": "2019-01-20T21:16:00+05:30"},
    "status_callback": "https://mycallback.sampledomain.in/1gvta9f1",
    "date_created": "2019-01-20T21:10:00+05:30",
    "date_updated": "2019-01-20T21:10:00+05:30",
    "status": "scheduled",
    "report_url": None,
    "dlt_entity_id": "123478",
    "dlt_template_id": "098765432",
    "sender_id": "ADFGH",
    "sms_type": "transactional",
    "template": "Hi, your account is activated",
}


@dataclass
class Here:
    """What a check may use."""

    own: Path  #: a folder for lint
    run: Run
    folder: Path

    def lint(self, fragment: str) -> set[str]:
        """Return the names of the rules that speak, for the sound campaign with these lines in it."""
        return names(self.own, fragment)


def shown(data: dict[str, Any], **beside: Any) -> Any:
    """Return what the client makes of one campaign's details."""
    with client(always(one({**SAMPLE, **data}, **beside))) as exotel:
        found = exotel.show(SID)
    assert found is not None
    return found


def asked_by(call: Callable[[Exotel], object], answer: Any, family: str = "message-campaigns") -> list[Asked]:
    """Return the requests of one call."""
    with client(always(answer), family) as exotel:
        call(exotel)
        return asked()


def sent(endpoint: str = "message-campaigns", body: str = "bare") -> Asked:
    """Return the create request under some settings."""
    with client(always(one({**SAMPLE, "name": PAYLOAD["name"]})), endpoint, body) as exotel:
        assert exotel.create(PAYLOAD, TOKEN).sent is Sent.CREATED
        (request,) = asked()
    return request


# --- the checks -------------------------------------------------------------------------------------------


def both_paths(_: Here) -> None:
    for family in FAMILIES:
        assert sent(family).place == family
        assert asked_by(lambda exotel: exotel.show(SID), one(SAMPLE), family)[0].place == f"{family}/{SID}"
        assert asked_by(lambda exotel: list(exotel.every()), many([], 0), family)[0].place == family


def both_wrappers(_: Here) -> None:
    assert sent("sms-campaigns").body == PAYLOAD
    assert sent("sms-campaigns", "wrapped").body == {"smscampaigns": PAYLOAD}


def both_vocabularies(_: Here) -> None:
    other = {
        "template_id": "1",
        "from": "KETTLE",
        "message_type": "promotional",
        "message_status_callback": "https://a.in/b",
    }
    gone = dict.fromkeys(("dlt_template_id", "sender_id", "sms_type"))
    fields = shown({**gone, **other}).fields
    assert [
        fields[key] for key in ("dlt_template_id", "sender_id", "sms_type", "sms_status_callback")
    ] == list(other.values())


def every_name_of_the_end(_: Here) -> None:
    for key in ("end_time", "expiry_time", "end_at"):
        assert shown({"schedule": {key: "2035-10-20T18:00:00+05:30"}}).fields["schedule"] == {
            "end_time": "2035-10-20T18:00:00+05:30"
        }


def short_schedules(here: Here) -> None:
    sample = 'schedule:\n  start_time: "{}:00+05:30"\n  end_time: "{}:00+05:30"\n'
    assert "schedule-min-duration" in here.lint(sample.format("2035-01-13T13:13", "2035-01-13T13:16"))
    assert (
        shown({}).fields["schedule"]["end_time"] == "2019-01-20T21:16:00+05:30"
    )  # one minute, and read all the same


def short_lead(here: Here) -> None:
    write(here.folder, {"the-example.yaml": campaign("the-example")})
    ran = here.run("plan", "--offline", "--format", "json", "--at", "2035-10-20T10:25:00+05:30")
    assert [action["reason"] for action in json.loads(ran.out)["actions"]] == ["schedule-lead-time"]


def any_case_of_the_type(here: Here) -> None:
    for given in ("Transactional", "transactional", "TRANSACTIONAL"):
        assert here.lint(f"sms_type: {given}\n") == set()
        assert shown({"sms_type": given}).fields["sms_type"] == "transactional"


def channel_by_place(_: Here) -> None:
    assert sent("message-campaigns").body["channel"] == "SMS"
    assert "channel" not in sent("sms-campaigns").body


def channel_in_the_query(_: Here) -> None:
    for call in (lambda exotel: list(exotel.every()), lambda exotel: list(exotel.messages(SID))):
        assert asked_by(call, many([], 0))[0].query["channel"] == "sms"
        assert "channel" not in asked_by(call, many([], 0), "sms-campaigns")[0].query


def ids_are_text(here: Here) -> None:
    assert sent().body["dlt_template_id"] == "098765432"  # the leading zero is there
    assert shown({"dlt_entity_id": 1101428740000012125}).fields["dlt_entity_id"] == "1101428740000012125"
    assert "yaml-ambiguous-scalar" in here.lint(
        "dlt_template_id: 1107160086562376233\n"
    )  # and it is read as text


def short_names(here: Here) -> None:
    assert here.lint("name: Tea\n") == {"name-too-short"}
    assert here.lint("name: Teas\n") == set()


def id_for_sid(_: Here) -> None:
    without = {key: value for key, value in SAMPLE.items() if key != "sid"}
    assert shown({"sid": None, "id": SID}).sid == SID
    with client(always(many([{**without, "id": SID}], 1))) as exotel:
        assert [found.sid for found in exotel.every()] == [SID]
        assert exotel.find(frozenset(["test_campaign"]))["test_campaign"][0].sid == SID
    with client(always(one({**without, "id": SID, "name": TOKEN}))) as exotel:
        assert exotel.create(PAYLOAD, TOKEN).sid == SID


def every_place_of_the_report(_: Here) -> None:
    url = "https://reports.exotel.com/r.csv?sig=1"
    for given in (url, {"url": url}, {"link": url}, [url]):
        assert shown({"report_url": given}).report_url == url
        assert shown({"reports": given}).report_url == url
    for hostile in (
        "javascript:alert(1)",
        "https://a.in/\x1b[2J",
        "https://exotel.com@evil.in/",
        "ftp://a.in/",
        7,
    ):
        assert shown({"report_url": hostile}).report_url is None


def every_status_of_an_sms(_: Here) -> None:
    words = (
        "submitted",
        "sent",
        "failed",
        "failed_dnd",
        "failed-dnd",
        "Failed_Expired",
        "failed_spam_detected",
    )
    records = [{"sid": f"m{at}", "number": "+919800000001", "status": word} for at, word in enumerate(words)]
    for flat in (True, False):
        with client(pages(records, flat=flat)) as exotel:
            assert [found.status for found in exotel.messages(SID)] == list(words)
    assert [known.code if (known := codes.of(word, None)) else None for word in words[3:]] == [
        23005,
        23005,
        23050,
        23015,
    ]


def every_status_of_a_campaign(_: Here) -> None:
    for word, meant in (("created", "scheduled"), ("Created", "scheduled"), ("InProgress", "in-progress")):
        assert controls.status(shown({"status": word}).status) == meant
    with client(always(many([{**SAMPLE, "status": "Created"}], 1))) as exotel:
        assert len(list(exotel.every(status=("scheduled",)))) == 1
        assert list(exotel.every(status=("paused",))) == []


def an_order_is_always_asked_for(_: Here) -> None:
    query = asked_by(lambda exotel: list(exotel.every()), many([], 0))[0].query
    assert query["sort_by"] == "name:asc"


def no_order_of_messages(_: Here) -> None:
    query = asked_by(lambda exotel: list(exotel.messages(SID)), many([], 0))[0].query
    assert "sort_by" not in query


def path_of_messages(_: Here) -> None:
    for family, way in zip(FAMILIES, ("sms-details", "message-details"), strict=True):
        requests = asked_by(lambda exotel: list(exotel.messages(SID)), many([], 0), family)
        assert requests[0].place == f"{family}/{SID}/{way}"


def columns_to_the_letter(here: Here) -> None:
    dynamic = 'content_type: dynamic\ntemplate: "Hi {}, Kettle has a new tea"\n'
    assert here.lint(dynamic.format("@@First_name")) == set()
    assert "column-unknown" in here.lint(dynamic.format("@@First_Name"))
    assert here.lint(dynamic.format("@First_name")) == {"unfilled-placeholder"}
    assert here.lint(
        "# registered: Hi {#alphanumeric#}, Kettle has a new tea\n" + dynamic.format("%First_name")
    ) == {"unfilled-placeholder"}


def all_four_actions(_: Here) -> None:
    for action in ("pause", "resume", "complete", "archive"):
        with client(always(one(SAMPLE))) as exotel:
            assert exotel.update(SID, action).heard is Heard.ACCEPTED


def bare_updates(_: Here) -> None:
    for family in FAMILIES:
        (asked,) = asked_by(lambda exotel: exotel.update(SID, "pause"), one(SAMPLE), family)
        assert (asked.method, asked.body) == ("PUT", {"action": "pause"})
        (asked,) = asked_by(lambda exotel: exotel.edit(SID, {"name": "Other"}), one(SAMPLE), family)
        assert (asked.method, asked.body) == ("PUT", {"name": "Other"})


def a_list_that_is_not_for_sms(_: Here) -> None:
    with client(always(refusal(400, "list is for calls"))) as exotel:
        result = exotel.create(PAYLOAD, TOKEN)
    assert result.sent is Sent.REJECTED
    assert "list is for calls" in str(result.error)


def lists_of_any_size(_: Here) -> None:
    for given in (1_000_000, "1000000", 1e6):
        with client(pages([{"sid": "a1", "name": "All", "contacts": given}])) as exotel:
            assert [found.contacts for found in exotel.lists()] == [1_000_000]


def pages_of_any_size(_: Here) -> None:
    records = [{**SAMPLE, "sid": f"s{at}", "name": f"campaign {at}"} for at in range(61)]

    def says(largest: int, total: Any) -> Says:
        """Give pages of at most so many campaigns, whatever is asked for."""
        return lambda asked: many(records[(at := int(asked.query["offset"])) : at + largest], total)

    for largest in (7, 20, 50, 500):
        for total in (61, "61", None):
            with client(says(largest, total)) as exotel:
                assert len(list(exotel.every())) == 61


def both_throttlings(_: Here) -> None:
    for status in (429, 503):
        with client(each((status, b""), (status, b""), many([SAMPLE], 1))) as exotel:
            assert len(list(exotel.every())) == 1
    for status, known in ((429, Sent.THROTTLED), (503, Sent.UNKNOWN)):
        with client(always(refusal(status))) as exotel:
            assert exotel.create(PAYLOAD, TOKEN).sent is known


def both_errors(_: Here) -> None:
    rest = {"RestException": {"Status": 403, "Message": "no access here"}}
    for answer in (refusal(403, "no access here"), (403, rest)):
        with (
            client(always(answer)) as exotel,
            pytest.raises(VendorError, match="no access here"),
        ):
            exotel.lists()


def inner_and_outer_statuses(_: Here) -> None:
    for status in (404, 200):
        body = {**refusal(404)[1], "http_code": status}
        with client(always((status, body))) as exotel:
            assert exotel.show(SID) is None
            assert exotel.list_of("9120d5962d214316b7721de55bb82e03") is None
    for status in (409, 200):
        with client(always((status, {**refusal(409)[1], "http_code": status}))) as exotel:
            assert exotel.create(PAYLOAD, TOKEN).sent is Sent.REJECTED
            with pytest.raises(VendorError, match="conflict"):
                exotel.show(SID)


def broken_json(_: Here) -> None:
    printed = "{ “request_id”: “745d”, “response”: [ ] }.".encode()
    with client(always(printed)) as exotel:
        assert exotel.create(PAYLOAD, TOKEN).sent is Sent.UNKNOWN
        for read in (exotel.lists, lambda: exotel.show(SID), lambda: list(exotel.messages(SID))):
            with pytest.raises(VendorError, match="cannot be read"):
                read()


def promotional_hours(here: Here) -> None:
    hours = 'sender_id: "512345"\nsms_type: promotional\nschedule:\n  start_time: "2035-10-20T{}:00+05:30"\n'
    hours += '  end_time: "2035-10-20T20:00:00+05:30"\n'
    assert "promo-window" in here.lint(hours.format("09:59"))
    assert "promo-window" not in here.lint(hours.format("10:00"))


def any_end(_: Here) -> None:
    for word, meant in (("completed", "completed"), ("Paused", "paused"), ("canceled", None)):
        found = shown({"status": word})
        assert (found.status, controls.status(found.status)) == (word, meant)


# --- the table --------------------------------------------------------------------------------------------


class Row(NamedTuple):
    """One row of the dossier: its number, what it is about, and the check, or why there is none."""

    number: int
    topic: str
    check: Callable[[Here], None] | str


ROWS = (
    Row(1, "path: sms-campaigns or message-campaigns", both_paths),
    Row(2, "body: bare or in `smscampaigns`", both_wrappers),
    Row(3, "field names on the new path", both_vocabularies),
    Row(4, "end_time, expiry_time, end_at", every_name_of_the_end),
    Row(5, "samples last 3 minutes and 1, the rule says 2 hours", short_schedules),
    Row(6, "sample starts 5 minutes ahead, the rule says 10", short_lead),
    Row(7, "Transactional or transactional", any_case_of_the_type),
    Row(8, "channel: SMS or sms", channel_by_place),
    Row(9, "channel: in the path or the query", channel_in_the_query),
    Row(10, "DLT ids: numbers or texts", ids_are_text),
    Row(11, "name: more than 3 letters, or 3", short_names),
    Row(12, "id or sid", id_for_sid),
    Row(13, "report_url or reports, text or object", every_place_of_the_report),
    Row(
        14,
        "callbacks have four fields, five or six",
        "the client reads no callbacks; `listen` keeps every field that comes and needs none but a SID",
    ),
    Row(15, "statuses of an SMS", every_status_of_an_sms),
    Row(16, "statuses of a campaign", every_status_of_a_campaign),
    Row(17, "default order of campaigns", an_order_is_always_asked_for),
    Row(18, "order of messages: schedule_time or date_created", no_order_of_messages),
    Row(19, "path of messages", path_of_messages),
    Row(20, "@column, @@column, %var, and its capitals", columns_to_the_letter),
    Row(21, "two actions or four", all_four_actions),
    Row(22, "PUT: bare or wrapped", bare_updates),
    Row(23, "lists for calls alone, or for SMS too", a_list_that_is_not_for_sms),
    Row(
        24,
        "contacts: custom or custom_field",
        "contacts are neither written nor read; of a list only the number of its contacts is",
    ),
    Row(
        25,
        "CSV upload with a JSON body",
        "nothing is uploaded; lists are made in the dashboard",
    ),
    Row(26, "dynamic lists: 5 lakh or 10 lakh", lists_of_any_size),
    Row(27, "largest page: 20, 50 or 500", pages_of_any_size),
    Row(28, "throttling: 503 or 429", both_throttlings),
    Row(29, "errors: error_data or RestException", both_errors),
    Row(30, "inner and outer status differ", inner_and_outer_statuses),
    Row(31, "samples that are no JSON", broken_json),
    Row(32, "promotional hours: from 9 or 10", promotional_hours),
    Row(
        33,
        "how old the API is",
        "nothing that is sent or read depends on a version; both families of paths are supported",
    ),
    Row(34, "what is at the end: completed, paused, canceled", any_end),
    Row(
        35,
        "how often a callback is sent again",
        "it is the sender's; `listen` knows a repeated event by its SID and status, however often it comes",
    ),
)
HOW_MANY = 35


def test_every_row_is_there_once_and_in_order() -> None:
    assert [row.number for row in ROWS] == list(range(1, HOW_MANY + 1))


@pytest.mark.parametrize(
    "row", ROWS, ids=lambda row: f"{row.number}-{re.sub(r'[^a-z0-9]+', '-', row.topic.lower())}"
)
def test_the_row_is_read_in_every_variant_or_cannot_matter(
    row: Row, tmp_path_factory: pytest.TempPathFactory, run: Run, folder: Path
) -> None:
    if isinstance(row.check, str):
        assert len(row.check.split()) > 5  # a reason, not a word
    else:
        row.check(Here(tmp_path_factory.mktemp("lint"), run, folder))


# --- what section 3.1 leaves open: where the counters are -------------------------------------------------


@pytest.mark.parametrize("place", ["flat", "stats", "summary", "prefixed", "text"])
def test_counters_are_read_wherever_they_are(place: str) -> None:
    counts = {"scheduled": 1, "submitted": 2, "sent": 3, "failed": 4, "invalid": 5}
    found = {
        "flat": lambda: shown(counts),
        "stats": lambda: shown({"stats": counts}),
        "summary": lambda: shown({}, summary=counts),
        "prefixed": lambda: shown({}, summary={f"sms_{key}": value for key, value in counts.items()}),
        "text": lambda: shown({key: str(value) for key, value in counts.items()}),
    }[place]()
    assert found.counts == Counts(**counts)


def test_a_message_says_its_number_and_what_became_of_it() -> None:
    record = {
        "number": 919800000001,
        "message": "Hello",
        "status": "failed",
        "detailed_status": "DLT_TEMPLATE_DOES_NOT_MATCH",
        "schedule_time": "2035-10-20T10:30:00+05:30",
        "sender_id": "KETTLE",
        "sid": "m1",
    }
    with client(pages([record], flat=True)) as exotel:
        assert list(exotel.messages(SID)) == [
            Message(
                number="919800000001",
                status="failed",
                detailed_status="DLT_TEMPLATE_DOES_NOT_MATCH",
                code=23185,
                text="Hello",
                sid="m1",
                at="2035-10-20T10:30:00+05:30",
            )
        ]
