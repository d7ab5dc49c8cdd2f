"""Who shares the account's rate: the guard held against what the sandbox's engine does, and what it says."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from conftest import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from test_guards import guarded
from test_plan import CONFIG, UNCOUNTED, campaign, entry, schedule, state
from test_sandbox_sending import DRAFT, NOON, Vendor

from campaignctl import capacity
from campaignctl.approved import RecipientList
from campaignctl.model import Campaign, State

BEGIN = datetime(2035, 10, 20, 4, 30, tzinfo=UTC)  # 10:00 in India


class Sending(NamedTuple):
    """A campaign: seconds after the first possible start, seconds that it lasts, people."""

    start: int
    lasts: int
    people: int


SENDINGS = st.lists(
    st.builds(Sending, st.integers(0, 120), st.integers(1, 120), st.integers(1, 700)), min_size=1, max_size=4
)


@settings(max_examples=examples(200), deadline=None, database=None, derandomize=True)
@given(sendings=SENDINGS)
def test_whom_the_guard_gives_up_the_sandbox_does_not_reach(sendings: list[Sending]) -> None:
    vendor = Vendor()
    sids = []
    for number, one in enumerate(sendings):
        vendor.people(f"list-{number}", one.people)
        start = NOON + timedelta(seconds=one.start)
        draft = replace(DRAFT, lists=(f"list-{number}",), start=start)
        sids.append(vendor.create(replace(draft, end=start + timedelta(seconds=one.lasts))))
    vendor.at(NOON + timedelta(hours=2))
    loads = [
        capacity.Load(
            start=NOON + timedelta(seconds=one.start),
            is_new=True,
            id=str(number),
            end=NOON + timedelta(seconds=one.start + one.lasts),
            people=one.people,
        )
        for number, one in enumerate(sendings)
    ]

    turns = {turn.load.id: turn for turn in capacity.turns(loads, rate=300)}

    assert [turns[str(number)].lost for number in range(len(sendings))] == [
        vendor.counts(sid).failed for sid in sids
    ]
    assert [turns[str(number)].lost_alone for number in range(len(sendings))] == [
        max(0, one.people - one.lasts * 5) for one in sendings
    ]


# --- the guard ----------------------------------------------------------------------------------------


def sent_to(id_: str, people: int, start: str, end: str, **changes: Any) -> Campaign:
    """Return a campaign of 20 October 2035 to a list of its own."""
    found = RecipientList(alias=id_, sid=id_[-1] * 32, contacts=people)
    when = schedule(f"2035-10-20T{start}:00+05:30", f"2035-10-20T{end}:00+05:30")
    fields = {"lists": (id_,), "audience": (found,), "schedule": when, "template": f"Kettle {id_}", **changes}
    return campaign(id_, **fields)


def found(*campaigns: Campaign, known: State | None = None, **more: Any) -> dict[str | None, str]:
    done = guarded(*campaigns, known=known, **more)
    return {one.campaign: one.what for one in done.found if one.name == "capacity"}


def created(*campaigns: Campaign) -> State:
    return state({one.id or "": entry(one, sid=f"sid-{one.id}") for one in campaigns})


FIRST = sent_to("holi-a", 108_000, "10:30", "20:30")  # six hours
SECOND = sent_to("holi-b", 31_400, "11:00", "17:00")


def test_two_that_fit_alone_and_not_together() -> None:
    assert (found(FIRST), found(SECOND)) == ({}, {})
    assert found(FIRST, SECOND) == {
        "holi-b": "22,400 of 31,400 people would get nothing: the account sends 300 a minute, and after 'holi-a' its "
        "turn comes at 2035-10-20 16:30 IST and would be done at 2035-10-20 18:15 IST, but ends at 2035-10-20 "
        "17:00 IST"
    }


def test_the_guard_blocks_the_campaign_unless_it_is_let_pass() -> None:
    assert [one.reason for one in guarded(FIRST, SECOND).plan.actions] == [None, "capacity"]
    assert [one.reason for one in guarded(FIRST, SECOND, allowed=["capacity"]).plan.actions] == [None, None]


def test_what_was_created_before_counts() -> None:
    assert found(FIRST, SECOND, known=created(FIRST)).keys() == {"holi-b"}
    (what,) = found(FIRST, SECOND, known=created(SECOND)).values()
    assert what.startswith("'holi-b', which was created before, must wait for this: 22,400 of 31,400 people")
    assert found(FIRST, SECOND, known=created(FIRST, SECOND)) == {}, "nobody asks any more"


def test_what_is_too_large_by_itself_lint_has_said() -> None:
    assert found(sent_to("holi-a", 400_000, "10:30", "20:30")) == {}


def test_an_account_that_was_raised_is_not_asked_for_patience() -> None:
    assert found(FIRST, SECOND, config=replace(CONFIG, sms_per_minute=600)) == {}


def test_who_is_not_counted_takes_no_time() -> None:
    uncounted = replace(FIRST, lists=("west",), audience=(UNCOUNTED,))
    assert found(uncounted, SECOND) == {}


def test_a_promotional_campaign_waits_for_the_morning() -> None:
    early = replace(FIRST, schedule=schedule("2035-10-20T09:00:00+05:30", "2035-10-20T20:30:00+05:30"))
    promotional = replace(early, sms_type="promotional")

    assert found(early, SECOND) == {}
    load = capacity.share("a", {"sms_type": "promotional"}, 5, at=BEGIN - timedelta(hours=1), is_new=True)
    assert load is not None
    assert (load.start, load.end) == (BEGIN, BEGIN + timedelta(hours=11))
    assert "16:00 IST and would" in found(promotional, SECOND)["holi-b"]


def test_a_campaign_without_a_schedule_goes_on_until_it_is_done() -> None:
    load = capacity.share("a", {"sms_type": "transactional"}, 10**18, at=BEGIN, is_new=True)
    assert load is not None
    (turn,) = capacity.turns([load], 300)

    assert (turn.lost, turn.done) == (0, None)


def test_of_many_that_come_first_three_are_named() -> None:
    several = [sent_to(f"holi-{sign}", 27_000, "10:30", "20:30") for sign in "abcd"]
    assert (
        "after 'holi-a', 'holi-b', 'holi-c' and 1 more its turn"
        in found(*several, replace(SECOND, id="late"))["late"]
    )
