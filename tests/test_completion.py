"""What a shell offers: asked by click's own protocol in this process, and once by a real bash."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import CONFIG, ROOT, Run, campaign, write

from campaignctl.cli import COMMANDS
from campaignctl.commands import completing
from campaignctl.rules import RULES


@pytest.fixture
def typed(run: Run, monkeypatch: pytest.MonkeyPatch) -> Typed:
    return Typed(run, monkeypatch)


class Typed:
    """A line of words, the last one not finished; and what a shell would be told."""

    def __init__(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        self._run, self._patch = run, monkeypatch

    def __call__(self, line: str, shell: str = "bash") -> list[str]:
        """Return the values that are offered, without their kind or help."""
        if shell == "bash":
            return [one.partition(",")[2] for one in self.raw(line).splitlines() if one]
        return self.raw(line, shell).split("\n")

    def raw(self, line: str, shell: str = "bash") -> str:
        words = f"campaignctl {line}"
        number = len(words.split(" ")) - 1
        self._patch.setenv("_CAMPAIGNCTL_COMPLETE", f"{shell}_complete")
        self._patch.setenv("COMP_WORDS", words)
        self._patch.setenv(
            "COMP_CWORD", words.rsplit(" ", maxsplit=1)[-1] if shell == "fish" else str(number)
        )
        ran = self._run()
        assert (ran.code, ran.err) == (0, ""), "the shell would show it in the middle of the line"
        return ran.out


@pytest.fixture
def applied(folder: Path, run: Run) -> tuple[Path, str]:
    """A folder of which one campaign was created on the sandbox; its plan's id."""
    assert run("apply", "--sandbox", "--yes").code == 0
    state = json.loads((folder / ".campaignctl/sandbox/campaignctl.state.json").read_text("utf-8"))
    write(folder, {"later.yaml": campaign("later")})
    return folder, str(state["campaigns"]["the-example"]["plan_id"])


# --- the folder's words -------------------------------------------------------------------------------


def test_ids_of_campaigns_are_offered_wherever_they_stand_in_the_folder(folder: Path, typed: Typed) -> None:
    write(
        folder,
        {
            "deep/er/two.yaml": campaign("tea-one")
            + "---\n"
            + campaign("tea-two").replace("id: tea-two", 'id: "tea-two" # x'),
            "windows.yml": b"\xef\xbb\xbf" + campaign("tea-crlf").replace("\n", "\r\n").encode(),
            "broken.yaml": "id: tea-broken\nlists: [unclosed\n",
            "no-campaign.txt": "id: tea-text\n",
            ".hidden.yaml": "id: tea-hidden\n",
            "indented.yaml": "x:\n  id: tea-inner\n",
            "bytes.yaml": b"\xff\xfe\x00id: tea-bytes\x00",
            "quoted.yaml": "id: tea-'one\nid: Tea-Upper\nid: te\n",
        },
    )
    (folder / "loop.yaml").symlink_to("loop.yaml")
    os.mkfifo(folder / "pipe.yaml")

    assert typed("adopt tea-") == ["tea-broken", "tea-crlf", "tea-one", "tea-two"]
    assert typed("adopt ") == ["tea-broken", "tea-crlf", "tea-one", "tea-two", "the-example"]
    assert typed("adopt tea-one ") == [], "what follows is a SID of Exotel's"


def test_what_was_created_is_offered_to_steer_and_its_plan(applied: tuple[Path, str], typed: Typed) -> None:
    _, plan = applied

    for command in ("stop", "resume", "complete", "archive", "status"):
        assert typed(f"{command} --sandbox ") == ["the-example", plan[:8]]
        assert typed(f"{command} ") == [], "the account has got nothing of it"
    assert typed("state show --sandbox t") == typed("state -C . show --sandbox t") == ["the-example"]
    assert typed("state -C .campaignctl show --sandbox t") == []
    assert typed("resolve --sandbox ") == []


def test_a_campaign_without_an_outcome_is_offered_to_resolve(
    folder: Path, typed: Typed, run: Run, exotel: object
) -> None:
    from campaignctl.sandbox import Fault, Sandbox

    assert isinstance(exotel, Sandbox)
    exotel.fault = lambda method, target: Fault(close="reset") if method == "POST" else None
    assert run("apply", "--yes", "--settle", "0").code == 4

    assert typed("resolve ") == typed("state show ") == ["the-example"]


def test_lists_and_variables_are_offered_with_the_sign_that_follows(folder: Path, typed: Typed) -> None:
    assert typed("sandbox --contacts festival-n") == ["festival-north="]
    assert typed("sandbox --registry registry --contacts ") == ["festival-north=", "festival-south="]
    assert typed("plan --var ") == ["brand="]
    assert "12,430 contacts" in typed.raw("sandbox --contacts festival-n", "zsh")


def test_the_folder_may_be_named_in_every_way(
    folder: Path, typed: Typed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    assert typed("adopt ") == []
    assert typed("-C .. adopt ") == typed("adopt -C .. ") == ["the-example"]
    monkeypatch.setenv("HOME", str(folder))
    assert typed("adopt -C ~ ") == ["the-example"]
    monkeypatch.setenv("CAMPAIGNCTL_DIR", str(folder))
    assert typed("adopt ") == ["the-example"]


@pytest.mark.parametrize(
    "files",
    [
        {"campaignctl.yaml": "project: [", "registry/lists.yaml": "{{"},
        {"campaignctl.yaml": "[]", "registry/lists.yaml": "lists: 7"},
        {"campaignctl.yaml": "", "registry/lists.yaml": b"\xff"},
        {"campaignctl.yaml": "project: x\nstate: {path: ../../../etc}", "registry/lists.yaml": "lists: [a]"},
        {
            "campaignctl.yaml": "project: x\nvars: [1]\nstate: 7",
            "registry/lists.yaml": "lists: {'a b': 1, \"x\\n\": 2, ab: 7}",
        },
        {"campaignctl.yaml": CONFIG, "campaignctl.state.json": "{", "registry/lists.yaml": "&a [*a]"},
    ],
)
def test_a_broken_folder_offers_nothing_and_says_nothing(
    folder: Path, typed: Typed, files: dict[str, str | bytes]
) -> None:
    write(folder, files)
    offered = [
        typed(line)
        for line in (
            "stop ",
            "resolve ",
            "state show ",
            "sandbox --contacts ",
            "plan --var ",
            "status --sandbox ",
        )
    ]
    assert {word for one in offered for word in one} <= {"ab=", "brand="}


def test_hostile_words_stay_one_line(folder: Path, typed: Typed) -> None:
    hostile = 'lists:\n  good:\n    contacts: 7\n    description: "x"\n  "a;rm -rf /": {}\n  "$(reboot)": {}\n  "`id`": {}\n'
    write(
        folder,
        {
            "registry/lists.yaml": hostile,
            "evil$(id).yaml": "id: an-id; rm -rf /\n",
            "a\nb.yaml": campaign("odd"),
        },
    )
    assert typed("sandbox --contacts ") == ["good="]
    assert typed("adopt ") == ["odd", "the-example"]
    assert "a\\nb.yaml" in typed.raw("adopt od", "zsh")
    assert len(typed.raw("adopt od", "zsh").splitlines()) == 3  # kind, word, help


def test_completing_writes_nothing(folder: Path, typed: Typed) -> None:
    before = sorted(folder.rglob("*"))
    for line in ("stop ", "adopt ", "lint --select ", "status --sandbox "):
        typed(line)
    assert sorted(folder.rglob("*")) == before


def test_only_so_many_files_are_read(folder: Path, typed: Typed, monkeypatch: pytest.MonkeyPatch) -> None:
    write(folder, {f"{id_}.yaml": campaign(id_) for id_ in ("ant", "bee", "cat")})
    monkeypatch.setattr(completing, "_MOST_FILES", 2)
    assert typed("adopt ") == ["ant", "bee"]


# --- words of our own ---------------------------------------------------------------------------------


def test_rules_are_offered_by_name_and_code(typed: Typed) -> None:
    assert typed("explain ") == [rule.NAME for rule in RULES]
    assert sorted(typed("explain body-")) == ["body-matches-other-template", "body-mismatch"]
    assert typed("explain CC70") == [rule.CODE for rule in RULES if rule.CODE.startswith("CC70")]


@pytest.mark.parametrize("option", ["--select", "--ignore"])
def test_rules_go_on_behind_a_comma(typed: Typed, option: str) -> None:
    assert sorted(typed(f"lint {option} promo-w")) == [
        "promo-window",
        "promo-window-overrun",
        "promo-words-in-service",
    ]
    assert typed(f"lint {option} segments,CC70") == [
        f"segments,{rule.CODE}" for rule in RULES if rule.CODE.startswith("CC70")
    ]
    assert typed(f"lint {option} segments,segm") == []


def test_commands_are_offered_without_importing_them(typed: Typed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "campaignctl.cli.importlib.import_module", lambda name: pytest.fail(f"imports {name}")
    )
    assert typed("") == list(COMMANDS)
    assert typed("sta") == ["status", "state"]


def test_files_folders_choices_and_options_are_offered(typed: Typed) -> None:
    assert typed.raw("lint camp") == "file,camp\n"
    assert typed.raw("plan -C camp") == typed.raw("-C camp") == "dir,camp\n"
    assert typed("lint --format s") == ["sarif"]
    assert typed("lint --fail") == ["--fail-on"]
    assert typed("completion ") == ["bash", "zsh", "fish"]


# --- shells -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shell", "sign"), [("bash", "complete -o"), ("zsh", "#compdef"), ("fish", "complete ")]
)
def test_the_script_is_for_the_shell_and_asks_for_words(
    run: Run, shell: str, sign: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")  # no program of the machine is needed
    ran = run("completion", shell)
    assert (ran.code, ran.err) == (0, "")
    assert sign in ran.out
    assert f"_CAMPAIGNCTL_COMPLETE={shell}_complete" in ran.out
    assert ("string split --max 1" in ran.out) is (shell == "fish")


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash on this machine")
def test_a_real_bash_completes(folder: Path, tmp_path: Path) -> None:
    """The script is read as ~/.bashrc reads it, and its function called as bash calls it for a tab."""
    tool = tmp_path / "bin/campaignctl"
    tool.parent.mkdir()
    tool.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m campaignctl "$@"\n')
    tool.chmod(0o755)
    write(folder, {"tea.yaml": campaign("tea-week")})
    ask = """
        eval "$(campaignctl completion bash)"
        COMP_WORDS=(campaignctl adopt te) COMP_CWORD=2
        "$(complete -p campaignctl | sed 's/.*-F \\([^ ]*\\) .*/\\1/')" campaignctl te adopt
        printf '%s\\n' "${COMPREPLY[@]}"
    """
    ran = subprocess.run(
        ["bash", "--norc", "-c", ask],
        cwd=folder,
        env={**os.environ, "PATH": f"{tool.parent}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "tea-week\n", "")
