"""One folder, one state: what was sent is not passed by because campaignctl.yaml looks elsewhere."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from conftest import CAMPAIGN, CONFIG, Run, write
from test_commands import at_exotel

from campaignctl.sandbox import Sandbox

STATE = "campaignctl.state.json"
OTHER = CONFIG.replace("kettle-5a1f0c", "samovar-000000")


@pytest.fixture
def sent(folder: Path, run: Run, exotel: Sandbox) -> Path:
    assert run("apply", "--yes").code == 0
    return folder


def count(exotel: Sandbox) -> int:
    return len(at_exotel(exotel))


def looks_at(root: Path, path: str, config: str = OTHER) -> None:
    write(root, {"campaignctl.yaml": f"{config}state: {{path: {path}}}\n"})


@pytest.mark.parametrize("there", ["nothing", "an empty state"])
@pytest.mark.parametrize("path", ["new.json", "sub/campaignctl.state.json", "noending"])
def test_another_project_and_another_path_at_once_send_nothing(
    run: Run, sent: Path, exotel: Sandbox, path: str, there: str
) -> None:
    (sent / "sub").mkdir()
    if there == "an empty state":
        nothing = {**json.loads((sent / STATE).read_text()), "project": "samovar-000000", "campaigns": {}}
        write(sent, {path: json.dumps(nothing, indent=2)})
    looks_at(sent, path)
    for command in (("plan",), ("apply", "--yes"), ("resolve",), ("state", "list")):
        ran = run(*command)
        assert (ran.code, ran.out) == (3, "")
        assert f"{STATE} holds what was sent" in ran.err
        assert "Put `project` and `state.path` back as they were" in ran.err
    assert count(exotel) == 1


def test_nor_where_the_state_was_moved_to_a_place_that_is_not_named(
    run: Run, sent: Path, exotel: Sandbox
) -> None:
    (sent / "deep" / ".hidden").mkdir(parents=True)
    (sent / STATE).rename(sent / "deep/.hidden/old")
    for config in (OTHER, CONFIG):
        write(sent, {"campaignctl.yaml": config})
        ran = run("apply", "--yes")
        assert (ran.code, count(exotel)) == (3, 1)
        assert "deep/.hidden/old holds what was sent" in ran.err


def test_nor_where_only_a_journal_is_left(run: Run, sent: Path, exotel: Sandbox) -> None:
    entry = json.loads((sent / STATE).read_text())["campaigns"]
    line = {"account": None, "campaigns": entry, "intents": {}, "lineage": "x", "serial": 1}
    (sent / STATE).unlink()
    write(sent, {f"{STATE}.journal": json.dumps(line, separators=(",", ":")) + "\n"})
    looks_at(sent, "new.json")
    ran = run("apply", "--yes")
    assert (ran.code, count(exotel)) == (3, 1)
    assert f"{STATE}.journal holds what was sent" in ran.err


def test_a_state_that_is_moved_along_goes_on(run: Run, sent: Path, exotel: Sandbox) -> None:
    (sent / STATE).rename(sent / "new.json")
    looks_at(sent, "new.json", CONFIG)
    ran = run("apply", "--yes")
    assert (ran.code, count(exotel)) == (0, 1)


def test_a_second_state_at_the_usual_place_is_not_passed_by(run: Run, sent: Path, exotel: Sandbox) -> None:
    """The one that is named knows of campaigns as well, and of others perhaps."""
    shutil.copy(sent / STATE, sent / "new.json")
    looks_at(sent, "new.json", CONFIG)
    ran = run("apply", "--yes")
    assert (ran.code, count(exotel)) == (3, 1)


def test_what_is_no_state_or_not_of_this_folder_is_let_be(run: Run, folder: Path, exotel: Sandbox) -> None:
    """A plan, an empty state, the sandbox's own, and what a link leads to."""
    assert run("apply", "--yes", "--sandbox").code == 0
    assert run("plan", "--out", "plan.json").code == 0
    write(folder, {"notes.txt": "hello"})
    (folder / "link.json").symlink_to(folder / ".campaignctl/sandbox" / STATE)
    ran = run("plan")
    assert "holds what was sent" not in ran.err


def test_a_folder_with_settings_of_its_own_hides_no_state(run: Run, sent: Path, exotel: Sandbox) -> None:
    (sent / "history").mkdir()
    (sent / STATE).rename(sent / "history/sent.json")
    write(sent, {"history/campaignctl.yaml": CAMPAIGN})
    looks_at(sent, "fresh.json")
    assert (run("apply", "--yes").code, count(exotel)) == (3, 1)


@pytest.mark.parametrize("ending", [".yaml", ".yml", ".YAML", ".yMl"])
def test_a_state_is_not_named_like_a_campaign(run: Run, folder: Path, ending: str) -> None:
    looks_at(folder, f"state{ending}")
    ran = run("lint")
    assert ran.code == 1
    assert "no name that ends in .yaml, which stands for a campaign" in ran.out


def test_the_torn_beginning_of_a_journal_is_no_other_state(run: Run, folder: Path, exotel: Sandbox) -> None:
    """As two losses of power leave it: the first in the journal's first line, the second before it was removed."""
    line = '{"account":null,"campaigns":{},"intents":{},"lineage":"l","project":"kettle-5a1f0c","serial":1,"used_plan":"a"}\n'
    aside = f".{STATE}.journal.c79ec5022ea3.old"
    for torn in (line[:50], line[:-1], line + line[:50], line[:50] + "\0" * 40):
        write(folder, {aside: torn})
        assert run("plan").code == 0
    write(folder, {aside: line})
    assert run("plan").code == 0  # of no campaign
    write(folder, {aside: line.replace('"intents":{}', '"intents":{"a":null}')})
    ran = run("plan")
    assert (ran.code, f"{aside} holds what was sent" in ran.err) == (3, True)
    write(folder, {aside: line[:50]})
    assert (run("apply", "--yes").code, count(exotel)) == (0, 1)
