"""What differs between what was sent and what Exotel shows: pure, over every kind and every tolerance."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from conftest import NOW
from hypothesis import given
from hypothesis import strategies as st

from campaignctl import drift, standing
from campaignctl.deliveries import Counts, Details, Message
from campaignctl.drift import Ours
from campaignctl.model import Entry, FieldChange, Intent, State, token
from campaignctl.render import drifts
from campaignctl.standings import Kind, Standing
from campaignctl.words import masked

PROJECT = "kettle-5a1f0c"
TOKEN = token(PROJECT, "ant")
PAYLOAD: dict[str, Any] = {
    "name": f"Ant offer {TOKEN}",
    "content_type": "dynamic",
    "lists": ["9120d5962d214316b7721de55bb82e03"],
    "schedule": {"start_time": "2035-10-20T10:30:00+05:30", "end_time": "2035-10-20T18:00:00+05:30"},
    "dlt_entity_id": "0101428740000012125",
    "dlt_template_id": "1107160086562376233",
    "sender_id": "KETTLE",
    "sms_type": "transactional",
    "template": "Hello @@First_name\nfrom Kettle",
    "status_callback": "https://hooks.example.in/c",
    "sms_status_callback": "https://hooks.example.in/s",
}
FIELDS = {key: value for key, value in PAYLOAD.items() if key != "name"}
ANT = Ours(id="ant", token=TOKEN, name="Ant offer", sid="sid-ant", payload=PAYLOAD)
BEE = Ours(id="bee", token=token(PROJECT, "bee"), name="bee")


def details(
    sid: str = "sid-ant", name: str = str(PAYLOAD["name"]), status: str = "scheduled", **more: Any
) -> Details:
    return Details(sid=sid, name=name, status=status, fields={**FIELDS, **more})


def kinds(*listed: Details, known: tuple[Ours, ...] = (ANT, BEE), **more: Any) -> list[tuple[str, str]]:
    found = drift.find(known, listed, more.get("shown", {}), more.get("now", NOW))
    return [(one.kind.value, one.id) for one in found.drift]


# --- fields -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "shown"),
    [
        ("sms_type", "Transactional"),
        ("sms_type", "TRANSACTIONAL"),
        ("content_type", "Dynamic"),
        ("template", "Hello @First_name\r\nfrom Kettle"),
        ("template", "  Hello @@First_name\nfrom Kettle\n"),
        ("lists", ("9120d5962d214316b7721de55bb82e03",)),
        ("dlt_entity_id", "101428740000012125"),
        ("dlt_entity_id", 101428740000012125),
        ("schedule", {"start_time": "2035-10-20T05:00:00Z", "end_time": "2035-10-20T12:30:00+00:00"}),
        ("schedule", {"start_time": "2035-10-20t05:00:00.000z"}),
        ("schedule", {}),
        ("schedule", None),
        ("status_callback", None),
        ("sms_status_callback", ""),
        ("template", None),
        ("lists", ()),
        ("account_sid", "kettle1"),
    ],
)
def test_what_a_server_may_write_otherwise_or_not_at_all_is_no_difference(field: str, shown: Any) -> None:
    assert drift.changes(PAYLOAD, details(**{field: shown})) == ()


@pytest.mark.parametrize(
    ("field", "shown", "dotted"),
    [
        ("sms_type", "promotional", "sms_type"),
        ("content_type", "static", "content_type"),
        ("template", "Hello @@first_name\nfrom Kettle", "template"),
        ("template", "Hello @@First_name from Kettle", "template"),
        ("lists", ("9120d5962d214316b7721de55bb82e03", "68f443cd3e764ad1ae7d82ad27f0af72"), "lists"),
        ("dlt_entity_id", "1101428740000012125", "dlt_entity_id"),
        ("sender_id", "kettle", "sender_id"),
        ("schedule", {"start_time": "2035-10-20T10:31:00+05:30"}, "schedule.start_time"),
        ("schedule", {"end_time": "tomorrow"}, "schedule.end_time"),
        ("status_callback", "https://elsewhere.example.in/c", "status_callback"),
    ],
)
def test_each_field_that_the_answer_shows_otherwise_is_named(field: str, shown: Any, dotted: str) -> None:
    (one,) = drift.changes(PAYLOAD, details(**{field: shown}))
    assert one.field == dotted


@pytest.mark.parametrize(
    ("name", "differs"),
    [
        (PAYLOAD["name"], False),
        (f" {PAYLOAD['name']} ", False),
        ("", False),
        (f"Ant offer, new {TOKEN}", True),
        ("Ant offer", True),
    ],
)
def test_a_name_counts_where_there_is_one(name: str, *, differs: bool) -> None:
    assert [one.field for one in drift.changes(PAYLOAD, details(name=name))] == (["name"] if differs else [])


def test_a_callback_that_nobody_sent_is_a_difference_and_a_schedule_that_a_vendor_fills_in_is_none() -> None:
    bare = {key: value for key, value in PAYLOAD.items() if key not in ("schedule", "status_callback")}
    assert drift.changes(bare, details()) == (
        FieldChange(field="status_callback", before=None, after="https://hooks.example.in/c"),
    )


_JUNK: st.SearchStrategy[Any] = st.sampled_from(
    (
        *(None, True, 0, -1, 1.5, "", "x", "2035-10-20T10:30:00+05:30", "\ud800", {}, {"a": 1}),
        *([], [1], ["a", None], [[]], ("a",), (1, [2])),
        *({"start_time": 1}, {"start_time": "x", "end_time": []}, {"start_time": {"a": ["b"]}}),
    )
)


@given(
    sent=st.dictionaries(st.sampled_from([*PAYLOAD, "other"]), _JUNK),
    shown=st.dictionaries(st.sampled_from([*PAYLOAD, "other"]), _JUNK),
)
def test_whatever_stands_in_a_state_or_an_answer_is_compared_without_an_error(
    sent: dict[str, Any], shown: dict[str, Any]
) -> None:
    seen = Details(sid="x", name="some name", fields=shown)
    drift.changes(sent, seen)
    assert drift.changes({**sent, **shown, "name": "some name"}, seen) == ()


# --- kinds --------------------------------------------------------------------------------------------------


def test_what_is_as_it_was_sent_is_no_drift() -> None:
    assert kinds(details()) == []
    assert kinds(details(status="in-progress")) == []


def test_a_paused_one_is() -> None:
    assert kinds(details(status="Paused")) == [("paused", "ant")]


@pytest.mark.parametrize(
    ("status", "kind"), [("completed", "completed-early"), ("Archived", "archived-early")]
)
def test_one_that_ended_before_its_start_is_and_afterwards_it_is_not(status: str, kind: str) -> None:
    assert kinds(details(status=status)) == [(kind, "ant")]
    assert kinds(details(status=status), now=NOW + timedelta(days=1000)) == []


def test_by_exotels_clock_it_may_have_begun() -> None:
    over = details(status="completed")
    assert kinds(replace(over, updated="2035-10-20T10:29:59+05:30")) == [("completed-early", "ant")]
    assert kinds(replace(over, updated="2035-10-20T10:30:00+05:30")) == []
    assert kinds(replace(over, counts=Counts(sent=0, failed=9))) == [("completed-early", "ant")]
    for late in (NOW, NOW + timedelta(days=1000)):  # it stays so
        assert kinds(replace(over, updated="2034-06-01T05:00:00Z"), now=late) == [("completed-early", "ant")]
        assert kinds(replace(over, updated="2036-06-01T05:00:00Z"), now=late) == []
    assert (
        kinds(replace(over, counts=Counts(sent=1))) == kinds(replace(over, counts=Counts(submitted=1))) == []
    )


@pytest.mark.parametrize(
    ("status", "counts", "named"),
    [
        ("completed", Counts(sent=0, failed=9), True),
        ("completed", Counts(sent=0, submitted=0), True),
        ("completed", Counts(sent=0, submitted=1), False),
        ("completed", Counts(sent=1), False),
        ("completed", Counts(), False),
        ("in-progress", Counts(sent=0), False),
        ("archived", Counts(sent=0), False),
    ],
)
def test_one_that_is_completed_and_has_reached_nobody_is_named(
    status: str, counts: Counts, *, named: bool
) -> None:
    seen = replace(details(status=status), counts=counts, updated="2036-01-01T00:00:00Z")
    assert kinds(seen) == ([("reached-nobody", "ant")] if named else [])


def test_without_a_schedule_nothing_ends_early() -> None:
    now = replace(ANT, payload={key: value for key, value in PAYLOAD.items() if key != "schedule"})
    assert kinds(details(status="completed", schedule=None), known=(now,)) == []


def test_one_that_exotel_does_not_know_has_vanished_and_one_that_nobody_asked_for_has_not() -> None:
    assert kinds(shown={"sid-ant": None}) == [("vanished", "ant")]
    assert kinds() == []


def test_the_details_count_more_than_the_list() -> None:
    assert kinds(details(), shown={"sid-ant": details(status="paused")}) == [("paused", "ant")]


def test_two_with_one_token_are_doubled_and_alarm_while_the_other_is_awake() -> None:
    for status, alarming in (("scheduled", True), ("completed", True), ("?", True), ("paused", False)):
        found = drift.find((ANT,), [details(), details("other", status=status)], {}, NOW).drift
        assert [(one.kind, one.alarming, [each.sid for each in one.others]) for one in found] == [
            (Kind.DOUBLED, alarming, ["other"])
        ]


@pytest.mark.parametrize(
    ("ours", "theirs", "steps"),
    [
        ("scheduled", ("scheduled",), ["stop s0"]),
        ("scheduled", ("completed",), ["stop ant", "archive s0"]),
        ("scheduled", ("completed", "in-progress", "paused"), ["stop ant", "stop s1", "archive s0"]),
        ("completed", ("completed",), ["archive s0"]),
        ("completed", ("scheduled",), ["stop s0"]),
        ("paused", ("completed", "scheduled"), ["stop s1", "archive s0"]),
    ],
)
def test_what_is_over_is_archived_and_only_what_may_send_is_paused(
    ours: str, theirs: tuple[str, ...], steps: list[str]
) -> None:
    others = [details(f"s{number}", status=status) for number, status in enumerate(theirs)]
    found = drift.find((ANT,), [details(status=ours), *others], {}, NOW + timedelta(days=9999)).drift
    doubled = [one for one in found if one.kind is Kind.DOUBLED]
    lines = drifts.drift(doubled, lambda *words: "$ " + " ".join(words))
    assert [line.partition("$ ")[2] for line in lines if "$ " in line] == steps


def test_two_of_one_that_the_state_does_not_have_alarm_unless_all_but_one_sleep() -> None:
    name = f"bee {BEE.token}"
    for statuses, alarming in ((("scheduled", "paused"), False), (("scheduled", "in-progress"), True)):
        listed = [details(f"s{number}", name, status) for number, status in enumerate(statuses)]
        (one,) = drift.find((BEE,), listed, {}, NOW).drift
        assert (one.kind, one.alarming, one.sid) == (Kind.DOUBLED, alarming, None)


def test_one_with_our_token_that_the_state_does_not_have() -> None:
    assert kinds(details(), details("s2", f"anything {BEE.token}")) == [("not-in-state", "bee")]


def test_one_with_our_name_and_no_token_is_a_namesake_and_any_other_is_not_from_here() -> None:
    listed = [
        details("s1", "ant OFFER"),
        details("s2", "Diwali"),
        details("s3", "more ccaaaaaaaaaa"),
        details(),
    ]
    found = drift.find((ANT, BEE), listed, {}, NOW)
    assert [(one.kind, one.id) for one in found.drift] == [(Kind.NAMESAKE, "ant")]
    assert [one.sid for one in found.foreign] == ["s2", "s3"]


@pytest.mark.parametrize(
    ("ours", "theirs", "alarming"),
    [
        ("scheduled", "scheduled", True),
        ("in-progress", "completed", True),
        ("scheduled", "?", True),
        ("paused", "scheduled", False),
        ("scheduled", "paused", False),
        ("scheduled", "archived", False),
        ("archived", "scheduled", False),
    ],
)
def test_a_namesake_with_the_same_text_and_lists_alarms_while_both_are_awake(
    ours: str, theirs: str, *, alarming: bool
) -> None:
    for name in ("ant  OFFER", "Ant offer ccaaaabbbb22"):
        twin = details("twin", name, theirs)
        found = drift.find((ANT, BEE), [details(status=ours), twin], {}, NOW).drift
        (one,) = [one for one in found if one.kind is Kind.NAMESAKE]
        assert (one.id, one.alarming, one.twins) == ("ant", alarming, True)


@pytest.mark.parametrize("field", ["template", "lists"])
@pytest.mark.parametrize("shown", [None, "other"])
def test_a_namesake_with_another_text_or_one_that_is_not_shown_does_not(
    field: str, shown: str | None
) -> None:
    value: Any = (shown,) if field == "lists" and shown else shown
    twin = details("twin", "Ant offer", **{field: value})
    (one,) = drift.find((ANT, BEE), [details(), twin], {}, NOW).drift
    assert (one.kind, one.alarming) == (Kind.NAMESAKE, False)
    marked = replace(twin, name="Ant offer ccaaaabbbb22")
    assert drift.find((ANT, BEE), [details(), marked], {}, NOW).drift == ()


def test_of_two_with_one_name_the_one_that_says_the_same_has_the_namesake() -> None:
    other = replace(
        ANT, id="aaa", token=token(PROJECT, "aaa"), sid="sid-aaa", payload={**PAYLOAD, "template": "x"}
    )
    found = drift.find((other, ANT), [details(), details("twin", "Ant offer")], {}, NOW).drift
    assert [(one.id, one.kind) for one in found] == [("ant", Kind.NAMESAKE)]


@pytest.mark.parametrize(
    ("name", "gone"), [("Ant offer", True), (f"Ant offer, new {TOKEN}", False), ("ccaaaabbbb22", True)]
)
def test_it_is_said_when_the_token_has_gone_from_a_name(name: str, *, gone: bool) -> None:
    lines = "\n".join(drifts.drift(drift.find((ANT,), [details(name=name)], {}, NOW).drift))
    assert (f"the token {TOKEN} has gone from its name" in lines) is gone


def test_one_that_was_adopted_without_a_token_is_from_here() -> None:
    cat = Ours(
        id="cat", token=token(PROJECT, "cat"), name="By hand", sid="s1", payload={**FIELDS, "name": "By hand"}
    )
    assert drift.find((cat,), [details("s1", "By hand")], {}, NOW) == ((), ())


def test_what_is_ours_comes_from_the_state_then_from_intents_then_from_files() -> None:
    intent = Intent(
        token=BEE.token, payload={"name": f"b {BEE.token}"}, phase="unknown", at="", plan_id="", actor=""
    )
    entry = Entry(token=TOKEN, sid="sid-ant", payload=PAYLOAD, origin="created", at="")
    state = State(project=PROJECT, campaigns={"ant": entry}, intents={"bee": intent})
    assert [(one.id, one.name, one.sid) for one in drift.ours(state, (), PROJECT)] == [
        ("ant", "Ant offer", "sid-ant"),
        ("bee", "b", None),
    ]


def test_each_difference_has_a_next_step() -> None:
    twin, double = details("twin", "Ant offer", "paused"), details("double", status="paused")
    listed = {
        "paused": [details(status="paused")],
        "completed-early": [details(status="completed")],
        "reached-nobody": [
            replace(
                details(status="completed", schedule=None),
                counts=Counts(sent=0),
                updated="2036-01-01T00:00:00Z",
            )
        ],
        "archived-early": [details(status="archived")],
        "edited": [details(template="x")],
        "doubled": [details(), double],
        "namesake": [details(), twin],
        "not-in-state": [details(), details("s", f"x {BEE.token}")],
        "vanished": [],
    }
    assert {*listed} == {kind.value for kind in Kind}
    for kind, there in listed.items():
        shown = {"sid-ant": None} if kind == "vanished" else {}
        found = drift.find((ANT, BEE), there, shown, NOW).drift
        assert [one.kind for one in found] == [kind]
        words = "\n".join(drifts.drift(found))
        assert any(step in words for step in ("campaignctl ", "new id", "dashboard", "leave them"))


_COMMON = "Hello from Kettle, a new tea is here for all of you who like it, "


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"{_COMMON * 9}today", f"{_COMMON * 9}tomorrow"),
        (f"{_COMMON * 9}today", _COMMON * 9),
        (f"{_COMMON}x{_COMMON}", f"{_COMMON}y{_COMMON}"),
        ("a" * 59, "a" * 61),
        ([f"{number:032}" for number in range(3)], [f"{number:032}" for number in range(2)]),
        (None, _COMMON * 9),
    ],
)
def test_a_long_difference_is_seen(before: Any, after: Any) -> None:
    one, other = drifts.values(FieldChange(field="template", before=before, after=after))
    assert one != other
    assert max(len(one), len(other)) <= 62


@given(st.text(max_size=150), st.text(max_size=150), st.text(max_size=150))
def test_whatever_differs_is_shown_to_differ(head: str, one: str, other: str) -> None:
    before, after = head + one, head + other
    if masked(before) != masked(after):
        shown = drifts.values(FieldChange(field="template", before=before, after=after))
        assert shown[0] != shown[1]


def test_a_password_is_taken_out_before_the_cut() -> None:
    before = f"https://hooks.example.in/{'a' * 60}?then=https://ant:pass-word-4711@example.in/x"
    shown = drifts.values(FieldChange(field="status_callback", before=before, after=before + "y"))
    assert "4711" not in "".join(shown)


# --- looking with few requests ------------------------------------------------------------------------------


class Counting:
    """A vendor that counts what it is asked."""

    def __init__(self, *all_: Details) -> None:
        self.all, self.shown, self.lists = {one.sid: one for one in all_}, [], 0  # type: ignore[var-annotated]

    def show(self, sid: str) -> Details | None:
        self.shown.append(sid)
        return self.all.get(sid)

    def every(self, *, name: str | None = None, status: Any = (), sort_by: Any = None) -> Any:
        self.lists += 1
        return iter([one for one in self.all.values() if name is None or name in one.name])

    def messages(self, sid: str, *, number: str | None = None) -> Any:
        return iter(())


def fleet(size: int, status: str, **more: Any) -> tuple[list[Ours], list[Details]]:
    marks = [token(PROJECT, f"c{number}") for number in range(size)]
    known = [
        Ours(id=f"c{number:04}", token=mark, name="c", sid=f"s{number:04}", payload=PAYLOAD)
        for number, mark in enumerate(marks)
    ]
    listed = [
        Details(sid=f"s{number:04}", name=f"c {mark}", status=status, **more)
        for number, mark in enumerate(marks)
    ]
    return known, listed


@pytest.mark.parametrize(
    ("status", "more", "asked"),
    [
        ("scheduled", {"fields": FIELDS}, 0),
        ("scheduled", {}, 40),
        ("in-progress", {"fields": FIELDS}, 40),
        ("in-progress", {"fields": FIELDS, "counts": Counts(sent=1)}, 0),
        ("paused", {}, 40),
        ("completed", {}, 25),
        ("archived", {}, 25),
        ("completed", {"counts": Counts(sent=1)}, 0),
        ("on the moon", {}, 40),
    ],
)
def test_only_those_are_asked_for_that_the_list_tells_too_little_of(
    status: str, more: dict[str, Any], asked: int
) -> None:
    known, listed = fleet(40, status, **more)
    vendor = Counting(*listed)
    look = standing.at_all(known, vendor)
    assert (vendor.lists, len(vendor.shown), len(look.shown)) == (1, asked, asked)
    assert len(look.unasked) == (15 if asked == 25 else 0)


def test_no_run_asks_for_more_than_a_hundred() -> None:
    known, listed = fleet(300, "in-progress")
    vendor = Counting(*listed)
    look = standing.at_all(known, vendor)
    assert (len(vendor.shown), len(look.unasked)) == (100, 200)


def test_few_that_are_named_are_looked_for_one_by_one_and_many_by_the_list() -> None:
    known, listed = fleet(60, "scheduled", fields=FIELDS)
    few, many = Counting(*listed), Counting(*listed)
    standing.at_some(known[:25], few)
    standing.at_some(known[:26], many)
    assert (few.lists, len(few.shown), many.lists, len(many.shown)) == (25, 25, 1, 0)


# --- failures -----------------------------------------------------------------------------------------------

ROW = Standing(id="ant", sid="s", name="ant", status="completed")


def sms(
    status: str | None, words: str | None = None, code: int | None = None, number: str = "+919876543210"
) -> Message:
    return Message(number=number, status=status, detailed_status=words, code=code)


def test_failures_are_grouped_by_code_and_the_most_frequent_comes_first() -> None:
    messages = [
        sms("sent", "DELIVERED_TO_HANDSET", 20005),
        sms("failed", "DLT_TEMPLATE_DOES_NOT_MATCH"),
        sms("failed", "dlt-template-does-not-match", 23185),
        sms("failed_dnd", "FAILED_REJECTED_DND", 23005),
        sms("invalid"),
        sms("failed", "SOMETHING_NEW", 29999),
        sms("submitted", "PENDING_ON_OPERATOR", 21020),
        sms(None, None, 23010),
    ]
    found = standing.failures(ROW, messages)
    assert [(one.code, one.count, one.meaning is not None) for one in found] == [
        (23185, 2, True),
        (None, 1, False),
        (23005, 1, True),
        (23010, 1, True),
        (29999, 1, False),
    ]
    assert "body-mismatch" in found[0].rules


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("+919876543210", "xxxxxxxxx210"),
        ("98765 43210", "xxxxxxx210"),
        ("12345", "xxxxx"),
        ("", None),
        (None, None),
    ],
)
def test_numbers_are_masked(number: str | None, shown: str | None) -> None:
    assert standing.masked_number(number) == shown


@given(st.text(max_size=60))
def test_no_number_shows_more_than_three_of_its_signs(number: str) -> None:
    shown = standing.masked_number(number) or ""
    assert len(shown.lstrip("x")) <= 3
    assert len(shown) <= 18


def test_examples_are_few_and_differ() -> None:
    (one,) = standing.failures(
        ROW, [sms("failed", "X", None, f"+9198765432{number % 50:02}") for number in range(99)]
    )
    assert (one.count, len(set(one.examples))) == (99, len(one.examples))
    assert len(one.examples) == 3


@pytest.mark.parametrize(
    ("status", "counts", "worth"),
    [
        ("completed", Counts(failed=0, invalid=0), False),
        ("completed", Counts(failed=1, invalid=0), True),
        ("completed", Counts(failed=0, invalid=1), True),
        ("completed", Counts(), True),
        ("scheduled", Counts(), False),
    ],
)
def test_messages_are_read_where_some_may_have_failed(status: str, counts: Counts, *, worth: bool) -> None:
    assert standing.may_have_failed(replace(ROW, status=status, counts=counts)) is worth
