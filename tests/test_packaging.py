"""What is released and how: bounds of dependencies, the changelog, the workflows that test and publish."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
import tomllib
from importlib.machinery import SourceFileLoader
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml
from conftest import ROOT

from campaignctl import __version__
from campaignctl.cli import COMMANDS

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
CHANGELOG = (ROOT / "CHANGELOG.md").read_text("utf-8")
OURS = ["test.yml", "release.yml"]


def script(name: str) -> ModuleType:
    """Import a script of .ci/, whose name has no ending."""
    loader = SourceFileLoader(f"ci_{name}", str(ROOT / ".ci" / name))
    spec = importlib.util.spec_from_loader(loader.name, loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


oldest, release = script("oldest"), script("release")


# --- dependencies -------------------------------------------------------------------------------------


def test_every_dependency_has_a_lower_bound_that_the_oldest_run_tries() -> None:
    ran = subprocess.run([sys.executable, ROOT / ".ci/oldest"], capture_output=True, text=True, check=True)
    names = [line.partition("==")[0] for line in ran.stdout.splitlines()]
    assert names == ["click", "httpx", "jinja2", "jsonschema", "pyyaml", "openpyxl"]
    for line in ran.stdout.splitlines():
        name, _, version = line.partition("==")
        assert any(one.startswith(f"{name}>={version}") for one in wanted()), line


def wanted() -> list[str]:
    project = PYPROJECT["project"]
    return [*project["dependencies"], *project["optional-dependencies"]["xlsx"]]


def test_bounds_are_read_as_they_are_written() -> None:
    text = '[project]\ndependencies = ["a>=1.2", "b[x] >= 2,<3", "c<4,>=3.1; python_version < \'4\'"]\n'
    assert oldest.oldest(text) == ["a==1.2", "b==2", "c==3.1"]
    with pytest.raises(SystemExit, match="lonely has no lower bound"):
        oldest.oldest('[project]\ndependencies = ["lonely"]\n')


def test_the_matrix_has_every_python_that_the_package_claims() -> None:
    claimed = re.findall(r"Python :: (3\.\d+)", "\n".join(PYPROJECT["project"]["classifiers"]))
    workflow = load("test.yml")
    assert workflow["jobs"]["check"]["strategy"]["matrix"]["python"] == claimed
    assert PYPROJECT["project"]["requires-python"] == f">={claimed[0]}"
    setup = workflow["jobs"]["oldest"]["steps"][1]["with"]
    assert setup["python-version"] == claimed[0]


# --- changelog and release ----------------------------------------------------------------------------


def test_the_changelog_is_kept_as_keep_a_changelog_says() -> None:
    lines = CHANGELOG.splitlines()
    assert lines[0] == "# Changes"
    headings = [heading for heading, _ in release.sections(CHANGELOG)]
    assert headings[0] == "Unreleased"
    assert all(release._RELEASE.fullmatch(one) for one in headings[1:])
    versions = [tuple(map(int, one.split(" - ")[0].split("."))) for one in headings[1:]]
    assert all(newer > older for newer, older in pairwise(versions))
    kinds = [line[4:] for line in lines if line.startswith("### ")]
    assert set(kinds) <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


FILES = ["campaignctl-1.2.0-py3-none-any.whl", "campaignctl-1.2.0.tar.gz"]
GOOD = (
    "# Changes\n\n## Unreleased\n\n## 1.2.0 - 2035-02-03\n\n### Added\n- A thing.\n\n## 1.1.0 - 2035-01-02\n"
)


@pytest.mark.parametrize(
    ("tag", "changelog", "files", "says"),
    [
        ("v1.2.0", GOOD, FILES, None),
        ("v1.2.0", GOOD.replace("## Unreleased\n\n", ""), FILES, None),
        ("v1.2.1", GOOD, FILES, "the tag is v1.2.1"),
        ("1.2.0", GOOD, FILES, "the tag is 1.2.0"),
        ("v1.2.0", GOOD.replace("Unreleased\n", "Unreleased\n- left\n"), FILES, "'## Unreleased' on top"),
        ("v1.2.0", GOOD.replace("1.2.0 - 2035-02-03", "1.2.0"), FILES, "'## 1.2.0' on top"),
        ("v1.2.0", GOOD.replace("1.2.0", "1.3.0"), FILES, "'## 1.3.0 - 2035-02-03' on top"),
        ("v1.2.0", GOOD.replace("### Added\n- A thing.\n\n", ""), FILES, "says nothing about 1.2.0"),
        ("v1.2.0", "# Changes\n", FILES, "'## nothing' on top"),
        ("v1.2.0", GOOD, FILES[:1], "built were campaignctl-1.2.0-py3-none-any.whl; due are"),
        ("v1.2.0", GOOD, [*FILES, "evil.whl"], "built were"),
    ],
)
def test_only_what_agrees_is_released(tag: str, changelog: str, files: list[str], says: str | None) -> None:
    found = release.wrong(tag, "1.2.0", changelog, files)
    assert len(found) == int(says is not None)
    assert says is None or says in found[0]


def test_a_release_is_checked_by_the_command_of_the_workflow(tmp_path: Path) -> None:
    (tmp_path / "campaignctl").mkdir()
    (tmp_path / ".ci").mkdir()
    (tmp_path / "dist").mkdir()
    (tmp_path / "campaignctl/__init__.py").write_text('__version__ = "1.2.0"\n')
    (tmp_path / ".ci/release").write_bytes((ROOT / ".ci/release").read_bytes())
    (tmp_path / "CHANGELOG.md").write_text(GOOD)
    for one in FILES:
        (tmp_path / "dist" / one).touch()

    def check(tag: str) -> tuple[int, str, str]:
        ran = subprocess.run(
            ["bash", "-c", 'python3 .ci/release "$GITHUB_REF_NAME" dist'],
            cwd=tmp_path,
            env={**os.environ, "GITHUB_REF_NAME": tag},
            capture_output=True,
            text=True,
        )
        return ran.returncode, ran.stdout, ran.stderr

    assert check("v1.2.0") == (0, "### Added\n- A thing.\n", "")
    code, out, err = check('v1.2.0"; echo gone')
    assert (code, out) == (1, "")
    assert err.startswith('release: the tag is v1.2.0"; echo gone, and')


def test_the_version_of_this_tree_can_be_read() -> None:
    source = (ROOT / "campaignctl/__init__.py").read_text("utf-8")
    assert re.findall(r'^__version__ = "([^"]+)"$', source, re.MULTILINE) == [__version__]


# --- workflows ----------------------------------------------------------------------------------------


def load(name: str) -> dict[Any, Any]:
    data: dict[Any, Any] = yaml.safe_load((ROOT / ".github/workflows" / name).read_text("utf-8"))
    return data


@pytest.mark.parametrize("name", OURS)
def test_a_workflow_has_least_rights_and_pinned_actions(name: str) -> None:
    text = (ROOT / ".github/workflows" / name).read_text("utf-8")
    workflow = load(name)
    assert workflow["permissions"] == {}
    used = re.findall(r"uses: (\S+)(.*)", text)
    assert used
    for action, comment in used:
        assert action.startswith("./") or re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", action), action
        assert action.startswith("./") or re.fullmatch(r" # v\d+\.\d+\.\d+", comment), action
    for key, job in workflow["jobs"].items():
        assert set(job["permissions"].values()) <= {"read"} or (name, key) == ("release.yml", "publish")
        for step in job.get("steps", ()):
            if "checkout" in step.get("uses", ""):
                assert step["with"]["persist-credentials"] is False
            assert "${{" not in step.get("run", ""), "a value of an event would be run as a script"
    assert "pull_request_target" not in text
    assert "secrets." not in text


def test_only_the_publishing_job_may_ask_for_a_token_and_it_runs_no_code_of_the_tree() -> None:
    jobs = load("release.yml")["jobs"]
    assert [key for key, job in jobs.items() if "id-token" in job["permissions"]] == ["publish"]
    publish = jobs["publish"]
    assert publish["permissions"] == {"id-token": "write"}
    assert publish["environment"] == "pypi"
    assert sorted(publish["needs"]) == ["build", "test"]
    assert all("run" not in step and "checkout" not in step["uses"] for step in publish["steps"])
    assert load("release.yml")[True] == {"push": {"tags": ["v*"]}}  # YAML 1.1 reads `on` as true


def test_the_commands_of_the_workflows_exist() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    steps = [step for name in OURS for job in load(name)["jobs"].values() for step in job.get("steps", ())]
    lines = [line.strip() for step in steps for line in step.get("run", "").splitlines()]
    assert {line.split()[1] for line in lines if line.startswith("make ")} <= targets
    named = {word for line in lines for word in line.split() if word.startswith(".ci/")}
    assert named == {".ci/run", ".ci/release"}
    assert all((ROOT / one).is_file() for one in named)


def test_the_makefile_explains_its_targets() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    phony = set(re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[0].split())
    helped = set(re.findall(r'echo "make ([a-z]+)', makefile)) | {"picture"}
    assert phony - helped == {"help", "style", "dist", "clean"}


@pytest.mark.parametrize("name", ["CONTRIBUTING.md", "SECURITY.md"])
def test_what_the_pages_for_contributors_name_is_there(name: str) -> None:
    text = (ROOT / ".github" / name).read_text("utf-8")
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for target in re.findall(r"`?make ([a-z]+)", text):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
    homes = (ROOT, ROOT / "campaignctl", ROOT / "tests", ROOT / ".github/workflows")
    for path in re.findall(r"`([\w./]+(?:\.py|\.toml|\.yml|/))`|tests/\w+\.py", text):
        assert not path or any((home / path).exists() for home in homes), path
    for link in re.findall(r"\]\(([^)]+)\)", text):
        assert (ROOT / ".github" / link).exists(), link
    for command in re.findall(r"`campaignctl (?!--)([a-z]+)", text):
        assert command in COMMANDS
