"""What is read of an account beside the creates: any answer gives a value or VendorError, and no list is cut short."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from conftest import NOW
from hypothesis import example, given
from hypothesis import strategies as st
from stub import (
    CREDENTIALS,
    Asked,
    Says,
    always,
    asked,
    client,
    each,
    many,
    on,
    one,
    paged,
    pages,
    refusal,
    settings,
)
from test_client import PAYLOAD, TOKEN

from campaignctl.controls import Heard
from campaignctl.deliveries import Counts, Details, Message, VendorList
from campaignctl.errors import VendorError
from campaignctl.exotel import answers, reading, records
from campaignctl.exotel.client import Exotel
from campaignctl.sandbox import Sandbox

SID = "909d2a2ba53ce07f3784668b938eb44914bo"
FAMILIES = ("sms-campaigns", "message-campaigns")


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("campaignctl.exotel.client._WAITS", (0.0, 0.0))


def campaigns(number: int) -> list[dict[str, Any]]:
    return [{"sid": f"s{at}", "name": f"campaign {at:03}", "status": "paused"} for at in range(number)]


def texts(number: int) -> list[dict[str, Any]]:
    return [{"sid": f"m{at}", "number": f"+9198000{at:05}", "status": "sent"} for at in range(number)]


# --- the sandbox ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(
        account_sid=CREDENTIALS.account_sid,
        api_key=CREDENTIALS.api_key,
        api_token=CREDENTIALS.api_token,
        clock=lambda: NOW,
    ) as server:
        yield server


@pytest.mark.parametrize("family", FAMILIES)
def test_what_was_created_is_shown_and_listed_as_it_was_sent(sandbox: Sandbox, family: str) -> None:
    with on(sandbox.url, settings(endpoint=family)) as exotel:
        payload = {**PAYLOAD, "name": f"{family} {TOKEN}"}
        made = exotel.create(payload, TOKEN)
        assert made.sid is not None
        found = exotel.show(made.sid)
        assert found is not None
        assert (found.sid, found.name, found.status, found.report_url) == (
            made.sid,
            payload["name"],
            "scheduled",
            None,
        )
        expected = {key: value for key, value in payload.items() if key != "name"}
        assert {**found.fields, "lists": list(found.fields["lists"])} == expected  # type: ignore[call-overload]
        listed = list(exotel.every(name=family, status=("scheduled", "paused")))
        assert [(one.sid, one.fields) for one in listed] == [(made.sid, found.fields)]
        assert list(exotel.every(name=family, status=("archived",))) == []
        assert exotel.show("0" * 32) is None


# --- whole lists, or none ---------------------------------------------------------------------------------


@pytest.mark.parametrize("flat", [False, True])
@pytest.mark.parametrize("number", [0, 1, 50, 51, 120])
def test_all_pages_are_read(number: int, *, flat: bool) -> None:
    with client(pages(campaigns(number), flat=flat)) as exotel:
        assert len({one.sid for one in exotel.every()}) == number
    with client(pages(texts(number), flat=flat)) as exotel:
        assert len({one.sid for one in exotel.messages(SID)}) == number
    with client(pages(campaigns(number), flat=flat)) as exotel:
        assert len({one.sid for one in exotel.lists()}) == number


def short_of_one(asked: Asked) -> Any:
    return {**paged(texts(3), asked.query), "metadata": {"total": 4}}


def twice_the_same(asked: Asked) -> Any:
    return many([*texts(2), *texts(1)], 3)


def shrinking(asked: Asked) -> Any:
    offset = int(asked.query["offset"])
    return many(texts(120)[offset : offset + 50], 121 - offset // 50)


def always_the_first_page(_: Asked) -> Any:
    return many(texts(20))


def turned_off_halfway(asked: Asked) -> Any:
    return paged(texts(120), asked.query) if asked.query["offset"] == "0" else refusal(404)


def one_refused(_: Asked) -> Any:
    return {**many([], 3), "response": [*many(texts(2))["response"], refusal(400)[1]["response"][0]]}


def one_with_an_error(_: Asked) -> Any:
    error = {"code": 1100, "message": "Internal server error"}
    last = {"code": 200, "error_data": error, "data": texts(3)[2]}
    return {**many([], 3), "response": [*many(texts(2))["response"], last]}


def repeated_without_a_total(asked: Asked) -> Any:
    first = int(asked.query["offset"])
    return many((texts(50) + texts(51)[49:])[first : first + 50])


def one_without_anything(_: Asked) -> Any:
    return many([*texts(2), {"name": ""}], 3)


def reading_of(exotel: Exotel, call: str) -> list[object]:
    """Read one of the three lists to its end."""
    if call == "every":
        return list(exotel.every())
    return list(exotel.messages(SID)) if call == "messages" else list(exotel.lists())


INCOMPLETE: tuple[Says, ...] = (
    short_of_one,
    twice_the_same,
    shrinking,
    always_the_first_page,
    turned_off_halfway,
    one_refused,
    one_with_an_error,
    repeated_without_a_total,
    one_without_anything,
    always({"response": None}),
    always({"response": ["x"]}),
    always({"response": "none"}),
    always({"metadata": {"total": 0}}),
    always([]),
    always((204, b"")),
    always((202, many([]))),
)


@pytest.mark.parametrize("says", INCOMPLETE, ids=lambda says: getattr(says, "__name__", "answer"))
@pytest.mark.parametrize("call", ["every", "messages", "lists"])
def test_a_list_that_may_be_incomplete_is_an_error(says: Says, call: str) -> None:
    def named(asked: Asked) -> Any:
        body = says(asked)
        return json.loads(json.dumps(body).replace('"number"', '"name"')) if isinstance(body, dict) else body

    with client(says if call == "messages" else named) as exotel, pytest.raises(VendorError):
        reading_of(exotel, call)


@pytest.mark.parametrize("total", [None, 10**9])
@pytest.mark.parametrize("call", ["every", "messages", "lists"])
def test_pages_without_an_end_do_end(call: str, total: int | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_MOST", 200)
    monkeypatch.setattr(reading, "_MOST_MESSAGES", 200)

    def says(asked: Asked) -> Any:
        first = int(asked.query["offset"])
        record = {"number": "+919800000001", "name": "campaign"}
        return many([{**record, "sid": f"s{first + at}"} for at in range(50)], total)

    with client(says) as exotel, pytest.raises(VendorError, match="does not end"):
        reading_of(exotel, call)


def test_messages_that_come_meanwhile_are_read_once_and_nothing_is_missed() -> None:
    growing = iter((60, 70))

    def says(asked: Asked) -> Any:
        return paged(texts(next(growing, 70)), asked.query)

    with client(says) as exotel:
        assert [one.sid for one in exotel.messages(SID)] == [f"m{at}" for at in range(70)]
        assert len(asked()) == 2


def test_messages_are_read_again_where_the_pages_have_moved() -> None:
    moved = [*texts(50), *texts(49)]
    with client(
        each(
            many(moved[:50], 99),
            many(moved[50:], 99),
            *(paged(texts(99), {"offset": str(at), "limit": "50"}) for at in (0, 50)),
        )
    ) as exotel:
        assert sorted(one.sid or "" for one in exotel.messages(SID)) == sorted(f"m{at}" for at in range(99))


def test_a_campaign_made_meanwhile_is_read_in_the_second_turn() -> None:
    first = many(campaigns(50), 51), many(campaigns(52)[50:], 52)
    second = many(campaigns(50), 52), many(campaigns(52)[50:], 52)
    with client(each(*first, *second)) as exotel:
        assert len(list(exotel.every())) == 52
        assert len(asked()) == 4


# --- none yet, or no such campaign ------------------------------------------------------------------------


def test_a_campaign_without_messages_may_be_answered_with_404() -> None:
    def says(asked: Asked) -> Any:
        return refusal(404) if asked.place.endswith("-details") else one({"sid": SID, "name": "x"})

    with client(says) as exotel:
        assert list(exotel.messages(SID)) == []


@pytest.mark.parametrize("answer", [refusal(404), (404, b"<html>"), (404, {"message": "no Route matched"})])
def test_messages_of_a_campaign_that_does_not_exist_are_an_error(answer: Any) -> None:
    with client(always(answer)) as exotel, pytest.raises(VendorError):
        list(exotel.messages(SID))


@pytest.mark.parametrize("call", ["show", "list_of", "messages", "edit"])
@pytest.mark.parametrize("sid", ["", " ", ".", ".."])
def test_a_sid_that_would_be_another_place_is_an_error(call: str, sid: str) -> None:
    with client(always(many([]))) as exotel:
        ask: dict[str, Callable[[], object]] = {
            "show": lambda: exotel.show(sid),
            "list_of": lambda: exotel.list_of(sid),
            "messages": lambda: list(exotel.messages(sid)),
            "edit": lambda: exotel.edit(sid, {}),
        }
        with pytest.raises(VendorError):
            ask[call]()
        assert asked() == []


def test_details_of_another_campaign_are_an_error() -> None:
    for call in ("show", "list_of"):
        with (
            client(always(one({"sid": "other", "name": "x"}))) as exotel,
            pytest.raises(VendorError, match="another"),
        ):
            getattr(exotel, call)(SID)


# --- filters ----------------------------------------------------------------------------------------------


def test_a_filter_that_exotel_does_not_heed_is_heeded_here() -> None:
    records = [
        {"sid": "a", "name": "Diwali north", "status": "Paused"},
        {"sid": "b", "name": "Holi north", "status": "completed"},
        {"sid": "c", "name": "diwali south", "status": "completed"},
        {"sid": "d", "name": "Diwali east"},
    ]
    with client(pages(records)) as exotel:
        assert [one.sid for one in exotel.every(name="diwali")] == ["a", "c", "d"]
        assert [one.sid for one in exotel.every(status=("paused",))] == [
            "a",
            "d",
        ]  # what it does not say may fit
        assert [one.sid for one in exotel.every(name="th", sort_by="name:desc")] == ["a", "b", "c"]
        queries = [request.query for request in asked()]
    assert [(query.get("name"), query.get("status"), query["sort_by"]) for query in queries] == [
        ("diwali", None, "name:asc"),
        (None, "paused", "name:asc"),
        (None, None, "name:desc"),  # fewer than three letters are not searched for
    ]


@pytest.mark.parametrize("number", ["+919800000002", "09800000002", "9800000002", "+91 98000 00002"])
def test_messages_to_one_number_however_it_is_written(number: str) -> None:
    with client(pages(texts(5))) as exotel:
        assert [one.sid for one in exotel.messages(SID, number=number)] == ["m2"]
        assert asked()[0].query["number"] == number


# --- changing ---------------------------------------------------------------------------------------------


def test_an_edit_is_asked_for_once_and_understood_as_an_action_is() -> None:
    for answer, heard in (
        (one({"sid": SID, "status": "scheduled"}), Heard.ACCEPTED),
        (refusal(400), Heard.REFUSED),
        (refusal(404), Heard.REFUSED),
        ((429, b"{}"), Heard.THROTTLED),
        ((500, b""), Heard.UNCLEAR),
        (one({"sid": "other"}), Heard.UNCLEAR),
    ):
        with client(always(answer)) as exotel:
            assert exotel.edit(SID, {"template": "\ud800 नमस्ते", "schedule": {}}).heard is heard
            assert [(request.method, request.body) for request in asked()] == [
                ("PUT", {"template": "\ud800 नमस्ते", "schedule": {}})
            ]


# --- single values ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (7, 7),
        ("7", 7),
        (7.0, 7),
        (0, 0),
        (-1, None),
        (7.5, None),
        (True, None),
        ("", None),
        ("7 ", None),
        ("٧", None),
        ("1e3", None),
        (float("inf"), None),
        (float("nan"), None),
        (10**30, None),
        ("9" * 400, None),
        ([7], None),
        (None, None),
    ],
)
def test_a_count_is_a_whole_number_or_nothing(given: Any, expected: int | None) -> None:
    assert answers.whole(given) == expected


def test_counters_and_codes_of_other_places_do_not_shadow_each_other() -> None:
    found = records.details(
        records.Record(
            {"sid": "s", "name": "n", "sent": "many", "stats": {"sent": 3, "failed": -1}}, {"failed": 2}
        )
    )
    assert found is not None
    assert found.counts == Counts(sent=3, failed=2)


@pytest.mark.parametrize(
    ("record", "code"),
    [
        ({"detailed_status_code": "23185"}, 23185),
        ({"code": 23185}, 23185),
        ({"code": 200, "detailed_status": "FAILED_EXPIRED"}, 23050),
        ({"detailed_status": "DLT_TEMPLATE_NOT_FOUND", "detailed_status_code": 23181}, 23181),
        ({"detailed_status": "SOMETHING_NEW"}, None),
    ],
)
def test_a_message_has_the_code_that_is_given_or_that_of_its_words(
    record: dict[str, Any], code: int | None
) -> None:
    for flat in (True, False):
        with client(pages([{"number": "1", **record}], flat=flat)) as exotel:
            assert [found.code for found in exotel.messages(SID)] == [code]


# --- any answer -------------------------------------------------------------------------------------------

KEYS = st.sampled_from(
    [
        *(
            "sid",
            "id",
            "name",
            "status",
            "data",
            "code",
            "error_data",
            "summary",
            "stats",
            "response",
            "metadata",
        ),
        *(
            "total",
            "http_code",
            "RestException",
            "report_url",
            "reports",
            "url",
            "lists",
            "schedule",
            "end_time",
        ),
        *(
            "scheduled",
            "sent",
            "failed",
            "contacts",
            "contact_count",
            "type",
            "tag",
            "number",
            "detailed_status",
        ),
        *("from", "template", "sms_type", "description", "message"),
    ]
)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 600)
    | st.sampled_from(
        [SID, "success", "failure", "failed", "https://a.in/r", "http://[", "200", "", "\ud800\x1b", 10**400]
    )
    | st.floats()
    | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)
ITEMS = st.fixed_dictionaries(
    {},
    optional={
        "sid": VALUES | st.just(SID),
        "name": VALUES | st.just("north"),
        "status": VALUES,
        "data": VALUES,
        "code": VALUES,
        "number": VALUES,
        "stats": VALUES,
        "schedule": VALUES,
        "lists": VALUES,
    },
)
BODIES = VALUES | st.fixed_dictionaries(
    {
        "response": VALUES
        | st.lists(ITEMS, max_size=3)
        | ITEMS
        | st.lists(st.fixed_dictionaries({"data": ITEMS}), max_size=3)
    },
    optional={"metadata": VALUES | st.fixed_dictionaries({"total": VALUES})},
)
STATUSES = st.sampled_from([200, 200, 200, 404, 207, 400, 301])


def through(body: Any, status: int) -> reading.Ask:
    """Return an `Ask` that gets one body for every question, as the client's own does it."""

    def ask(query: Any, place: str, is_sound: reading.Sound) -> answers.Envelope:
        envelope = answers.read(json.dumps(body).encode())
        if envelope is None or not is_sound(status, envelope):
            raise VendorError("unsound")
        return envelope

    return ask


@given(BODIES, STATUSES)
@example({"response": {"data": {"sid": SID, "name": "x", "report_url": "http://[::1"}}}, 200)
@example({"response": [{"sid": SID, "name": "x", "id": {}, "schedule": [], "lists": {"sid": 7}}]}, 200)
@example({"response": [{"number": "1"}]}, 404)
def test_any_json_is_a_value_or_an_error(body: Any, status: int) -> None:
    ask = through(body, status)
    calls: dict[type, Callable[[], Any]] = {
        Details: lambda: [
            reading.show(ask, "x", SID),
            *reading.every(ask, "x", name=None, status=(), sort_by=None),
        ],
        Message: lambda: list(reading.messages(ask, "x", SID, None)),
        VendorList: lambda: [reading.list_of(ask, SID), *reading.lists(ask)],
    }
    for kind, call in calls.items():
        try:
            found = call()
        except VendorError:
            continue
        for item in found:
            assert item is None or type(item) is kind
            hold(item)


def hold(found: Any) -> None:
    """Check that a value is of the types that it promises, and safe where it promises that."""
    if isinstance(found, Details):
        numbers = (found.counts.scheduled, found.counts.sent, found.counts.failed)
        assert all(number is None or (type(number) is int and number >= 0) for number in numbers)
        if found.report_url is not None:
            assert found.report_url.isprintable()
            assert urlsplit(found.report_url).scheme in ("http", "https")
        for key, value in found.fields.items():
            assert isinstance(value, dict if key == "schedule" else tuple if key == "lists" else str)
    if isinstance(found, (Details, VendorList)):
        assert found.sid.isascii()
        assert found.sid.isprintable()
    if isinstance(found, Message):
        assert found.code is None or type(found.code) is int
    hash(found.sid if found is not None else None)


@given(st.binary(max_size=40))
@example(b"[" * 100_000)
@example(b'{"response":' * 5_000)
def test_any_bytes_are_a_value_or_an_error(body: bytes) -> None:
    envelope = answers.read(body)
    assert envelope is None or isinstance(envelope, answers.Envelope)


@pytest.mark.parametrize(
    "body",
    [b"", b"null", b"[]", b"{}", b"\xff", b"[" * 50_000, b"9" * 5_000, b'{"response": [{}]}', b"<html>"],
)
def test_over_the_wire_too(body: bytes) -> None:
    with client(always(body)) as exotel:
        assert isinstance(exotel, Exotel)
        for call in (
            lambda: exotel.show(SID),
            lambda: list(exotel.every()),
            lambda: list(exotel.messages(SID)),
            exotel.lists,
            lambda: exotel.list_of(SID),
        ):
            with pytest.raises(VendorError):
                call()


@pytest.mark.parametrize("body", [{"message": "no Route matched"}, {}, {"error": "not found"}])
def test_a_gateways_404_proves_no_absence(body: dict[str, str]) -> None:
    with client(always((404, body))) as exotel:
        for ask in (exotel.show, exotel.details, exotel.list_of, lambda sid: list(exotel.messages(sid))):
            with pytest.raises(VendorError):
                ask("s" * 32)
    with client(always(refusal(404))) as exotel:
        asks: tuple[Callable[[str], object], ...] = (exotel.show, exotel.details, exotel.list_of)
        assert [ask("s" * 32) for ask in asks] == [None] * 3


def test_one_that_was_made_between_the_two_searches_is_ours_and_no_namesake() -> None:
    def says(asked: Asked) -> Any:
        made = {"sid": "s1", "name": f"Diwali {TOKEN}", "status": "scheduled"}
        found = [] if asked.query.get("name") == TOKEN else [made]
        return paged([{**made}] if found else [], asked.query)

    with client(says, endpoint="sms-campaigns") as exotel:
        seen = exotel.observe(frozenset((TOKEN,)), {TOKEN: "Diwali"})
    assert [one.sid for one in seen.marked[TOKEN]] == ["s1"]
    assert seen.namesakes == {}
