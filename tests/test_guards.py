"""What a plan must not do unless somebody says so, and what states and plans are bound to."""

from __future__ import annotations

import json
import shlex
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from conftest import CAMPAIGN, LISTS, NOW, Run, write
from conftest import CONFIG as CONFIG_FILE
from conftest import campaign as campaign_file
from hypothesis import given
from hypothesis import strategies as st
from test_actions import call
from test_apply import FakeVendor, desk_of, fake
from test_commands import at_exotel
from test_plan import (
    CONFIG,
    NORTH,
    SOUTH,
    START,
    UNCOUNTED,
    campaign,
    entry,
    error,
    intent,
    linted,
    make,
    remote,
    schedule,
    state,
)
from vendor_says import shows

from campaignctl import apply, guards, planfile, project
from campaignctl import plan as planning
from campaignctl.approved import RecipientList
from campaignctl.campaigns import moment, payload
from campaignctl.commands import options
from campaignctl.errors import PlanError
from campaignctl.exotel import reading
from campaignctl.exotel.client import Exotel
from campaignctl.model import ActionKind, Campaign, Config, Plan, Remote, State, token
from campaignctl.names import called
from campaignctl.rules import HELD, RULES
from campaignctl.sandbox import Fault, Listing, Sandbox


def sent(run: Run) -> None:
    assert run("apply", "--yes").code == 0


def test_a_sent_campaign_under_a_new_id_is_not_sent_again(run: Run, folder: Path, exotel: Sandbox) -> None:
    sent(run)
    write(folder, {"the-example.yaml": CAMPAIGN.replace("the-example", "the-example-2")})

    planned, applied = run("plan"), run("apply", "--yes")

    assert (planned.code, applied.code) == (1, 1)
    assert "the-example.yaml:1:5: error CC801 sent-before" in planned.out
    assert "was created as 'the-example'" in planned.out
    assert "! the-example-2  sent-before: mend the finding above" in planned.out
    assert "Nothing to create: 1 blocked, 1 removed. 0 to send again." in planned.out
    assert "nothing was created" in applied.err


def test_what_is_let_pass_is_said_to_be_sent_again(run: Run, folder: Path, exotel: Sandbox) -> None:
    sent(run)
    other = CAMPAIGN.replace("the-example", "other").replace("a new tea", "an old tea")
    write(folder, {"b.yaml": CAMPAIGN.replace("the-example", "another"), "c.yaml": other})
    allowed = ("plan", "--offline", "--allow", "sent-before")

    assert run(*allowed).out.count("1 to send again, let pass by --allow sent-before.") == 1
    assert (
        "**1 to send again, let pass by --allow sent-before.**" in run(*allowed, "--format", "markdown").out
    )
    (folder / "b.yaml").unlink()
    assert "0 to send again." in run(*allowed).out


@pytest.mark.parametrize(
    "change",
    [
        ('start_time: "2035-10-20', 'start_time: "2035-10-19'),
        ("sender_id: KETTLE", "sender_id: KETTLX"),
        ("sender_id: KETTLE", "name: Another name\nsender_id: KETTLE"),
        ("[festival-north]", '["9120d5962d214316b7721de55bb82e03"]'),
    ],
)
def test_what_people_do_not_read_makes_no_new_text(
    run: Run, folder: Path, exotel: Sandbox, change: tuple[str, str]
) -> None:
    sent(run)
    write(folder, {"b.yaml": CAMPAIGN.replace("the-example", "another").replace(*change)})

    assert run("plan").code == 1


@pytest.mark.parametrize("change", [("a new tea", "an old tea"), ("festival-north", "festival-south")])
def test_another_text_or_other_people_are_a_new_campaign(
    run: Run, folder: Path, exotel: Sandbox, change: tuple[str, str]
) -> None:
    sent(run)
    write(folder, {"b.yaml": CAMPAIGN.replace("the-example", "another").replace(*change)})

    assert run("plan").code == 0


def test_the_guard_is_overridden_by_its_name(run: Run, folder: Path, exotel: Sandbox) -> None:
    sent(run)
    write(folder, {"b.yaml": CAMPAIGN.replace("the-example", "next-month")})

    assert run("plan", "--allow", "sent-before").code == 0
    assert run("apply", "--yes", "--allow", "everything").code == 64
    assert run("apply", "--yes", "--allow", "sent-before").code == 0


def test_the_same_text_twice_in_one_plan_is_found_before_anything_is_sent(
    run: Run, folder: Path, exotel: Sandbox
) -> None:
    write(folder, {"b.yaml": CAMPAIGN.replace("the-example", "another")})

    ran = run("apply", "--yes")

    assert ran.code == 1
    assert "the-example.yaml:1:5: error CC801 sent-before" in ran.err
    assert (
        "is also to be created as 'another' (b.yaml); delete one of the two, change the text, or give"
        in ran.err
    )
    assert not (folder / "campaignctl.state.json").exists()


# --- one account ------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [["plan"], ["apply", "--yes"], ["resolve"]])
def test_a_state_is_of_one_account(
    run: Run, folder: Path, exotel: Sandbox, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    sent(run)
    monkeypatch.setenv("EXOTEL_ACCOUNT_SID", "other99")

    ran = run(*command)

    assert (ran.code, ran.out) == (3, "")
    assert "belongs to another Exotel account" in ran.err
    assert "other99" not in ran.err


def test_the_state_does_not_show_the_account(run: Run, folder: Path, exotel: Sandbox) -> None:
    sent(run)

    assert exotel.account_sid not in (folder / "campaignctl.state.json").read_text("utf-8")


def test_a_plan_made_on_the_sandbox_is_for_the_sandbox(run: Run, folder: Path, exotel: Sandbox) -> None:
    made = run("plan", "--sandbox", "--out", "plan.json")

    assert made.out.rstrip().endswith("campaignctl apply plan.json --sandbox")
    refused = run("apply", "plan.json")
    assert (refused.code, refused.out) == (3, "")
    assert "for another Exotel account, or for the sandbox" in refused.err
    assert run("apply", "plan.json", "--sandbox").code == 0


def test_a_plan_made_without_credentials_may_be_applied_with_them(
    run: Run, folder: Path, exotel: Sandbox
) -> None:
    assert run("plan", "--offline", "--out", "plan.json").code == 0
    assert run("apply", "plan.json").code == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ["--out", "plan.json", "the-example.yaml"],
        ["--out", "plan.json", "--at", "2034-01-01T00:00:00Z"],
        ["--out", "plan.yaml"],
        ["--out", "missing/plan.json"],
    ],
)
def test_a_plan_that_could_not_be_applied_is_not_kept(run: Run, folder: Path, arguments: list[str]) -> None:
    before = sorted(folder.rglob("*"))

    assert run("plan", "--offline", *arguments).code == (3 if "missing/plan.json" in arguments else 64)
    assert sorted(folder.rglob("*")) == before


def test_people_who_are_not_counted_make_a_lower_bound(run: Run, folder: Path) -> None:
    lists = '["9120d5962d214316b7721de55bb82e03", "00000000000000000000000000000000"]'
    write(folder, {"b.yaml": campaign_file("more", lists=lists)})

    assert "2 to create (at least 12,430 recipients)" in run("plan").out


# --- the guards, one by one ---------------------------------------------------------------------------

CREATE = ActionKind.CREATE
TIGHT = replace(CONFIG, max_creates=2, max_recipients=20_000, min_gap=4 * 3600)


def guarded(
    *campaigns: Campaign, known: State | None = None, config: Config = CONFIG, **more: Any
) -> guards.Guarded:
    plan = make(linted(*campaigns), known, config, **more)
    return guards.guard(plan, known or state(), config, more.get("now", NOW))


def said(*campaigns: Campaign, **more: Any) -> list[tuple[str, str | None, str]]:
    done = guarded(*campaigns, **more)
    return [(one.name, one.campaign, one.message(done.plan.allowed)) for one in done.found]


def at(id_: str, start: str, lists: tuple[RecipientList, ...] = (NORTH,), **changes: Any) -> Campaign:
    """Return a campaign with a text of its own that starts at a time of 20 October 2035."""
    when = schedule(f"2035-10-20T{start}:00+05:30")
    names = tuple(one.alias or "" for one in lists)
    return campaign(
        id_, **{"template": f"Kettle {id_}", **changes}, schedule=when, lists=names, audience=lists
    )


def test_a_plan_that_nobody_minds_is_left_as_it_is() -> None:
    assert said(at("a", "10:00"), at("b", "10:00")) == []
    plan = make(linted(at("a", "10:00")))
    assert guards.guard(plan, state(), CONFIG, NOW).plan is plan


def test_a_text_that_one_of_its_lists_has_had_is_found_list_by_list() -> None:
    known = state({"old": entry(at("old", "10:00", template="Tea at Kettle"))})
    both = at("both", "11:00", (NORTH, SOUTH), template=" Tea  at\u200b Kettle ")
    later = at("later", "11:00", (SOUTH,), template="Tea at Kettle")
    assert [(one, name, words) for name, one, words in said(both, later, known=known)] == [
        (
            *("both", "sent-before"),
            (
                f"the same text to list {NORTH.sid[:6]}... was created as 'old'; put that id back, change the text, or give "
                "`--allow sent-before`"
            ),
        ),
        (
            *("later", "sent-before"),
            (
                "the same text to the same lists is also to be created as 'both' (both.yaml); delete one of the two, change the text, "
                "or give `--allow sent-before`"
            ),
        ),
    ]
    assert said(at("new", "11:00", (SOUTH,), template="Tea at Kettle"), known=known) == []


def test_what_another_project_has_sent_counts_as_sent() -> None:
    theirs = replace(state({"there": entry(at("there", "10:00", template="Tea"))}), project="other")
    plan = make(linted(at("a", "11:00", template="Tea"), at("b", "11:00", template="Coffee")))
    done = guards.guard(plan, state(), CONFIG, NOW, guards.Known(others=(theirs,)))

    assert [(one.campaign, one.message()) for one in done.found] == [
        (
            "a",
            (
                "the same text to the same lists was created as 'there' of project 'other'; change the text, or give `--allow "
                "sent-before`"
            ),
        )
    ]
    assert [one.id for one in done.plan.of(ActionKind.BLOCKED)] == ["a"]


def test_the_state_of_another_project_is_named_by_its_file(folder: Path, run: Run) -> None:
    assert run("apply", "--sandbox", "--yes").code == 0
    known = next(one for one in folder.rglob("*.json") if b'"lineage"' in one.read_bytes())
    other = folder.parent / "other.json"
    other.write_bytes(known.read_bytes().replace(b"kettle-5a1f0c", b"tea-000000"))
    known.unlink()
    write(
        folder,
        {"the-example.yaml": campaign_file("new-one", template='"Hello from Kettle, a new tea is here"')},
    )

    ran = run("plan", "--offline", "--other-state", str(other))
    assert (ran.code, "was created as 'the-example' of project 'tea-000000'" in ran.out) == (1, True)
    assert run("plan", "--offline", "--other-state", "none.json").err.count("there is no file none.json") == 1
    other.write_text("{")
    ran = run("plan", "--offline", "--other-state", str(other))
    assert (ran.code, "is damaged: it is not JSON" in ran.err) == (3, True)


def test_the_numbers_are_said() -> None:
    three = [at(id_, "10:00", (SOUTH,)) for id_ in "abc"]
    assert said(*three, config=replace(CONFIG, max_creates=2)) == [
        (
            "too-many-creates",
            None,
            (
                "3 new campaigns in one run, and policy.max_creates is 2; plan fewer at a time, raise it, or give "
                "`--allow too-many-creates`"
            ),
        )
    ]
    assert said(*three, config=replace(CONFIG, max_recipients=2_399)) == [
        (
            "too-many-recipients",
            None,
            (
                "2,400 recipients in one run, and policy.max_recipients is 2,399; plan fewer at a time, raise it, or "
                "give `--allow too-many-recipients`"
            ),
        )
    ]
    assert said(*three, config=replace(CONFIG, max_creates=3, max_recipients=2_400)) == []


def test_a_limit_of_zero_is_a_limit() -> None:
    config = replace(CONFIG, max_creates=0, max_recipients=0)
    assert [name for name, *_ in said(at("a", "10:00"), config=config)] == list(guards.NAMES[1:3])


def test_what_is_there_already_is_not_counted() -> None:
    one, two = at("diwali", "10:00"), at("b", "10:00")
    config = replace(CONFIG, max_creates=1, max_recipients=12_430)
    assert said(one, two, config=config, known=state({"diwali": entry(one)})) == []
    assert said(one, two, config=config, observed=remote()) == []
    assert said(one, two, config=config, now=NOW, known=state(intents={"diwali": intent()})) == []


def test_people_who_are_not_counted_may_be_too_many() -> None:
    config = replace(CONFIG, max_recipients=12_430)
    (found,) = said(at("a", "10:00", (NORTH,)), at("b", "10:00", (UNCOUNTED,)), config=config)
    assert "nobody can say whether 1 new campaign (b) keep to it" in found[2]
    (found,) = said(at("a", "10:00", (NORTH, SOUTH)), at("b", "10:00", (UNCOUNTED,)), config=config)
    assert found[2].startswith("at least 13,230 recipients in one run")
    assert said(at("b", "10:00", (UNCOUNTED,))) == []


def gaps(*campaigns: Campaign, hours: int = 4, **more: Any) -> list[tuple[str | None, str]]:
    found = said(*campaigns, config=replace(CONFIG, min_gap=hours * 3600), **more)
    return [(id_, message) for name, id_, message in found if name == "list-gap"]


def test_of_two_creations_the_later_one_is_told() -> None:
    assert gaps(at("b", "10:00"), at("a", "12:30")) == [
        (
            "a",
            (
                "list 'north' gets this 2 h 30 min after 'b', and policy.min_gap is 4 h; move the start, or give "
                "`--allow list-gap`"
            ),
        )
    ]
    assert gaps(at("b", "10:00"), at("a", "14:00")) == []
    ((id_, message),) = gaps(at("b", "10:00"), at("a", "10:00"))
    assert (id_, "gets this at the same time as 'a'" in message) == ("b", True)


def test_each_list_counts_for_itself_and_the_nearest_is_told() -> None:
    both = at("c", "13:00", (NORTH, SOUTH))
    assert gaps(at("a", "10:00", (SOUTH,)), at("b", "11:00"), both) == [
        ("c", gaps(at("b", "11:00"), both)[0][1])
    ]
    assert gaps(at("a", "10:00", (SOUTH,)), at("b", "11:00")) == []


@pytest.mark.parametrize(("start", "words"), [("08:00", "2 h after"), ("13:59", "3 h 59 min before")])
def test_what_was_sent_counts_before_and_after(start: str, words: str) -> None:
    known = state({"z": entry(at("z", start))})
    ((id_, message),) = gaps(at("a", "10:00"), known=known)
    assert (id_, f"list 'north' gets this {words} 'z'" in message) == ("a", True)
    sent = payload(at("z", start), CONFIG.project)
    assert gaps(at("a", "10:00"), known=state(intents={"z": intent("z", **sent)})) == [(id_, message)]


def test_what_was_found_at_exotel_counts() -> None:
    assert gaps(at("diwali", "11:00"), at("a", "10:00"), observed=remote())[0][0] == "a"


def test_what_was_sent_at_once_started_when_it_was_created() -> None:
    sent = replace(entry(at("z", "08:00")), at="2034-06-01T05:00:00Z")
    sent = replace(sent, payload={**sent.payload, "schedule": None})
    soon = campaign("a", template="a", schedule=schedule("2034-06-01T13:00:00+05:30"))
    ((_, message),) = gaps(soon, known=state({"z": sent}))
    assert "gets this 2 h 30 min after 'z'" in message


@pytest.mark.parametrize("schedule", ["soon", {}, {"start_time": None}, {"start_time": "2035-10-20"}, []])
def test_a_time_that_cannot_be_read_stops_the_run(schedule: Any) -> None:
    known = state({"z": entry(at("z", "08:00"), schedule=schedule)})
    ((_, message),) = gaps(at("a", "10:00"), known=known)
    assert message.startswith("list 'north' gets 'z' too, at a time that the state does not show")
    assert gaps(at("a", "10:00", (SOUTH,)), known=known) == []


@pytest.mark.parametrize("lists", [None, "north", 7, [], [7, None], {}])
def test_a_strange_payload_of_the_state_breaks_nothing(lists: Any) -> None:
    known = state({"z": entry(at("z", "08:00"), lists=lists)})
    assert gaps(at("a", "10:00"), known=known) == []


def test_a_start_within_the_fuse_is_told_with_the_minutes_left() -> None:
    soon = campaign("a", schedule=schedule("2034-06-01T11:59:30+05:30"))
    assert said(soon) == [
        (
            "start-too-near",
            "a",
            (
                "it starts in 29 min, and policy.fuse is 30 min: a mistake must be paused before the first SMS; move "
                "the start, or give `--allow start-too-near`"
            ),
        )
    ]
    assert said(campaign("a", schedule=schedule("2034-06-01T12:00:00+05:30"))) == []
    assert said(soon, config=replace(CONFIG, fuse=0)) == []


def test_ten_minutes_notice_stays_whatever_is_set_or_allowed() -> None:
    config = replace(CONFIG, fuse=0)
    soon = campaign("a", schedule=schedule("2034-06-01T11:39:00+05:30"))
    done = guarded(soon, config=config, allowed=guards.NAMES)
    assert [one.reason for one in done.plan.actions] == ["schedule-lead-time"]


def test_without_schedule_it_must_be_said() -> None:
    config = replace(CONFIG, allow_immediate=True)
    ((name, _, message),) = said(campaign("a", schedule=None), config=config)
    assert (name, "give it a schedule, or give `--allow immediate-start`" in message) == (
        guards.NAMES[5],
        True,
    )


def test_the_text_of_what_is_found_at_exotel_is_not_sent_again() -> None:
    ((name, id_, message),) = said(campaign(), campaign("a"), observed=remote())
    assert (name, id_, "is at Exotel already as 'diwali'" in message) == ("sent-before", "a", True)


def test_the_guards_are_the_rules_of_plans_and_are_held() -> None:
    ours = [rule for rule in RULES if rule.CODE.startswith("CC8")]
    assert tuple(rule.NAME for rule in ours) == guards.NAMES
    assert set(guards.NAMES) <= HELD.keys()
    assert all(f"`campaignctl apply --allow {rule.NAME}`" in (rule.__doc__ or "") for rule in ours)


# --- a guard can only make a run stricter -------------------------------------------------------------

STARTS = ["2034-06-01T11:35:00+05:30", "2034-06-01T11:45:00+05:30", "2034-06-01T12:30:00+05:30", START, None]
ONE = st.builds(
    lambda text, start, lists: {
        "template": text,
        "schedule": None if start is None else schedule(start),
        "lists": tuple(one.alias or "" for one in lists),
        "audience": tuple(lists),
    },
    st.sampled_from(["Kettle one", "Kettle two"]),
    st.sampled_from(STARTS),
    st.lists(
        st.sampled_from([NORTH, SOUTH, UNCOUNTED]), min_size=1, max_size=2, unique_by=lambda one: one.sid
    ),
)
WORLD = st.fixed_dictionaries(
    {
        "new": st.lists(ONE, max_size=5),
        "sent": st.lists(ONE, max_size=2),
        "unclear": st.lists(ONE, max_size=1),
        "found": st.lists(st.integers(0, 4), max_size=1),
    }
)
POLICY = st.builds(
    replace,
    st.just(CONFIG),
    max_creates=st.integers(0, 5),
    max_recipients=st.none() | st.integers(0, 30_000),
    min_gap=st.none() | st.integers(0, 86_400),
    fuse=st.integers(0, 7_200),
)
ALLOWED = st.sets(st.sampled_from(guards.NAMES))


def run_of(world: Any, config: Config, allowed: Any) -> tuple[Plan, set[str]]:
    """Return the plan of a world, and what apply would create by it: nothing where any error is left."""
    new = [campaign(f"new-{number}", **one) for number, one in enumerate(world["new"])]
    sent = {f"old-{number}": campaign(f"old-{number}", **one) for number, one in enumerate(world["sent"])}
    unclear = [campaign(f"odd-{number}", **one) for number, one in enumerate(world["unclear"])]
    known = state(
        {id_: entry(one) for id_, one in sent.items()},
        {one.id or "": intent(one.id or "", **payload(one, CONFIG.project)) for one in unclear},
    )
    seen = {token(CONFIG.project, f"new-{number}"): (Remote(sid="s", name=""),) for number in world["found"]}
    plan = make(linted(*new, *sent.values(), *unclear), known, config, observed=seen, allowed=allowed)
    done = guards.guard(plan, known, config, NOW)
    stopped = any(one.name not in plan.allowed for one in done.found)
    creates = {one.id for one in done.plan.of(CREATE)}
    assert creates <= {one.id for one in plan.of(CREATE)}  # nothing becomes a creation by a guard
    assert [one.id for one in done.plan.actions] == [one.id for one in plan.actions]
    others = [one for one in done.plan.actions if one.action is not ActionKind.BLOCKED]
    assert all(one in plan.actions for one in others)
    return done.plan, set() if stopped else creates


@given(WORLD, POLICY, ALLOWED, ALLOWED)
def test_to_allow_less_never_creates_more(world: Any, config: Config, some: set[str], more: set[str]) -> None:
    _, strict = run_of(world, config, some)
    _, lax = run_of(world, config, some | more)
    _, unguarded = run_of(world, config, guards.NAMES)
    assert strict <= lax <= unguarded


@given(WORLD, POLICY, ALLOWED)
def test_to_set_a_limit_never_creates_more(world: Any, config: Config, allowed: set[str]) -> None:
    loose = replace(config, max_creates=10**6, max_recipients=None, min_gap=None, fuse=0)
    assert run_of(world, config, allowed)[1] <= run_of(world, loose, allowed)[1]


@given(WORLD, WORLD, POLICY, ALLOWED, ALLOWED)
def test_an_approval_lets_through_only_the_plan_that_was_seen(
    seen: Any, now: Any, config: Config, allowed: set[str], later: set[str]
) -> None:
    approved, _ = run_of(seen, config, allowed)
    fresh, creates = run_of(now, config, later)
    try:
        planfile.refuse_unapproved(fresh, approved.digest)
    except PlanError:
        assert approved.digest != fresh.digest
        return
    todo = [planning.row(one)._replace(action="create") for one in approved.of(CREATE, ActionKind.ADOPT)]
    assert all(planning.row(one) in todo for one in fresh.of(CREATE) if one.id in creates)
    assert set(approved.allowed) == set(fresh.allowed) == later


@given(WORLD)
def test_the_demo_of_defaults_lets_a_first_run_through(world: Any) -> None:
    texts = [{**one, "template": f"Kettle {n}", "schedule": schedule()} for n, one in enumerate(world["new"])]
    plan, creates = run_of({**world, "new": texts, "found": []}, CONFIG, ())
    assert creates == {one.id for one in plan.of(CREATE)} == {f"new-{n}" for n in range(len(texts))}


# --- time passes while apply asks and works -----------------------------------------------------------


def test_what_has_come_within_the_fuse_is_not_created(tmp_path: Path) -> None:
    one = desk_of(tmp_path, FakeVendor())
    near, due = timedelta(minutes=29), moment(START)
    assert due is not None
    around = replace(one.around(), notice=timedelta(minutes=30), now=lambda: due - near)
    with one.store.lock("campaignctl apply") as session:
        outcomes = list(apply.apply(one.plan(), session, one.vendor, around))

    assert {(out.outcome.value, out.error) for out in outcomes} == {("skipped", "blocked: start-too-near")}
    assert (fake(one).posts, one.state().intents) == ([], {})


def test_a_plan_with_an_error_is_not_carried_out_whoever_asks(tmp_path: Path) -> None:
    one = desk_of(tmp_path, FakeVendor())
    plan = replace(one.plan(), findings=(error(None, "too-many-creates"),))
    with (
        one.store.lock("campaignctl apply") as session,
        pytest.raises(PlanError, match="the plan has errors"),
    ):
        list(apply.apply(plan, session, one.vendor, one.around()))

    assert (fake(one).posts, one.state().used_plans) == ([], ())


@pytest.mark.parametrize(
    ("allowed", "minutes", "word"),
    [([], 29, "start-too-near"), (["--allow", "start-too-near"], 29, "created"), ([], 30, "created")],
)
def test_apply_looks_at_the_clock_once_more(
    run: Run,
    folder: Path,
    exotel: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
    allowed: list[str],
    minutes: int,
    word: str,
) -> None:
    due = moment("2035-10-20T10:30:00+05:30")
    assert due is not None
    clock = [due - timedelta(hours=2)]  # when it is planned; from then on it is later
    monkeypatch.setattr(options, "now", lambda _: clock.pop() if clock else due - timedelta(minutes=minutes))

    assert word in run("apply", "--yes", *allowed).out
    assert created(exotel) == (word == "created")


# --- on the command line ------------------------------------------------------------------------------


def policy(folder: Path, lines: str) -> None:
    write(folder, {"campaignctl.yaml": CONFIG_FILE + f"policy:\n  {lines}\n"})


def digest_of(run: Run, *arguments: str) -> str:
    return str(json.loads(run("plan", "--format", "json", *arguments).out)["digest"])


def created(exotel: Sandbox) -> int:
    return len(at_exotel(exotel))


def test_a_guard_of_the_run_stops_it_and_shows_the_setting(run: Run, folder: Path, exotel: Sandbox) -> None:
    policy(folder, "max_creates: 0")
    planned, applied = run("plan"), run("apply", "--yes")

    assert (planned.code, applied.code) == (1, 1)
    assert "campaignctl.yaml:10:16: error CC802 too-many-creates" in planned.out
    assert "1 new campaign in one run, and policy.max_creates is 0" in applied.err
    assert "To create exactly this" not in planned.out
    assert not (folder / "campaignctl.state.json").exists()


def test_what_is_allowed_is_still_said(run: Run, folder: Path, exotel: Sandbox) -> None:
    policy(folder, "max_creates: 0")
    planned = run("plan", "--allow", "too-many-creates")

    assert planned.code == 0
    assert "warning CC802 too-many-creates" in planned.out
    assert "policy.max_creates is 0; let pass by `--allow too-many-creates`" in planned.out
    (command,) = [line for line in planned.out.splitlines() if line.startswith("To create exactly this")]
    assert command.endswith("--allow too-many-creates")
    assert run(*shlex.split(command.split("campaignctl ")[1])).code == 0


@pytest.mark.parametrize("lines", ["min_gap: 4", "min_gap: 0m", "fuse: soon", "fuse: 30", "plan_expiry: 0h"])
def test_a_length_of_time_has_its_unit(run: Run, folder: Path, lines: str) -> None:
    policy(folder, lines)
    ran = run("plan", "--offline")
    assert (ran.code, "campaignctl.yaml:10:" in ran.out) == (1, True)


@pytest.mark.parametrize(("text", "seconds"), [("90m", 5400), ("4h", 14_400), ("2d", 172_800)])
def test_a_length_of_time_is_read(folder: Path, text: str, seconds: int) -> None:
    policy(folder, f"min_gap: {text}\n  fuse: {text}\n  plan_expiry: {text}")
    config = project.load(folder).usable
    assert (config.min_gap, config.fuse, config.plan_expiry) == (seconds, seconds, seconds)


def test_an_immediate_campaign_needs_the_policy_and_the_word(run: Run, folder: Path, exotel: Sandbox) -> None:
    lines = [line for line in CAMPAIGN.splitlines() if not line.startswith(("schedule", "  "))]
    write(folder, {"the-example.yaml": "\n".join(lines) + "\n"})
    assert run("apply", "--yes", "--allow", "immediate-start").code == 1
    policy(folder, "allow_immediate: true")
    assert run("apply", "--yes").code == 1
    assert created(exotel) == 0
    assert run("apply", "--yes", "--allow", "immediate-start").code == 0
    assert created(exotel) == 1


def test_what_was_approved_is_created_without_a_question(run: Run, folder: Path, exotel: Sandbox) -> None:
    sha = digest_of(run)
    ran = run("apply", "--digest", sha[:32].upper())
    assert (ran.code, created(exotel)) == (0, 1)
    assert "any account" not in ran.err
    again = run("apply", "--digest", sha)
    assert (again.code, created(exotel)) == (3, 1)
    assert f"this is not the plan that was approved: its digest is {digest_of(run)[:32]}" in again.err


def test_the_digest_of_a_pull_request_without_credentials_is_good_after_the_merge(
    run: Run, folder: Path, exotel: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as fork:
        for name in ("EXOTEL_ACCOUNT_SID", "EXOTEL_API_KEY", "EXOTEL_API_TOKEN"):
            fork.delenv(name)
        sha = digest_of(run)
    assert sha == digest_of(run, "--offline") != digest_of(run)
    ran = run("apply", "--digest", sha, "--format", "json")
    assert (ran.code, created(exotel)) == (0, 1)
    assert "note: this plan was approved without credentials, and so for any account" in ran.err


def test_who_has_approved_an_adoption_has_approved_no_creation(
    run: Run, folder: Path, exotel: Sandbox
) -> None:
    assert run("apply", "--yes").code == 0
    (folder / "campaignctl.state.json").unlink()
    sha = digest_of(run)
    exotel.listing = Listing(lag=3600)  # the list no longer shows it
    ran = run("apply", "--digest", sha)
    assert (ran.code, len(exotel.names())) == (3, 1)
    assert "this is not the plan that was approved" in ran.err
    exotel.listing = Listing()
    assert run("apply", "--digest", sha).code == 0
    assert len(exotel.names()) == 1


@pytest.mark.parametrize("edit", ["campaign", "new", "config", "registry", "allow", "var", "sandbox"])
def test_what_was_not_approved_is_not_created(run: Run, folder: Path, exotel: Sandbox, edit: str) -> None:
    sha = digest_of(run, *(["--sandbox"] if edit == "sandbox" else []))
    more: list[str] = []
    match edit:
        case "campaign":
            write(folder, {"the-example.yaml": CAMPAIGN.replace("18:00:00", "18:00:01")})
        case "new":
            write(folder, {"b.yaml": campaign_file("another")})
        case "config":
            policy(folder, "max_creates: 99")
        case "registry":
            write(folder, {"registry/lists.yaml": LISTS.replace("800", "801")})
        case "allow":
            more = ["--allow", "sent-before"]
        case "var":
            write(folder, {"the-example.yaml": CAMPAIGN.replace("Kettle, a", "{{ brand }}, a")})
            assert digest_of(run) == sha
            more = ["--var", "brand=Samovar"]
    ran = run("apply", "--digest", sha, "--yes", *more)
    assert (ran.code, ran.out, created(exotel)) == (3, "", 0)
    assert "this is not the plan that was approved" in ran.err


@pytest.mark.parametrize(
    "sha", ["", " ", "0" * 31, "0" * 65, "g" * 64, "sha256:" + "0" * 64, "0" * 32 + "\n"]
)
def test_a_digest_that_is_none_is_a_usage_error(run: Run, folder: Path, exotel: Sandbox, sha: str) -> None:
    ran = run("apply", "--digest", sha, "--yes")
    assert (ran.code, created(exotel)) == (64, 0)
    assert "two plans can be made to share fewer than 32 digits" in ran.err


def test_a_plan_file_and_a_digest_must_both_be_right(run: Run, folder: Path, exotel: Sandbox) -> None:
    run("plan", "--out", "plan.json")
    assert run("apply", "plan.json", "--digest", "0" * 64).code == 3
    assert created(exotel) == 0
    assert run("apply", "plan.json", "--digest", digest_of(run)).code == 0
    assert run("apply", "plan.json", "--digest", digest_of(run)).code == 3


@pytest.mark.parametrize("options", [[], ["--yes"], ["plan.json"], ["--digest"], ["plan.json", "--digest"]])
def test_no_approval_overrides_a_guard(run: Run, folder: Path, exotel: Sandbox, options: list[str]) -> None:
    policy(folder, "max_creates: 0")
    allowed = ["--allow", "too-many-creates"]
    run("plan", "--out", "plan.json", *allowed)
    options = [
        one
        for word in options
        for one in ([word, digest_of(run, *allowed)] if word == "--digest" else [word])
    ]

    assert run("apply", *options, "--format", "json").code in (1, 3, 64)
    assert (created(exotel), (folder / "campaignctl.state.json").exists()) == (0, False)


def test_the_digest_is_steady_over_what_does_not_matter(run: Run, folder: Path, exotel: Sandbox) -> None:
    before = digest_of(run)
    text = (folder / "campaignctl.yaml").read_text("utf-8")
    (folder / "the-example.yaml").rename(folder / "moved.yaml")
    lists = "# known people\n" + LISTS.replace("contacts: 800", "contacts:   800 # of May")
    write(folder, {"campaignctl.yaml": f"# Kettle\n{text}region: mumbai\n", "registry/lists.yaml": lists})
    assert digest_of(run) == before
    assert digest_of(run, "--at", "2035-01-01T00:00:00Z") == before


def test_a_saved_plan_names_what_has_changed(run: Run, folder: Path, exotel: Sandbox) -> None:
    run("plan", "--out", "plan.json")
    write(folder, {"registry/lists.yaml": LISTS.replace("800", "801")})
    ran = run("apply", "plan.json")
    assert (ran.code, created(exotel)) == (3, 0)
    assert "since it was made there have been changes in registry/; make a new one" in ran.err


# --- at Exotel already, without a token -------------------------------------------------------------------


def planted(exotel: Sandbox, **changes: Any) -> str:
    """Make the example by hand, under its id and without a token. Returns the SID."""
    fields = {
        "name": "the-example",
        "content_type": "static",
        "lists": [NORTH.sid],
        "schedule": {"start_time": "2035-10-20T10:30:00+05:30", "end_time": "2035-10-20T18:00:00+05:30"},
        "dlt_entity_id": "1101428740000012125",
        "dlt_template_id": "1107160086562376233",
        "sender_id": "KETTLE",
        "sms_type": "transactional",
        "template": "Hello from Kettle, a new tea is here",
    }
    made = call(exotel, "POST", body={**fields, **changes})
    return str(made[0]["sid"])


def test_one_made_by_hand_and_adopted_is_not_created_again_once_the_state_is_lost(
    run: Run, folder: Path, exotel: Sandbox
) -> None:
    (folder / "the-example.yaml").unlink()
    sid = planted(exotel, name="Diwali Offer")
    assert run("adopt", sid, "--write", "--yes").code == 0
    assert run("plan").code == 0
    digest = json.loads(run("plan", "--allow", "namesake", "--format", "json").out)["digest"]
    (folder / "campaignctl.state.json").unlink()

    offline, planned, applied = (
        run("plan", "--offline"),
        run("plan", "--out", "p.json"),
        run("apply", "--yes"),
    )

    assert (offline.code, planned.code, applied.code) == (0, 1, 1)
    assert "diwali-offer.yaml:1:5: error CC807 namesake: Exotel has 'Diwali Offer' already" in planned.out
    assert f"campaignctl adopt diwali-offer {sid}" in planned.out
    assert "nothing was created" in applied.err
    assert not (folder / "p.json").exists()
    assert exotel.names() == ("Diwali Offer",)
    approved = json.loads(run("plan", "--offline", "--format", "json").out)["digest"]
    assert run("apply", "--digest", approved).code == 1
    assert run("apply", "--digest", digest).code == 1
    assert exotel.names() == ("Diwali Offer",)
    assert run("adopt", "diwali-offer", sid, "--yes").code == 0
    assert run("apply", "--yes").code == 0
    assert exotel.names() == ("Diwali Offer",)


def test_a_plan_file_made_offline_does_not_pass_the_namesake(run: Run, folder: Path, exotel: Sandbox) -> None:
    assert run("plan", "--offline", "--out", "p.json").code == 0
    planted(exotel)

    assert run("apply", "p.json").code == 1
    assert run("apply", "p.json", "--allow", "namesake").code == 3
    assert exotel.names() == ("the-example",)
    assert run("plan", "--offline", "--out", "q.json", "--allow", "namesake").code == 0
    assert run("apply", "q.json", "--allow", "namesake").code == 0
    assert len(exotel.names()) == 2


@pytest.mark.parametrize(
    ("change", "blocks"),
    [
        ({}, True),
        ({"name": " THE-example"}, True),
        ({"name": "the-example ccaaaabbbb22"}, True),
        ({"sender_id": "KETTLX", "schedule": {"start_time": "2035-10-19T10:30:00+05:30"}}, True),
        ({"name": "the-example-2"}, False),
        ({"name": "not the-example"}, False),
        ({"template": "Something else"}, False),
        ({"lists": [SOUTH.sid]}, False),
    ],
)
def test_the_same_name_text_and_lists_make_a_namesake(
    run: Run, folder: Path, exotel: Sandbox, change: dict[str, Any], *, blocks: bool
) -> None:
    planted(exotel, **change)

    assert run("plan").code == int(blocks)
    assert run("apply", "--yes").code == int(blocks)
    assert len(exotel.names()) == 2 - blocks


@pytest.mark.parametrize("hidden", [("template",), ("lists",), ("template", "lists")])
def test_what_exotel_does_not_show_counts_as_the_same(
    run: Run, folder: Path, exotel: Sandbox, hidden: tuple[str, ...]
) -> None:
    planted(exotel)
    shows(exotel, lambda one: {key: value for key, value in one.items() if key not in hidden})

    ran = run("plan")

    assert (ran.code, "that it does not show" in ran.out) == (1, True)


def test_what_a_list_leaves_out_is_asked_for(run: Run, folder: Path, exotel: Sandbox) -> None:
    planted(exotel, template="Something else")
    shown = call(exotel, "GET", "?limit=50")
    shows(exotel, lambda one: one)
    whole = exotel.fault
    assert whole is not None
    listed = [
        {"data": {key: one[key] for key in ("sid", "name", "status")}, "status": "success"} for one in shown
    ]
    page = {"http_code": 200, "metadata": {"count": 1, "total": 1}, "response": listed}
    exotel.fault = lambda method, target: (
        Fault(status=200, body=json.dumps(page)) if "name=the-example" in target else whole(method, target)
    )

    assert run("plan").code == 0


def test_what_the_state_holds_by_its_sid_is_no_namesake(run: Run, folder: Path, exotel: Sandbox) -> None:
    sid = planted(exotel, name="Tea time")
    write(folder, {"the-example.yaml": CAMPAIGN + "name: Tea time\n"})
    assert run("adopt", "the-example", sid, "--yes").code == 0
    write(folder, {"b.yaml": CAMPAIGN.replace("the-example", "monthly") + "name: Tea time\n"})

    assert "namesake" not in run("plan").out
    assert run("apply", "--yes", "--allow", "sent-before").code == 0


def test_each_create_costs_one_search_more_and_many_cost_one_reading(
    run: Run, folder: Path, exotel: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str | None] = []
    campaigns = Exotel.campaigns

    def counting(client: Exotel, name: str | None = None) -> tuple[Remote, ...]:
        asked.append(name)
        return campaigns(client, name)

    monkeypatch.setattr(Exotel, "campaigns", counting)
    for size, searches in ((1, 2), (25, 50), (26, 1)):
        asked.clear()
        (folder / "the-example.yaml").unlink(missing_ok=True)
        write(folder, {f"c{number}.yaml": campaign_file(f"camp-{number:02}") for number in range(size)})
        assert run("plan", "--allow", "capacity").code == 0
        assert len(asked) == searches


@pytest.mark.parametrize(
    ("name", "term"),
    [
        ("Diwali offer", "Diwali offer"),
        ("  Diwali  offer ", "Diwali"),
        ("100% \\ off for you", "off for you"),
        ("Éclair tea", "clair tea"),
        ("चाय की दुकान", "चाय की दुकान"),
        ("é", None),
        ("ab", None),
        ("", None),
    ],
)
def test_a_name_is_searched_for_by_what_a_search_finds_in_any_case(name: str, term: str | None) -> None:
    assert reading.search_term(name) == term


@given(st.text(max_size=40), st.sampled_from(["", " ccaaaabbbb22", "  cc2222222222 ccaaaabbbb22"]))
def test_tokens_case_and_blanks_do_not_make_another_name(name: str, end: str) -> None:
    if name.strip():
        assert called(f" {name}{end} ") == called(name)
    term = reading.search_term(name)
    assert term is None or term in name
