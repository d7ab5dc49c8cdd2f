"""What a command line was probably meant to be: words of other tools, paths and ids mixed up, and their exit codes."""

from __future__ import annotations

import socket
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from conftest import Run, campaign, write

from campaignctl.commands import addresses
from campaignctl.commands.reasons import PAGES
from campaignctl.exotel.connection import address
from campaignctl.model import Outcome, OutcomeKind, State
from campaignctl.render import text
from campaignctl.sandbox import Sandbox
from campaignctl.words import span, why


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("pause ant", "there is no command 'pause'; `campaignctl stop` pauses a campaign"),
        ("delete ant", "nothing deletes one that Exotel has"),
        ("help", "`campaignctl --help` shows all"),
        ("version", "`campaignctl --version` shows it"),
        ("validate", "`campaignctl lint` checks the files"),
        ("lnt", "there is no command 'lnt'; did you mean 'lint'?"),
        ("state shw", "there is no command 'state shw'; did you mean 'show'?"),
        (
            "apply --auto-approve",
            "there is no option '--auto-approve'; did you mean --yes, which asks nothing?",
        ),
        ("lint --auto-approve", "there is no option '--auto-approve'\n"),
        ("plan -out=plan.json", "there is no option '-o'; did you mean --out?"),
        ("plan --formt json", "there is no option '--formt'; did you mean --format?"),
        (
            "plan --format md",
            "'md' is not one of 'text', 'json', 'markdown', 'html'; did you mean 'markdown'?",
        ),
        ("apply --format md", "'md' is not one of 'text', 'json'.\n"),
        ("plan --allow sent", "did you mean 'sent-before'?"),
    ],
)
def test_words_of_other_tools_are_understood(run: Run, folder: Path, words: str, said: str) -> None:
    ran = run(*words.split())
    assert (ran.code, ran.out) == (64, "")
    assert said in ran.err


def test_a_strange_word_is_only_shown(run: Run) -> None:
    assert "\x1b" not in run("\x1b[31mx").err + run("state", "\x1b[31mx").err + run("plan", "--\x1b[31m").err


@pytest.mark.parametrize("command", ["plan", "lint"])
def test_an_id_in_place_of_a_path_names_its_file(run: Run, folder: Path, command: str) -> None:
    ran = run(command, "the-example")
    assert ran.code == 3
    assert "no such file or folder; PATHS are files, and 'the-example' is in the-example.yaml" in ran.err
    assert run(command, "nothing").err.endswith("nothing: no such file or folder\n")


def test_a_path_in_place_of_an_id_names_what_it_holds(run: Run, folder: Path) -> None:
    write(folder, {"two.yaml": campaign("ant") + "---\n" + campaign("bee")})
    ran = run("preview", "two.yaml")
    assert (ran.code, "that is a file; give the ID that it holds: ant, bee" in ran.err) == (3, True)


def test_paths_count_from_the_current_folder(
    run: Run, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    ran = run("lint", "-C", "..", "the-example.yaml")
    said = f"PATHS count from the current folder, from where this is {Path('..', 'the-example.yaml')}"
    assert (ran.code, said in ran.err) == (3, True)


@pytest.mark.parametrize(
    "words",
    [
        "status nobody",
        "stop nobody --yes",
        "resolve nobody",
        "state show nobody",
        "preview nobody",
        "-C missing plan",
        "plan missing.yaml",
        "apply missing.json",
        "apply 2035",
        "plan --offline --out missing/plan.json",
        "sandbox --registry missing",
        "state merge missing.json",
        "registry import missing.csv",
    ],
)
def test_what_names_nothing_is_3(run: Run, folder: Path, exotel: Sandbox, words: str) -> None:
    (folder / "2035").mkdir()
    ran = run(*words.split())
    assert (ran.code, ran.out) == (3, "")
    assert "directory" not in ran.err


def test_adopt_looks_at_the_sid_first(run: Run, folder: Path) -> None:
    ran = run("adopt", "the-example", "x")
    assert (ran.code, "'x' cannot be a SID" in ran.err, "--yes" in ran.err) == (64, True, False)


def test_init_makes_the_folder_that_c_names(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("-C", "new", "init", "--yes", "--ci", "none").code == 0
    assert (tmp_path / "new" / "campaignctl.yaml").is_file()
    ran = run("-C", "one", "init", "two", "--yes")
    assert (ran.code, "-C one and two are two folders" in ran.err) == (64, True)
    assert not (tmp_path / "two").exists()
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert "file is not a folder" in run("init", "file", "--yes").err


@pytest.mark.parametrize(("name", "line"), [(".", None), ("-x", "\n  cd ./-x\n"), ("a b", "\n  cd 'a b'\n")])
def test_init_says_how_to_go_there(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, line: str | None
) -> None:
    monkeypatch.chdir(tmp_path)
    out = run("init", "--yes", "--ci", "none", "--", name).out
    assert line in out if line is not None else "\n  cd " not in out


# --- what had no effect, and what there is to know ----------------------------------------------------


def test_a_variable_that_no_text_names_is_noted(run: Run, folder: Path) -> None:
    text = '"Hello from {{ brand }}, a new tea is here"'
    write(folder, {"the-example.yaml": campaign("the-example", template=text)})
    ran = run("lint", "--var", "brnad=Acme")
    assert "note: --var brnad changes nothing, for no text says {{ brnad }}; did you mean brand?" in ran.err
    assert "--var" not in run("lint", "--var", "brand=Acme").err
    assert "--var" not in run("lint", "--var", "brnad=Acme", "the-example.yaml").err


@pytest.mark.parametrize("name", PAGES)
def test_the_reasons_of_a_plan_have_pages(run: Run, name: str) -> None:
    ran = run("explain", name)
    assert (ran.code, "\nWhy: " in ran.out, "\nFix: " in ran.out) == (0, True, True)
    assert f'"name": "{name}"' in run("explain", name.upper(), "--format", "json").out


def test_a_slip_in_a_reason_is_guessed(run: Run) -> None:
    assert "did you mean schedule-lead-time?" in run("explain", "schedule-leadtime").err


def test_a_plan_without_a_state_says_that_everything_counts_as_new(run: Run, folder: Path) -> None:
    assert "Exotel was not asked; there is no state yet, so everything counts as new\n" in run("plan").out
    assert run("apply", "--sandbox", "--yes").code == 0
    assert "counts as new" not in run("plan", "--sandbox").out


def test_a_plan_of_unreadable_files_knows_none_of_them(run: Run, folder: Path) -> None:
    write(folder, {"the-example.yaml": "id: [\n"})
    out = run("plan").out
    assert ("which knows all of them" in out, "Exotel was not asked" in out) == (False, True)


def test_an_answer_that_was_lost_is_no_trouble_once_it_is_found() -> None:
    one = Outcome(
        id="a", outcome=OutcomeKind.ADOPTED, sid="s1", error="no clear answer: peer closed", request_id=None
    )
    assert (
        text.outcome(one)
        == "  = a adopted as s1: its answer was lost; found at Exotel by its token, and taken over"
    )


# --- addresses ----------------------------------------------------------------------------------------


def test_why_nobody_can_listen_names_the_option_that_mends_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(OSError) as busy:
        socket.create_server(taken.getsockname())
    assert "another program has that port; `--port 0`" in addresses.trouble(busy.value, "127.0.0.1", 1)
    with pytest.raises(OSError) as strange:
        socket.create_server(("203.0.113.7", 0))
    assert "no such address; leave out --host" in addresses.trouble(strange.value, "203.0.113.7", 0)
    assert "a higher --port" in addresses.trouble(PermissionError(13, "x"), "127.0.0.1", 80)
    assert addresses.trouble(OSError("odd"), "h", 1) == "cannot listen on h port 1: odd; try another --port"


@pytest.mark.parametrize(
    ("base", "named", "proxy", "said"),
    [
        ("https://api.in.exotel.com", False, None, "the network"),
        ("https://api.in.exotel.com", False, "http://p:1", "the network and HTTPS_PROXY"),
        ("http://127.0.0.1:9", True, "http://p:1", "--base-url or CAMPAIGNCTL_BASE_URL"),
    ],
)
def test_only_settings_that_are_made_are_to_be_checked(
    base: str, named: Any, proxy: str | None, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy)
    assert address(base, named=named).settings == said


def test_the_system_speaks_of_folders() -> None:
    assert why(NotADirectoryError(20, "Not a directory")) == "not a folder"
    assert why(OSError("[Errno 98] Address already in use")) == "address already in use"
    assert span(timedelta(days=31)) == "31 d"
    assert span(timedelta(seconds=3)) == "less than a minute"


def test_a_state_without_anything_says_nothing() -> None:
    assert not State(project="x").holds_any
