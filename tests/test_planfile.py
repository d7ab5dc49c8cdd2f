"""A saved or approved plan is carried out only where nothing has changed. Pure; every plan is made by hand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

import pytest
from conftest import NOW
from hypothesis import given
from hypothesis import strategies as st
from test_plan import CONFIG, campaign, entry, intent, linted, make, remote, state

from campaignctl import plan as planning
from campaignctl import planfile
from campaignctl.campaigns import payload
from campaignctl.errors import PlanError
from campaignctl.model import Config, Plan, State
from campaignctl.planfile import Present
from campaignctl.render import json as contract

ACCOUNT = "5f0e1d2c3b4a5968"


def saved(the_plan: Plan) -> dict[str, Any]:
    raw: dict[str, Any] = json.loads(contract.plan(the_plan, planning.summary(the_plan)))
    return raw


def read(raw: Any) -> planfile.Approved:
    return planfile.loads(json.dumps(raw).encode(), "plan.json")


def refuse(
    raw: Any, the_plan: Plan, config: Config = CONFIG, used: tuple[str, ...] = (), **later: Any
) -> None:
    """Do what apply does with a saved plan and the plan of now."""
    present = Present(
        plan=the_plan, config=config, account=the_plan.account, used=used, now=NOW + timedelta(**later)
    )
    planfile.refuse_spent(read(raw), present)
    planfile.refuse_stale(read(raw), present)


def refused(why: str, raw: Any, the_plan: Plan, **more: Any) -> None:
    with pytest.raises(PlanError, match=why):
        refuse(raw, the_plan, **more)


PLAN_ID = "3f9c1b72" * 4


def fresh(*campaigns: Any, known: State | None = None, config: Config = CONFIG, **more: Any) -> Plan:
    given_more = {"account": ACCOUNT, "registry": "r", "plan_id": PLAN_ID, **more}
    return make(linted(*(campaigns or (campaign(), campaign("holi")))), known, config, **given_more)


def test_a_plan_is_applied_as_it_was_made() -> None:
    refuse(saved(fresh()), fresh(plan_id="another"))
    refuse(saved(fresh(allowed=["list-gap"])), fresh(allowed=["list-gap"]))
    refuse(saved(fresh(account=None, observed=None)), fresh())
    refuse(saved(fresh()), fresh(observed=remote()))
    refuse(saved(fresh()), fresh(), hours=23, minutes=59)
    refuse(saved(fresh()), fresh(), minutes=-5)


# --- everything that can differ -----------------------------------------------------------------------


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the place of each value that is no collection, and of each empty collection."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    children = list(inner)
    if not children:
        yield path
    for key, child in children:
        yield from leaves(child, (*path, key))


def changed(value: Any, path: tuple[Any, ...]) -> Any:
    """Return a copy with another value at a place."""
    if not path:
        return f"{value}0" if isinstance(value, str) else value + 1 if type(value) is int else "other"
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = changed(copy[path[0]], path[1:])
    return copy


FULL = campaign(
    name="Diwali", status_callback="https://kettle.example/c", sms_status_callback="https://kettle.example/s"
)


@pytest.mark.parametrize("path", [*leaves(payload(FULL, CONFIG.project))], ids=str)
def test_each_field_of_a_payload_counts(path: tuple[Any, ...]) -> None:
    before = fresh(FULL)
    (action,) = before.actions
    sent = dict(action.payload or {})
    for after in (changed(sent, path), {key: one for key, one in sent.items() if key != path[0]}):
        now = planning.block(replace(before, actions=(replace(action, payload=after),)), {})
        refused(r"changes in the campaigns or --var \(diwali\); make a new one", saved(before), now)
        with pytest.raises(PlanError, match="not the plan that was approved"):
            planfile.refuse_unapproved(now, before.digest)


@pytest.mark.parametrize("name", [one.name for one in fields(Config) if one.name != "project"])
def test_each_setting_counts(name: str) -> None:
    before = getattr(CONFIG, name)
    others: dict[type, Any] = {str: "x", int: 90_000, bool: not before, tuple: ("x",)}
    after = others.get(type(before), {"x": "x"})
    changes: dict[str, Any] = {name: 7 if before is None else after}
    config = replace(CONFIG, **changes)
    refused(
        "changes in campaignctl.yaml; make a new one", saved(fresh()), fresh(config=config), config=config
    )


def test_the_registry_counts() -> None:
    refused("changes in registry/; make a new one", saved(fresh()), fresh(registry="s"))
    config = replace(CONFIG, settle=1)
    every = "changes in campaignctl.yaml and registry/ and the campaigns or --var"
    refused(every, saved(fresh()), fresh(campaign(), registry="s", config=config), config=config)


@pytest.mark.parametrize(
    "known",
    [
        replace(state(), serial=8),
        replace(state(), serial=6),
        replace(state(), lineage="m"),
        replace(state(), lineage=None),
        state({"diwali": entry(campaign())}),
        state(intents={"diwali": intent()}),
    ],
)
def test_the_state_counts(known: State) -> None:
    refused("make a new one", saved(fresh()), fresh(known=known))


def test_the_actions_count() -> None:
    refused(r"\(holi\)", saved(fresh()), fresh(campaign()))
    refused(r"\(eid\)", saved(fresh()), fresh(campaign(), campaign("holi"), campaign("eid")))
    refused(r"Exotel no longer has 'diwali'", saved(fresh(observed=remote())), fresh())
    late = "diwali, blocked by schedule-lead-time; holi, blocked by schedule-lead-time"
    refused(late, saved(fresh()), fresh(now=NOW.replace(year=2035, month=12)))


def test_what_is_allowed_counts() -> None:
    with_one = "with `--allow list-gap`"
    refused(f"made {with_one}, and this run is without --allow", saved(fresh(allowed=["list-gap"])), fresh())
    refused(f"made without --allow, and this run is {with_one}", saved(fresh()), fresh(allowed=["list-gap"]))


def test_the_account_counts() -> None:
    refused("another Exotel account", saved(fresh()), fresh(account="0" * 16))
    refused("another Exotel account", saved(fresh()), fresh(account=None))


def test_a_plan_serves_once_and_for_a_time() -> None:
    refused("applied already", saved(fresh()), fresh(), used=(PLAN_ID,))
    refused("has expired", saved(fresh()), fresh(), hours=24)
    refused("which is still to come on this machine", saved(fresh()), fresh(), minutes=-6)
    short = replace(CONFIG, plan_expiry=60)
    refused("has expired", saved(fresh(config=short)), fresh(config=short), config=short, minutes=1)
    longer = {**saved(fresh(config=short)), "expires_at": "2035-01-01T00:00:00Z"}
    refused("has expired", longer, fresh(config=short), config=short, minutes=1)


@pytest.mark.parametrize(
    "path",
    [
        path
        for path in leaves(saved(fresh(allowed=["list-gap"])))
        # What nothing is done by: it is worked out anew, or is for people.
        if path[0] not in ("summary", "findings", "plan_id", "expires_at", "created_at", "drift")
        and path[2:3] not in (("name",), ("path",), ("reason",), ("segments",), ("changes",))
    ],
    ids=str,
)
def test_each_field_of_the_file_that_says_what_is_done_counts(path: tuple[Any, ...]) -> None:
    plan = fresh(allowed=["list-gap"])
    with pytest.raises(PlanError):
        refuse(changed(saved(plan), path), plan)


@pytest.mark.parametrize("lost", ["inputs", "allowed"])
def test_a_file_of_an_older_version_is_not_taken_for_an_approval(lost: str) -> None:
    raw = {key: value for key, value in saved(fresh()).items() if key != lost}
    with pytest.raises(PlanError, match="make the plan again" if lost == "inputs" else "is not a plan"):
        read(raw)


# --- the digest as an approval ------------------------------------------------------------------------


def test_a_plan_is_approved_by_its_digest_or_the_beginning_of_it() -> None:
    plan = fresh()
    for length in (12, 32, 64):
        assert planfile.refuse_unapproved(plan, plan.digest[:length]) is False


def test_a_plan_without_account_approves_any_account_and_says_so() -> None:
    offline = fresh(account=None, observed=None)
    assert planfile.refuse_unapproved(fresh(), offline.digest) is True
    assert planfile.refuse_unapproved(offline, offline.digest) is True
    for approved in (fresh(account="0" * 16), fresh(account=None, registry="s")):
        with pytest.raises(PlanError):
            planfile.refuse_unapproved(fresh(), approved.digest)
    with pytest.raises(PlanError):  # and one for an account does not approve a plan for none
        planfile.refuse_unapproved(offline, fresh().digest)


@given(st.text("0123456789abcdef", min_size=12, max_size=64))
def test_no_other_digest_approves(wanted: str) -> None:
    plan = fresh()
    own = [plan.digest, planning.digest(plan, None)]
    if not any(one.startswith(wanted) for one in own):
        with pytest.raises(PlanError):
            planfile.refuse_unapproved(plan, wanted)
