"""What a reviewer is told about each campaign: the message as it arrives, where its parts begin, what it costs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_plan import NORTH, SOUTH, UNCOUNTED, Here, campaign, entry, error, intent, linted, make, state

from campaignctl import cards, dealing, sms
from campaignctl.cards import Card
from campaignctl.findings import Pointer, Region
from campaignctl.model import ActionKind, Campaign

EXAMPLES = settings(max_examples=100, deadline=None, database=None, derandomize=True)
TEXTS = st.text(st.sampled_from("a@ {}€\n|😀न\u2019_@N"), max_size=400)


class Placed(Here):
    """A source in which everything stands on line 3."""

    def locate(self, pointer: Pointer, *, key: bool = False) -> Region:
        return Region(line=3, column=1, end_line=3, end_column=2)


def placed(id_: str = "diwali", **changes: Any) -> Campaign:
    return campaign(id_, source=Placed(f"{id_}.yaml"), **changes)


def dynamic(text: str, **sample: str) -> Campaign:
    columns = sms.columns(text)
    audience = (replace(NORTH, columns=columns, sample=sample),)
    return placed(content_type="dynamic", template=text, columns=columns, audience=audience)


def dealt(*campaigns: Campaign, known: Any = None, findings: Any = (), **more: Any) -> tuple[Card, ...]:
    checked = linted(*campaigns, findings=findings)
    return dealing.deal(make(checked, known), checked, **more)


@EXAMPLES
@given(TEXTS)
def test_the_parts_of_an_arrival_are_those_that_are_counted(text: str) -> None:
    for one in dealing.arrivals(text, {"N": "Asha"}):
        assert len(one.borders) + 1 == one.parts == sms.parts(one.text).parts
        assert list(one.borders) == sorted({*one.borders} - {0, len(one.text)})
        assert (one.encoding == "UCS-2") == (one.forced_at is not None)


@EXAMPLES
@given(TEXTS)
def test_what_forces_unicode_is_the_first_character_that_does(text: str) -> None:
    at = sms.forcing(text)
    assert sms.is_gsm(text[:at])
    assert at is None or not sms.is_gsm(text[at])


def test_the_card_of_a_new_campaign_has_all_that_is_sent() -> None:
    (card,) = dealt(placed())

    assert (card.id, card.kind, card.path, card.line) == ("diwali", ActionKind.CREATE, "diwali.yaml", 3)
    assert card.start is not None
    assert card.end is not None
    assert (card.start.isoformat(), card.end.hour) == ("2035-10-20T10:30:00+05:30", 18)
    assert [(one.name, one.contacts) for one in card.audience] == [("north", 12_430)]
    assert (card.sender_id, card.sms_type, card.template_id) == (
        "KETTLE",
        "transactional",
        "1107160086562376233",
    )
    assert (card.messages, card.is_estimate, card.is_new, card.edits) == (12_430, False, False, None)


def test_columns_are_filled_from_the_sample_row_and_only_those_that_it_has() -> None:
    (card,) = dealt(dynamic("Hi @@First, @@Cups cups at @@Shop", First="मीरा", Cups="450"))

    assert [one.label for one in card.arrivals] == ["as written", "sample row"]
    assert card.arrival is not None
    assert (card.arrival.text, card.arrival.unfilled) == ("Hi मीरा, 450 cups at @@Shop", ("Shop",))
    assert (card.arrival.forced_by, card.arrival.forced_at) == ("म", 3)
    assert card.arrival.forced_name == "U+092E DEVANAGARI LETTER MA"
    assert card.is_estimate


def test_a_value_of_the_sample_row_is_not_filled_again() -> None:
    assert dealing.arrivals("@@A @@B", {"A": "@@B", "B": "@@A"})[-1].text == "@@B @@A"


def test_a_static_campaign_has_no_row_to_be_filled_with() -> None:
    audience = (replace(NORTH, sample={"First": "Meera"}),)
    (card,) = dealt(placed(template="Hi @@First", columns=("First",), audience=audience))

    assert [one.text for one in card.arrivals] == ["Hi @@First"]


def test_what_is_blocked_is_told_by_its_file() -> None:
    (card,) = dealt(placed(), findings=(error("diwali"),))

    assert (card.kind, card.reason, card.payload) == (ActionKind.BLOCKED, "lists-count", None)
    assert (card.start is not None, card.sender_id, len(card.findings)) == (True, "KETTLE", 1)
    assert card.arrival is not None


def test_what_has_no_file_any_more_is_told_by_what_was_sent() -> None:
    gone, orphan = dealt(known=state({"gone": entry(placed("gone"))}, {"lost": intent("lost")}))

    assert (gone.kind, gone.path, gone.arrivals, gone.sid) == (ActionKind.REMOVED, None, (), "sid-1")
    assert (orphan.kind, orphan.line) == (ActionKind.UNRESOLVED, None)
    assert [one.sid for one in orphan.audience] == [NORTH.sid]
    assert orphan.arrival is not None


def test_lists_add_up_and_one_that_does_not_say_makes_a_least() -> None:
    two = placed("two", lists=("north", "south"), audience=(NORTH, SOUTH), template="é" * 161)
    unknown = placed("unknown", lists=("west", "none"), audience=(UNCOUNTED, None))
    dealt_cards = dealt(two, unknown)

    assert [one.messages for one in dealt_cards] == [2 * 13_230, None]
    assert [(one.name, one.sid) for one in dealt_cards[1].audience] == [("west", "0" * 32), ("none", "")]
    assert cards.total(dealt_cards) == cards.Total(
        campaigns=2, recipients=13_230, people=13_230, messages=26_460, is_least=True, is_estimate=False
    )


def test_people_of_one_list_are_counted_once_however_many_campaigns_they_get() -> None:
    one, two = placed("one"), placed("two", lists=("north", "south"), audience=(NORTH, SOUTH))
    together = cards.total(dealt(one, two))

    assert (together.recipients, together.people) == (2 * 12_430 + 800, 12_430 + 800)


def test_the_plan_and_its_cards_count_the_same_parts() -> None:
    # As it is written it has 162 characters, and makes two parts.
    long = "x" * 155
    for name, parts, room in (("Me", 1, 3), ("Meena", 1, 0), ("Meenal", 2, 145), ("मी", 3, 44)):
        the_plan = make(linted(dynamic(f"{long}@@First", First=name)))
        (card,) = dealing.deal(the_plan, linted(dynamic(f"{long}@@First", First=name)))

        assert card.arrival is not None
        assert (the_plan.actions[0].segments, card.arrival.parts, card.arrival.room) == (parts, parts, room)


def test_what_is_created_is_compared_with_an_earlier_revision() -> None:
    before = {"old": {**dealt(placed("old"))[0].payload, "sender_id": "TEAPOT"}}  # type: ignore[dict-item]
    new, old, same = dealt(
        placed("new"),
        placed("old"),
        placed("same"),
        earlier={**before, "same": dealt(placed("same"))[0].payload or {}},
    )

    assert (new.is_new, new.edits) == (True, None)
    assert [(one.field, one.before, one.after) for one in old.edits or ()] == [
        ("sender_id", "TEAPOT", "KETTLE")
    ]
    assert (same.is_new, same.edits) == (False, ())


@pytest.mark.parametrize("odd", [{"schedule": "soon"}, {"schedule": {"start_time": 7}}, {"lists": 7}])
def test_a_state_that_was_edited_by_hand_stops_nothing(odd: dict[str, Any]) -> None:
    (card,) = dealt(known=state(intents={"lost": intent("lost", **odd)}))
    assert card.id == "lost"
