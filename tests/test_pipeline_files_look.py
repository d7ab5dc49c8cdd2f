"""Which requests and pushes are planned: those that touch the folder or the pipeline itself; `look` in the workflows."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from pipelines import Runner, parsed

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="there is no git")

WORKFLOW = ".github/workflows/campaigns.yml"
#: Without a look at the machine's own settings.
QUIET = {
    **{f"GIT_{who}_{what}": "someone@kettle.example" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
    **dict.fromkeys(("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"), os.devnull),
}  # fmt: skip


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with a campaign on main, and a branch `request` that is checked out."""
    root = tmp_path / "repository"
    root.mkdir()
    git(root, "init", "-q", "-b", "main")
    commit(root, "campaigns/a.yaml", "id: tea\n")
    git(root, "checkout", "-qb", "request")
    return root


def git(root: Path, *words: str) -> str:
    ran = subprocess.run(
        ["git", *words], cwd=root, capture_output=True, text=True, check=True, env={**os.environ, **QUIET}
    )
    return ran.stdout.strip()


def commit(root: Path, path: str, text: str) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text, encoding="utf-8")
    git(root, "add", "-A")
    git(root, "commit", "-qm", path)


def touched(root: Path, name: str, event: str, before: str = "", directory: str | None = None) -> str:
    """Run the job `look` of a workflow on what is checked out; a request as GitHub merges it."""
    if event == "pull_request":
        git(root, "checkout", "-q", "--detach", "main")
        git(root, "merge", "-q", "--no-ff", "--no-edit", "request")
    context = {"github.event_name": event, "github.event.before": before}
    runner = Runner(root, root.parent, QUIET, context)
    data = parsed(name)
    if directory is not None:
        data["env"]["CAMPAIGNCTL_DIR"] = directory
    done = runner._all(data["jobs"]["look"]["steps"], data.get("env", {}), context)
    assert done.code == 0, done.log
    return done.outputs["touched"]


@pytest.mark.parametrize("name", ["github.yml", "campaigns.yml"])
@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("NOTES.md", "no"),
        ("other/campaigns/a.yaml", "no"),
        (".github/workflows/test.yml", "no"),
        ("campaigns/b.yaml", "yes"),
        ("campaigns/registry/lists.yaml", "yes"),
        (WORKFLOW, "yes"),
    ],
)
def test_a_request_is_planned_when_it_touches_the_folder_or_the_workflow(
    repository: Path, name: str, path: str, expected: str
) -> None:
    git(repository, "checkout", "-q", "main")
    commit(repository, "campaigns/of-somebody-else.yaml", "id: milk\n")
    git(repository, "checkout", "-q", "request")
    commit(repository, path, "new\n")
    assert touched(repository, name, "pull_request") == expected


def test_a_request_that_takes_back_what_it_had_is_planned_again_for_its_comment(repository: Path) -> None:
    commit(repository, "campaigns/b.yaml", "id: milk\n")
    git(repository, "rm", "-q", "campaigns/b.yaml")
    git(repository, "commit", "-qm", "Not this one")
    assert touched(repository, "github.yml", "pull_request") == "yes"


def test_a_request_that_drops_by_a_merge_what_main_has_is_planned(repository: Path) -> None:
    git(repository, "checkout", "-q", "main")
    commit(repository, "campaigns/b.yaml", "id: milk\n")
    git(repository, "checkout", "-q", "request")
    git(repository, "merge", "-q", "-s", "ours", "-m", "Mine", "main")
    assert touched(repository, "github.yml", "pull_request") == "yes"


def test_a_folders_name_is_a_name_and_no_pattern(repository: Path) -> None:
    commit(repository, "tea/a.yaml", "id: milk\n")
    assert touched(repository, "github.yml", "pull_request", directory="t*") == "no"
    git(repository, "checkout", "-q", "request")
    commit(repository, "t*/it's #1/a.yaml", "id: milk\n")
    assert touched(repository, "github.yml", "pull_request", directory="t*/it's #1") == "yes"


def test_a_push_is_applied_when_any_of_its_commits_touches_the_folder(repository: Path) -> None:
    before = git(repository, "rev-parse", "main")
    commit(repository, "campaigns/b.yaml", "id: milk\n")
    between = git(repository, "rev-parse", "HEAD")
    commit(repository, "NOTES.md", "new\n")
    assert touched(repository, "github.yml", "push", before) == "yes"
    assert touched(repository, "github.yml", "push", between) == "no"


@pytest.mark.parametrize(
    ("event", "before"), [("push", "0" * 40), ("push", "a" * 40), ("workflow_dispatch", "")]
)
def test_what_git_cannot_compare_and_what_a_person_starts_counts_as_touched(
    repository: Path, event: str, before: str
) -> None:
    assert touched(repository, "github.yml", event, before) == "yes"


@pytest.mark.parametrize("name", ["github.yml", "campaigns.yml"])
def test_no_check_waits_for_a_path_and_a_look_that_fails_lets_the_request_be_planned(name: str) -> None:
    data = parsed(name)
    assert data["on"]["pull_request"] is None
    check, apply = data["jobs"]["check"], data["jobs"]["apply"]
    assert (check["needs"], apply["needs"]) == ("look", "look")
    assert "!cancelled()" in check["if"]
    assert "touched != 'no'" in check["if"]
    assert "touched == 'yes'" in apply["if"]


def test_gitlab_has_the_jobs_only_where_the_folder_or_the_file_changes() -> None:
    data = parsed("gitlab.yml")
    rules = [one for job in ("lint", "plan", "apply") for one in data[f"campaigns:{job}"]["rules"]]
    assert [one["changes"] for one in rules] == [["campaigns/**/*", ".gitlab-ci.yml"]] * 4


def test_the_page_is_kept_and_named_where_people_look() -> None:
    for name in ("github.yml", "campaigns.yml"):
        steps = {one.get("id"): one for one in parsed(name)["jobs"]["check"]["steps"]}
        assert steps["page"]["uses"].startswith("actions/upload-artifact@")
        assert "always()" in steps["page"]["if"]
        assert "PAGE" in parsed(name)["jobs"]["check"]["steps"][-1]["env"]
    artifacts = parsed("gitlab.yml")["campaigns:plan"]["artifacts"]
    assert artifacts["paths"] == ["campaignctl-report.html", "campaignctl-plan.md"]
    assert artifacts["expose_as"] == "campaigns plan"


@pytest.mark.parametrize("name", ["github.yml", "campaigns.yml"])
def test_sarif_goes_to_code_scanning_unless_a_fork_asks(name: str) -> None:
    [step] = [one for one in parsed(name)["jobs"]["check"]["steps"] if "upload-sarif" in one.get("uses", "")]
    assert "!github.event.pull_request.head.repo.fork" in step["if"]
    assert step["with"]["sarif_file"] == "${{ steps.lint.outputs.sarif }}"
