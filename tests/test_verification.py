"""The look at Exotel after the last create: a double is found while it can still be paused."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from conftest import NOW, Ran, Run, campaign, write
from hypothesis import given
from hypothesis import strategies as st
from test_actions import PROJECT, call, plant, sid_of, state, statuses

from campaignctl.errors import VendorError
from campaignctl.model import Entry, Outcome, OutcomeKind, Remote, State, token
from campaignctl.render import steering as text
from campaignctl.render.drifts import plain_command
from campaignctl.sandbox import Fault, Sandbox
from campaignctl.verification import Several, Verification
from campaignctl.verify import verify

IDS = ("ant", "bee", "cat")


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("campaignctl.exotel.client._WAITS", (0.0, 0.0))


@pytest.fixture
def three(folder: Path) -> Path:
    (folder / "the-example.yaml").unlink()
    write(folder, {f"2035/{id_}.yaml": campaign(id_) for id_ in IDS})
    return folder


class After:
    """A sandbox's fault that does something at the first reading after the last of so many creates."""

    def __init__(self, sandbox: Sandbox, creates: int, then: Callable[[], Fault | None]) -> None:
        self.left, self.then, self.busy = creates, then, False
        self.readings = 0
        sandbox.fault = self

    def __call__(self, method: str, target: str) -> Fault | None:
        if self.busy:
            return None
        self.left -= method == "POST"
        if method != "GET" or self.left > 0:
            return None
        self.readings += 1
        self.busy = True
        try:
            return self.then()
        finally:
            self.busy = False


def verified(ran: Ran) -> Any:
    return json.loads(ran.out)["verification"]


def apply(run: Run) -> Ran:
    return run("apply", "--yes", "--format", "json")


def test_each_token_stands_there_once(run: Run, three: Path, exotel: Sandbox) -> None:
    ran = apply(run)
    assert ran.code == 0
    assert verified(ran) == {
        "checked": 3,
        "once": 3,
        "missing": [],
        "absent": [],
        "several": [],
        "error": None,
    }
    again = apply(run)
    assert (again.code, verified(again)) == (0, None)


def test_a_last_look_that_is_broken_off_leaves_the_report(run: Run, three: Path, exotel: Sandbox) -> None:
    def two_signals() -> None:
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGTERM)

    After(exotel, 3, two_signals)
    ran = apply(run)
    assert ran.code == 130
    assert json.loads(ran.out)["summary"]["created"] == 3
    assert sorted(state(three)["campaigns"]) == [*IDS]


def test_it_is_one_look_at_each_token(run: Run, three: Path, exotel: Sandbox) -> None:
    after = After(exotel, 3, lambda: None)
    assert apply(run).code == 0
    assert after.readings == 3


def test_a_double_between_create_and_listing_is_4_with_the_command_that_pauses_it(
    run: Run, three: Path, exotel: Sandbox
) -> None:
    planted: list[str] = []
    After(exotel, 3, lambda: None if planted else planted.append(plant(exotel, "bee")))
    ran = run("apply", "--yes", "-C", str(three))
    exotel.fault = None

    (double,) = planted
    assert ran.code == 4
    assert ran.err.splitlines() == [
        *[line for line in ran.err.splitlines() if ": note: " in line],
        f"campaignctl: bee stands at Exotel 2 times, by its token {token(PROJECT, 'bee')}:",
        f"  SID {sid_of(three, 'bee')}  scheduled, starts Sat 20 Oct 2035 10:30 IST  (in the state)",
        f"  SID {double}  scheduled, starts Sat 20 Oct 2035 10:30 IST",
        "The same people would be texted again:",
        "pause all but the state's now:",
        f"  campaignctl stop {double} --base-url {exotel.url} -C {three}",
    ]
    words = ran.err.splitlines()[-1].split()[1:]
    assert run(*words, "--yes").code == 0
    assert [one["status"] for one in call(exotel, "GET", f"/{double}")] == ["paused"]
    assert statuses(exotel)["bee"] == "scheduled"


def test_the_json_names_the_double(run: Run, three: Path, exotel: Sandbox) -> None:
    planted: list[str] = []
    After(exotel, 3, lambda: None if planted else planted.append(plant(exotel, "bee")))
    ran = apply(run)

    start = "2035-10-20T10:30:00+05:30"
    assert (ran.code, json.loads(ran.out)["summary"]["created"]) == (4, 3)
    assert verified(ran) == {
        "checked": 3,
        "once": 2,
        "missing": [],
        "absent": [],
        "several": [
            {
                "id": "bee",
                "token": token(PROJECT, "bee"),
                "sid": sid_of(three, "bee"),
                "campaigns": [
                    {"sid": sid_of(three, "bee"), "status": "scheduled", "start_time": start},
                    {"sid": planted[0], "status": "scheduled", "start_time": start},
                ],
            }
        ],
        "error": None,
    }


def test_a_list_that_lags_is_no_error(run: Run, three: Path, exotel: Sandbox) -> None:
    nothing = json.dumps({"metadata": {"total": 0}, "response": []})
    After(exotel, 3, lambda: Fault(body=nothing))
    ran = apply(run)
    assert (ran.code, verified(ran)["missing"], verified(ran)["once"]) == (0, list(IDS), 0)
    assert set(state(three)["campaigns"]) == set(IDS)


def test_what_was_confirmed_and_has_no_details_is_an_alarm() -> None:
    hidden = Remote(sid="s-bee", name="in the list under another name", status="scheduled")
    found = checked(Listed(hidden), "ant", "bee", known={"known": "2035-01-01T10:00:00+05:30"})
    assert (found.missing, found.absent) == (("ant", "bee", "known"), ("ant",))
    assert found.alarming
    words = text.verification(found, lambda *words: words[-1])
    assert "Not listed yet: bee, known." in words
    assert "Not there: ant. Exotel has confirmed it, and knows no campaign with its SID now" in words


def test_a_list_that_fails_is_a_warning(run: Run, three: Path, exotel: Sandbox) -> None:
    After(exotel, 3, lambda: Fault(status=500))
    ran = apply(run)
    assert (ran.code, verified(ran)["checked"], verified(ran)["once"]) == (0, 3, 0)
    assert "HTTP 500" in verified(ran)["error"]
    assert "Not verified" in ran.err


def test_a_list_that_fails_keeps_the_code_of_the_run(run: Run, three: Path, exotel: Sandbox) -> None:
    posts: list[int] = []

    def fault(method: str, target: str) -> Fault | None:
        posts.extend([1] if method == "POST" else [])
        if method == "GET":
            return Fault(status=500) if len(posts) == 3 else None
        return Fault(status=400, body='{"response": [{"code": 400}]}') if len(posts) == 2 else None

    exotel.fault = fault
    assert apply(run).code == 1


def test_a_double_of_an_earlier_campaign_is_found_by_the_next_run(
    run: Run, three: Path, exotel: Sandbox
) -> None:
    """A request that came late: nothing but a listing can show it."""
    assert apply(run).code == 0
    double = plant(exotel, "ant")
    write(three, {"dog.yaml": campaign("dog")})
    ran = apply(run)
    assert (ran.code, [one["id"] for one in verified(ran)["several"]]) == (4, ["ant"])
    assert run("stop", double, "--yes").code == 0
    write(three, {"eel.yaml": campaign("eel")})
    ran = apply(run)
    assert (ran.code, [one["id"] for one in verified(ran)["several"]]) == (0, ["ant"])


def test_what_was_found_after_a_lost_answer_is_verified_too(run: Run, three: Path, exotel: Sandbox) -> None:
    exotel.fault = lambda method, _: Fault(status=500, commit=True) if method == "POST" else None
    assert verified(run("apply", "--yes", "--settle", "0", "--format", "json"))["once"] == 1


# --- what is looked for, and what counts as a double --------------------------------------------------------


def entry(id_: str, start: str | None = None) -> Entry:
    schedule = {"schedule": {"start_time": start}} if start else {}
    return Entry(
        token=f"t-{id_}.", sid=f"s-{id_}", payload=schedule, origin="created", at="2034-06-01T06:00:00Z"
    )


class Listed:
    def __init__(self, *campaigns: Remote) -> None:
        self.campaigns, self.asked = campaigns, frozenset[str]()

    def find(self, tokens: frozenset[str]) -> dict[str, tuple[Remote, ...]]:
        self.asked = tokens
        return {one: tuple(hit for hit in self.campaigns if one in hit.name) for one in tokens}

    def details(self, sid: str) -> Remote | None:
        return next((one for one in self.campaigns if one.sid == sid), None)


def outcomes(*ids: str, kind: OutcomeKind = OutcomeKind.CREATED) -> list[Outcome]:
    return [Outcome(id=id_, outcome=kind) for id_ in ids]


def checked(listed: Listed, *new: str, known: dict[str, str | None] | None = None) -> Verification:
    campaigns = {id_: entry(id_) for id_ in new}
    campaigns |= {id_: entry(id_, start) for id_, start in (known or {}).items()}
    found = verify(outcomes(*new), State(project=PROJECT, campaigns=campaigns), listed, NOW)
    assert found is not None
    return found


@pytest.mark.parametrize("kind", [OutcomeKind.REJECTED, OutcomeKind.UNKNOWN, OutcomeKind.SKIPPED])
def test_without_a_create_nobody_is_asked(kind: OutcomeKind) -> None:
    listed = Listed()
    known = State(project=PROJECT, campaigns={"ant": entry("ant")})
    assert verify(outcomes("ant", kind=kind), known, listed, NOW) is None
    assert listed.asked == frozenset()


def test_one_hit_with_another_sid_than_ours_makes_two() -> None:
    found = checked(Listed(Remote(sid="s-x", name="x t-ant.", status="scheduled")), "ant")
    assert (found.once, found.missing, found.alarming) == (0, (), True)
    assert [one.sid for one in found.several[0].campaigns] == ["s-ant", "s-x"]
    assert "SID s-ant  not listed yet  (in the state)" in text.verification(found, plain_command)


@pytest.mark.parametrize(
    ("status", "alarming"),
    [
        ("scheduled", True),
        ("in-progress", True),
        ("completed", True),
        ("paused", False),
        ("Archived", False),
        (None, True),
        ("odd", True),
    ],
)
def test_a_double_counts_until_it_is_paused_or_archived(status: str | None, alarming: bool) -> None:  # noqa: FBT001
    ours = Remote(sid="s-ant", name="x t-ant.", status="scheduled")
    found = checked(Listed(ours, replace(ours, sid="s-x", status=status)), "ant")
    assert (found.alarming, len(found.several)) == (alarming, 1)


def test_when_the_double_is_over_it_is_ours_that_is_paused() -> None:
    ours = Remote(sid="s-ant", name="x t-ant.", status="scheduled")
    found = checked(Listed(ours, replace(ours, sid="s-x", status="completed")), "ant")
    assert text.verification(found, lambda *words: " ".join(words)).splitlines()[-4:] == [
        "s-x is over and may have reached everybody; pause the state's now:",
        "  stop s-ant",
        "once it is settled who got it, archive what is over:",
        "  archive s-x",
    ]
    over = checked(
        Listed(replace(ours, status="completed"), replace(ours, sid="s-x", status="completed")), "ant"
    )
    assert "stop" not in text.verification(over, lambda *words: " ".join(words))


def test_known_campaigns_are_looked_at_as_far_as_that_is_cheap() -> None:
    """The next to start first, up to 25 tokens; all of them where the whole list is read anyway."""
    known: dict[str, str | None] = {
        f"k{n:02}": (NOW + timedelta(hours=40 - n)).isoformat() for n in range(40)
    }
    known |= {"past": (NOW - timedelta(hours=1)).isoformat(), "at-once": None}
    few, many = Listed(), Listed()
    checked(few, "ant", "bee", known=known)
    assert few.asked == {"t-ant.", "t-bee.", *(f"t-k{n:02}." for n in range(17, 40))}
    checked(many, *(f"n{n}" for n in range(26)), known=known)
    assert len(many.asked) == 26 + 40


@given(
    st.dictionaries(
        st.sampled_from("abcdef"), st.lists(st.sampled_from(["ours", "s-1", "s-2"]), unique=True, max_size=3)
    )
)
def test_everything_that_is_checked_is_once_missing_or_several(hits: dict[str, list[str]]) -> None:
    campaigns = [
        Remote(sid=f"s-{id_}" if sid == "ours" else sid, name=f"x t-{id_}.", status="scheduled")
        for id_, sids in hits.items()
        for sid in sids
    ]
    found = checked(Listed(*campaigns), "zz", *hits)
    assert found.checked == len(hits) + 1 == found.once + len(found.missing) + len(found.several)
    assert set(found.missing) == {"zz", *(id_ for id_, sids in hits.items() if not sids)}
    assert {one.id for one in found.several} == {id_ for id_, sids in hits.items() if set(sids) - {"ours"}}


def test_a_list_that_cannot_be_had_proves_nothing() -> None:
    class Silent:
        def find(self, tokens: frozenset[str]) -> dict[str, tuple[Remote, ...]]:
            raise VendorError("Exotel failed")

        def details(self, sid: str) -> Remote | None:
            raise AssertionError(sid)

    found = verify(outcomes("ant"), State(project=PROJECT, campaigns={"ant": entry("ant")}), Silent(), NOW)
    assert found == Verification(checked=1, once=0, error="Exotel failed")


def test_hostile_words_from_the_vendor_are_shown_and_quoted() -> None:
    bad = Remote(sid="x; rm -rf ~", name="x t-ant.\x1b[2J", status="\x1b[2J", start="\x1b[2J")
    double = Several(id="ant", token="t-ant.", sid="s", campaigns=(Remote(sid="s", name="n"), bad))
    found = Verification(checked=1, once=0, several=(double,))
    from campaignctl.commands.options import command_line

    stop = command_line({"sandbox": False, "base_url": None, "directory": None})
    shown = text.verification(found, stop)
    assert "\x1b" not in shown
    assert shown.splitlines()[-1] == "  campaignctl stop 'x; rm -rf ~'"
