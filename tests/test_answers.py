"""What an answer proves, and what is said of it. Only a proof of creation or of refusal counts as one."""

from __future__ import annotations

import json
from typing import Any
from unicodedata import category

import pytest
from conftest import examples
from hypothesis import example, given, settings
from hypothesis import strategies as st

from campaignctl.exotel import answers
from campaignctl.exotel.answers import classify_create, explain, read, remote, seconds
from campaignctl.exotel.events import is_refusal
from campaignctl.model import CreateResult, Remote, Sent

TOKEN = "ccabcdefgh23"
SID = "909d2a2ba53ce07f3784668b938eb44914bo"
REQUEST_ID = "745d624f47004b71bf72e6cb7d58a25b"
SECRET = "token-0815-secret"


def redact(text: str) -> str:
    return text.replace(SECRET, "***")


def item(code: Any = 200, error: Any = None, data: Any = ..., **more: Any) -> dict[str, Any]:
    given_data = {"sid": SID, "name": f"Diwali {TOKEN}", "status": "scheduled"} if data is ... else data
    return {
        "code": code,
        "error_data": error,
        "status": "success" if error is None else "failure",
        "data": given_data,
        **more,
    }


def refusal(code: Any, words: str = "Invalid parameter", description: str = "lists is unknown") -> Any:
    return item(code, {"code": 1002, "message": words, "description": description}, None)


def envelope(*items: Any, http_code: int = 200, **more: Any) -> bytes:
    response = more.pop("response", list(items))
    return json.dumps(
        {
            "request_id": REQUEST_ID,
            "method": "POST",
            "http_code": http_code,
            "response": response,
            **more,
        }
    ).encode()


def classify(status: int, body: bytes, retry_after: str | None = None) -> CreateResult:
    return classify_create(status, retry_after, body, TOKEN, redact)


def proves(status: int, body: bytes) -> tuple[Sent, str | None]:
    result = classify(status, body)
    return result.sent, result.sid


# --- created ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [200, 201, 202, 207])
@pytest.mark.parametrize("shape", ["array", "object"])
def test_a_sid_and_our_token_in_the_name_prove_a_creation(status: int, shape: str) -> None:
    body = envelope(item()) if shape == "array" else envelope(response=item())
    assert classify(status, body) == CreateResult(
        sent=Sent.CREATED, sid=SID, http_status=status, request_id=REQUEST_ID
    )


def test_the_vendors_own_sample_is_a_creation() -> None:
    data = {
        "name": f"test_campaign {TOKEN}",
        "content_type": "static",
        "sid": SID,
        "account_sid": "kettle1",
        "lists": ["68f443cd3e764ad1ae7d82ad27f0af72"],
        "schedule": {"start_time": "2019-01-20T21:15:00+05:30", "expiry_time": "2019-01-20T21:16:00+05:30"},
        "status": "scheduled",
        "report_url": None,
    }
    assert proves(200, envelope(item(data=data))) == (Sent.CREATED, SID)


@pytest.mark.parametrize(
    "body",
    [
        envelope(item(data={"id": SID, "name": f"x {TOKEN}"})),
        envelope({"sid": SID, "name": f"x {TOKEN}"}),
        envelope(item(code=None)),
        envelope(item(code="200")),
        envelope(item(code=201)),
        envelope(item(status="Success")),
        envelope(item(), request_id=17),
        envelope(item(), "a word", None),
    ],
    ids=[
        "id for sid",
        "flat",
        "no code",
        "code as a text",
        "201 inside",
        "another case",
        "request_id as a number",
        "with elements that are no objects",
    ],
)
def test_other_shapes_of_the_same_proof_count(body: bytes) -> None:
    assert proves(200, body) == (Sent.CREATED, SID)


# --- unknown ------------------------------------------------------------------------------------------

PROVES_NOTHING: dict[str, bytes] = {
    "empty": b"",
    "an HTML page": b"<!DOCTYPE html><html><title>Welcome</title></html>",
    "truncated": envelope(item())[:-20],
    "a list": b"[]",
    "null": b"null",
    "a number": b"17",
    "an infinite number": b"1e999",
    "a number of many digits": b"9" * 100_000,
    "a text": b'"created"',
    "an empty object": b"{}",
    "not UTF-8": b"\xff\xfe",
    "zeros": b"\0" * 64,
    "deep lists": b"[" * 100_000,
    "deep objects": b'{"response":' * 100_000,
    "no response": json.dumps({"request_id": REQUEST_ID}).encode(),
    "response null": envelope(response=None),
    "response a text": envelope(response="ok"),
    "response empty": envelope(),
    "response of null": envelope(None),
    "two campaigns": envelope(item(), item()),
    "another name": envelope(item(data={"sid": SID, "name": "Diwali cczzzzzzzzzz"})),
    "no name": envelope(item(data={"sid": SID})),
    "a name of null": envelope(item(data={"sid": SID, "name": None})),
    "no sid": envelope(item(data={"name": f"x {TOKEN}"})),
    "an empty sid": envelope(item(data={"sid": "", "name": f"x {TOKEN}"})),
    "a sid of 7": envelope(item(data={"sid": 7, "name": f"x {TOKEN}"})),
    "data null": envelope(item(data=None)),
    "data a list": envelope(item(data=[SID])),
    "data a text": envelope(item(data=f"{SID} {TOKEN}")),
    "408 inside": envelope(refusal(408)),
    "500 inside": envelope(refusal(500)),
    "503 inside": envelope(refusal(503)),
    "500 inside beside a campaign": envelope(item(code=500)),
    "302 inside": envelope(item(code=302)),
    "a creation and a 500": envelope(item(), refusal(500)),
}


@pytest.mark.parametrize("status", [200, 207])
@pytest.mark.parametrize("body", PROVES_NOTHING.values(), ids=PROVES_NOTHING.keys())
def test_a_success_that_proves_nothing_is_unknown(status: int, body: bytes) -> None:
    result = classify(status, body)
    assert (result.sent, result.sid, result.http_status) == (Sent.UNKNOWN, None, status)
    assert result.error


@pytest.mark.parametrize(
    "status",
    [
        *(100, 101, 300, 301, 302, 303, 304, 307, 308, 405, 406, 407, 408, 410, 411, 413, 414, 418, 421),
        *(423, 425, 426, 428, 431, 451, 499, 500, 501, 502, 503, 504, 505, 520, 599),
    ],
)
@pytest.mark.parametrize(
    "body", [envelope(refusal(400)), envelope(item()), b"", b"<html></html>"], ids=["400", "200", "-", "html"]
)
def test_a_status_that_is_no_documented_refusal_is_unknown_whatever_the_body_says(
    status: int, body: bytes
) -> None:
    assert proves(status, body) == (Sent.UNKNOWN, None)


# --- rejected -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [200, 207])
@pytest.mark.parametrize("code", [400, 401, 402, 404, 409, 422])
def test_a_refusal_under_a_success_is_a_refusal(status: int, code: int) -> None:
    result = classify(status, envelope(refusal(code)))
    assert result == CreateResult(
        sent=Sent.REJECTED,
        http_status=status,
        request_id=REQUEST_ID,
        error=f"refused ({code}): 1002: Invalid parameter: lists is unknown",
        hopeless=code in (401, 402, 403),
    )


def test_a_refusal_in_a_single_object_is_a_refusal() -> None:
    assert classify(200, envelope(response=refusal(409))).sent is Sent.REJECTED


def test_a_failure_without_a_code_is_a_refusal() -> None:
    assert classify(200, envelope(refusal(None))).sent is Sent.REJECTED
    assert classify(200, envelope(item(200, None, None, status="failure"))).sent is Sent.REJECTED


def test_a_failure_that_carries_a_campaign_is_no_proof_of_a_refusal() -> None:
    body = envelope(item(200, {"message": "one callback failed"}))
    assert classify(200, body).sent is not Sent.REJECTED


@pytest.mark.parametrize(
    "body",
    [envelope(item(code=400)), envelope(item(), refusal(400)), envelope(refusal(400), item())],
    ids=["in one item", "campaign first", "refusal first"],
)
def test_an_answer_that_says_both_is_unknown(body: bytes) -> None:
    assert classify(207, body).sent is Sent.UNKNOWN


REFUSALS = [400, 401, 402, 403, 404, 409, 415, 422]


@pytest.mark.parametrize("status", REFUSALS)
@pytest.mark.parametrize(
    "body",
    [
        envelope(refusal(400)),
        b'{"RestException": {"Status": 400, "Message": "no"}}',
        b'{"request_id": "745d624f47004b71bf72e6cb7d58a25b"}',
        b'{"http_code": 400}',
    ],
    ids=["envelope", "RestException", "request_id", "http_code"],
)
def test_a_documented_refusal_is_one_when_it_is_in_exotels_form(status: int, body: bytes) -> None:
    result = classify(status, body)
    assert (result.sent, result.sid, result.http_status) == (Sent.REJECTED, None, status)
    assert result.error


@pytest.mark.parametrize("status", REFUSALS)
@pytest.mark.parametrize(
    "body",
    [
        *(b"<html><title>Blocked</title></html>", b"", b"\xff", b"[" * 100_000),
        *(b"{}", b'{"message": "Forbidden"}', b'{"response": []}'),
    ],
    ids=["html", "empty", "not UTF-8", "deep", "empty object", "a gateway's", "no items"],
)
def test_a_refusal_that_is_not_exotels_proves_nothing(status: int, body: bytes) -> None:
    """A proxy may block the answer to a create that was carried out."""
    result = classify(status, body)
    assert (result.sent, result.sid, result.http_status) == (Sent.UNKNOWN, None, status)
    assert result.error


# --- throttled ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("7", 7.0),
        (" 7 ", 7.0),
        ("0", 0.0),
        ("999999", 999_999.0),
        (None, None),
        ("", None),
        ("Wed, 21 Oct 2035 07:28:00 GMT", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("1e3", None),
        ("९", None),
        ("9" * 400, None),
        ("inf", None),
        ("7\n", 7.0),
    ],
)
def test_retry_after_is_read_as_whole_seconds_or_not_at_all(
    header: str | None, expected: float | None
) -> None:
    assert seconds(header) == expected
    result = classify(429, envelope(refusal(429, "Too many requests")), header)
    assert (result.sent, result.retry_after, result.http_status) == (Sent.THROTTLED, expected, 429)


def test_a_429_inside_is_the_same_refusal() -> None:
    assert classify(200, envelope(refusal(429))).sent is Sent.THROTTLED
    assert classify(207, envelope(response=refusal(429))).sent is Sent.THROTTLED


def test_a_429_inside_hands_on_its_retry_after() -> None:
    assert classify(200, envelope(refusal(429)), "7").retry_after == 7.0


# --- any answer ---------------------------------------------------------------------------------------

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from([SID, f"x {TOKEN}", 200, 400, 429, 500, "failure", "success"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    *("response", "code", "error_data", "status", "data", "sid", "id", "name", "request_id"),
                    *("metadata", "total", "message", "description", "RestException", "Message"),
                ]
            ),
            inner,
        )
    ),
    max_leaves=25,
)
BODIES = st.binary() | VALUES.map(lambda value: json.dumps(value).encode())


@settings(max_examples=examples(400), deadline=None)
@given(st.integers(min_value=-1, max_value=999), st.none() | st.text(), BODIES)
@example(200, None, envelope(item()))
def test_no_answer_raises_and_only_our_token_in_it_proves_a_creation(
    status: int, retry_after: str | None, body: bytes
) -> None:
    result = classify_create(status, retry_after, body, TOKEN, redact)
    assert (result.sent is Sent.CREATED) <= (TOKEN.encode() in body and 200 <= status < 300)
    assert (result.sent is Sent.CREATED) == (result.sid is not None)
    assert (result.sent is Sent.CREATED) == (result.error is None)
    assert result.http_status == status


@settings(max_examples=examples(200), deadline=None)
@given(st.integers(min_value=100, max_value=599), BODIES)
def test_every_answer_has_a_sentence_that_can_be_printed(status: int, body: bytes) -> None:
    sentence = explain(status, read(body), body, redact)
    assert f"HTTP {status}" in sentence
    # Controls, halves of surrogate pairs, line and paragraph separators. (str.isprintable() also refuses
    # what this Python's Unicode does not know yet.)
    assert {category(char) for char in sentence} & {"Cc", "Cs", "Zl", "Zp"} == set()


# --- the envelope -------------------------------------------------------------------------------------


def test_the_total_is_read_only_where_it_is_a_whole_number() -> None:
    totals = [7, 0, True, "7", 7.0, None, [7]]
    found = [read(envelope(metadata={"total": total})) for total in totals]
    assert [one.total if one else ... for one in found] == [7, 0, None, 7, 7, None, None]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (
            {"sid": "s", "name": "n", "status": "scheduled"},
            Remote(sid="s", name="n", status="scheduled"),
        ),
        ({"id": "s", "name": "n", "status": 3}, Remote(sid="s", name="n")),
        ({"sid": "s"}, None),
        ({"name": "n"}, None),
        ({"sid": None, "id": "s", "name": "n"}, Remote(sid="s", name="n")),
        ({"sid": 5, "name": "n"}, None),
        (None, None),
    ],
)
def test_a_campaign_needs_a_sid_and_a_name(data: dict[str, Any] | None, expected: Remote | None) -> None:
    assert remote(data) == expected


# --- sentences ----------------------------------------------------------------------------------------


def said(status: int, body: bytes) -> str:
    return explain(status, read(body), body, redact)


@pytest.mark.parametrize(
    ("status", "next_step"),
    [
        (401, "check EXOTEL_API_KEY and EXOTEL_API_TOKEN, and `region`"),
        (402, "ask Exotel"),
        (403, "check EXOTEL_ACCOUNT_SID"),
        (404, "check EXOTEL_ACCOUNT_SID, and `region` and `api.endpoint`"),
        (407, "put it into HTTPS_PROXY"),
        (415, "check `api.body`"),
        (429, "wait, or lower `api.requests_per_minute`"),
        (500, "try again later"),
        (503, "try again later"),
        (302, "check --base-url and `region`"),
    ],
)
def test_a_refusal_names_the_next_step_the_vendors_words_and_the_request(status: int, next_step: str) -> None:
    sentence = said(status, envelope(refusal(status), http_code=status))
    assert next_step in sentence
    assert sentence.endswith(
        f"[Exotel says: 1002: Invalid parameter: lists is unknown; request_id {REQUEST_ID}]"
    )
    assert f"(HTTP {status})" in sentence
    assert "\n" not in sentence


@pytest.mark.parametrize("status", [400, 408, 409, 418, 422, 200])
def test_other_answers_say_what_was_seen(status: int) -> None:
    sentence = said(status, envelope(refusal(status)))
    assert f"HTTP {status}" in sentence
    assert "1002: Invalid parameter: lists is unknown" in sentence


def test_a_v1_error_is_read_as_well() -> None:
    body = json.dumps({"RestException": {"Status": 403, "Message": "Account is suspended"}}).encode()
    assert "[Exotel says: Account is suspended]" in said(403, body)
    assert classify(403, body).sent is Sent.REJECTED
    assert classify(200, body).sent is Sent.UNKNOWN


def test_an_error_of_the_whole_answer_is_read_as_well() -> None:
    body = json.dumps({"request_id": "r-1", "error_data": {"code": 1010, "message": "no"}}).encode()
    assert said(401, body).endswith("[Exotel says: 1010: no; request_id r-1]")


@pytest.mark.parametrize("status", [200, 403, 502])
def test_a_proxys_page_is_called_a_page_by_its_title(status: int) -> None:
    page = b"\n <!DOCTYPE html>\n<HTML><head><title lang=en>Log in\n to Hotel Wi-Fi</title></head></HTML>"
    assert said(status, page) == (
        f"the answer is a web page ('Log in to Hotel Wi-Fi') and not Exotel's (HTTP {status}); "
        "check HTTPS_PROXY, --base-url, and whether you must log in to this network"
    )


@pytest.mark.parametrize(
    "page",
    [b"<html></html>", b"<body>Denied", b"<html><title></title>", b"<html><title", b"<HTML>" + b"x" * 90_000],
)
def test_a_page_without_a_title_is_a_page(page: bytes) -> None:
    assert said(502, page).startswith("the answer is a web page and not Exotel's (HTTP 502)")


def test_a_long_title_is_cut() -> None:
    assert len(said(502, b"<html><title>" + b"t" * 5000 + b"</title>")) < 300


DIRTY = "\x1b[31mred\x07\u202eevil\u2028\r\n##[error]\ud800"


def test_control_characters_of_an_answer_never_reach_the_sentence() -> None:
    bodies = [
        envelope(refusal(400, DIRTY, DIRTY)),
        envelope(refusal(400), request_id=DIRTY),
        json.dumps({"RestException": {"Message": DIRTY}}).encode(),
        f"<html><title>{DIRTY}</title>".encode("utf-8", "replace"),
    ]
    for body in bodies:
        sentence = said(400, body)
        assert sentence.isprintable()
        assert "##[" not in sentence


@pytest.mark.parametrize(
    "body",
    [
        envelope(refusal(400, DIRTY, DIRTY)),
        envelope(refusal(500, DIRTY, DIRTY)),
        envelope(refusal(None, DIRTY)),
        envelope(item(data={"sid": SID, "name": DIRTY})),
    ],
    ids=["refusal", "unknown", "without code", "another name"],
)
def test_control_characters_under_a_success_never_reach_the_error(body: bytes) -> None:
    error = classify(200, body).error
    assert error is not None
    assert error.isprintable()


@pytest.mark.parametrize("sid", ["\ud800", "a\nb", "x" * 1_000_000], ids=["surrogate", "control", "huge"])
def test_a_sid_that_cannot_be_one_proves_nothing(sid: str) -> None:
    body = envelope(item(data={"sid": sid, "name": f"x {TOKEN}"}))
    assert classify(200, body).sent is Sent.UNKNOWN


def test_secrets_of_an_answer_never_come_through() -> None:
    echo = f"the header said {SECRET}"
    bodies = {
        200: envelope(refusal(400, echo, echo), request_id=f"r-{SECRET}"),
        207: envelope(item(data={"sid": SID, "name": echo})),
        401: envelope(refusal(401, echo, echo), request_id=f"r-{SECRET}"),
        502: f"<html><title>{echo}</title>".encode(),
        503: json.dumps({"RestException": {"Message": echo}}).encode(),
    }
    for status, body in bodies.items():
        assert SECRET not in repr(classify(status, body))
        assert "***" in repr(classify(status, body))


def test_a_cut_secret_is_a_secret() -> None:
    """Wherever in a long description it stands."""
    bodies = [envelope(refusal(401, "m", "x" * length + SECRET)) for length in range(270, 300)]
    assert [body for body in bodies if SECRET[:8] in said(401, body)] == []


def test_the_advice_covers_every_documented_refusal() -> None:
    assert set(answers._ADVICE) >= {status for status in range(100, 600) if is_refusal(status)}


@pytest.mark.parametrize(
    ("code", "hopeless"), [(400, False), (401, True), (402, True), (403, True), (409, False)]
)
def test_a_refusal_of_the_account_inside_a_success_is_hopeless(code: int, *, hopeless: bool) -> None:
    assert classify(200, envelope(refusal(code))).hopeless is hopeless
