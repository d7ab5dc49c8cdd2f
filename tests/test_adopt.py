"""`adopt` as people and pipelines use it: what it checks, what it records, and that nothing is ever sent twice."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from conftest import Run, campaign, write
from hypothesis import given
from hypothesis import strategies as st
from test_actions import PROJECT, call, document, plant, sid_of, state, statuses
from test_status import intend
from vendor_says import changed, shows

from campaignctl import documents
from campaignctl.campaignfile import dumps, free, is_id, slug
from campaignctl.folder import write_whole
from campaignctl.model import token
from campaignctl.sandbox import Fault, Sandbox
from campaignctl.state.local import LocalStore

STATE = "campaignctl.state.json"


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("campaignctl.exotel.client._WAITS", (0.0, 0.0))


@pytest.fixture
def three(folder: Path) -> Path:
    """A folder with three campaigns: ant, bee, cat."""
    (folder / "the-example.yaml").unlink()
    write(folder, {f"2035/{id_}.yaml": campaign(id_) for id_ in ("ant", "bee", "cat")})
    return folder


@pytest.fixture
def sent(run: Run, three: Path, exotel: Sandbox) -> Path:
    """The three, created by one plan."""
    assert run("apply", "--yes").code == 0
    return three


@pytest.fixture
def lost(sent: Path) -> Path:
    """The three at Exotel, and no state any more."""
    (sent / STATE).unlink()
    return sent


@pytest.fixture
def named(three: Path) -> Path:
    """The three, of which ant has a name; none is at Exotel yet."""
    write(three, {"2035/ant.yaml": campaign("ant", name="Ant offer")})
    return three


def adopt(run: Run, *words: str, code: int = 0) -> Any:
    ran = run("adopt", *words, "--yes", "--format", "json")
    assert ran.code == code, ran
    return document(ran) if ran.out else ran.err


def actions(run: Run, *words: str, code: int = 0) -> dict[str, str]:
    ran = run("plan", "--format", "json", *words)
    assert ran.code == code, ran
    return {one["id"]: one["action"] for one in document(ran)["actions"]}


def sid_at(exotel: Sandbox, id_: str) -> str:
    return next(
        str(one["sid"]) for one in call(exotel, "GET", "?limit=50") if one["name"].startswith(f"{id_} ")
    )


def posts(exotel: Sandbox) -> int:
    return len(exotel.names())


# --- taking one in ------------------------------------------------------------------------------------------


def test_one_that_is_as_its_file_says_is_taken_in_and_stays_unchanged(
    run: Run, lost: Path, exotel: Sandbox
) -> None:
    sid = sid_at(exotel, "ant")
    data = adopt(run, "ant", sid)
    assert list(data) == [
        *("version", "id", "sid", "outcome", "why", "name", "status", "start_time", "token", "differences"),
        *("not_shown", "others", "replaced", "path", "lint", "next_plan"),
    ]
    assert (data["outcome"], data["differences"], data["next_plan"]) == ("adopted", [], "unchanged")
    entry = state(lost)["campaigns"]["ant"]
    assert (entry["sid"], entry["origin"], entry["token"]) == (sid, "adopted", token(PROJECT, "ant"))
    assert actions(run) == {"ant": "unchanged", "bee": "adopt", "cat": "adopt"}
    assert run("apply", "--yes").code == 0
    assert posts(exotel) == 3


def test_again_it_changes_nothing_and_asks_nothing(run: Run, lost: Path, exotel: Sandbox) -> None:
    sid = sid_at(exotel, "ant")
    adopt(run, "ant", sid)
    before = (lost / STATE).read_bytes()
    assert adopt(run, "ant", sid)["outcome"] == "unchanged"
    assert (lost / STATE).read_bytes() == before


def test_what_was_created_from_here_is_known_already(run: Run, sent: Path, exotel: Sandbox) -> None:
    assert adopt(run, "ant", sid_of(sent, "ant"))["outcome"] == "unchanged"
    assert state(sent)["campaigns"]["ant"]["origin"] == "created"


def test_a_name_without_the_token_is_found_by_its_sid(run: Run, named: Path, exotel: Sandbox) -> None:
    sid = by_hand(exotel, "ant", name="Ant offer")
    assert adopt(run, "ant", sid)["differences"] == []
    assert state(named)["campaigns"]["ant"]["payload"]["name"] == "Ant offer"
    assert actions(run) == {"ant": "unchanged", "bee": "create", "cat": "create"}
    ran = run("apply", "--yes")
    assert (ran.code, "Not listed yet" in ran.out) == (0, False)
    assert sorted(name.split()[0] for name in exotel.names()) == ["Ant", "bee", "cat"]
    assert run("stop", "ant", "--yes").code == 0
    assert statuses(exotel)["Ant"] == "paused"
    edited = (named / "2035" / "ant.yaml").read_text(encoding="utf-8").replace("a new tea", "no tea")
    write(named, {"2035/ant.yaml": edited})
    found = document(run("plan", "--format", "json"))["actions"][0]
    assert (found["action"], [one["field"] for one in found["changes"]]) == ("changed", ["template"])


def by_hand(exotel: Sandbox, id_: str, **changes: Any) -> str:
    """Create at Exotel what the file of this id says, past the client."""
    fields = {
        "name": f"{id_} by hand",
        "content_type": "static",
        "lists": ["9120d5962d214316b7721de55bb82e03"],
        "schedule": {"start_time": "2035-10-20T10:30:00+05:30", "end_time": "2035-10-20T18:00:00+05:30"},
        "dlt_entity_id": "1101428740000012125",
        "dlt_template_id": "1107160086562376233",
        "sender_id": "KETTLE",
        "sms_type": "transactional",
        "template": f"Hello from Kettle, a new tea is here: {id_}",
        **changes,
    }
    sid: str = call(exotel, "POST", body={key: one for key, one in fields.items() if one is not None})[0][
        "sid"
    ]
    return sid


@pytest.mark.parametrize(
    ("change", "field"),
    [
        pytest.param({"name": "another"}, "name", marks=pytest.mark.slow),
        ({"template": "Hello from Kettle: ant"}, "template"),
        ({"lists": ["68f443cd3e764ad1ae7d82ad27f0af72"]}, "lists"),
        pytest.param({"sender_id": "KETTLX"}, "sender_id", marks=pytest.mark.slow),
        pytest.param({"dlt_template_id": "1107160086562376234"}, "dlt_template_id", marks=pytest.mark.slow),
        ({"schedule": {"start_time": "2035-10-21T10:30:00+05:30"}}, "schedule.start_time"),
    ],
)
def test_a_difference_is_refused_and_with_leave_recorded_as_exotel_has_it(
    run: Run, named: Path, exotel: Sandbox, change: dict[str, Any], field: str
) -> None:
    sid = by_hand(exotel, "ant", **{"name": "Ant offer", **change})
    data = adopt(run, "ant", sid, code=1)
    assert (data["outcome"], [one["field"] for one in data["differences"]]) == ("refused", [field])
    assert not (named / STATE).exists() or "ant" not in state(named)["campaigns"]
    assert adopt(run, "ant", sid, "--allow-differences")["outcome"] == "adopted"
    assert adopt(run, "ant", sid)["outcome"] == "unchanged"
    found = document(run("plan", "--format", "json"))["actions"][0]
    assert (found["action"], [one["field"] for one in found["changes"]]) == ("changed", [field])


def test_an_edit_in_the_dashboard_is_taken_over_once_the_file_says_it(
    run: Run, sent: Path, exotel: Sandbox
) -> None:
    shows(exotel, changed("ant", template="Hello from Kettle, better"))
    path = sent / "2035" / "ant.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("Hello from Kettle, a new tea is here: ant", "Hello from Kettle, better"), "utf-8"
    )
    assert actions(run)["ant"] == "changed"
    assert adopt(run, "ant", sid_of(sent, "ant"))["next_plan"] == "unchanged"
    assert document(run("plan", "--refresh", "--format", "json"))["drift"] == []


def test_what_exotel_does_not_show_counts_as_the_file_says_it(run: Run, named: Path, exotel: Sandbox) -> None:
    callback = "https://hooks.example.in/s"
    write(named, {"2035/ant.yaml": campaign("ant", name="Ant offer", sms_status_callback=callback)})
    sid = by_hand(exotel, "ant", name="Ant offer")
    data = adopt(run, "ant", sid)
    assert (data["not_shown"], data["next_plan"]) == (["sms_status_callback"], "unchanged")
    write(
        named,
        {
            "2035/ant.yaml": campaign(
                "ant", name="Ant offer", sms_status_callback="https://hooks.example.in/other"
            )
        },
    )
    assert adopt(run, "ant", sid)["outcome"] == "unchanged"
    assert state(named)["campaigns"]["ant"]["payload"]["sms_status_callback"] == callback


def test_without_text_lists_and_token_nothing_proves_that_it_is_the_one(
    run: Run, named: Path, exotel: Sandbox
) -> None:
    sid = by_hand(exotel, "ant", name="Ant offer")
    shows(exotel, lambda one: {**one, "template": None, "lists": None})
    data = adopt(run, "ant", sid, code=1)
    assert ("nothing proves" in data["why"], "--allow-differences" in data["why"]) == (True, True)
    assert not (named / STATE).exists()
    shows(exotel, lambda one: {**one, "lists": None})
    assert adopt(run, "ant", sid)["outcome"] == "adopted"


def test_with_leave_or_with_the_token_it_is_taken(run: Run, named: Path, exotel: Sandbox) -> None:
    bare = by_hand(exotel, "ant", name="Ant offer")
    marked = by_hand(exotel, "bee", name=f"bee {token(PROJECT, 'bee')}")
    shows(exotel, lambda one: {**one, "template": None, "lists": None})
    assert adopt(run, "ant", bare, "--allow-differences")["outcome"] == "adopted"
    assert adopt(run, "bee", marked)["outcome"] == "adopted"


# --- what is refused ----------------------------------------------------------------------------------------


def test_a_sid_that_exotel_does_not_know_and_an_id_without_a_file_are_3(
    run: Run, lost: Path, exotel: Sandbox
) -> None:
    assert "Exotel knows no campaign" in adopt(run, "ant", "f" * 32, code=3)
    assert "no campaign file has the id 'dog'" in adopt(run, "dog", plant(exotel, "", "Dog by hand"), code=3)


def test_one_campaign_has_one_id(run: Run, sent: Path, exotel: Sandbox) -> None:
    sid = sid_of(sent, "bee")
    write(sent, {"dog.yaml": campaign("dog")})
    assert "in the state already, as 'bee'" in adopt(run, "dog", sid, "--allow-differences", code=3)
    (sent / STATE).unlink()
    assert "is 'bee' by the token in its name" in adopt(run, "dog", sid, "--allow-differences", code=3)
    assert "is 'bee' by the token in its name" in adopt(run, sid, "--write", code=3)


def test_next_steps_are_for_the_same_folder_and_the_same_exotel(
    run: Run, sent: Path, exotel: Sandbox
) -> None:
    place = f"--base-url {exotel.url} -C {sent}"
    ant = sid_of(sent, "ant")
    unknown = plant(exotel, "", "Dog by hand")
    assert f"`campaignctl adopt {unknown} --write {place}`" in adopt(
        run, "dog", unknown, "-C", str(sent), code=3
    )
    new = by_hand(exotel, "ant", name=f"ant {token(PROJECT, 'ant')}")
    assert f"`campaignctl stop ant {place}`" in adopt(run, "ant", new, "-C", str(sent), code=3)
    (sent / STATE).unlink()
    assert f"`campaignctl adopt ant {ant} {place}`" in adopt(run, "bee", ant, "-C", str(sent), code=3)


@pytest.mark.parametrize("way", ["scheduled", "paused", "archived", "vanished", "completed"])
def test_another_sid_takes_its_place_only_once_it_sends_nothing_more(
    run: Run, sent: Path, exotel: Sandbox, way: str
) -> None:
    old, new = sid_of(sent, "ant"), by_hand(exotel, "ant", name=f"ant {token(PROJECT, 'ant')}")
    if way == "vanished":
        shows(exotel, lambda one: None if one["sid"] == old else one)
    else:
        shows(exotel, lambda one: {**one, "status": way} if one["sid"] == old else one)
    settled = way in ("paused", "archived", "vanished")
    data = adopt(run, "ant", new, code=0 if settled else 3)
    if settled:
        assert (data["outcome"], data["replaced"]) == ("adopted", old)
        assert sid_of(sent, "ant") == new
    else:
        assert f"campaignctl {'archive' if way == 'completed' else 'stop'} ant" in data
        assert sid_of(sent, "ant") == old


@pytest.mark.parametrize("answer", [Fault(status=500), Fault(status=200, body="{}"), Fault(status=403)])
def test_when_exotel_cannot_be_asked_nothing_is_recorded(
    run: Run, lost: Path, exotel: Sandbox, answer: Fault
) -> None:
    sid = sid_at(exotel, "ant")
    exotel.fault = lambda *_: answer
    adopt(run, "ant", sid, code=3)
    adopt(run, sid, "--write", code=3)
    assert not (lost / STATE).exists()


@pytest.mark.parametrize(
    "data",
    [
        {"name": "\ud800"},
        {"name": ""},
        {"template": "\udfff"},
        {"sid": "another"},
        {"lists": [], "template": "", "sender_id": None},
        {"schedule": {"start_time": "soon", "expiry_time": "later"}},
        {"template": "\x1b[2J##[x]", "name": "\x1b]0;x\x07 x"},
    ],
)
def test_hostile_details_are_refused_or_recorded_and_never_a_traceback(
    run: Run, named: Path, exotel: Sandbox, data: dict[str, Any]
) -> None:
    sid = by_hand(exotel, "ant", name="Ant offer")
    shows(exotel, lambda one: {**one, **data})
    for words in (("ant", sid, "--allow-differences"), (sid, "--write")):
        ran = run("adopt", *words, "--yes")
        assert ran.code in (0, 1, 3), ran
        assert "\x1b" not in ran.out + ran.err
        assert "##[" not in ran.out + ran.err
    assert run("plan", "--offline").code in (0, 1)


def test_it_needs_the_lock(run: Run, lost: Path, exotel: Sandbox) -> None:
    with LocalStore(lost / STATE, PROJECT).lock("campaignctl apply"):
        assert "locked by" in adopt(run, "ant", sid_at(exotel, "ant"), code=3)


@pytest.mark.parametrize(
    "words",
    [
        ("ant",),
        ("a", "b", "c"),
        ("ant", "sid"),
        ("A b", "sid", "--write", "--yes"),
        ("x", "--format", "json"),
    ],
)
def test_a_command_line_that_means_nothing_is_64(
    run: Run, three: Path, exotel: Sandbox, words: tuple[str, ...]
) -> None:
    assert run("adopt", *words).code == 64


# --- intents and doubles ------------------------------------------------------------------------------------


def test_an_open_intent_is_settled_by_it(run: Run, three: Path, exotel: Sandbox) -> None:
    exotel.fault = lambda method, _: Fault(status=500, commit=True) if method == "POST" else None
    shown = exotel.listing
    exotel.listing = type(shown)(lag=1e9)
    assert run("apply", "--yes", "--settle", "0").code == 4
    exotel.listing, exotel.fault = shown, None
    assert adopt(run, "ant", sid_at(exotel, "ant"))["outcome"] == "adopted"
    assert state(three)["intents"] == {}
    assert run("apply", "--yes").code == 0
    assert posts(exotel) == 3


def test_an_open_intent_with_a_second_one_awake_stays_open(run: Run, three: Path, exotel: Sandbox) -> None:
    intend(three, "ant")
    kept, other = plant(exotel, "ant"), plant(exotel, "ant")
    data = adopt(run, "ant", kept, "--allow-differences", code=4)
    assert (data["outcome"], f"campaignctl stop {other}" in data["why"]) == ("refused", True)
    assert "ant" in state(three)["intents"]
    assert run("stop", other, "--yes").code == 0
    assert adopt(run, "ant", kept, "--allow-differences")["outcome"] == "adopted"
    assert state(three)["intents"] == {}


def test_a_double_that_is_over_is_archived_and_not_stopped(run: Run, three: Path, exotel: Sandbox) -> None:
    intend(three, "ant")
    kept, other = plant(exotel, "ant"), plant(exotel, "ant")
    shows(exotel, lambda one: {**one, "status": "completed"} if one["sid"] == other else one)
    data = adopt(run, "ant", kept, "--allow-differences", code=4)
    assert (f"campaignctl archive {other}" in data["why"], "stop" in data["why"]) == (True, False)
    data = run("status", "ant").out
    assert (f"campaignctl archive {other}" in data, f"campaignctl stop {other}" in data) == (True, False)


def test_a_double_after_a_lost_state_blocks_until_one_is_adopted_and_is_told_of_until_it_is_stopped(
    run: Run, lost: Path, exotel: Sandbox
) -> None:
    first, second = sid_at(exotel, "ant"), plant(exotel, "ant")
    ran = run("plan")
    assert (ran.code, "campaignctl adopt ant SID" in ran.out) == (1, True)
    data = adopt(run, "ant", first, code=4)
    assert (data["outcome"], [one["sid"] for one in data["others"]]) == ("adopted", [second])
    assert actions(run) == {"ant": "unchanged", "bee": "adopt", "cat": "adopt"}
    assert (
        run("apply", "--yes").code == 4
    )  # adopts the others; the last look sees the double of one that waits
    assert run("status").code == run("plan", "--refresh").code == 4
    assert adopt(run, "ant", first, code=4)["outcome"] == "unchanged"
    assert run("stop", second, "--yes").code == 0
    assert run("status").code == run("plan", "--refresh").code == run("apply", "--yes").code == 0
    assert adopt(run, "ant", first)["outcome"] == "unchanged"
    assert posts(exotel) == 4


# --- a file for one made by hand ----------------------------------------------------------------------------


def test_one_made_in_the_dashboard_gets_its_file_and_is_never_created(
    run: Run, three: Path, exotel: Sandbox
) -> None:
    write(three, {"2035/ant.yaml": campaign("ant", template="Something else from Kettle")})
    sid = by_hand(exotel, "ant", name="Diwali offer, North!")
    data = adopt(run, sid, "--write")
    assert (data["id"], data["path"], data["next_plan"]) == (
        "diwali-offer-north",
        "diwali-offer-north.yaml",
        "unchanged",
    )
    assert data["lint"] == {"errors": 0, "warnings": 0}
    assert (three / "diwali-offer-north.yaml").read_text(encoding="utf-8") == (
        "id: diwali-offer-north\n"
        'name: "Diwali offer, North!"\n'
        "lists: [festival-north]\n"
        "schedule:\n"
        '  start_time: "2035-10-20T10:30:00+05:30"\n'
        '  end_time: "2035-10-20T18:00:00+05:30"\n'
        'dlt_template_id: "1107160086562376233"\n'
        'template: "Hello from Kettle, a new tea is here: ant"\n'
    )
    assert actions(run)["diwali-offer-north"] == "unchanged"
    assert run("apply", "--yes").code == 0
    assert [name for name in exotel.names() if "Diwali" in name] == ["Diwali offer, North!"]
    assert adopt(run, sid, "--write")["outcome"] == "unchanged"
    data = document(run("status", "--format", "json"))
    assert (data["drift"], data["foreign"]) == ([], [])


def test_a_password_in_a_callback_is_not_shown_and_stands_in_the_file(
    run: Run, three: Path, exotel: Sandbox
) -> None:
    sid = by_hand(exotel, "x", name="By hand")
    callback = "https://ant:pass-word-4711@hooks.example.in/c"
    shows(exotel, lambda one: {**one, "status_callback": callback})
    ran = run("adopt", sid, "--write", "--yes")
    assert "pass-word-4711" not in ran.out + ran.err
    assert callback in (three / "by-hand.yaml").read_text(encoding="utf-8")


def test_with_write_one_that_carries_our_token_gets_the_id_of_that_token(
    run: Run, lost: Path, exotel: Sandbox
) -> None:
    sid = sid_at(exotel, "ant")
    (lost / "2035" / "ant.yaml").unlink()
    data = adopt(run, sid, "--write")
    assert (data["id"], data["differences"], data["next_plan"]) == ("ant", [], "unchanged")
    text = (lost / "ant.yaml").read_text(encoding="utf-8")
    assert ("name:" in text, token(PROJECT, "ant") in text) == (False, False)
    assert run("plan", "--refresh").code == 0
    assert posts(exotel) == 3


def test_with_write_a_token_of_an_unknown_id_needs_the_id(run: Run, three: Path, exotel: Sandbox) -> None:
    sid = by_hand(exotel, "x", name=f"Diwali offer {token(PROJECT, 'festival')}")
    assert "`campaignctl adopt ID " in adopt(run, sid, "--write", code=3)
    assert "is not that of 'dog'" in adopt(run, "dog", sid, "--write", code=3)
    assert not (three / STATE).exists()
    data = adopt(run, "festival", sid, "--write")
    assert (data["id"], data["differences"], data["next_plan"]) == ("festival", [], "unchanged")
    assert "name: Diwali offer\n" in (three / "festival.yaml").read_text(encoding="utf-8")
    assert actions(run)["festival"] == "unchanged"


@pytest.mark.parametrize(
    "name",
    ["Copy of ccaaaabbbb22 offer", "Offer ccaaaabbbb22 cc2222222222", "Offer ccaaaabbbb22", "ccaaaabbbb22"],
)
def test_with_write_no_id_and_no_name_holds_a_token(
    run: Run, three: Path, exotel: Sandbox, name: str
) -> None:
    sid = by_hand(exotel, "x", name=name)
    for words in ((sid,), ("dog", sid)):
        adopt(run, *words, "--write", code=3)
    assert not (three / STATE).exists()


def test_with_write_nobody_is_told_to_mend_a_file_that_is_not_there(
    run: Run, three: Path, exotel: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    sid = by_hand(exotel, "x", name="By hand")
    monkeypatch.setattr(
        "campaignctl.adoption.dumps", lambda *given, **more: dumps(*given, **more).replace("Hello", "Bye")
    )
    data = adopt(run, sid, "--write", code=1)
    assert ("mend the file" in data["why"], "--allow-differences" in data["why"]) == (False, True)


def test_with_write_nothing_is_overwritten_and_ids_stay_unique(
    run: Run, three: Path, exotel: Sandbox
) -> None:
    write(three, {"By-Hand.YAML": "id: [", "by-hand-2.yaml": campaign("by-hand")})
    kept = (three / "By-Hand.YAML").read_bytes()
    data = adopt(run, by_hand(exotel, "x", name="By hand"), "--write")
    assert (data["id"], data["path"]) == ("by-hand-2", "by-hand-2-2.yaml")
    assert (three / "By-Hand.YAML").read_bytes() == kept
    named = adopt(run, "chosen-id", by_hand(exotel, "y", name="Other"), "--write")
    assert (named["id"], named["path"]) == ("chosen-id", "chosen-id.yaml")
    assert "is taken" in adopt(run, "chosen-id", by_hand(exotel, "z", name="Third"), "--write", code=3)


def test_the_state_comes_before_the_file_and_a_second_run_makes_up_for_the_file(
    run: Run, three: Path, exotel: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    sid = by_hand(exotel, "x", name="By hand")

    def full(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("campaignctl.folder.write_whole", full)
        assert "no space left" in adopt(run, sid, "--write", code=3)
    assert actions(run)["by-hand"] == "removed"
    assert adopt(run, sid, "--write")["path"] == "by-hand.yaml"
    assert actions(run)["by-hand"] == "unchanged"


@pytest.mark.parametrize(
    "text", ["{{ brand }} {% if %} {#var#} }} {{{%", "a\nb\n", "हमारी चाय: #1 - 'x' \"y\"", "@@City"]
)
def test_any_text_comes_back_from_its_file(run: Run, three: Path, exotel: Sandbox, text: str) -> None:
    sid = by_hand(exotel, "x", name="{{ brand }}: yes", template=text)
    ran = run("adopt", sid, "--write", "--yes", "--format", "json")
    data = document(ran)
    assert (ran.code in (0, 1), data["differences"], data["next_plan"]) == (
        True,
        [],
        "changed" if data["lint"]["errors"] else "unchanged",
    )


def test_lint_errors_of_the_new_file_are_1_and_it_is_in_the_state(
    run: Run, three: Path, exotel: Sandbox
) -> None:
    sid = by_hand(exotel, "x", name="By hand")
    shows(exotel, lambda one: {**one, "template": "Hello\x07 from Kettle"})
    ran = run("adopt", sid, "--write", "--yes")
    assert (ran.code, "control characters" in ran.out) == (1, True)
    assert state(three)["campaigns"]["by-hand"]["sid"] == sid
    assert actions(run, code=1)["by-hand"] == "changed"


def test_a_campaign_that_exotel_does_not_show_in_full_gets_no_file(
    run: Run, three: Path, exotel: Sandbox
) -> None:
    sid = by_hand(exotel, "x", name="By hand")
    shows(exotel, lambda one: {**one, "template": None, "lists": None})
    assert "(lists, template missing)" in adopt(run, sid, "--write", code=3)


# --- asking -------------------------------------------------------------------------------------------------


class Terminal(io.StringIO):
    """Somebody who types."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("answer", "code"), [("y\n", 1), ("yes\n", 0)])
def test_only_yes_does_it(
    run: Run, lost: Path, exotel: Sandbox, monkeypatch: pytest.MonkeyPatch, answer: str, code: int
) -> None:
    monkeypatch.setattr("sys.stdin", Terminal(answer))
    ran = run("adopt", "ant", sid_at(exotel, "ant"))
    assert (ran.code, "Take it into the state as ant? Only 'yes' does it" in ran.out) == (code, True)
    assert ("ant" in state(lost)["campaigns"] if (lost / STATE).exists() else False) is (code == 0)


# --- the file, pure -----------------------------------------------------------------------------------------


@given(name=st.text(max_size=80), sid=st.text(alphabet="0123456789abcdefXYZ-_ ", min_size=1, max_size=40))
def test_a_slug_is_always_an_id(name: str, sid: str) -> None:
    found = slug(name, sid)
    assert is_id(found)
    assert is_id(free(found, {found, f"{found}-2"}))


@given(template=st.text(max_size=40), name=st.text(max_size=20))
def test_what_a_file_says_is_what_was_meant(template: str, name: str) -> None:
    try:
        (template + name).encode()
    except UnicodeEncodeError:
        return
    fields = {"name": name, "template": template, "lists": ("a",), "sender_id": name}
    parsed = documents.parse(dumps("an-id", fields, defaults={}, aliases={}).encode(), "x.yaml")
    data = parsed.documents[0].data
    if "{{" not in template + name and "{%" not in template + name and not parsed.problems:
        assert data.get("template", "") == template
        assert data.get("name", "") == name


def test_defaults_that_say_the_same_are_left_out() -> None:
    fields = {"lists": ("s1",), "sms_type": "transactional", "sender_id": "KETTLE", "template": "x"}
    defaults = {"sms_type": "Transactional", "sender_id": "OTHERS", "lists": ["north"]}
    assert dumps("an-id", fields, defaults=defaults, aliases={"s1": "north"}) == (
        'id: an-id\nsender_id: KETTLE\ntemplate: "x"\n'
    )


@pytest.mark.parametrize("links", [True, False])
def test_a_new_file_never_takes_the_place_of_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, links: bool
) -> None:
    def none(*_: Any) -> None:
        raise OSError(95, "Operation not supported")

    if not links:
        monkeypatch.setattr(Path, "hardlink_to", none)
    write_whole(tmp_path / "new.yaml", b"new", overwrite=False)
    with pytest.raises(FileExistsError):
        write_whole(tmp_path / "new.yaml", b"newer", overwrite=False)
    assert {one.name: one.read_bytes() for one in tmp_path.iterdir()} == {"new.yaml": b"new"}
