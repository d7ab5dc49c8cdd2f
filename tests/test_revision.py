"""What has changed since a Git revision: read from a real repository, and no reason to fail."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from conftest import CAMPAIGN, CONFIG, Run, campaign, write

from campaignctl.commands import revision


def git(folder: Path, *words: str) -> None:
    who = ("-c", "user.name=Asha", "-c", "user.email=asha@kettle.example", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def repository(folder: Path) -> Path:
    """The folder as a repository with one commit."""
    write(folder, {"more/a.yaml": campaign("a-tea"), "more/b.yaml": campaign("b-tea")})
    git(folder, "init", "-q")
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "one")
    return folder


def news(run: Run, *words: str) -> dict[str, str]:
    """Return what the table says of each campaign."""
    ran = run("plan", "--format", "markdown", "--offline", *(words or ("--base", "HEAD")))
    return dict(re.findall(r"^\| \*\*([\w-]+)\*\* ?(\(\w+\))? \|", ran.out, re.MULTILINE))


def test_what_was_edited_is_told_from_what_is_new_and_what_is_not(repository: Path, run: Run) -> None:
    write(
        repository,
        {"the-example.yaml": CAMPAIGN.replace("a new tea", "an old tea"), "c.yaml": campaign("c-tea")},
    )

    assert news(run) == {"the-example": "(edited)", "a-tea": "", "b-tea": "", "c-tea": "(new)"}
    out = run("plan", "--format", "markdown", "--offline", "--base", "HEAD").out
    assert "text: “Hello from Kettle, a new tea is here” → “Hello from Kettle, an old tea is here”" in out


def test_a_file_that_was_moved_is_not_new(repository: Path, run: Run) -> None:
    (repository / "more/a.yaml").rename(repository / "z.yaml")
    assert news(run)["a-tea"] == ""


def test_settings_count_as_they_were(repository: Path, run: Run) -> None:
    write(repository, {"campaignctl.yaml": CONFIG + "  unused: x\n"})
    assert set(news(run).values()) == {""}
    callback = "defaults:\n  status_callback: https://hooks.kettle.example/c\n"
    write(repository, {"campaignctl.yaml": CONFIG.replace("defaults:\n", callback)})
    assert set(news(run).values()) == {"(edited)"}


def test_settings_that_were_not_there_or_broken_make_everything_new(repository: Path, run: Run) -> None:
    write(repository, {"campaignctl.yaml": "project: [\n"})
    git(repository, "commit", "-qam", "broken")
    write(repository, {"campaignctl.yaml": CONFIG})
    assert set(news(run).values()) == {"(new)"}


@pytest.mark.parametrize("word", ["HEAD~7", "nothing", "@{u}", "HEAD^{tree}", "HEAD:the-example.yaml"])
def test_a_revision_that_does_not_exist_is_said_and_stops_nothing(
    repository: Path, run: Run, word: str
) -> None:
    ran = run("plan", "--format", "markdown", "--offline", "--base", word)

    if ":" in word:
        assert ran.code == 64
        return
    assert ran.code == 0
    assert f"note: nothing is said of what has changed: Git knows no revision '{word}'" in ran.err
    assert "3 new campaigns" in ran.out


@pytest.mark.parametrize("word", ["--output=x", "-x", "a..b", "a b", "", "x" * 300, "a;b", "$(x)", "^HEAD"])
def test_a_word_that_git_could_take_for_more_than_a_revision_is_refused(
    word: str, run: Run, folder: Path
) -> None:
    assert run("plan", "--format", "markdown", f"--base={word}").code == 64


def test_without_a_repository_the_comment_says_nothing_of_changes(
    folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(folder.parent))
    ran = run("plan", "--format", "markdown", "--offline", "--base", "HEAD")
    assert (ran.code, "nothing is said of what has changed" in ran.err) == (0, True)

    monkeypatch.setenv("PATH", str(folder))
    ran = run("plan", "--format", "markdown", "--offline", "--base", "HEAD")
    assert (ran.code, "Git is not installed" in ran.err) == (0, True)


def test_a_repository_hidden_in_the_folder_runs_nothing(repository: Path, run: Run) -> None:
    """What looks like a bare repository may come with a pull request, and its settings name commands."""
    (repository / ".git").rename(repository / "x")
    for path in (repository / "x").iterdir():
        path.rename(repository / path.name)
    write(repository, {"config": "[core]\n\tbare = true\n\tfsmonitor = touch ran\n"})
    ran = run("plan", "--format", "markdown", "--offline", "--base", "HEAD", "the-example.yaml")

    assert (ran.code, "no repository that Git trusts" in ran.err) == (0, True)
    assert not (repository / "ran").exists()


def test_too_much_is_not_read(repository: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(revision, "_FILES", 2)
    ran = run("plan", "--format", "markdown", "--offline", "--base", "HEAD")
    assert (ran.code, "3 files would have to be read, and 2 are the most" in ran.err) == (0, True)

    monkeypatch.setattr(revision, "_FILES", 9)
    monkeypatch.setattr(revision, "_BYTES", 2)
    ran = run("plan", "--format", "markdown", "--offline", "--base", "HEAD")
    assert (ran.code, "larger than" in ran.err) == (0, True)


def test_only_a_comment_compares(run: Run, folder: Path) -> None:
    assert run("plan", "--base", "HEAD").code == 64
    assert run("plan", "--format", "json", "--base", "HEAD").code == 64
