"""The plan: what is to be done, and nothing twice. Pure; every value here is made by hand."""

from __future__ import annotations

from dataclasses import Field, fields, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from conftest import NOW, examples
from hypothesis import given, settings
from hypothesis import strategies as st

from campaignctl import plan as planning
from campaignctl.approved import RecipientList
from campaignctl.campaigns import moment, payload
from campaignctl.findings import Finding, Pointer, Region, Severity
from campaignctl.model import (
    Action,
    ActionKind,
    Campaign,
    Config,
    Entry,
    FieldChange,
    Intent,
    LintResult,
    Plan,
    Remote,
    Schedule,
    State,
    token,
)
from campaignctl.render import text

CONFIG = Config(project="kettle-5a1f0c")
NORTH = RecipientList(alias="north", sid="9120d5962d214316b7721de55bb82e03", contacts=12_430)
SOUTH = RecipientList(alias="south", sid="68f443cd3e764ad1ae7d82ad27f0af72", contacts=800)
UNCOUNTED = RecipientList(alias="west", sid="0" * 32)
START, END = "2035-10-20T10:30:00+05:30", "2035-10-20T18:00:00+05:30"


class Here:
    """A source without a file behind it."""

    def __init__(self, path: str) -> None:
        self.path = path

    def locate(self, pointer: Pointer, *, key: bool = False) -> Region:
        raise NotImplementedError

    def line(self, number: int) -> str:
        raise NotImplementedError


def schedule(start: str = START, end: str = END) -> Schedule:
    return Schedule(start_time=start, end_time=end, start=moment(start), end=moment(end))


def campaign(id_: str | None = "diwali", **changes: Any) -> Campaign:
    fields: dict[str, Any] = {
        "id": id_,
        "name": None,
        "content_type": "static",
        "lists": ("north",),
        "audience": (NORTH,),
        "schedule": schedule(),
        "dlt_entity_id": "1101428740000012125",
        "dlt_template_id": "1107160086562376233",
        "sender_id": "KETTLE",
        "sms_type": "transactional",
        "template": "Hello from Kettle",
        "columns": (),
        "status_callback": None,
        "sms_status_callback": None,
        "source": Here(f"{id_}.yaml"),
    }
    return Campaign(**{**fields, **changes})


def error(campaign_id: str | None, name: str = "lists-count", severity: Severity = Severity.ERROR) -> Finding:
    return Finding(
        code="CC401",
        name=name,
        severity=severity,
        message="no",
        path="x.yaml",
        region=Region(line=1, column=1, end_line=1, end_column=1),
        campaign=campaign_id,
    )


def linted(*campaigns: Campaign, findings: tuple[Finding, ...] = (), unreadable: tuple[str, ...] = ()) -> Any:
    return LintResult(findings=findings, campaigns=campaigns, files=len(campaigns), unreadable=unreadable)


def mark(id_: str = "diwali") -> str:
    return token(CONFIG.project, id_)


def entry(one: Campaign, sid: str = "sid-1", **sent: Any) -> Entry:
    fields = {**payload(one, CONFIG.project), **sent}
    return Entry(
        token=mark(one.id or ""), sid=sid, payload=fields, origin="created", at="2034-01-01T00:00:00Z"
    )


def intent(id_: str = "diwali", **sent: Any) -> Intent:
    return Intent(
        token=mark(id_),
        payload={**payload(campaign(id_), CONFIG.project), **sent},
        phase="unknown",
        at="2034-05-01T00:00:00Z",
        plan_id="earlier",
        actor="asha@mill, pid 7",
    )


def state(campaigns: dict[str, Entry] | None = None, intents: dict[str, Intent] | None = None) -> State:
    return State(
        project=CONFIG.project, lineage="l", serial=7, campaigns=campaigns or {}, intents=intents or {}
    )


def make(lint: LintResult, known: State | None = None, config: Config = CONFIG, **more: Any) -> Plan:
    given_more: dict[str, Any] = {"now": NOW, "plan_id": "plan-1", "observed": {}, **more}
    return planning.plan(lint, known or state(), config, **given_more)


def kinds(plan: Plan) -> dict[str, str]:
    return {one.id: one.action.value for one in plan.actions}


def only(plan: Plan) -> Action:
    (action,) = plan.actions
    return action


def remote(sid: str = "sid-1", id_: str = "diwali") -> dict[str, tuple[Remote, ...]]:
    return {mark(id_): (Remote(sid=sid, name=f"x {mark(id_)}"),)}


TWICE = {mark(): (Remote(sid="a", name=mark()), Remote(sid="b", name=mark()))}

# --- one action of each kind --------------------------------------------------------------------------


def test_a_new_campaign_is_created_with_what_exotel_is_sent() -> None:
    one = campaign(name="Diwali offer, north", lists=("north", "south"), audience=(NORTH, SOUTH))
    assert only(make(linted(one))) == Action(
        action=ActionKind.CREATE,
        id="diwali",
        name="Diwali offer, north",
        token=mark(),
        path="diwali.yaml",
        reason=None,
        payload={
            "name": f"Diwali offer, north {mark()}",
            "content_type": "static",
            "lists": [NORTH.sid, SOUTH.sid],
            "dlt_entity_id": "1101428740000012125",
            "dlt_template_id": "1107160086562376233",
            "sender_id": "KETTLE",
            "sms_type": "transactional",
            "template": "Hello from Kettle",
            "schedule": {"start_time": START, "end_time": END},
        },
        segments=1,
        recipients=13_230,
        audience=("north", "south"),
    )


def test_a_campaign_found_at_exotel_is_adopted() -> None:
    action = only(make(linted(campaign()), observed=remote("sid-9")))
    assert (action.action, action.sid, action.reason) == (ActionKind.ADOPT, "sid-9", "found-by-token")
    assert action.payload == payload(campaign(), CONFIG.project)


def test_a_campaign_found_twice_is_blocked() -> None:
    action = only(make(linted(campaign()), observed=TWICE))
    assert (action.action, action.reason, action.payload) == (ActionKind.BLOCKED, "token-duplicated", None)


def test_a_campaign_with_errors_is_blocked_by_the_first_of_them() -> None:
    findings = (error("other"), error("diwali", "warned", Severity.WARNING), error("diwali"), error("diwali"))
    action = only(make(linted(campaign(), findings=findings)))
    assert (action.action, action.reason, action.payload) == (ActionKind.BLOCKED, "lists-count", None)


def test_a_warning_blocks_nothing() -> None:
    findings = (error("diwali", severity=Severity.WARNING),)
    assert kinds(make(linted(campaign(), findings=findings))) == {"diwali": "create"}


def test_a_campaign_as_it_was_sent_is_unchanged() -> None:
    action = only(make(linted(campaign()), state({"diwali": entry(campaign())})))
    assert (action.action, action.sid, action.changes) == (ActionKind.UNCHANGED, "sid-1", ())


def test_an_edited_campaign_is_changed_field_by_field_in_dotted_form() -> None:
    now_it_is = campaign(
        template="Hello again",
        schedule=schedule(end="2035-10-20T20:00:00+05:30"),
        lists=("north", "south"),
        audience=(NORTH, SOUTH),
        status_callback="https://hooks.example.in/c",
    )
    action = only(make(linted(now_it_is), state({"diwali": entry(campaign(), sms_status_callback="old")})))
    assert (action.action, action.sid) == (ActionKind.CHANGED, "sid-1")
    assert action.changes == (
        FieldChange(field="lists", before=[NORTH.sid], after=[NORTH.sid, SOUTH.sid]),
        FieldChange(field="schedule.end_time", before=END, after="2035-10-20T20:00:00+05:30"),
        FieldChange(field="sms_status_callback", before="old", after=None),
        FieldChange(field="status_callback", before=None, after="https://hooks.example.in/c"),
        FieldChange(field="template", before="Hello from Kettle", after="Hello again"),
    )


def test_a_schedule_that_is_gone_is_one_change() -> None:
    action = only(make(linted(campaign(schedule=None)), state({"diwali": entry(campaign())})))
    assert action.changes == (
        FieldChange(field="schedule", before={"start_time": START, "end_time": END}, after=None),
    )


@pytest.mark.parametrize("observed", [None, {}, remote(), TWICE])
def test_a_known_campaign_with_errors_is_changed_and_never_created(observed: Any) -> None:
    lint = linted(campaign(lists=(), audience=()), findings=(error("diwali"),))
    action = only(make(lint, state({"diwali": entry(campaign())}), observed=observed))
    assert (action.action, action.reason, action.payload) == (ActionKind.CHANGED, "lists-count", None)


def test_a_campaign_without_a_file_is_removed_under_the_name_it_was_sent_with() -> None:
    gone = entry(campaign(name="Diwali offer"))
    action = only(make(linted(), state({"diwali": gone})))
    assert (action.action, action.name, action.sid) == (ActionKind.REMOVED, "Diwali offer", "sid-1")
    assert (action.path, action.payload, action.recipients) == (None, None, None)


@pytest.mark.parametrize("observed", [None, {}])
def test_an_intent_without_a_hit_is_unresolved(observed: Any) -> None:
    action = only(make(linted(campaign()), state(intents={"diwali": intent()}), observed=observed))
    assert (action.action, action.reason, action.sid) == (ActionKind.UNRESOLVED, "outcome-unknown", None)


def test_an_intent_with_a_hit_is_adopted() -> None:
    action = only(make(linted(campaign()), state(intents={"diwali": intent()}), observed=remote("sid-4")))
    assert (action.action, action.sid) == (ActionKind.ADOPT, "sid-4")


def test_every_kind_of_action_has_been_seen() -> None:
    everything = linted(
        *(campaign(id_) for id_ in ("create", "adopt", "blocked", "unresolved", "unchanged")),
        campaign("changed", template="Other"),
        findings=(error("blocked"),),
    )
    known = state(
        {id_: entry(campaign(id_)) for id_ in ("unchanged", "changed", "removed")},
        {"unresolved": intent("unresolved")},
    )
    plan = make(everything, known, observed=remote("sid-9", id_="adopt"))
    assert kinds(plan) == {kind.value: kind.value for kind in ActionKind}
    assert planning.summary(plan) == {**{kind.value: 1 for kind in ActionKind}, "recipients": 12_430}
    assert [one.id for one in plan.actions] == sorted(kinds(plan))


# --- intents ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lint", "now"),
    [
        (linted(campaign(), findings=(error("diwali"),)), NOW),
        (linted(campaign()), datetime(2036, 1, 1, tzinfo=UTC)),
        (linted(campaign(template="Edited since")), NOW),
        (linted(), NOW),
        (linted(unreadable=("diwali.yaml",)), NOW),
    ],
    ids=["errors", "past", "edited", "file gone", "file unreadable"],
)
@pytest.mark.parametrize("found", [False, True])
@pytest.mark.parametrize("partial", [False, True])
def test_an_intent_wins_over_whatever_became_of_its_file(
    lint: LintResult, now: datetime, *, found: bool, partial: bool
) -> None:
    plan = make(
        lint,
        state(intents={"diwali": intent()}),
        observed=remote() if found else {},
        now=now,
        partial=partial,
    )
    action = only(plan)
    assert action.action is (ActionKind.ADOPT if found else ActionKind.UNRESOLVED)
    assert action.payload == intent().payload


def test_a_file_edited_after_an_unknown_create_is_adopted_as_it_was_sent_and_changed_afterwards() -> None:
    edited = linted(campaign(template="Edited since"))
    adopted = only(make(edited, state(intents={"diwali": intent()}), observed=remote()))
    assert (adopted.action, adopted.payload) == (ActionKind.ADOPT, intent().payload)
    sent = dict(adopted.payload or {})
    then = state(
        {
            "diwali": Entry(
                token=mark(), sid="sid-1", payload=sent, origin="adopted", at="2034-06-01T06:00:00Z"
            )
        }
    )
    after = only(make(edited, then))
    assert (after.action, [one.field for one in after.changes]) == (ActionKind.CHANGED, ["template"])


def test_an_intent_found_twice_is_never_adopted() -> None:
    known = state(intents={"diwali": intent()})
    with_file = only(make(linted(campaign()), known, observed=TWICE))
    assert (with_file.action, with_file.reason) == (ActionKind.BLOCKED, "token-duplicated")
    orphan = only(make(linted(), known, observed=TWICE))
    assert (orphan.action, orphan.reason, orphan.sid) == (ActionKind.UNRESOLVED, "token-duplicated", None)


# --- removed ------------------------------------------------------------------------------------------


def test_nothing_is_removed_where_not_everything_was_read() -> None:
    known = state({"gone": entry(campaign("gone"))})
    assert kinds(make(linted(campaign()), known, partial=True)) == {"diwali": "create"}
    assert kinds(make(linted(campaign(), unreadable=("bad.yaml",)), known)) == {"diwali": "create"}
    assert kinds(make(linted(campaign()), known)) == {"diwali": "create", "gone": "removed"}


def test_a_campaign_without_an_id_is_no_action() -> None:
    assert make(linted(campaign(None))).actions == ()


def test_of_two_campaigns_with_one_id_there_is_one_action_and_it_is_blocked() -> None:
    lint = linted(campaign(), campaign(template="Other"), findings=(error("diwali", "duplicate-id"),))
    assert [(one.action, one.reason) for one in make(lint).actions] == [(ActionKind.BLOCKED, "duplicate-id")]


# --- the clock ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (600, ActionKind.CREATE),
        (601, ActionKind.CREATE),
        (599, ActionKind.BLOCKED),
        (0, ActionKind.BLOCKED),
        (-86_400, ActionKind.BLOCKED),
    ],
)
def test_exotel_wants_ten_minutes_notice(seconds: int, expected: ActionKind) -> None:
    start = moment(START)
    assert start is not None
    action = only(make(linted(campaign()), now=start - timedelta(seconds=seconds)))
    assert (action.action, action.reason) == (
        expected,
        None if expected is ActionKind.CREATE else "schedule-lead-time",
    )


def test_a_fraction_of_a_second_less_is_less() -> None:
    start = moment(START)
    assert start is not None
    almost = start - timedelta(minutes=10) + timedelta(microseconds=1)
    assert only(make(linted(campaign()), now=almost)).action is ActionKind.BLOCKED


def test_a_campaign_without_a_schedule_starts_at_once_and_needs_no_notice() -> None:
    action = only(make(linted(campaign(schedule=None))))
    assert (action.action, "schedule" in (action.payload or {})) == (ActionKind.CREATE, False)


def test_what_is_at_exotel_needs_no_notice() -> None:
    late = datetime(2036, 1, 1, tzinfo=UTC)
    assert kinds(make(linted(campaign()), now=late, observed=remote())) == {"diwali": "adopt"}
    known = state({"diwali": entry(campaign())})
    assert kinds(make(linted(campaign()), known, now=late)) == {"diwali": "unchanged"}


def test_a_plan_says_when_it_was_made_and_how_long_it_holds() -> None:
    in_india = timezone(timedelta(hours=5, minutes=30))
    plan = make(linted(campaign()), now=NOW.astimezone(in_india))
    assert (plan.created_at, plan.expires_at) == ("2034-06-01T06:00:00Z", "2034-06-02T06:00:00Z")
    assert (plan.project, plan.lineage, plan.serial) == (CONFIG.project, "l", 7)


# --- recipients and parts -----------------------------------------------------------------------------


def test_recipients_are_counted_once_a_list_and_unknown_where_a_list_does_not_say() -> None:
    counted = campaign("a-counted", audience=(NORTH, SOUTH))
    unknown = campaign("b-unknown", audience=(NORTH, UNCOUNTED))
    plan = make(linted(counted, unknown))
    assert [one.recipients for one in plan.actions] == [13_230, None]
    assert planning.summary(plan)["recipients"] == 13_230


@pytest.mark.parametrize(
    ("text", "parts"),
    [("a" * 160, 1), ("a" * 161, 2), ("न" * 70, 1), ("न" * 71, 2), ("€" * 80, 1), ("€" * 81, 2)],
)
def test_parts_are_those_of_one_message(text: str, parts: int) -> None:
    assert only(make(linted(campaign(template=text)))).segments == parts


def test_only_creations_count_as_recipients() -> None:
    known = state({"unchanged": entry(campaign("unchanged"))})
    lint = linted(campaign("unchanged"), campaign("adopt"), campaign("blocked"), findings=(error("blocked"),))
    plan = make(lint, known, observed=remote(id_="adopt"))
    assert planning.summary(plan)["recipients"] == 0


# --- nothing twice ------------------------------------------------------------------------------------

IDS = ["ant", "bee", "cat", "dog", "eel", "fox"]
WORLDS = st.fixed_dictionaries(
    {
        "files": st.lists(st.sampled_from(IDS), unique=True).map(tuple),
        "known": st.sets(st.sampled_from(IDS)),
        "tried": st.sets(st.sampled_from(IDS)),
        "there": st.sets(st.sampled_from(IDS)),
        "wrong": st.sets(st.sampled_from(IDS)),
        "edited": st.sets(st.sampled_from(IDS)),
        "looked": st.booleans(),
    }
)


def world(given_world: dict[str, Any]) -> tuple[LintResult, State, Any]:
    files = [
        campaign(id_, template="Edited") if id_ in given_world["edited"] else campaign(id_)
        for id_ in given_world["files"]
    ]
    findings = tuple(error(id_) for id_ in sorted(given_world["wrong"]))
    known = state(
        {id_: entry(campaign(id_)) for id_ in sorted(given_world["known"])},
        {id_: intent(id_) for id_ in sorted(given_world["tried"] - given_world["known"])},
    )
    there = {key: hits for id_ in given_world["there"] for key, hits in remote(f"sid-{id_}", id_).items()}
    return linted(*files, findings=findings), known, there if given_world["looked"] else None


@settings(max_examples=examples(150), deadline=None)
@given(WORLDS, st.randoms())
def test_the_order_of_files_and_of_the_state_does_not_matter(
    given_world: dict[str, Any], random: Any
) -> None:
    lint, known, observed = world(given_world)
    files, ids, tried = list(lint.campaigns), list(known.campaigns), list(known.intents)
    for one in (files, ids, tried):
        random.shuffle(one)
    shuffled = replace(
        known,
        campaigns={id_: known.campaigns[id_] for id_ in ids},
        intents={id_: known.intents[id_] for id_ in tried},
    )
    again = make(replace(lint, campaigns=tuple(files)), shuffled, observed=observed)
    assert again == make(lint, known, observed=observed)


@settings(max_examples=examples(150), deadline=None)
@given(WORLDS)
def test_nothing_known_tried_wrong_or_there_is_created(given_world: dict[str, Any]) -> None:
    lint, known, observed = world(given_world)
    created = {one.id for one in make(lint, known, observed=observed).of(ActionKind.CREATE)}
    there = given_world["there"] if given_world["looked"] else set()
    assert created == (
        set(given_world["files"]) - given_world["known"] - given_world["tried"] - given_world["wrong"] - there
    )


@settings(max_examples=examples(150), deadline=None)
@given(WORLDS)
def test_after_an_apply_there_is_nothing_left_to_create(given_world: dict[str, Any]) -> None:
    lint, known, observed = world(given_world)
    plan = make(lint, known, observed=observed)
    done = {
        one.id: Entry(
            token=one.token, sid=one.sid or "new", payload=one.payload or {}, origin="created", at=""
        )
        for one in plan.of(ActionKind.CREATE, ActionKind.ADOPT)
    }
    after = replace(
        known,
        campaigns={**known.campaigns, **done},
        intents={id_: one for id_, one in known.intents.items() if id_ not in done},
    )
    again = make(lint, after, observed=observed)
    assert again.of(ActionKind.CREATE, ActionKind.ADOPT) == ()
    wrong_or_edited = given_world["wrong"] | given_world["edited"]
    assert {one.id for one in again.of(ActionKind.UNCHANGED)} >= done.keys() & set(
        lint_ids(lint)
    ) - wrong_or_edited


def lint_ids(lint: LintResult) -> list[str]:
    return [one.id for one in lint.campaigns if one.id is not None]


@settings(max_examples=examples(100), deadline=None)
@given(WORLDS)
def test_what_is_looked_for_is_all_that_may_be_created_or_adopted(given_world: dict[str, Any]) -> None:
    lint, known, _ = world(given_world)
    wanted = planning.tokens(lint, known, CONFIG)
    plan = make(lint, known)
    assert wanted >= {one.token for one in plan.of(ActionKind.CREATE, ActionKind.UNRESOLVED)}
    assert wanted.isdisjoint(mark(id_) for id_ in known.campaigns)


def test_what_was_not_asked_is_said() -> None:
    assert make(linted(campaign()), observed=None).looked is False
    assert make(linted(campaign()), observed={}).looked is True


# --- the digest ---------------------------------------------------------------------------------------


def digest(*campaigns: Campaign, known: State | None = None, config: Config = CONFIG, **more: Any) -> str:
    return make(linted(*(campaigns or (campaign(),))), known, config, **more).digest


def test_the_digest_does_not_depend_on_when_by_whom_and_over_what_state() -> None:
    plain = digest()
    assert plain == digest(now=NOW + timedelta(days=3), plan_id="another")
    assert plain == digest(known=replace(state(), serial=99, lineage="other"))
    assert plain == digest(observed=None)
    assert plain == digest(campaign(source=Here("moved.yaml")))
    assert len(plain) == 64


def test_who_approves_a_creation_approves_its_adoption_and_not_the_other_way_round() -> None:
    creates, adopts = make(linted(campaign())), make(linted(campaign()), observed=remote())
    assert creates.digest != adopts.digest
    assert planning.digests(adopts, None) == {creates.digest, adopts.digest}
    assert planning.digests(creates, None) == {creates.digest}


@pytest.mark.parametrize("intents", [{}, {"diwali": None}], ids=["new", "unclear"])
@pytest.mark.parametrize(
    ("name", "sid", "reason"),
    [
        (f"Copy of x {mark()} (2)", "sid-4", "token-elsewhere"),
        (f"x{mark()}", "sid-4", "token-elsewhere"),
        (f"x {mark()}", "sid-bee", "sid-taken"),
    ],
)
def test_what_is_not_surely_ours_is_not_taken_over(
    name: str, sid: str, reason: str, intents: dict[str, None]
) -> None:
    known = state({"bee": replace(entry(campaign("bee")), sid="sid-bee")}, {id_: intent() for id_ in intents})
    hit = Remote(sid=sid, name=name)
    one = next(
        found
        for found in make(linted(campaign()), known, observed={mark(): (hit,)}).actions
        if found.id == "diwali"
    )
    kind = ActionKind.UNRESOLVED if intents else ActionKind.BLOCKED
    assert (one.action, one.reason, one.doubles) == (kind, reason, (hit,))


def test_the_digest_does_not_depend_on_what_is_neither_sent_nor_shown() -> None:
    known = state({"bee": entry(campaign("bee")), "gone": entry(campaign("gone"))})
    assert digest(campaign(), campaign("bee"), known=known) == digest()


@pytest.mark.parametrize(
    "changes",
    [
        {"template": "Hello from Kettle "},
        {"name": "Another"},
        {"lists": ("south",), "audience": (SOUTH,)},
        {"schedule": schedule(end="2035-10-20T18:00:01+05:30")},
        {"schedule": schedule("2035-10-20T05:00:00Z")},
        {"schedule": None},
        {"sender_id": "TEAPOT"},
        {"status_callback": "https://hooks.example.in/"},
        {"id_": "holi"},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_the_digest_changes_with_the_payload(changes: dict[str, Any]) -> None:
    assert digest(campaign(**changes)) != digest()


@pytest.mark.parametrize(
    "changes",
    [
        {"project": "teapot-000000"},
        {"region": "singapore"},
        {"endpoint": "message-campaigns"},
        {"body": "wrapped"},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_the_digest_changes_with_where_it_goes(changes: dict[str, str]) -> None:
    config = replace(CONFIG, **changes)  # type: ignore[arg-type]
    known = replace(state(), project=config.project)
    assert digest(config=config, known=known) != digest()


@pytest.mark.parametrize(
    "setting", [one for one in fields(Config) if one.name != "project"], ids=lambda one: str(one.name)
)
def test_the_digest_changes_with_every_setting(setting: Field[Any]) -> None:
    before = getattr(CONFIG, setting.name)
    after = {bool: not before, int: 7, str: "other", tuple: ("other",)}.get(type(before), {"other": "other"})
    changes: dict[str, Any] = {setting.name: 7 if before is None else after}
    assert digest(config=replace(CONFIG, **changes)) != digest()


def test_the_digest_changes_with_registry_account_and_what_is_allowed() -> None:
    seen = [digest(), digest(registry="r"), digest(account="a"), digest(allowed=["list-gap"])]
    assert len({*seen, digest(allowed=["list-gap", "sent-before"])}) == 5
    assert digest(allowed=["b", "a", "a"]) == digest(allowed=("a", "b"))


def test_the_hash_of_a_value_is_that_of_what_it_says() -> None:
    assert planning.hashed({"a": 1, "b": [True]}) == planning.hashed({"b": [True], "a": 1})
    assert planning.hashed({"a": [1, 2]}) != planning.hashed({"a": [2, 1]})


def test_a_plan_expires_when_the_settings_say() -> None:
    plan = make(linted(campaign()), config=replace(CONFIG, plan_expiry=3600))
    assert (plan.created_at, plan.expires_at) == ("2034-06-01T06:00:00Z", "2034-06-01T07:00:00Z")


def test_the_digest_changes_with_an_action() -> None:
    start = moment(START)
    assert start is not None
    seen = {
        "create": digest(),
        "blocked": digest(now=start),
        "unresolved": digest(known=state(intents={"diwali": intent()})),
        "changed": digest(known=state({"diwali": entry(campaign(template="Before"))})),
        "unchanged": digest(known=state({"diwali": entry(campaign())})),
        "two": digest(campaign(), campaign("bee")),
    }
    assert len(set(seen.values())) == len(seen)


def test_a_token_is_made_of_project_and_id_alone() -> None:
    assert mark() == "ccyo3pkuue53"  # on every machine, for ever: it is how a campaign is found again
    tokens = {token(project, id_) for project in ("ab", "a") for id_ in ("c", "bc")}
    assert len(tokens) == 4


@pytest.mark.parametrize(
    "missing",
    [
        {"template": None},
        {"lists": (), "audience": ()},
        {"sender_id": None},
        {"schedule": Schedule(start_time="2034-13-45T10:30:00", end_time="x", start=None, end=None)},
    ],
)
def test_nothing_is_created_of_a_campaign_that_is_not_whole(missing: dict[str, Any]) -> None:
    made = make(linted(campaign(**missing)))

    assert (only(made).action, only(made).reason) == (ActionKind.BLOCKED, "incomplete")
    assert "nobody can say what would be sent" in text.plan(made, planning.summary(made))
