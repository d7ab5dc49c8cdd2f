"""The sandbox's web page: its structure, what a hostile text can do in it, who may look, and its stream."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaignctl.sandbox import page, site, stream
from campaignctl.sandbox.looks import POLICY
from campaignctl.sandbox.model import STATUSES, Campaign, Counts, Draft, Event, Message
from campaignctl.sandbox.page import Part

NOON = datetime(2026, 12, 1, 6, 30, tzinfo=UTC)  # 12:00 in India
VOID = {"meta", "link", "input", "br"}
HOSTILE = [
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "</title></style></textarea><!--",
    "\"><img src=x onerror=alert(1)> '><b>",
    "javascript:alert(1)",
    "&lt;b&gt; &amp; &#60;",
    "one\nline\r\nand\ttabs\x00\x1b[31m\x7f\x9b",
    "שלום \u202egnp.exe\u202c \u2067x",
    "\u200b\u200d\ufeff",
    "\ud800 half",
    "नमस्ते",
    "   ",
    "x" * 3000,
]


class Element:
    def __init__(self, tag: str, attributes: dict[str, str]) -> None:
        self.tag, self.attributes = tag, attributes
        self.inside: list[Element | str] = []

    @property
    def text(self) -> str:
        return "".join(one if isinstance(one, str) else one.text for one in self.inside)

    def all(self, tag: str = "", **wanted: str) -> list[Element]:
        """The elements below with that tag, and with the word among each attribute's."""
        found = []
        for one in self.inside:
            if isinstance(one, Element):
                fits = all(word in one.attributes.get(name, "").split() for name, word in wanted.items())
                found += [one] if tag in ("", one.tag) and fits else []
                found += one.all(tag, **wanted)
        return found

    def skeleton(self) -> Any:
        """The elements with the names of their attributes: all that a text must leave alone."""
        return (
            self.tag,
            tuple(self.attributes),
            tuple(one.skeleton() for one in self.inside if isinstance(one, Element)),
        )


class Reader(HTMLParser):
    """Builds the tree, and holds that every element is closed where it was opened."""

    def __init__(self) -> None:
        super().__init__()
        self.stack = [Element("", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        one = Element(tag, {name: value or "" for name, value in attrs})
        assert len(one.attributes) == len(attrs)
        self.stack[-1].inside.append(one)
        if tag not in VOID:
            self.stack.append(one)

    def handle_endtag(self, tag: str) -> None:
        assert self.stack.pop().tag == tag

    def handle_data(self, data: str) -> None:
        self.stack[-1].inside.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)


def read(html: str) -> Element:
    reader = Reader()
    reader.feed(html.encode("utf-8").decode("utf-8"))
    reader.close()
    (root,) = reader.stack
    return root


def campaign(**changes: Any) -> Campaign:
    draft = Draft(
        name="Diwali offer",
        content_type="dynamic",
        lists=("9120d5962d214316b7721de55bb82e03",),
        start=NOON - timedelta(minutes=30),
        end=NOON + timedelta(hours=7),
        dlt_entity_id="1101428740000012125",
        dlt_template_id="1107160086562376233",
        sender_id="KETTLE",
        sms_type="transactional",
        template="Hi @@First_name, a new tea is here",
        status_callback="https://key:pass@hooks.example.in:8443/a-secret-path?and=query",
        sms_status_callback=None,
    )
    of_draft = {name: value for name, value in changes.items() if hasattr(draft, name)}
    rest = {name: value for name, value in changes.items() if name not in of_draft}
    given = {"sid": "5" * 32 + "ab12", "status": "in-progress", "created": NOON, "updated": NOON, **rest}
    return Campaign(draft=replace(draft, **of_draft), **given)


def message(**changes: Any) -> Message:
    given: dict[str, Any] = {
        "sid": "a" * 32,
        "number": "+919876543210",
        "text": "Hi Asha, a new tea is here",
        "status": "sent",
        "detailed_status": "DELIVERED_TO_HANDSET",
        "code": 20005,
        "scheduled": NOON - timedelta(minutes=30),
        "sent": NOON,
        "sender_id": "KETTLE",
        "name": "Asha",
    }
    return Message(**{**given, **changes})


def event(**changes: Any) -> Event:
    given: dict[str, Any] = {
        "id": 7,
        "at": NOON,
        "kind": "sms",
        "campaign_sid": campaign().sid,
        "url": "https://hooks.example.in/sms",
        "payload": {"status": "sent", "number": "+919876543210"},
        "posted": "200",
    }
    return Event(**{**given, **changes})


def overview(*found: Campaign, events: tuple[Event, ...] = (), counts: Counts | None = None) -> Element:
    rows = [(one, counts or Counts()) for one in found]
    names = {one.sid: page.called(one) for one in found}
    return read(page.overview(rows, Part(offset=0, total=len(rows)), events, names, now=NOON, after=7))


def phones(found: Campaign, *messages: Message, part: Part | None = None, **more: Any) -> Element:
    part = part or Part(offset=0, total=len(messages))
    return read(
        page.campaign(found, Counts(sent=len(messages)), messages, part, (), now=NOON, after=7, **more)
    )


# Text is text


def everything(text: str) -> tuple[Element, Element]:
    """Both kinds of page with one text in every place that a client or a list can fill."""
    given = {
        **dict.fromkeys(("name", "template", "sender_id", "dlt_entity_id", "dlt_template_id"), text),
        **dict.fromkeys(("sms_type", "content_type"), text),
        "lists": (text,),
    }
    one = campaign(**given, status_callback="https://example.in/", sms_status_callback="https://example.in/")
    events = (
        event(payload={"status": text, "number": text}, posted=text),
        event(id=6, kind="campaign", payload={"status": text}, posted=None),
    )
    texts = dict.fromkeys(("text", "number", "name", "sender_id", "detailed_status", "status"), text)
    phone = message(**texts)
    part = Part(offset=50, total=200)
    return (
        read(page.overview([(one, Counts(sent=1))], part, events, {one.sid: text}, now=NOON, after=7)),
        read(
            page.campaign(one, Counts(sent=1), [phone], part, events, now=NOON, after=7, number=text or "1")
        ),
    )


def held(text: str) -> None:
    plain = everything("plain")
    for found, expected in zip(everything(text), plain, strict=True):
        assert found.skeleton() == expected.skeleton()
        for here, there in zip(found.all(), expected.all(), strict=True):
            for name in ("class", "id", "role", "src"):
                assert here.attributes.get(name) == there.attributes.get(name)
            # all that a text may change is what it was searched for
            assert re.fullmatch(
                r"/[\x21-\x7e]*|#main|data:image/svg\+xml,.*", here.attributes.get("href", "/")
            )


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_no_text_changes_what_the_page_is_made_of(text: str) -> None:
    held(text if text.isprintable() or len(text) > 3 else f"x{text}x")


@settings(max_examples=40, deadline=None)
@given(st.text(min_size=1))
def test_no_text_changes_what_the_page_is_made_of_whatever_it_is(text: str) -> None:
    held(text)


def test_a_test_of_what_the_page_is_made_of_can_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("campaignctl.sandbox.markup.html.escape", lambda text: text)

    with pytest.raises(AssertionError):
        held(HOSTILE[0])


def test_a_script_for_a_name_is_a_link_that_says_so() -> None:
    root = overview(campaign(name="<script>alert(1)</script>"))

    (cell,) = root.all("th", scope="row")
    assert cell.text.strip() == "<script>alert(1)</script>"
    assert len(root.all("script")) == 1
    assert "alert(1)" not in root.all("script")[0].text


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("one\nline", "one↵line"),
        ("a\x00\x1b", "a␀␛"),
        ("x \u202egnp.exe", "x \ufffdgnp.exe"),
        ("   ", campaign().sid),
        ("\u200b\u200b\u200b\u200b", campaign().sid),
        ("शब्द", "शब्द"),
    ],
    ids=ascii,
)
def test_a_name_can_be_read_and_clicked(name: str, shown: str) -> None:
    root = overview(campaign(name=name))

    (link,) = [one for one in root.all("a") if one.attributes["href"] == f"/campaigns/{campaign().sid}"]
    assert link.text == shown
    assert [one.tag for one in link.all()] == ["bdi"]


def test_a_message_keeps_its_lines_and_its_script() -> None:
    text = "नमस्ते आशा,\r\nआपका ऑर्डर तैयार है।\n\n\t- केटल"
    (bubble,) = phones(campaign(template="x"), message(text=text)).all(
        "p", **{"class": "bubble", "dir": "auto"}
    )[:1]

    assert bubble.text == text.replace("\r\n", "\n")


def test_a_callback_shows_its_host_alone() -> None:
    text = phones(campaign()).text

    assert "https://hooks.example.in:8443/…" in text
    assert not {"secret", "pass", "query"} & set(re.findall(r"\w+", text))


# What it says


def test_a_campaign_is_a_row_with_its_counts() -> None:
    counts = Counts(scheduled=12430, submitted=20, sent=300, failed=4, invalid=5)
    root = overview(campaign(), counts=counts)

    heads = [one.text for one in root.all("th", scope="col")]
    (row,) = root.all("tbody")[0].all("tr")
    assert heads[3:] == ["Waiting", "At the operator", "Delivered", "Failed", "Invalid number"]
    assert [one.text for one in row.all("td")] == [
        *("in-progress", "1 Dec 2026, 11:30 to 19:00"),
        *("12430", "20", "300", "4", "5"),
    ]
    widths = [float(one.attributes["width"]) for one in row.all("rect")]
    assert widths == pytest.approx([100 * 300 / 12759, 100 * 9 / 12759, 100 * 20 / 12759], abs=0.01)


@pytest.mark.parametrize("status", STATUSES)
def test_every_status_stands_in_words(status: str) -> None:
    assert [one.text for one in overview(campaign(status=status)).all("span", **{"class": "tag"})] == [status]


@pytest.mark.parametrize(
    ("status", "words", "kind"),
    [
        ("sent", "Delivered", "bubble"),
        ("submitted", "At the operator", "bubble draft"),
        ("failed", "Failed", "bubble lost"),
        ("failed_dnd", "Refused: do not disturb", "bubble lost"),
        ("failed_spam_detected", "Refused as spam", "bubble lost"),
        ("invalid", "Not a number to text", "bubble lost"),
        ("Failed_Expired", "Failed_Expired", "bubble draft"),
    ],
)
def test_a_message_says_what_became_of_it(status: str, words: str, kind: str) -> None:
    root = phones(campaign(), message(status=status, code=23005, detailed_status="FAILED_REJECTED_DND"))

    (phone,) = root.all("li", **{"class": "phone"})
    assert phone.all("span", **{"class": "tag"})[0].text == words
    assert phone.all("p", **{"class": "bubble"})[0].attributes["class"] == kind
    assert "23005 FAILED_REJECTED_DND" in phone.text
    assert "1 Dec 2026, 12:00" in phone.text
    assert phone.all("p", **{"class": "from"})[0].text == "KETTLE"
    assert phone.all("p", **{"class": "to"})[0].text == "to Asha, +919876543210"


def test_before_the_first_message_a_phone_shows_what_will_come() -> None:
    (phone,) = phones(campaign(status="scheduled")).all("li", **{"class": "phone"})

    assert "Hi @@First_name, a new tea is here" in phone.text
    assert "Not sent yet" in phone.text
    assert "to everyone on 1 list" in phone.text


def test_a_campaign_that_ended_without_a_message_does_not_promise_one() -> None:
    (phone,) = phones(campaign(status="completed")).all("li", **{"class": "phone"})

    assert "Sent to nobody" in phone.text


def test_a_number_that_got_nothing_is_said_to_have_none() -> None:
    root = phones(campaign(), part=Part(offset=0, total=0), number="+919000000000")

    assert root.all("input")[0].attributes["value"] == "+919000000000"
    assert "None yet" in root.all("ol", **{"class": "phones"})[0].text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "12:00:00 Diwali offer: SMS to +919876543210 sent webhook answered 200"),
        ({"posted": None}, "12:00:00 Diwali offer: SMS to +919876543210 sent webhook on its way"),
        ({"url": None}, "12:00:00 Diwali offer: SMS to +919876543210 sent no webhook asked for"),
        (
            {"posted": "not posted: not on this machine"},
            "12:00:00 Diwali offer: SMS to +919876543210 sent not posted: not on this machine",
        ),
        (
            {"kind": "campaign", "payload": {"status": "completed", "reports": None}},
            "12:00:00 Diwali offer is completed webhook answered 200",
        ),
        (
            {"campaign_sid": "gone", "at": NOON - timedelta(days=1)},
            "30 Nov 2026, 12:00:00 SMS to +919876543210 sent webhook answered 200",
        ),
    ],
)
def test_an_event_is_a_line(changes: dict[str, Any], words: str) -> None:
    (line,) = overview(campaign(), events=(event(**changes),)).all("ol", **{"class": "events"})[0].all("li")

    assert " ".join(line.text.split()) == words


def test_all_times_are_of_india_and_can_be_read_by_machines() -> None:
    root = overview(campaign(start=datetime(2026, 11, 30, 20, 0, tzinfo=UTC), end=None))

    assert [(one.text, one.attributes["datetime"]) for one in root.all("time")] == [
        ("1 Dec 2026, 12:00", "2026-12-01T12:00:00+05:30"),
        ("1 Dec 2026, 01:30", "2026-12-01T01:30:00+05:30"),
    ]


@pytest.mark.parametrize(
    ("offset", "total", "shown", "ways"),
    [
        (0, 50, None, {}),
        (0, 51, "1 to 50 of 51", {"Older": "50"}),
        (50, 51, "51 to 51 of 51", {"Newer": "0"}),
        (30, 200, "31 to 80 of 200", {"Newer": "0", "Older": "80"}),
        (900, 60, "60 to 60 of 60", {"Newer": "850"}),
    ],
)
def test_many_messages_come_in_pages(
    offset: int, total: int, shown: str | None, ways: dict[str, str]
) -> None:
    root = phones(campaign(), part=Part(offset=offset, total=total), number="+91 98")

    found = root.all("nav", **{"class": "pages"})
    assert [one.all("span")[0].text for one in found] == ([shown] if shown else [])
    links = {one.text: one.attributes["href"] for nav in found for one in nav.all("a")}
    here = f"/campaigns/{campaign().sid}?number=%2B91+98&offset="
    assert links == {words: here + to for words, to in ways.items()}


@pytest.mark.parametrize("status", STATUSES)
def test_a_campaign_that_is_over_has_a_report(status: str) -> None:
    ways = [one.attributes["href"] for one in phones(campaign(status=status)).all("a")]

    over = status in ("completed", "archived")
    assert ([one for one in ways if "report" in one] == [f"/reports/{campaign().sid}.csv"]) == over


# Structure


def pages() -> list[Element]:
    refused = read(page.refusal("No such page", "Nothing is at this address."))
    full = overview(campaign(), campaign(sid="other"), events=(event(), event(id=6)))
    return [overview(), full, phones(campaign(), message()), phones(campaign()), refused]


@pytest.mark.parametrize("root", pages())
def test_the_page_can_be_found_around_in(root: Element) -> None:
    (html,) = root.all("html")
    assert html.attributes["lang"] == "en"
    assert [len(root.all(tag)) for tag in ("title", "header", "main", "footer", "h1")] == [1] * 5
    assert (
        root.all("link", rel="icon")[0].attributes["href"].startswith("data:")
    )  # else /favicon.ico is asked for
    assert root.all("meta", name="viewport")[0].attributes["content"] == "width=device-width, initial-scale=1"
    ids = [one.attributes["id"] for one in root.all() if "id" in one.attributes]
    assert len(set(ids)) == len(ids)
    for one in root.all():
        named = one.attributes.get("aria-labelledby") or one.attributes.get("for")
        assert named is None or named in ids
    for table in root.all("table"):
        assert table.attributes["aria-label"]
        assert {one.attributes.get("scope") for one in table.all("th")} == {"col", "row"}
    assert all(one.attributes.get("aria-label") for one in root.all("nav"))
    assert [one.attributes.get("for") for one in root.all("label")] == [
        one.attributes["id"] for one in root.all("input")
    ]
    levels = [int(one.tag[1]) for one in root.all() if re.fullmatch("h[1-6]", one.tag)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert root.all("a", **{"class": "skip"})[0].attributes["href"] == "#main"


@pytest.mark.parametrize("root", pages()[:-1])
def test_news_are_read_out_and_without_a_script_the_page_still_comes_anew(root: Element) -> None:
    (log,) = root.all("div", role="log")
    assert log.attributes["aria-live"] == "polite"
    (again,) = root.all("noscript")
    assert again.all("meta")[0].attributes == {"http-equiv": "refresh", "content": "10"}
    assert [one.text for one in root.all("a") if one.text == "Refresh"] == ["Refresh"]
    assert root.all("body")[0].attributes["data-after"] == "7"


@pytest.mark.parametrize("root", pages())
def test_the_page_asks_for_nothing_from_anywhere(root: Element) -> None:
    for one in root.all():
        assert not {"style", "src", "srcset"} & one.attributes.keys()
        assert not [name for name in one.attributes if name.startswith("on")]
        for name in ("href", "action"):
            assert re.match(r"/(?!/)|#|data:image/svg\+xml,", one.attributes.get(name, "/"))
    style = root.all("style")[0].text
    assert "url(" not in style
    assert "@import" not in style


def test_the_policy_names_the_style_and_the_script_that_stand_in_the_page() -> None:
    root = overview(campaign())
    policy = {part.split(" ", 1)[0]: part.split(" ", 1)[1] for part in POLICY.split("; ")}

    for tag in ("style", "script"):
        (one,) = root.all(tag)
        digest = base64.b64encode(hashlib.sha256(one.text.encode()).digest()).decode()
        assert policy[f"{tag}-src"] == f"'sha256-{digest}'"
    assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert policy["connect-src"] == policy["form-action"] == "'self'"


def test_what_a_reader_does_with_colours_paper_and_keys_is_thought_of() -> None:
    style = overview().all("style")[0].text

    for wanted in (
        "prefers-color-scheme: dark",
        "@media print",
        ":focus-visible",
        "screen and (max-width: 48rem)",
    ):
        assert wanted in style


# Who may look


@pytest.mark.parametrize(
    ("host", "welcome"),
    [
        *((host, True) for host in ("127.0.0.1", "127.0.0.1:8080", "127.1.2.3", "localhost", "LocalHost:1")),
        *((host, True) for host in ("[::1]", "[::1]:8080", "tea.localhost:80")),
        *((host, False) for host in ("", "example.in", "example.in:80", "127.0.0.1.example.in", "10.0.0.1")),
        *(
            (host, False)
            for host in ("localhost.example.in", "notlocalhost", "0.0.0.0", "[::]", "[::1", "::1")
        ),
        *((host, False) for host in ("127.0.0.1@example.in", "example.in#127.0.0.1", "x/127.0.0.1", "127.1")),
        *((host, False) for host in ("example.in\\@127.0.0.1", "127.0.0.1, example.in", "2130706433")),
    ],
)
def test_only_names_of_this_machine_are_answered(host: str, *, welcome: bool) -> None:
    assert site.is_loopback(host) is welcome


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("98765 43210", "+919876543210"),
        ("91-9876543210", "+919876543210"),
        ("+91 (98765) 43210", "+919876543210"),
        ("123", "123"),
        ("٩٨٧", "٩٨٧"),
        (" ", None),
    ],
)
def test_a_number_is_found_as_people_write_it(typed: str, number: str | None) -> None:
    assert site.wanted(typed) == number


# The stream


class Shelf:
    """A source of events, to which more are added as one looks."""

    def __init__(self, *events: Event) -> None:
        self.all = list(events)

    def last_event(self, account: str) -> int:
        return self.all[-1].id if self.all else 0

    def events(self, account: str, after: int, limit: int) -> tuple[Event, ...]:
        return tuple(one for one in self.all if one.id > after)[:limit]


def streamed(
    shelf: Shelf, *steps: Any, after: int = 0, looks: Iterator[int] | None = None
) -> tuple[list[str], list[float]]:
    """All frames of a stream in whose waits the steps are taken, one each, and the waits in seconds."""
    todo, waits = list(steps), []

    def wait(seconds: float) -> bool:
        waits.append(seconds)
        if not todo:
            return True
        if step := todo.pop(0):
            step()
        return False

    frames = stream.frames(shelf, "a", after, look=lambda: next(looks) if looks else 0, wait=wait)
    return [frame.decode("ascii") for frame in frames], waits


def test_a_stream_begins_with_a_change_and_tells_of_each_event_once() -> None:
    shelf = Shelf(event(id=1), event(id=2, payload={"status": "ÿ\nevent: x", "number": None}, posted=None))
    frames, _ = streamed(shelf, None, lambda: shelf.all.append(event(id=5)), None, after=1)

    assert frames[0] == "retry: 2000\n\nevent: change\ndata: {}\n\n"
    assert [re.findall(r"^id: (\d+)$", frame, re.MULTILINE) for frame in frames[1:]] == [["2"], ["5"]]
    lines = frames[1].splitlines()
    assert lines[:2] == ["id: 2", "event: change"]
    assert json.loads(lines[2].removeprefix("data: ")) == {
        "id": 2,
        "at": "2026-12-01T12:00:00+05:30",
        "kind": "sms",
        "campaign_sid": campaign().sid,
        "status": "ÿ\nevent: x",
        "number": None,
        "posted": None,
    }
    assert lines[3:] == [""]


def test_a_stream_says_that_something_else_was_written() -> None:
    frames, _ = streamed(Shelf(), None, None, None, looks=iter([1, 1, 1, 2, 2]))

    assert frames[1:] == ["event: change\ndata: {}\n\n"]


def test_a_silent_stream_beats_every_fifteen_seconds() -> None:
    frames, waits = streamed(Shelf(), *[None] * 130)

    assert frames[1:] == [": still here\n\n"] * 2
    assert set(waits) == {stream.POLL}
    assert 30 <= sum(waits) <= 35


def test_many_events_are_sent_without_a_wait_between() -> None:
    shelf = Shelf(*(event(id=number) for number in range(1, 251)))
    frames, waits = streamed(shelf)

    assert [frame.count("id: ") for frame in frames] == [0, 100, 100, 50]
    assert len(waits) == 1


def test_a_stream_that_knows_of_a_database_that_is_gone_begins_at_the_end() -> None:
    shelf = Shelf(event(id=1))
    frames, _ = streamed(shelf, lambda: shelf.all.append(event(id=2)), None, after=4000)

    assert re.findall(r"id: (\d+)\n", "".join(frames)) == ["2"]
