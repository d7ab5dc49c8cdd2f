"""The hours of promotional messages: whatever zone a schedule is written in, India's clock decides."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
import yaml
from conftest import CAMPAIGN, NOW, examples
from hypothesis import example, given, settings
from hypothesis import strategies as st

from campaignctl import campaigns, registry
from campaignctl.approved import RecipientList, Registry
from campaignctl.documents import parse
from campaignctl.findings import Hit, Severity
from campaignctl.model import Campaign, Config, Context
from campaignctl.rules import (
    consent_missing,
    promo_window,
    promo_window_overrun,
    schedule_format,
    schedule_no_timezone,
)

EXAMPLES = settings(max_examples=examples(400), deadline=None, database=None, derandomize=True)
SOURCE = parse(CAMPAIGN.encode(), "a.yaml").documents[0]
CONTEXT = Context(config=Config(project="kettle-5a1f0c"), registry=Registry(), now=NOW)
AT_ONCE = replace(CONTEXT, config=Config(project="kettle-5a1f0c", allow_immediate=True))
PROMOTIONAL: dict[str, Any] = {**yaml.safe_load(CAMPAIGN), "sms_type": "promotional", "sender_id": "512345"}

ZONES = st.integers(-14 * 4, 14 * 4).map(lambda quarters: timezone(timedelta(minutes=15 * quarters)))
MINUTES = st.one_of(
    st.integers(0, 3 * 1440),
    st.sampled_from([60 * hour + more for hour in (10, 21, 34, 45) for more in (-1, 0, 1)]),
)


def scheduled(start: datetime, end: datetime, **changes: Any) -> Campaign:
    schedule = {"start_time": start.isoformat(), "end_time": end.isoformat()}
    return campaigns.build({**PROMOTIONAL, "schedule": schedule, **changes}, SOURCE, Registry())


def in_india(minutes: int, zone: timezone = timezone.utc) -> datetime:  # noqa: UP017 - the type, not the value
    """Return the moment so many minutes after midnight in India, written in another zone."""
    return (datetime(2035, 10, 19, 18, 30, tzinfo=UTC) + timedelta(minutes=minutes)).astimezone(zone)


def is_allowed(start: int, end: int) -> bool:
    """Return whether each minute of a campaign lies in the window, by counting minutes in India."""
    return all(600 <= minute % 1440 <= 1260 for minute in range(start, end + 1)) and start % 1440 != 1260


@EXAMPLES
@given(start=MINUTES, length=st.integers(0, 2 * 1440), zone=ZONES, other=ZONES)
@example(start=600, length=660, zone=timezone.utc, other=timezone.utc)  # noqa: UP017
@example(start=1260, length=0, zone=timezone.utc, other=timezone.utc)  # noqa: UP017
@example(start=660, length=1440, zone=timezone.utc, other=timezone.utc)  # noqa: UP017
def test_a_schedule_is_let_pass_exactly_when_every_minute_is_allowed(
    start: int, length: int, zone: timezone, other: timezone
) -> None:
    the_campaign = scheduled(in_india(start, zone), in_india(start + length, other))
    found = list(promo_window.check(the_campaign, CONTEXT))

    assert (found == []) == is_allowed(start, start + length)
    assert {hit.pointer[1] for hit in found} <= {"start_time", "end_time"}


@EXAMPLES
@given(start=MINUTES, length=st.integers(0, 2 * 1440), zone=ZONES)
def test_after_the_repairs_the_window_is_kept(start: int, length: int, zone: timezone) -> None:
    times = {"start_time": in_india(start, zone), "end_time": in_india(start + length, zone)}
    for hit in promo_window.check(scheduled(*times.values()), CONTEXT):
        assert hit.repair is not None
        assert not hit.repair.safe
        times[str(hit.pointer[1])] = datetime.fromisoformat(hit.repair.pieces[0][2])

    assert list(promo_window.check(scheduled(*times.values()), CONTEXT)) == []


@EXAMPLES
@given(start=MINUTES, length=st.integers(0, 2 * 1440), zone=ZONES)
def test_a_time_has_one_finding_and_the_worse_one(start: int, length: int, zone: timezone) -> None:
    the_campaign = scheduled(in_india(start, zone), in_india(start + length, zone))
    night = {hit.pointer for hit in promo_window.check(the_campaign, CONTEXT)}
    foreign = list(schedule_no_timezone.check(the_campaign, CONTEXT))

    assert night & {hit.pointer for hit in foreign} == set()
    if zone.utcoffset(None) != timedelta(hours=5, minutes=30):
        assert {hit.severity for hit in foreign} <= {Severity.WARNING}
        assert len(night) + len(foreign) == 2


@EXAMPLES
@given(moment=MINUTES, zone=ZONES)
def test_a_moment_in_another_zone_is_repaired_to_the_same_moment(moment: int, zone: timezone) -> None:
    the_campaign = scheduled(in_india(moment, zone), in_india(moment, zone), sms_type="transactional")
    for hit in schedule_no_timezone.check(the_campaign, CONTEXT):
        assert hit.repair is not None
        assert hit.repair.safe
        new = hit.repair.pieces[0][2]
        assert datetime.fromisoformat(new) == in_india(moment)
        assert new.endswith("+05:30")


@pytest.mark.parametrize(
    ("written", "repaired"),
    [
        ("2035-10-20 18:00:00+05:30", "2035-10-20T18:00:00+05:30"),
        ("2035-10-20t18:00:00z", "2035-10-20T18:00:00Z"),
        ("2035-10-20T18:00+05:30", "2035-10-20T18:00:00+05:30"),
        ("2035-10-20T18:00:00.5 +0530 ", "2035-10-20T18:00:00.5+05:30"),
        ("2035-02-30 18:00:00+05:30", None),
        ("2035-10-20 18:00", None),
        ("20-10-2035T18:00:00+05:30", None),
    ],
)
def test_a_loose_time_is_repaired_where_its_moment_is_certain(written: str, repaired: str | None) -> None:
    schedule = {"start_time": written, "end_time": "2035-10-21T18:00:00+05:30"}
    (hit,) = schedule_format.check(
        campaigns.build({**PROMOTIONAL, "schedule": schedule}, SOURCE, Registry()), CONTEXT
    )

    assert (hit.repair.pieces[0][2] if hit.repair else None) == repaired


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("2026-11-31T11:00:00+05:30", "is no time: November has 30 days; write the one that is meant"),
        ("2026-02-29T11:00:00+05:30", "is no time: February 2026 has 28 days; write the one that is meant"),
        ("2026-11-00T11:00:00+05:30", "is no time: November has 30 days; write the one that is meant"),
        ("2026-13-30T11:00:00+05:30", "is no time: there is no month 13; write the one that is meant"),
        ("2026-13-30 11:00", "is no time: there is no month 13; write the one that is meant"),
        ("2026-11-31", "is no time: November has 30 days; write the one that is meant"),
        ("2026-11-30T25:00:00+05:30", "is no time: hours go to 23; write the one that is meant"),
        (
            "2026-11-30T24:00:00+05:30",
            "is no time: hours go from 00 to 23, and midnight is 00:00 of the next day; write the one that is meant",
        ),
        ("2026-11-30T11:60:00+05:30", "is no time: minutes go to 59; write the one that is meant"),
        ("2026-11-30T11:00:60+05:30", "is no time: seconds go to 59; write the one that is meant"),
        ("1826-11-30T11:00:00+05:30", "is no time: years go from 1970 to 9998; write the one that is meant"),
        ("2026-11-30T11:00+05:30", 'has no seconds; write "2026-11-30T11:00:00+05:30"'),
        ("2026-11-30 11:00:00+05:30", 'has no T before the hours; write "2026-11-30T11:00:00+05:30"'),
        (
            "2026-11-30 11:00",
            'has no T before the hours and no seconds and no time zone; write "2026-11-30T11:00:00+05:30" for India',
        ),
        (
            "2026-11-30T11:00:00+0530",
            'is not quite the form that Exotel reads (RFC 3339); write "2026-11-30T11:00:00+05:30"',
        ),
        ("2026-11-30", schedule_format.HELP),
        ("soon", schedule_format.HELP),
        ("2026-11-30T11:00:00+25:30", schedule_format.HELP),
    ],
)
def test_what_is_wrong_with_a_time_is_said_with_what_to_write(written: str, said: str) -> None:
    schedule = {"start_time": "2026-10-01T11:00:00+05:30", "end_time": written}
    (hit,) = schedule_format.check(
        campaigns.build({**PROMOTIONAL, "schedule": schedule}, SOURCE, Registry()), CONTEXT
    )

    assert hit.message == f"end_time '{written}' {said}"


# --- at once ------------------------------------------------------------------------------------------


@EXAMPLES
@given(minute=st.integers(0, 1439), zone=ZONES)
def test_without_a_schedule_the_present_decides(minute: int, zone: timezone) -> None:
    data = {key: value for key, value in PROMOTIONAL.items() if key != "schedule"}
    the_campaign = campaigns.build(data, SOURCE, Registry())
    now = in_india(minute, zone)

    assert (list(promo_window.check(the_campaign, replace(AT_ONCE, now=now))) == []) == (600 <= minute < 1260)
    assert list(promo_window.check(the_campaign, replace(CONTEXT, now=now))) == []  # a key is missing, then


# --- which campaigns ----------------------------------------------------------------------------------

TEMPLATE = {
    "id": "1107160086562376233",
    "entity": "1101428740000012125",
    "headers": ["KETTLE", "512345"],
    "text": "Hello from Kettle, a new tea is here",
    "status": "approved",
}


@pytest.mark.parametrize(
    ("category", "sms_type", "is_promotional"),
    [
        ("transactional", "transactional", False),
        ("service-implicit", "transactional", False),
        ("government", "transactional", False),
        ("service-explicit", "transactional", True),
        ("promotional", "transactional", True),
        ("service-implicit", "promotional", True),
    ],
)
def test_the_category_of_the_template_counts_as_the_type_does(
    category: str, sms_type: str, *, is_promotional: bool
) -> None:
    the_registry = registry.build(
        registry.Part({"lists": {"festival-north": {"sid": "9" * 32, "contacts": 9999, "consent": "none"}}}),
        registry.Part({"templates": [{**TEMPLATE, "category": category}]}),
    )
    data = {**PROMOTIONAL, "sms_type": sms_type}
    night = {"start_time": "2035-10-20T06:00:00+05:30", "end_time": "2035-10-20T20:00:00+05:30"}
    day = {"start_time": "2035-10-20T18:00:00+05:30", "end_time": "2035-10-20T20:00:00+05:30"}
    context = replace(
        CONTEXT, registry=the_registry, config=Config(project="kettle-5a1f0c", sms_per_minute=10)
    )
    at_night, by_day = (
        campaigns.build({**data, "schedule": one}, SOURCE, the_registry) for one in (night, day)
    )

    assert len(list(promo_window.check(at_night, context))) == is_promotional
    assert len(list(promo_window_overrun.check(by_day, context))) == is_promotional
    assert len(list(consent_missing.check(by_day, context))) == is_promotional


# --- how long it takes --------------------------------------------------------------------------------


def overrun(people: int | None, rate: int, minutes: int) -> list[Hit]:
    start = in_india(600)
    the_campaign = scheduled(start, start + timedelta(minutes=minutes))
    found = RecipientList(alias="north", sid="9" * 32, contacts=people)
    context = replace(CONTEXT, config=Config(project="kettle-5a1f0c", sms_per_minute=rate))
    return list(promo_window_overrun.check(replace(the_campaign, audience=(found,)), context))


@EXAMPLES
@given(people=st.integers(0, 10**9), rate=st.integers(1, 10**6), minutes=st.integers(1, 660))
@example(people=12430, rate=300, minutes=42)
@example(people=12430, rate=300, minutes=41)
def test_a_campaign_overruns_when_its_people_need_more_minutes_than_it_has(
    people: int, rate: int, minutes: int
) -> None:
    assert bool(overrun(people, rate, minutes)) == (people > rate * minutes)


def test_the_sentence_has_the_numbers() -> None:
    (hit,) = overrun(12430, 300, 41)

    assert hit.message.startswith("12,430 people at 300 a minute take 42 minutes, until 2035-10-20 10:42 IST")
    assert overrun(None, 1, 1) == []


# --- consent ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("until", [None, date(2035, 10, 19), date(2035, 10, 20), date(2035, 10, 21)])
@pytest.mark.parametrize("consent", [None, "recorded", "none"])
def test_a_consent_is_missing_when_it_is_none_or_has_run_out_on_the_day_in_india(
    consent: str | None, until: date | None
) -> None:
    start = datetime(2035, 10, 19, 19, 0, tzinfo=UTC)  # half past midnight in India: the 20th
    the_campaign = scheduled(start, start + timedelta(hours=3))
    found = RecipientList(alias="north", sid="9" * 32, consent=consent, consent_until=until)
    hits = list(
        consent_missing.check(replace(the_campaign, lists=("x", "north"), audience=(None, found)), CONTEXT)
    )

    assert bool(hits) == (consent == "none" or (until is not None and until.day < 20))
