"""`init` in a repository, for GitHub and GitLab, and what it asks."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
import yaml
from conftest import ROOT, Run, at_a_terminal, write


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository that has nothing but its .git, and the current folder."""
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def files(root: Path) -> set[str]:
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}


def folder_of(workflow: Path) -> str:
    """Return the folder that a pipeline works on."""
    text = workflow.read_text("utf-8")
    data = yaml.safe_load(text)
    assert re.findall(r"@[A-Z]+@", text) == []
    if "env" in data:
        return str(data["env"]["CAMPAIGNCTL_DIR"])
    [hidden] = [job for name, job in data.items() if name.startswith(".")]
    return str(hidden["variables"]["CAMPAIGNCTL_DIR"])


@pytest.mark.parametrize(
    ("ci", "made"),
    [("github", ".github/workflows/campaigns.yml"), ("gitlab", ".gitlab-ci.yml"), ("none", None)],
)
@pytest.mark.parametrize("name", ["campaigns", "deep/in/sms", "with a space", "#1: it's"])
def test_the_pipeline_is_at_the_root_of_the_repository_and_names_the_folder(
    run: Run, repository: Path, ci: str, made: str | None, name: str
) -> None:
    ran = run("init", name, "--ci", ci)
    assert ran.code == 0
    around = {one for one in files(repository) if not one.startswith((f"{name}/", ".vscode/"))}
    assert around == ({made} if made else set())
    if made:
        assert folder_of(repository / made) == name
    linted = run("lint", "-C", name, "--fail-on", "warning")
    assert (linted.code, linted.out) == (0, "No findings: 1 campaign in 1 file.\n")


def test_inside_a_repository_its_root_is_found_and_without_one_the_folder_is_its_own(
    run: Run, repository: Path, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    (repository / "teams/tea").mkdir(parents=True)
    monkeypatch.chdir(repository / "teams/tea")
    ran = run("init", "sms")
    assert "../../../.github/workflows/campaigns.yml" in ran.out
    assert folder_of(repository / ".github/workflows/campaigns.yml") == "teams/tea/sms"
    monkeypatch.chdir(tmp_path_factory.mktemp("nowhere"))
    assert run("init", "sms").code == 0
    assert folder_of(Path("sms/.github/workflows/campaigns.yml")) == "."


def test_a_remote_at_gitlab_and_the_branch_are_seen(run: Run, repository: Path) -> None:
    config = '[remote "origin"]\n\turl = git@gitlab.example.in:kettle/sms.git\n'
    write(repository, {".git/config": config, ".git/HEAD": "ref: refs/heads/master\n"})
    assert run("init").code == 0
    assert (repository / ".gitlab-ci.yml").exists()
    assert run("init", "other", "--ci", "github").code == 0
    workflow = yaml.safe_load((repository / ".github/workflows/campaigns.yml").read_text("utf-8"))
    assert workflow[True]["push"] == {"branches": ["master"]}


def test_a_pipeline_that_is_there_stays_and_gitlab_gets_a_file_to_include(run: Run, repository: Path) -> None:
    mine = {".gitlab-ci.yml": "stages: [build]\n", ".github/workflows/campaigns.yml": "on: push\n"}
    mine |= {".vscode/settings.json": "{}\n"}
    write(repository, mine)
    ran = run("init", "--ci", "gitlab")
    assert "Add to .gitlab-ci.yml:\n  include:\n    - local: .gitlab/campaigns.gitlab-ci.yml\n" in ran.out
    assert folder_of(repository / ".gitlab/campaigns.gitlab-ci.yml") == "campaigns"
    assert run("init", "other", "--ci", "github").code == 0
    assert folder_of(repository / ".github/workflows/campaigns-other.yml") == "other"
    assert {name: (repository / name).read_text("utf-8") for name in mine} == mine


def test_the_editor_knows_a_schema_for_each_file(run: Run, repository: Path) -> None:
    assert run("init").code == 0
    schemas = json.loads((repository / ".vscode/settings.json").read_text("utf-8"))["yaml.schemas"]
    for schema, globs in schemas.items():
        assert (repository / schema).is_file()
        assert any(list(repository.glob(one)) for one in globs), globs
    snippets = json.loads((repository / ".vscode/campaign.code-snippets").read_text("utf-8"))
    lines = snippets["SMS campaign"]["body"]
    filled = re.sub(r"\$\{\d+(?:\|(\w+)[^}]*|:([^}]*))\}", lambda one: one[1] or one[2], "\n".join(lines))
    write(repository / "campaigns", {"2035/new.yaml": filled})
    found = json.loads(run("lint", "--format", "json").out)["findings"]
    assert {one["name"] for one in found} == {"body-mismatch"}, "all but the text is in order"


def test_options_say_what_is_not_asked(run: Run, repository: Path) -> None:
    assert run("init", "--project", "Kettle & Co", "--region", "singapore", "--yes").code == 0
    text = Path("campaigns/campaignctl.yaml").read_text("utf-8")
    assert re.search(r"^project: kettle-co-[0-9a-f]{6}$", text, re.MULTILINE)
    assert re.search(r"^region: singapore$", text, re.MULTILINE)


def test_at_a_terminal_three_things_are_asked_and_return_takes_what_is_usual(repository: Path) -> None:
    code, out = at_a_terminal(repository, "Tea\ngitlab\nsingapore\n", "init")
    assert (code, os.path.lexists(".gitlab-ci.yml")) == (0, True), out
    text = Path("campaigns/campaignctl.yaml").read_text("utf-8")
    assert re.search(r"^project: tea-[0-9a-f]{6}$", text, re.MULTILINE)
    assert "region: singapore" in text
    code, out = at_a_terminal(repository, "\n\n\n", "init", "second", "--ci", "none")
    assert (code, out.count("]: ")) == (0, 2), out
    assert "project: second-" in Path("second/campaignctl.yaml").read_text("utf-8")


def test_the_hooks_work_in_the_folder_that_was_made(run: Run, repository: Path) -> None:
    """pre-commit runs an entry with its args from the root; a hook that changes a file has failed by that alone."""
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    lint, fix = (one["entry"].split()[1:] for one in hooks)
    assert run("init", "sms").code == 0
    example = repository / "sms/examples/welcome.yaml"
    sound = example.read_text("utf-8")
    assert run(*lint, "-C", "sms").code == 0
    example.write_text(sound.replace("@@First_name", "@@first_name"), encoding="utf-8")
    assert run(*lint, "-C", "sms").code == 1
    assert run(*fix, "-C", "sms").code == 0
    assert example.read_text("utf-8") == sound


@pytest.mark.parametrize(
    ("files", "branch"),
    [
        ({"HEAD": "ref: refs/heads/trunk\n"}, "trunk"),
        ({"HEAD": "ref: refs/heads/master\n"}, "master"),
        ({"HEAD": "ref: refs/heads/topic\n", "refs/heads/main": "0" * 40}, "main"),
        ({"HEAD": "ref: refs/heads/topic\n", "packed-refs": f"{'0' * 40} refs/heads/master\n"}, "master"),
        (
            {"HEAD": "ref: refs/heads/topic\n", "refs/remotes/origin/HEAD": "ref: refs/remotes/origin/dev\n"},
            "dev",
        ),
        ({"HEAD": "ref: refs/heads/a: [b\n"}, "main"),
        ({"HEAD": "0" * 40}, "main"),
    ],
)
def test_the_pipeline_applies_on_the_branch_that_requests_are_for(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch, files: dict[str, str], branch: str
) -> None:
    write(tmp_path, {f".git/{name}": text for name, text in files.items()})
    monkeypatch.chdir(tmp_path)

    assert run("init", "--yes").code == 0
    assert f"    branches: [{branch}]\n" in (tmp_path / ".github/workflows/campaigns.yml").read_text()
