"""action.yml, the workflows, GitLab's template and the hooks: valid, and without the usual weak spots.

The linters are zizmor and ShellCheck, the schemas those that check-jsonschema carries; what they do not hold, the
functions here do. actionlint is not to be had as a package that brings its program along.
"""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from conftest import ROOT
from pipelines import FILES, parsed, scripts, steps

BIN = Path(sys.executable).parent
WORKFLOWS = [name for name in FILES if name in ("campaigns.yml", "github.yml")]
SCHEMAS = {
    "action.yml": "github-actions",
    "gitlab.yml": "gitlab-ci",
    **dict.fromkeys(WORKFLOWS, "github-workflows"),
}
OTHERS = {
    path.name: path.read_text("utf-8")
    for path in sorted((ROOT / ".github/workflows").glob("*.y*ml"))
    if path.name not in FILES
}
#: The most that any other job may be allowed: to read, and to say who it is when a release is published.
_FEW = {"contents": "read", "id-token": "write", "attestations": "write"}
#: The most that each job may be allowed.
RIGHTS = {
    "check": {"contents": "read", "pull-requests": "write", "security-events": "write"},
    "apply": {"contents": "write", "pull-requests": "read"},
}
#: What a job by another name may have: to read, and to publish under its own identity.
OTHER_RIGHTS = {"contents": "read", "id-token": "write", "attestations": "write"}
PINNED = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+").fullmatch


def tool(name: str) -> str:
    """Return the path of a linter of the development dependencies."""
    found = shutil.which(name, path=str(BIN)) or shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_what_its_schema_says(name: str) -> None:
    package = importlib.util.find_spec("check_jsonschema")
    if package is None or package.origin is None:
        pytest.skip("check-jsonschema is not installed")
    vendor = Path(package.origin).parent / "builtin_schemas" / "vendor"
    schema = json.loads((vendor / f"{SCHEMAS[name]}.json").read_text("utf-8"))
    validator = jsonschema.validators.validator_for(schema)(schema)
    assert [one.message for one in validator.iter_errors(parsed(name))] == []


def findings(files: dict[str, str], place: Path) -> list[str]:
    """Return what zizmor finds. `uses: ./` is what the versions of GitHub know that people run themselves."""
    paths = []
    for name, text in files.items():
        path = place / (name if name == "action.yml" else f".github/workflows/{name}")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        paths.append(str(path))
    ran = subprocess.run(
        [tool("zizmor"), "--offline", "--no-progress", "--no-exit-codes", "--format", "json", *paths],
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stderr
    return [one["ident"] for one in json.loads(ran.stdout) if one["ident"] != "self-repository"]


def test_zizmor_finds_nothing(tmp_path: Path) -> None:
    files = {name: text for name, text in (FILES | OTHERS).items() if name != "gitlab.yml"}
    assert findings(files, tmp_path) == []


def test_zizmor_is_at_work(tmp_path: Path) -> None:
    bad = FILES["github.yml"].replace("pull_request:\n", "pull_request_target:\n", 1)
    assert "dangerous-triggers" in findings({"github.yml": bad}, tmp_path)


def weak_spots(text: str, name: str) -> list[str]:
    """Return what must not be in a file for GitHub."""
    found = []
    for line in text.splitlines():
        uses = re.match(r"\s*(?:- )?uses: (.*)", line)
        if uses and not uses[1].startswith("./") and not PINNED(uses[1]):
            found.append(f"not pinned: {uses[1]}")
    data = yaml.safe_load(text)
    parts = {"": data["runs"]} if "runs" in data else data["jobs"]
    for job, part in parts.items():
        if job and (
            data.get("permissions") != {}
            or not part.get("permissions", {}).items() <= RIGHTS.get(job, OTHER_RIGHTS).items()
        ):
            found.append(f"permissions of {job}: {part.get('permissions')}")
        for step in part.get("steps", ()):  # a job may be another file of this repository
            found += [f"an expression in a script: {step['run']}"] if "${{" in step.get("run", "") else []
            found += _unsafe_checkout(step)
    if "pull_request_target" in (data.get(True) or data.get("on") or {}):
        found.append(f"pull_request_target in {name}")
    return found


def _unsafe_checkout(step: dict[str, Any]) -> list[str]:
    given = step.get("with", {})
    if not step.get("uses", "").startswith("actions/checkout@"):
        return []
    return [] if given.get("persist-credentials") is False else ["a checkout that leaves its token behind"]


@pytest.mark.parametrize("name", ["action.yml", *WORKFLOWS, *OTHERS])
def test_actions_are_pinned_rights_small_and_scripts_without_expressions(name: str) -> None:
    assert weak_spots((FILES | OTHERS)[name], name) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2", "@v4"),
        ("@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2", "@11bd71901bbe5b1630ceea73d27597364c9af683"),
        ("permissions: {}", "permissions: write-all"),
        ("contents: read", "contents: write"),
        ("run: campaignctl-ci lint", "run: campaignctl-ci lint ${{ github.head_ref }}"),
        ("persist-credentials: false", "persist-credentials: true"),
        ("  pull_request:\n", "  pull_request_target:\n"),
    ],
)
def test_each_weak_spot_is_seen(old: str, new: str) -> None:
    assert old in FILES["github.yml"]
    assert weak_spots(FILES["github.yml"].replace(old, new), "github.yml") != []


def test_no_module_of_the_checkout_runs_in_place_of_pythons_own(tmp_path: Path) -> None:
    """`python -m venv` would take a venv.py that lies in the current folder, which a request may bring."""
    [made] = [
        line.split("#")[0] for text in scripts("action.yml") for line in text.splitlines() if " venv " in line
    ]
    (tmp_path / "venv.py").write_text("print('taken over')")
    made = made.replace("python", sys.executable, 1)
    ran = subprocess.run(
        ["bash", "-c", made.replace("venv ", "venv --help #", 1)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert (ran.returncode, "taken over" in ran.stdout) == (0, False), made


@pytest.mark.parametrize("name", FILES)
def test_every_script_is_sound_shell(name: str) -> None:
    for script in scripts(name):
        checked = subprocess.run(["bash", "-n"], input=script, capture_output=True, text=True)
        assert (checked.returncode, checked.stderr) == (0, ""), script
        linted = subprocess.run(
            [tool("shellcheck"), "--shell=bash", "-"], input=script, capture_output=True, text=True
        )
        assert linted.stdout == ""


@pytest.mark.parametrize("name", [name for name in FILES if name != "gitlab.yml"])
def test_secrets_go_to_the_one_step_that_needs_them(name: str) -> None:
    for step in steps(name):
        given = {key: str(value) for key, value in step.get("env", {}).items()}
        run = step.get("run", "")
        if any(key.startswith("EXOTEL_") for key in given):
            assert run.endswith("apply") or run.rstrip().endswith('campaignctl-ci" apply')
        if "GH_TOKEN" in given:
            assert re.search(r"campaignctl-ci\"? (plan|apply|keep)$", run.strip())


@pytest.mark.parametrize("name", ["campaigns.yml", "github.yml"])
def test_only_apply_has_secrets_and_it_waits_for_its_turn(name: str) -> None:
    check, apply = parsed(name)["jobs"]["check"], parsed(name)["jobs"]["apply"]
    assert "secrets." not in json.dumps(check)
    assert "environment" not in check
    assert apply["concurrency"]["cancel-in-progress"] is False
    assert apply["environment"] == "exotel"
    assert "pull_request'" in check["if"]
    assert "github.event_name != 'pull_request'" in apply["if"]


def test_every_input_of_the_action_is_used_and_described() -> None:
    inputs, text = parsed("action.yml")["inputs"], FILES["action.yml"]
    for name, one in inputs.items():
        assert one["description"], name
        assert f"inputs.{name}" in text, name
        assert one.get("required") or "default" in one, name
    assert set(re.findall(r"inputs\.([\w-]+)", text)) == set(inputs)


def test_the_action_is_given_only_inputs_that_it_has() -> None:
    known = set(parsed("action.yml")["inputs"])
    used = [step for step in steps("campaigns.yml") if step.get("uses") == "./"]
    assert len(used) == 3
    assert {key for step in used for key in step["with"]} <= known


def test_gitlabs_jobs_run_where_they_should() -> None:
    data = parsed("gitlab.yml")
    apply, plan = data["campaigns:apply"], data["campaigns:plan"]
    assert apply["resource_group"]
    assert apply["interruptible"] is False
    assert all("$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH" in one["if"] for one in apply["rules"])
    assert [one["if"] for one in plan["rules"]] == ['$CI_PIPELINE_SOURCE == "merge_request_event"']
    assert set(data["campaigns:lint"]["artifacts"]["reports"]) == {"codequality", "junit"}


def test_the_hooks_are_commands_that_exist() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    assert [one["id"] for one in hooks] == ["campaignctl-lint", "campaignctl-fix"]
    for one in hooks:
        assert (one["language"], one["pass_filenames"], one["types"]) == ("python", False, ["yaml"])
        assert one["entry"].split()[:2] == ["campaignctl", "lint"]
        assert {"name", "description"} <= set(one)
