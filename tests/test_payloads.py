"""What a webhook's body is read as, whatever it holds; what many events come to; and how they are shown."""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import permutations
from typing import Any
from urllib.parse import urlencode

import pytest
from conftest import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from campaignctl.callbacks import CAMPAIGN, SMS, SMS_STATUSES, Arrival, Event, Tally
from campaignctl.render.callbacks import arrival, arrival_json, ending, ending_json, masked
from campaignctl.webhooks.journal import line, parse
from campaignctl.webhooks.payloads import Unreadable, read
from campaignctl.words import printable

SID = "909d2a2ba53ce07f3784668b938eb44914bo"
CAMPAIGN_FIELDS: dict[str, Any] = {
    "campaign_sid": SID,
    "date_created": "2034-06-01T11:30:00+05:30",
    "date_updated": "2034-06-01T11:40:05+05:30",
    "status": "completed",
    "reports": "https://reports.example.in/1",
}
SMS_FIELDS: dict[str, Any] = {
    "campaign_sid": SID,
    "sms_sid": "5f0c",
    "date_created": "2034-06-01T11:30:00+05:30",
    "date_sent": "2034-06-01T11:40:05+05:30",
    "number": "+919876543210",
    "status": "sent",
}
V1_FIELDS: dict[str, Any] = {
    "SmsSid": "5f0c",
    "To": "09876543210",
    "Status": "failed-dnd",
    "SmsUnits": "1",
    "DetailedStatus": "FAILED_REJECTED_DND",
    "DetailedStatusCode": "23005",
    "DateSent": "2034-06-01 11:40:05",
}
FORM = "application/x-www-form-urlencoded"


def as_json(fields: Any) -> tuple[str, bytes]:
    return "application/json; charset=utf-8", json.dumps(fields).encode()


def as_form(fields: dict[str, Any]) -> tuple[str, bytes]:
    return FORM, urlencode({key: "" if value is None else value for key, value in fields.items()}).encode()


ENCODINGS = pytest.mark.parametrize("encode", [as_json, as_form])


@ENCODINGS
def test_a_campaigns_event(encode: Any) -> None:
    event, fields = read(*encode(CAMPAIGN_FIELDS))
    assert fields == CAMPAIGN_FIELDS
    assert event == Event(
        kind=CAMPAIGN,
        campaign_sid=SID,
        status="completed",
        created=CAMPAIGN_FIELDS["date_created"],
        updated=CAMPAIGN_FIELDS["date_updated"],
        report="https://reports.example.in/1",
    )
    assert read(*encode({**CAMPAIGN_FIELDS, "reports": None}))[0].report is None


@ENCODINGS
def test_the_event_of_an_sms(encode: Any) -> None:
    event, fields = read(*encode(SMS_FIELDS))
    assert fields == SMS_FIELDS
    assert event == Event(
        kind=SMS,
        campaign_sid=SID,
        status="sent",
        sms_sid="5f0c",
        number="+919876543210",
        created=SMS_FIELDS["date_created"],
        updated=SMS_FIELDS["date_sent"],
    )


@ENCODINGS
def test_the_event_of_a_single_sms_has_other_names(encode: Any) -> None:
    event, _ = read(*encode(V1_FIELDS))
    assert event == Event(
        kind=SMS,
        campaign_sid=None,
        status="failed_dnd",
        sms_sid="5f0c",
        number="09876543210",
        updated="2034-06-01 11:40:05",
        detailed_status="FAILED_REJECTED_DND",
        code=23005,
    )


@pytest.mark.parametrize(
    ("fields", "changed"),
    [
        # row 13: `reports` in the SMS callback, `report_url` in that of calls and in the object
        ({"reports": None, "report_url": "https://x.in/r"}, {"report": "https://x.in/r"}),
        ({"reports": "javascript:alert(1)"}, {"report": None}),
        # row 12: the id of a campaign is `sid` in JSON, `id` in prose
        ({"campaign_sid": None, "sid": SID}, {}),
        ({"campaign_sid": None, "id": SID}, {}),
        # row 16: statuses of SMS campaigns and of calls
        ({"status": "InProgress"}, {"status": "in-progress"}),
        ({"status": "in_progress"}, {"status": "in-progress"}),
        ({"status": "Paused By Hand"}, {"status": "paused-by-hand"}),
        # row 14: `date_sent` is the time when the resource was updated
        ({"date_updated": None, "date_sent": "then"}, {"updated": "then"}),
    ],
)
def test_each_spelling_of_a_campaigns_event(fields: dict[str, Any], changed: dict[str, Any]) -> None:
    usual, _ = read(*as_json(CAMPAIGN_FIELDS))
    event, _ = read(*as_json({**CAMPAIGN_FIELDS, **fields}))
    expected = {key: getattr(usual, key) for key in Event.__slots__}
    assert event == Event(**{**expected, **changed})


@pytest.mark.parametrize(
    ("written", "status"),
    [
        *((one, one) for one in SMS_STATUSES),
        ("Failed_Expired", "failed_expired"),  # row 15: its capitals are its own
        ("failed-dnd", "failed_dnd"),
        ("FAILED DND", "failed_dnd"),
        ("Sent", "sent"),
        ("Delivered", "delivered"),  # of pages that contradict the others
        ("some new-status", "some_new_status"),
    ],
)
def test_each_status_of_an_sms_has_one_spelling(written: str, status: str) -> None:
    assert read(*as_json({**SMS_FIELDS, "status": written}))[0].status == status


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        (None, json.dumps(SMS_FIELDS)),
        ("", urlencode(SMS_FIELDS)),
        (FORM, json.dumps(SMS_FIELDS)),  # curl --data
        ("APPLICATION/JSON", json.dumps(SMS_FIELDS)),
        ("application/vnd.exotel+json", json.dumps(SMS_FIELDS)),
        ("application/json", "\ufeff\n" + json.dumps(SMS_FIELDS, indent=1) + "\n"),
    ],
)
def test_the_encoding_is_found(content_type: str | None, body: str) -> None:
    assert read(content_type, body.encode())[1] == SMS_FIELDS


def test_numbers_keep_their_digits() -> None:
    body = b'{"sms_sid": 7, "number": 00, "status": "sent"}'
    with pytest.raises(Unreadable):
        read("application/json", body)
    body = b'{"sms_sid": 123456789012345678901, "number": 919876543210, "status": "sent", "price": 1e999}'
    event, fields = read("application/json", body)
    assert (event.sms_sid, event.number, fields["price"]) == (
        "123456789012345678901",
        "919876543210",
        "1e999",
    )
    assert json.loads(line(event, fields, "t", "s"))["fields"] == fields


@pytest.mark.parametrize(
    ("content_type", "body", "words"),
    [
        ("application/json", b"", "the body is empty"),
        ("application/json", b" \n", "the body is empty"),
        ("application/json", b"{", "the body is not JSON"),
        ("application/json", b"\xff\xfe", "the body is not UTF-8"),
        ("application/json", b"[]", "its JSON is no object"),
        ("application/json", b"null", "its JSON is no object"),
        ("application/json", b"[" * 50_000, "more nested"),
        ("application/json", b'{"status": NaN}', "NaN, which is no number"),
        ("application/json", b'{"a": ' + b"9" * 50_000 + b"}", "names no status"),
        ("application/json", b'{"status": "sent"}', "neither campaign_sid nor sms_sid"),
        ("application/json", b'{"campaign_sid": "a"}', "names no status"),
        ("application/json", b'{"status": "sent", "number": "1"}', "names no sms_sid"),
        ("application/json", b'{"status": ["sent"], "sms_sid": "a"}', "'status' holds no text"),
        ("application/json", b'{"status": true, "sms_sid": "a"}', "'status' holds no text"),
        ("application/json", b'{"status": "sent", "status": "failed"}', "twice, with two values"),
        ("application/json", b'{"status": "sent", "Status": "failed"}', "two spellings, with two values"),
        ("application/json", b'{"status": "' + b"a" * 65 + b'", "sms_sid": "a"}', "65 characters"),
        ("application/json", b'{"\\u001b[2J": 1, "st\\u001batus": 2}', "names no status"),
        (FORM, b"nonsense", "the body is no form"),
        (FORM, b"status=sent&sms_sid=%ff", "the body is no form"),
        (FORM, b"status=sent&status=failed", "twice, with two values"),
        (FORM, b"&".join(b"a%d=1" % number for number in range(200)), "the body is no form"),
        ("text/xml", b"<a/>", "its content type is 'text/xml'"),
        ("text/\x1b[2J", b"<a/>", "its content type is 'text/\\x1b[2j'"),
        ("multipart/form-data; boundary=x", b"--x", "its content type is 'multipart/form-data'"),
    ],
)
def test_what_is_no_event_is_refused_in_words(content_type: str, body: bytes, words: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(content_type, body)
    assert words in str(refused.value)


# --- hostile bytes ------------------------------------------------------------------------------------

TEXTS = st.text(st.characters(codec=None), max_size=20) | st.sampled_from(
    [
        "\x1b[2J",
        "\u202e",
        "##[error]x",
        "a\nb",
        "\ud800",
        "null",
        "sent",
        SID,
        "+919876543210",
        "=1+1",
        "<script>",
    ]
)
KEYS = st.sampled_from([*CAMPAIGN_FIELDS, *SMS_FIELDS, *V1_FIELDS, "sid", "id", "report_url"]) | TEXTS
VALUES = st.none() | TEXTS | st.booleans() | st.integers() | st.floats() | st.lists(TEXTS, max_size=2)
OBJECTS = st.dictionaries(KEYS, VALUES, max_size=8)
TYPES = st.sampled_from([None, "", "application/json", FORM, "text/plain"])


def hold(content_type: str | None, body: bytes) -> None:
    """Read a body, and where it is an event: keep, count and show it."""
    try:
        event, fields = read(content_type, body)
    except Unreadable as error:
        words = str(error)
    else:
        words = ""
        hold_event(event, fields)
    assert printable(words) == words


def hold_event(event: Event, fields: Mapping[str, Any]) -> None:
    kept = line(event, fields, "2034-06-01T06:00:00.000Z", "127.0.0.1 for \x1b[2J")
    assert kept.count(b"\n") == 1
    assert json.loads(kept)["fields"] == fields
    again, _ = parse(kept)
    assert (again.kind, again.campaign_sid, again.sms_sid) == (event.kind, event.campaign_sid, event.sms_sid)
    tally = Tally()
    tally.add(event, "2034-06-01T06:00:00.000Z")
    assert tally.knows(again)
    one = Arrival(event=event, at="2034-06-01T06:00:00.000Z", repeated=False, sender="\x1b[2J")
    rows = [(summary, None) for summary in tally.summaries()]
    shown = [
        arrival(one, None),
        arrival_json(one, None),
        ending_json(rows, {}),
        *ending(rows, {"events": 1}).split("\n"),
    ]
    assert [text for text in shown if printable(text) != text] == []
    digits = "".join(char for char in event.number or "" if char.isdigit())
    assert len(digits) < 8 or digits[-8:] not in masked(event.number)


@given(TYPES, st.binary(max_size=200))
@settings(max_examples=60, deadline=None)
def test_no_bytes_are_a_surprise(content_type: str | None, body: bytes) -> None:
    hold(content_type, body)


@given(OBJECTS, st.booleans())
@settings(max_examples=examples(150), deadline=None)
def test_no_fields_are_a_surprise(fields: dict[str, Any], sound: bool) -> None:  # noqa: FBT001
    base = SMS_FIELDS if sound else {}
    hold("application/json", json.dumps({**fields, **base, "status": fields.get("status", "sent")}).encode())


@given(st.dictionaries(KEYS, TEXTS, max_size=8))
@settings(max_examples=60, deadline=None)
def test_no_form_is_a_surprise(fields: dict[str, str]) -> None:
    hold(FORM, urlencode({**CAMPAIGN_FIELDS, **fields}, errors="surrogatepass").encode())


@pytest.mark.slow
@given(OBJECTS)
@settings(max_examples=20_000, deadline=None)
def test_no_fields_are_a_surprise_at_length(fields: dict[str, Any]) -> None:
    hold("application/json", json.dumps({**SMS_FIELDS, **fields}).encode())


# --- counting -----------------------------------------------------------------------------------------


def sms(number: int | str, status: str, campaign: str | None = SID) -> Event:
    return Event(kind=SMS, campaign_sid=campaign, sms_sid=str(number), status=status)


def told(status: str, campaign: str = SID, report: str | None = None) -> Event:
    return Event(kind=CAMPAIGN, campaign_sid=campaign, status=status, report=report)


@pytest.mark.parametrize("order", list(permutations(["queued", "submitted", "sent"])))
def test_an_sms_is_counted_once_by_its_end_in_whatever_order(order: tuple[str, ...]) -> None:
    tally = Tally()
    for status in order:
        assert not tally.knows(sms(1, status))
        tally.add(sms(1, status), "t")
        assert tally.knows(sms(1, status))
    assert [dict(one.counts) for one in tally.summaries()] == [{"sent": 1}]


def test_a_summary_holds_status_report_counts_and_times() -> None:
    tally = Tally()
    for number, event in enumerate(
        [
            told("in-progress"),
            *(sms(one, "sent") for one in range(3)),
            sms(7, "failed_dnd"),
            sms(8, "made_up"),
            told("completed", report="https://x.in/r"),
            told("in-progress"),  # late
            sms(9, "submitted", None),
            sms(9, "failed", "another"),
        ]
    ):
        tally.add(event, f"t{number}")
    mine, another, rest = tally.summaries()
    assert (mine.status, mine.report, mine.first, mine.last) == ("completed", "https://x.in/r", "t0", "t7")
    assert list(mine.counts.items()) == [("sent", 3), ("failed_dnd", 1), ("other", 1)]
    assert (another.campaign_sid, another.status, another.counts) == ("another", None, {"failed": 1})
    assert (rest.campaign_sid, rest.counts) == (None, {"submitted": 1})


def test_memory_is_bounded() -> None:
    tally = Tally(events=50, campaigns=10)
    for number in range(1000):
        tally.add(sms(number, "sent", f"c{number}"), "t")
        tally.add(told(f"status {number}", f"c{number}"), "t")
    assert (len(tally._seen), len(tally._latest), len(tally._rows)) == (50, 50, 11)
    assert tally.knows(sms(999, "sent"))
    assert not tally.knows(sms(1, "sent"))
    assert sum(one.counts["sent"] for one in tally.summaries()) == 1000
    assert tally.summaries()[-1].campaign_sid is None


# --- showing ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("+919876543210", "+********3210"),
        ("098765 43210", "****** *3210"),
        ("3210", "****"),
        ("1", "*"),
        ("", ""),
        (None, "-"),
        ("\x1b[2J987654", "\\x1b[****7654"),
        ("9" * 64, "*" * 21 + "..."),
    ],
)
def test_a_number_shows_its_last_four_digits(number: str | None, shown: str) -> None:
    assert masked(number) == shown


def test_a_line_has_time_campaign_status_and_number() -> None:
    event, _ = read(*as_json(SMS_FIELDS))
    one = Arrival(event=event, at="2034-06-01T06:00:00.000Z", repeated=True, sender="127.0.0.1")
    assert arrival(one, "diwali-north").split() == [
        "11:30:00",
        "diwali-north",
        "sent",
        "+********3210",
        "(again)",
    ]
    assert arrival(one, None).split()[1] == SID
    data = json.loads(arrival_json(one, "diwali-north"))
    assert (data["version"], data["type"], data["campaign"]) == (1, "event", "diwali-north")
    assert (data["number"], data["repeated"]) == ("+********3210", True)
    event, _ = read(*as_form(V1_FIELDS))
    one = Arrival(event=event, at="2034-06-01T06:00:00.000Z", repeated=False, sender="127.0.0.1")
    assert arrival(one, None).endswith("failed_dnd    *******3210  23005 FAILED_REJECTED_DND")
