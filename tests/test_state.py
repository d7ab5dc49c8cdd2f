"""The state on the disk: what is written, what is believed when it is read, and who may write."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, Run, examples, write
from hypothesis import given, settings
from hypothesis import strategies as st

from campaignctl.errors import LockedError, StateError
from campaignctl.model import Delta, Entry, Intent, State, canonical, token
from campaignctl.state import codec
from campaignctl.state.local import LocalStore, Session

PROJECT = "kettle-5a1f0c"
LINEAGE = "2f4f2a8e-6f0e-4a52-9d2b-0a3c1d9e7b11"


def entry(number: int = 1, **payload: Any) -> Entry:
    fields = {"name": f"campaign {number}", "lists": ["0f" * 16], "template": "नमस्ते", **payload}
    return Entry(
        token=f"cc{number:010}",
        sid=f"sid-{number}",
        payload=fields,
        origin="created",
        at="2034-06-01T06:00:00Z",
        plan_id="plan-1",
    )


def intent(number: int = 1) -> Intent:
    return Intent(
        token=f"cc{number:010}",
        payload={"name": "one"},
        phase="intent",
        at="2034-06-01T06:00:00Z",
        plan_id="plan-1",
        actor="asha@mill, pid 7",
    )


def state_of(count: int, **changes: Any) -> State:
    fields = {
        "project": PROJECT,
        "lineage": LINEAGE,
        "serial": count,
        "campaigns": {f"campaign-{number:03}": entry(number) for number in range(count)},
        **changes,
    }
    return State(**fields)


@pytest.fixture
def store(tmp_path: Path) -> LocalStore:
    return LocalStore(tmp_path / "campaignctl.state.json", PROJECT)


def added(number: int) -> Delta:
    return Delta(campaigns={f"campaign-{number:03}": entry(number)})


def keep(store: LocalStore, *deltas: Delta) -> State:
    """Record under the lock, and fold."""
    with store.lock("campaignctl test") as session:
        for delta in deltas:
            session.record(delta)
        return session.state


def record_and(session: Session, delta: Delta, then: Callable[[], object]) -> None:
    """Record a change, after which something happens to the disk."""
    session.record(delta)
    then()


def following(state: State, delta: Delta, lineage: str) -> State:
    """Return what the state must be after a change, said a second time and plainly."""
    intents = dict(state.intents)
    for id_, one in delta.intents.items():
        if one is None:
            intents.pop(id_, None)
        else:
            intents[id_] = one
    return State(
        project=state.project,
        lineage=lineage,
        serial=state.serial + 1,
        campaigns={**state.campaigns, **delta.campaigns},
        intents=intents,
        used_plans=(*state.used_plans, *([delta.used_plan] if delta.used_plan else [])),
    )


def crash(store: LocalStore, *deltas: Delta) -> State:
    """Leave behind what a run leaves that is killed before it folds: the journal."""
    state = store.read()
    lines = b""
    for delta in deltas:
        lineage = state.lineage or LINEAGE
        lines += codec.line(delta, lineage, state.serial + 1, project=PROJECT)
        state = following(state, delta, lineage)
    with store.journal.open("ab") as handle:
        handle.write(lines)
    return state


# --- the file -----------------------------------------------------------------------------------------

# Characters that a file can hold: all but halves of surrogate pairs.
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
FIRST, LAST = datetime(1970, 1, 2), datetime(9998, 12, 30)  # noqa: DTZ001 - hypothesis adds the zone
MOMENTS = st.datetimes(FIRST, LAST, timezones=st.just(UTC)).map(datetime.isoformat)
ENTRIES = st.builds(
    Entry,
    token=TEXT,
    sid=TEXT,
    payload=st.dictionaries(TEXT, JSON, max_size=3),
    origin=TEXT,
    at=MOMENTS,
    plan_id=st.none() | TEXT,
)
INTENTS = st.builds(
    Intent,
    token=TEXT,
    payload=st.dictionaries(TEXT, JSON, max_size=3),
    phase=TEXT,
    at=MOMENTS,
    plan_id=TEXT,
    actor=TEXT,
    error=st.none() | TEXT,
)
STATES = st.builds(
    State,
    project=st.just(PROJECT),
    lineage=st.none() | TEXT,
    serial=st.integers(min_value=0, max_value=10**15),
    campaigns=st.dictionaries(TEXT, ENTRIES, max_size=3),
    intents=st.dictionaries(TEXT, INTENTS, max_size=3),
    used_plans=st.lists(TEXT, max_size=3).map(tuple),
)


@settings(max_examples=examples(150), deadline=None)
@given(STATES)
def test_what_is_written_is_what_is_read(state: State) -> None:
    assert codec.loads(codec.dumps(state), "state", PROJECT) == state


@settings(max_examples=examples(150), deadline=None)
@given(STATES, st.dictionaries(TEXT, ENTRIES, max_size=2), st.dictionaries(TEXT, st.none() | INTENTS), TEXT)
def test_a_journal_line_makes_the_state_that_the_change_makes(
    state: State, campaigns: dict[str, Entry], intents: dict[str, Intent | None], plan_id: str
) -> None:
    delta = Delta(campaigns=campaigns, intents=intents, used_plan=plan_id or None)
    lineage = state.lineage if state.lineage is not None else LINEAGE
    line = codec.line(delta, lineage, state.serial + 1, project=PROJECT)
    assert line.count(b"\n") == 1
    assert codec.replay(state, line, "journal") == following(state, delta, lineage)


def test_the_file_is_sorted_indented_json_that_ends_in_a_line_break() -> None:
    campaigns = {"zebra": entry(1), "ant": entry(2)}
    text = codec.dumps(state_of(0, campaigns=campaigns, intents={"b": intent(), "a": intent()})).decode()
    data = json.loads(text)
    assert (list(data["campaigns"]), list(data["intents"])) == (["ant", "zebra"], ["a", "b"])
    assert text == json.dumps(data, indent=2, ensure_ascii=False) + "\n"
    assert "नमस्ते" in text


def test_one_campaign_more_only_adds_lines_to_the_git_diff(tmp_path: Path) -> None:
    before, after = state_of(5), state_of(7, serial=6)
    middle = {id_: one for id_, one in after.campaigns.items() if id_ != "campaign-003"}
    (tmp_path / "before").write_bytes(codec.dumps(state_of(5, campaigns=middle)))
    (tmp_path / "after").write_bytes(codec.dumps(after))
    diff = subprocess.run(
        ["git", "diff", "--no-index", "--unified=0", "before", "after"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    ).stdout
    removed = [line for line in diff.splitlines() if line.startswith("-") and not line.startswith("---")]
    assert removed == [f'-  "serial": {before.serial},']


def test_the_schema_takes_what_is_written() -> None:
    path = ROOT / "schemas" / "state.schema.json"
    if not path.exists():
        pytest.skip("schemas/state.schema.json is not there yet")
    import jsonschema

    schema = json.loads(path.read_text(encoding="utf-8"))
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    real = "68f443cd3e764ad1ae7d82ad27f0af72"
    sent = {
        "name": "Diwali offer ccabcdefgh23",
        "content_type": "static",
        "lists": [real],
        "dlt_entity_id": "1101428740000012125",
        "dlt_template_id": "1107160086562376233",
        "sender_id": "KETTLE",
        "sms_type": "transactional",
        "template": "Hello",
        "schedule": {"start_time": "2035-10-20T10:30:00+05:30", "end_time": "2035-10-20T18:00:00+05:30"},
    }
    one = Entry(
        token="ccabcdefgh23",
        sid="909d2a2ba53ce07f3784668b938eb44914bo",
        payload=sent,
        origin="adopted",
        at="2034-06-01T06:00:00Z",
    )
    tried = Intent(
        token="ccabcdefgh24",
        payload=sent,
        phase="unknown",
        at="2034-06-01T06:00:00Z",
        plan_id=real,
        actor="asha@mill, pid 7",
        error="no answer in time",
    )
    full = State(
        project=PROJECT,
        lineage=LINEAGE,
        serial=3,
        campaigns={"the-example": one},
        intents={"the-other": tried},
        used_plans=(real,),
    )
    for state in (State(project=PROJECT), full):
        problems = [error.message for error in validator.iter_errors(json.loads(codec.dumps(state)))]
        assert problems == []
    broken = {**json.loads(codec.dumps(full)), "serial": "3"}
    assert not validator.is_valid(broken)


# --- damage -------------------------------------------------------------------------------------------

SOUND: dict[str, Any] = json.loads(codec.dumps(state_of(2, intents={"tried": intent(9)}, used_plans=("p",))))


def changed(*route: str, to: Any = ...) -> bytes:
    """Return the sound file with one value replaced, or left out."""
    data = json.loads(json.dumps(SOUND))
    inner = data
    for step in route[:-1]:
        inner = inner[step]
    if to is ...:
        del inner[route[-1]]
    else:
        inner[route[-1]] = to
    return json.dumps(data).encode()


FIELDS: list[tuple[str, ...]] = [
    *[(name,) for name in SOUND],
    *[("campaigns", "campaign-000", name) for name in SOUND["campaigns"]["campaign-000"]],
    *[("intents", "tried", name) for name in SOUND["intents"]["tried"]],
]
TEXT_OF = codec.dumps(state_of(2)).decode()
DAMAGED: dict[str, bytes] = {
    "empty": b"",
    "truncated": TEXT_OF.encode()[: len(TEXT_OF) // 2],
    "one byte short of an end": TEXT_OF.rstrip().encode()[:-1],
    "not JSON": b"project: kettle\n",
    "not UTF-8": b"\xff\xfe{}",
    "zeros, as after a power cut": b"\0" * 512,
    "a list": b"[]",
    "a number": b"1",
    "null": b"null",
    "a text": b'"version"',
    "without version": b"{}",
    "version 0": changed("version", to=0),
    "version true": changed("version", to=True),
    "version 1.0": changed("version", to=1.0),
    "version as a text": changed("version", to="1"),
    "Git's marks": b"<<<<<<< HEAD\n" + TEXT_OF.encode() + b"=======\n{}\n>>>>>>> main\n",
    "Git's marks inside": TEXT_OF.replace('  "serial"', '<<<<<<< HEAD\n  "serial"').encode(),
    "deep lists": b'{"version": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "a huge version": b'{"version": ' + b"9" * 100_000 + b"}",
    "a huge serial": json.dumps(SOUND).replace('"serial": 2', '"serial": ' + "9" * 100_000).encode(),
    "a negative serial": changed("serial", to=-1),
    "a serial of true": changed("serial", to=True),
    "an infinite serial": json.dumps(SOUND).replace('"serial": 2', '"serial": 1e999').encode(),
    "half a surrogate pair as SID": changed("campaigns", "campaign-000", "sid", to="\ud800"),
    "half a surrogate pair as project": changed("project", to="\ud800"),
    "campaigns as a list": changed("campaigns", to=[]),
    "a campaign as a list": changed("campaigns", "campaign-000", to=[]),
    "a campaign of null": changed("campaigns", "campaign-000", to=None),
    "an intent of null": changed("intents", "tried", to=None),
    "a used plan of 1": changed("used_plans", to=["a", 1]),
    "used plans as a text": changed("used_plans", to="plan"),
    **{f"{'.'.join(route)} missing": changed(*route) for route in FIELDS},
    **{f"{'.'.join(route)} of the wrong kind": changed(*route, to=[[]]) for route in FIELDS},
    **{
        f"{'.'.join(route)} null": changed(*route, to=None)
        for route in FIELDS
        if route[-1] not in {"lineage", "account", "error"}
        and route != ("campaigns", "campaign-000", "plan_id")
    },
}


@pytest.mark.parametrize("data", DAMAGED.values(), ids=DAMAGED.keys())
def test_a_damaged_state_stops_the_run_and_stays_as_it_is(store: LocalStore, data: bytes) -> None:
    store.path.write_bytes(data)
    with pytest.raises(StateError, match="damaged"):
        store.read()
    with pytest.raises(StateError, match="damaged"), store.lock("campaignctl apply"):
        pytest.fail("the lock was given for a state that cannot be read")
    assert store.path.read_bytes() == data
    assert not store.journal.exists()


def test_the_sound_file_behind_the_damaged_ones_is_sound(store: LocalStore) -> None:
    store.path.write_text(json.dumps(SOUND), encoding="utf-8")
    assert store.read() == state_of(2, intents={"tried": intent(9)}, used_plans=("p",))


@pytest.mark.parametrize(
    "data",
    [
        changed("campaigns", "campaign-000", "payload", to={"name": "\ud800"}),
        changed("campaigns", "\ud800", to=SOUND["campaigns"]["campaign-000"]),
        changed("intents", "tried", "payload", to={"\udfff": 1}),
    ],
    ids=["in a payload", "in an id", "in a payload's key"],
)
def test_half_a_surrogate_pair_anywhere_is_damage(store: LocalStore, data: bytes) -> None:
    store.path.write_bytes(data)
    with pytest.raises(StateError, match="damaged"):
        store.read()


def test_a_key_given_twice_is_damage(store: LocalStore) -> None:
    """As a bad merge leaves it: the first `campaigns` would be forgotten."""
    text = codec.dumps(state_of(2)).decode()
    store.path.write_text(text.replace('  "intents"', '  "campaigns": {},\n  "intents"'), encoding="utf-8")
    with pytest.raises(StateError, match="damaged"):
        store.read()


def test_gits_marks_are_named_with_what_to_do(store: LocalStore) -> None:
    store.path.write_bytes(DAMAGED["Git's marks"])
    with pytest.raises(
        StateError, match=r"conflict marks. Do not delete it.*campaignctl state merge theirs.json"
    ):
        store.read()


def test_a_newer_state_asks_for_an_upgrade_and_stays_as_it_is(store: LocalStore) -> None:
    data = json.dumps({"version": 3, "whatever": "comes"}).encode()
    store.path.write_bytes(data)
    with pytest.raises(StateError, match=r"newer campaignctl \(state version 3\); upgrade"):
        store.read()
    assert store.path.read_bytes() == data


def test_a_state_of_another_project_is_refused(store: LocalStore) -> None:
    store.path.write_bytes(codec.dumps(State(project="teapot-000000")))
    with pytest.raises(StateError, match=r"belongs to project 'teapot-000000'.*'kettle-5a1f0c'"):
        store.read()


def test_a_folder_in_place_of_the_state_is_refused(store: LocalStore) -> None:
    store.path.mkdir()
    with pytest.raises(StateError, match="cannot be read: is a folder"):
        store.read()


def test_a_state_beyond_the_bound_is_refused(store: LocalStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("campaignctl.state.files._MAX_BYTES", 100)
    store.path.write_bytes(codec.dumps(state_of(1)))
    with pytest.raises(StateError, match="is larger than"):
        store.read()


def test_no_state_is_an_empty_one(store: LocalStore) -> None:
    assert store.read() == State(project=PROJECT)


# --- the journal --------------------------------------------------------------------------------------


def test_a_recorded_change_is_read_before_it_is_folded(store: LocalStore) -> None:
    with store.lock("campaignctl test") as session:
        session.record(added(1))
        assert store.read() == session.state
        assert not store.path.exists()
    assert store.read() == session.state
    assert store.path.read_bytes() == codec.dumps(session.state)
    assert not store.journal.exists()


def test_the_first_change_gives_the_lineage_and_later_ones_keep_it(store: LocalStore) -> None:
    first = keep(store, added(1))
    second = keep(store, added(2), added(3))
    assert first.lineage is not None
    assert (second.lineage, second.serial) == (first.lineage, 3)
    assert list(second.campaigns) == ["campaign-001", "campaign-002", "campaign-003"]


def test_a_lock_without_a_change_writes_nothing(store: LocalStore) -> None:
    keep(store)
    assert not store.path.exists()
    assert not store.journal.exists()


def test_a_torn_last_line_never_counted(store: LocalStore) -> None:
    keep(store, added(1))
    whole = crash(store, added(2))
    line = codec.line(added(3), str(whole.lineage), whole.serial + 1, project=PROJECT)
    folded = store.journal.read_bytes()
    for length in (1, len(line) // 2, len(line) - 1):
        store.journal.write_bytes(folded + line[:length])
        assert store.read() == whole


def test_after_a_torn_line_the_next_run_records_on_clean_ground(store: LocalStore) -> None:
    keep(store, added(1))
    crash(store, added(2))
    with store.journal.open("ab") as handle:
        handle.write(b'{"lineage": "2f4')
    after = keep(store, added(3))
    assert list(after.campaigns) == ["campaign-001", "campaign-002", "campaign-003"]
    assert store.read() == after


def test_a_crash_between_the_snapshot_and_the_end_of_the_journal_counts_nothing_twice(
    store: LocalStore,
) -> None:
    keep(store, added(1))
    state = crash(store, added(2), Delta(intents={"tried": intent()}))
    store.path.write_bytes(codec.dumps(state))
    assert store.read() == state
    after = keep(store, added(3))
    assert (after.serial, store.read()) == (state.serial + 1, after)


def test_a_journal_without_a_snapshot_is_the_whole_state(store: LocalStore) -> None:
    state = crash(store, added(1), added(2))
    assert store.read() == state
    assert (state.serial, state.lineage) == (2, LINEAGE)


def test_a_journal_that_continues_a_missing_snapshot_is_refused(store: LocalStore) -> None:
    keep(store, added(1))
    crash(store, added(2))
    store.path.unlink()
    with pytest.raises(StateError, match=r"is missing, and .*\.journal continues it; restore"):
        store.read()


@pytest.mark.parametrize(
    "journal",
    [
        b"garbage\n",
        b"{}\n",
        b"[]\n",
        pytest.param(
            b"[" * 100_000 + b"\n",
        ),
    ],
    ids=["garbage", "an empty object", "a list", "deep lists"],
)
def test_a_damaged_journal_without_a_snapshot_is_refused(store: LocalStore, journal: bytes) -> None:
    store.journal.write_bytes(journal)
    with pytest.raises(StateError, match=r"is missing, and .*\.journal continues it; restore"):
        store.read()
    assert store.journal.read_bytes() == journal


def test_an_older_snapshot_put_back_beside_a_journal_is_refused(store: LocalStore) -> None:
    keep(store, added(1))
    older = store.path.read_bytes()
    keep(store, added(2))
    crash(store, added(3))
    store.path.write_bytes(older)
    with pytest.raises(StateError, match="line 1 is number 3, and 2 is missing"):
        store.read()


def line_of(serial: int, lineage: str = LINEAGE) -> bytes:
    return codec.line(added(serial), lineage, serial, project=PROJECT)


@pytest.mark.parametrize(
    ("journal", "why"),
    [
        (line_of(4), "line 1 is number 4, and 3 is missing"),
        (line_of(3) + line_of(5), "line 2 is number 5, and 4 is missing"),
        (line_of(3, "another"), "line 1 belongs to another state"),
        (line_of(3) + line_of(4, "another"), "line 2 belongs to another state"),
        (b"garbage\n", "line 1 is not JSON"),
        (line_of(3) + b"\n", "line 2 is not JSON"),
        (line_of(3)[:50] + line_of(3), "line 1 is not JSON"),
        (b"[" * 100_000 + b"\n", "line 1 is not JSON"),
        (b"\xff\n", "line 1 is not JSON"),
        (b"[]\n", "a part of it is missing or of the wrong kind"),
        (b"{}\n", "a part of it is missing or of the wrong kind"),
        (line_of(3).replace(b'"serial":3', b'"serial":true'), "of the wrong kind"),
        (line_of(3).replace(b'"intents":{}', b'"intents":[]'), "of the wrong kind"),
        (line_of(3).replace(b'"used_plan":null', b'"used_plan":1'), "of the wrong kind"),
    ],
)
def test_a_journal_that_does_not_fit_stops_the_run_and_stays_as_it_is(
    store: LocalStore, journal: bytes, why: str
) -> None:
    snapshot = codec.dumps(state_of(2))
    store.path.write_bytes(snapshot)
    store.journal.write_bytes(journal)
    with pytest.raises(StateError, match=why):
        store.read()
    with pytest.raises(StateError, match=why), store.lock("campaignctl apply"):
        pytest.fail("the lock was given")
    assert (store.path.read_bytes(), store.journal.read_bytes()) == (snapshot, journal)


OTHER = "kettle-9b2c77"


def without_project(delta: Delta, serial: int = 1) -> bytes:
    """Return a journal line as it was written before lines named their project."""
    raw = json.loads(codec.line(delta, LINEAGE, serial, project=OTHER))
    del raw["project"]
    return canonical(raw).encode() + b"\n"


def sent_by(project: str, kind: str) -> Delta:
    mark = token(project, "ant")
    if kind == "intent":
        return Delta(intents={"ant": replace(intent(), token=mark)})
    return Delta(campaigns={"ant": replace(entry(), token=mark, origin=kind)})


@pytest.mark.parametrize("kind", ["created", "adopted", "intent"])
def test_a_journal_of_another_project_is_refused_by_a_fresh_state(store: LocalStore, kind: str) -> None:
    journal = codec.line(sent_by(OTHER, kind), LINEAGE, 1, project=OTHER)
    store.journal.write_bytes(journal)
    with pytest.raises(
        StateError,
        match=r"journal belongs to project 'kettle-9b2c77', and campaignctl.yaml says 'kettle-5a1f0c'",
    ):
        store.read()
    assert store.journal.read_bytes() == journal


@pytest.mark.parametrize("kind", ["created", "intent"])
def test_a_line_without_a_project_is_known_by_its_tokens(store: LocalStore, kind: str) -> None:
    store.journal.write_bytes(without_project(sent_by(OTHER, kind)))
    with pytest.raises(StateError, match=r"another project, by the token of 'ant'"):
        store.read()
    store.journal.write_bytes(without_project(sent_by(PROJECT, kind)))
    assert [*store.read().campaigns, *store.read().intents] == ["ant"]


def test_what_was_adopted_before_lines_named_their_project_may_hold_any_token(store: LocalStore) -> None:
    store.journal.write_bytes(without_project(sent_by(OTHER, "adopted")))
    assert list(store.read().campaigns) == ["ant"]


@pytest.mark.parametrize("project", [7, None, ["kettle-5a1f0c"]])
def test_a_project_of_the_wrong_kind_is_damage(store: LocalStore, project: Any) -> None:
    raw = json.loads(codec.line(added(1), LINEAGE, 1, project=PROJECT))
    store.journal.write_bytes(canonical({**raw, "project": project}).encode() + b"\n")
    with pytest.raises(StateError, match="damaged"):
        store.read()


# --- writes that fail ---------------------------------------------------------------------------------


class Disk:
    """The disk of a test: it fails where it is told to, for writes of the journal alone."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.monkeypatch = monkeypatch

    def takes_no_write(self) -> None:
        def full(handle: int, data: bytes) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

        self.monkeypatch.setattr(os, "write", full)

    def takes_half(self) -> None:
        real = os.write

        def half(handle: int, data: bytes) -> int:
            return real(handle, data[: len(data) // 2])

        self.monkeypatch.setattr(os, "write", half)

    def cannot_sync(self) -> None:
        def fails(handle: int) -> None:
            raise OSError(errno.EIO, "Input/output error")

        self.monkeypatch.setattr(os, "fsync", fails)

    def mend(self) -> None:
        self.monkeypatch.undo()


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    return Disk(monkeypatch)


@pytest.mark.parametrize("fails", [Disk.takes_no_write, Disk.takes_half], ids=["full", "half"])
@pytest.mark.parametrize("before", [0, 1], ids=["as the first line", "as a later line"])
def test_a_change_that_could_not_be_written_does_not_count(
    store: LocalStore, disk: Disk, fails: Callable[[Disk], None], before: int
) -> None:
    known = keep(store, added(1))
    with store.lock("campaignctl test") as session:
        for number in range(before):
            session.record(added(2 + number))
        known = session.state
        fails(disk)
        with pytest.raises(StateError, match="journal cannot be written"):
            session.record(added(9))
        assert session.state == known
        disk.mend()
    assert store.read() == known
    after = keep(store, added(4))
    assert (store.read(), "campaign-009" in after.campaigns) == (after, False)


@pytest.mark.parametrize("fails", [Disk.takes_half, Disk.cannot_sync], ids=["half", "no sync"])
def test_after_a_failed_write_the_session_takes_no_more(
    store: LocalStore, disk: Disk, fails: Callable[[Disk], None]
) -> None:
    with store.lock("campaignctl test") as session:
        session.record(added(1))
        fails(disk)
        with pytest.raises(StateError):
            session.record(added(2))
        disk.mend()
        with pytest.raises(StateError):
            session.record(added(3))
    assert "campaign-003" not in store.read().campaigns


def test_a_change_that_could_not_be_synced_does_not_count(store: LocalStore, disk: Disk) -> None:
    keep(store, added(1))
    with store.lock("campaignctl test") as session:
        session.record(added(2))
        disk.cannot_sync()
        with pytest.raises(StateError, match="cannot be written: input/output error"):
            session.record(added(3))
        disk.mend()
    assert list(store.read().campaigns) == ["campaign-001", "campaign-002"]


def test_a_snapshot_that_cannot_be_written_leaves_the_journal(store: LocalStore, disk: Disk) -> None:
    keep(store, added(1))
    before = store.path.read_bytes()
    with (
        pytest.raises(StateError, match=r"the changes are safe in .*\.journal"),
        store.lock("test") as session,
    ):
        record_and(session, added(2), disk.cannot_sync)
    disk.mend()
    assert store.path.read_bytes() == before
    assert list(store.read().campaigns) == ["campaign-001", "campaign-002"]
    assert sorted(path.name for path in store.path.parent.iterdir()) == [
        store.path.name,
        store.journal.name,
        store.lock_path.name,
    ]


def test_a_temporary_file_of_a_killed_run_is_in_nobodys_way(store: LocalStore) -> None:
    stale = store.path.with_name(f".{store.path.name}.{os.getpid()}.tmp")
    stale.write_bytes(b"half a sta")
    state = keep(store, added(1))
    assert store.path.read_bytes() == codec.dumps(state)


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_folder_that_cannot_be_written_is_an_error(store: LocalStore) -> None:
    store.path.parent.chmod(0o500)
    try:
        with pytest.raises(StateError, match="permission denied"):
            keep(store, added(1))
    finally:
        store.path.parent.chmod(0o700)


def test_a_journal_that_cannot_be_made_is_an_error(
    store: LocalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.open

    def read_only(path: Any, flags: int, *more: Any, **named: Any) -> int:
        if str(path) == str(store.journal):
            raise OSError(errno.EROFS, "Read-only file system")
        return real(path, flags, *more, **named)

    with store.lock("campaignctl test") as session:
        monkeypatch.setattr(os, "open", read_only)
        with pytest.raises(StateError, match="journal cannot be written: read-only file system"):
            session.record(added(1))
    monkeypatch.undo()
    assert store.read() == State(project=PROJECT)


# --- others write in spite of the lock ------------------------------------------------------------------


@pytest.mark.parametrize("what", ["snapshot replaced", "snapshot gone", "journal grown", "journal gone"])
def test_a_foreign_change_under_the_lock_stops_the_next_record(store: LocalStore, what: str) -> None:
    keep(store, added(1))
    with store.lock("campaignctl test") as session:
        session.record(added(2))
        match what:
            case "snapshot replaced":
                other = store.path.with_name("other")
                other.write_bytes(store.path.read_bytes())
                other.replace(store.path)
            case "snapshot gone":
                store.path.unlink()
            case "journal grown":
                with store.journal.open("ab") as handle:
                    handle.write(codec.line(added(7), str(session.state.lineage), 3, project=PROJECT))
            case "journal gone":
                store.journal.unlink()
        path = store.path if what.startswith("snapshot") else store.journal
        with pytest.raises(StateError, match=f"{path.name} was changed by somebody else"):
            session.record(added(3))
        files = {path: path.read_bytes() for path in (store.path, store.journal) if path.exists()}
    assert {path: path.read_bytes() for path in (store.path, store.journal) if path.exists()} == files


def test_a_foreign_change_before_the_fold_is_not_overwritten(store: LocalStore) -> None:
    keep(store, added(1))
    foreign = codec.dumps(state_of(5))
    with pytest.raises(StateError, match="was changed by somebody else"), store.lock("test") as session:
        record_and(session, added(2), lambda: store.path.write_bytes(foreign))
    assert store.path.read_bytes() == foreign
    assert store.journal.exists()


# --- the lock -----------------------------------------------------------------------------------------

HOLD = """
import sys
from pathlib import Path
from campaignctl.state.local import LocalStore
with LocalStore(Path(sys.argv[1]), "kettle-5a1f0c").lock("campaignctl apply"):
    print("held", flush=True)
    sys.stdin.readline()
"""


def hold(store: LocalStore, env: Mapping[str, str] | None = None) -> subprocess.Popen[str]:
    """Let another process take the lock; returns when it has it. It lets go at the end of its input."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(store.path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, **(env or {})},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def refusal(store: LocalStore) -> str:
    with pytest.raises(LockedError) as refused, store.lock("campaignctl resolve"):
        pytest.fail("two hold the lock")
    return str(refused.value)


def test_a_second_holder_is_told_who_the_first_is(store: LocalStore) -> None:
    import socket

    with hold(store, {"LOGNAME": "asha"}) as first:
        message = refusal(store)
        first.communicate("")
    assert message.startswith(
        f"the state is locked by asha@{socket.gethostname()}, pid {first.pid}, running 'campaignctl apply', since 20"
    )
    assert keep(store, added(1)).serial == 1


def test_a_third_one_is_told_as_well(store: LocalStore) -> None:
    with hold(store) as first:
        try:
            assert refusal(store) == refusal(store)
        finally:
            first.communicate("")


def test_two_locks_in_one_process_exclude_each_other(store: LocalStore) -> None:
    with store.lock("campaignctl apply"):
        assert f"pid {os.getpid()}" in refusal(store)


def test_the_lock_goes_with_a_killed_process(store: LocalStore) -> None:
    with hold(store) as first:
        assert f"pid {first.pid}" in refusal(store)
        first.kill()
        first.wait()
        assert keep(store, added(1)).serial == 1


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"garbage",
        b"[]",
        b'{"user": 1}',
        b"\xff",
        pytest.param(
            b"[" * 9000,
        ),
    ],
    ids=["nothing", "garbage", "a list", "a part", "not UTF-8", "deep lists"],
)
def test_a_holder_without_a_name_is_still_a_holder(store: LocalStore, content: bytes) -> None:
    with hold(store) as first:
        store.lock_path.write_bytes(content)
        message = refusal(store)
        first.communicate("")
    assert message.startswith("the state is locked by another process that has not said its name yet")


def test_the_holders_words_cannot_colour_a_terminal(store: LocalStore) -> None:
    with hold(store) as first:
        words = {"user": "\x1b[31m", "host": "h\n", "pid": 1, "command": "c" * 900, "since": "now"}
        store.lock_path.write_text(json.dumps(words), encoding="utf-8")
        message = refusal(store)
        first.communicate("")
    assert "\\x1b[31m@h\\n" in message
    assert message.isprintable()
    assert len(message) < 700


def test_the_lock_is_let_go_after_an_error(store: LocalStore) -> None:
    with pytest.raises(RuntimeError), store.lock("campaignctl apply"):
        raise RuntimeError
    assert keep(store, added(1)).serial == 1


def test_a_link_in_place_of_the_lock_is_not_followed(store: LocalStore, tmp_path: Path) -> None:
    target = tmp_path / "precious"
    target.write_text("keep me", encoding="utf-8")
    store.lock_path.symlink_to(target)
    with pytest.raises(StateError, match="the state cannot be locked"):
        keep(store, added(1))
    assert target.read_text(encoding="utf-8") == "keep me"


# --- where it may lie ---------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [("plan", "--offline"), ("state", "list")])
def test_a_state_that_is_a_link_is_refused(run: Run, folder: Path, command: tuple[str, ...]) -> None:
    outside = folder.parent / f"{folder.name}-outside.json"
    outside.write_bytes(codec.dumps(State(project=PROJECT)))
    (folder / "campaignctl.state.json").symlink_to(outside)
    ran = run(*command)
    assert ran.code == 3
    assert "symbolic link; the state must be a file inside the folder" in ran.err


def test_a_state_behind_a_link_that_leaves_the_folder_is_refused(
    run: Run, folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    (folder / "away").symlink_to(tmp_path_factory.mktemp("elsewhere"))
    config = (folder / "campaignctl.yaml").read_text(encoding="utf-8")
    write(folder, {"campaignctl.yaml": config + "state:\n  path: away/state.json\n"})
    ran = run("plan", "--offline")
    assert ran.code == 3
    assert "lies behind, a symbolic link" in ran.err


@pytest.mark.parametrize("path", ["../state.json", "/tmp/state.json", "a/../../state.json"])
def test_a_state_path_outside_the_folder_is_refused(run: Run, folder: Path, path: str) -> None:
    config = (folder / "campaignctl.yaml").read_text(encoding="utf-8")
    write(folder, {"campaignctl.yaml": config + f"state:\n  path: {path}\n"})
    ran = run("plan", "--offline")
    assert ran.code in (1, 3)
    assert "Plan" not in ran.out
    assert not (folder.parent / "state.json").exists()


def test_a_state_path_in_a_folder_that_is_not_there_says_so(run: Run, folder: Path) -> None:
    config = (folder / "campaignctl.yaml").read_text(encoding="utf-8")
    write(folder, {"campaignctl.yaml": config + "state:\n  path: kept/state.json\n"})
    ran = run("plan", "--offline")
    assert (ran.code, "kept is not a folder; make it, or mend `state.path`" in ran.err) == (3, True)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("serial", "1" + "0" * 18),
        ("serial", "9" * 4300),
        ("at", '"9999-12-31T23:59:59-12:00"'),
        ("at", '"0001-01-01T00:00:00Z"'),
    ],
)
def test_numbers_and_times_that_could_not_be_written_again_are_no_state(field: str, value: str) -> None:
    entry = '{"token": "t", "sid": "s", "origin": "created", "at": "2034-01-01T00:00:00Z", "plan_id": null, "payload": {}}'
    text = (
        f'{{"version": 1, "project": "{PROJECT}", "lineage": "l", "account": null, "serial": 1, "campaigns": {{"a": {entry}}}, '
        '"intents": {}, "used_plans": []}'
    )
    assert codec.loads(text.encode(), "x", PROJECT).serial == 1
    old = '"serial": 1' if field == "serial" else '"at": "2034-01-01T00:00:00Z"'
    with pytest.raises(StateError, match="is damaged"):
        codec.loads(text.replace(old, f'"{field}": {value}').encode(), "x", PROJECT)
