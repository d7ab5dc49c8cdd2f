"""Help leaves nobody alone: every option says what it does, every command shows itself at work."""

from __future__ import annotations

import importlib
import os
import re
import shlex
from pathlib import Path

import click
import pytest
from conftest import CONFIG, ROOT, Run, write

from campaignctl.cli import COMMANDS, HIDDEN, cli


def everything() -> list[tuple[str, click.Command]]:
    """Return all commands with how they are called, those inside of groups and the hidden ones too."""
    found: list[tuple[str, click.Command]] = [("campaignctl", cli)]
    for name in (*COMMANDS, *HIDDEN):
        command = importlib.import_module(f"campaignctl.commands.{name}").command
        found.append((f"campaignctl {name}", command))
        if isinstance(command, click.Group):
            found += [(f"campaignctl {name} {inner}", one) for inner, one in command.commands.items()]
    return found


EVERY = pytest.mark.parametrize(
    ("name", "command"), everything(), ids=lambda one: one if isinstance(one, str) else ""
)


@EVERY
def test_every_option_says_what_it_does(name: str, command: click.Command) -> None:
    options = [one for one in command.params if isinstance(one, click.Option)]
    for one in options:
        assert one.help, f"{name} {one.opts[0]}"
        assert one.help[0].isupper() or one.help[0] == "{", one.help
        assert one.help.rstrip().endswith((".", "]")), f"{name} {one.opts[0]}: {one.help}"
        assert not one.hidden


@EVERY
def test_an_option_that_reads_the_environment_says_so(name: str, command: click.Command) -> None:
    for one in command.params:
        if isinstance(one, click.Option) and (one.envvar or one.name == "directory"):
            named = one.envvar or "CAMPAIGNCTL_DIR"
            assert f"[env: {named}]" in (one.help or ""), f"{name} {one.opts[0]}"


@EVERY
def test_every_command_says_what_it_does_and_shows_it(name: str, command: click.Command) -> None:
    assert command.help, name
    lines = [line.strip() for line in (command.epilog or "").splitlines()]
    assert "Examples:" in lines, name
    calls = [re.split(r" {2,}| > | \| ", line)[0] for line in lines if line.startswith("campaignctl ")]
    mine = [line for line in calls if f"{line} ".startswith(f"{name} ")]
    assert mine, f"{name} shows no example of its own"
    for line in calls:
        shlex.split(line)


@EVERY
def test_arguments_that_name_things_complete(name: str, command: click.Command) -> None:
    """What one would have to look up: ids, plans, rules. A SID, a time and a shell's own files are not among them."""
    for one in command.params:
        if isinstance(one, click.Argument) and re.search(r"\bID\b|WHAT|NAME_OR_CODE", one.metavar or ""):
            assert one._custom_shell_complete is not None, f"{name}: give it one of commands/completing.py"


# --- the folder, however it is named ------------------------------------------------------------------


def with_a_folder() -> list[str]:
    return [name for name, one in everything() if any("-C" in option.opts for option in one.params)]


def test_commands_on_a_folder_take_it_before_and_behind_their_name() -> None:
    taking = with_a_folder()
    assert {
        "campaignctl lint",
        "campaignctl plan",
        "campaignctl apply",
        "campaignctl stop",
        "campaignctl",
    } <= set(taking)


def test_the_folder_is_the_one_named_then_that_of_the_environment_then_the_near_one(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("one", "two", "three", "near/campaigns"):
        write(tmp_path / name, {"campaignctl.yaml": CONFIG, f"{Path(name).name}.yaml": "id: a\n"})
    monkeypatch.chdir(tmp_path / "near")

    def linted(*words: str) -> str:
        return run(*words).out

    assert "campaigns/campaigns.yaml" in linted("lint")
    monkeypatch.setenv("CAMPAIGNCTL_DIR", str(tmp_path / "three"))
    assert f"{tmp_path}/three/three.yaml" in linted("lint")
    assert "one.yaml" in linted("-C", str(tmp_path / "one"), "lint")
    assert "two.yaml" in linted("-C", str(tmp_path / "one"), "lint", "-C", str(tmp_path / "two"))
    monkeypatch.setenv("CAMPAIGNCTL_DIR", "")
    assert "campaigns/campaigns.yaml" in linted("lint")


def test_readme_and_man_page_say_how_a_folder_is_named() -> None:
    for path in ("README.md", "campaignctl/campaignctl.1"):
        text = (ROOT / path).read_text("utf-8").replace("\\-", "-")
        assert "CAMPAIGNCTL_DIR" in text
        assert "-C" in text
    assert os.environ.get("CAMPAIGNCTL_DIR") is None
