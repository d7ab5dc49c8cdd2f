"""A second `init` in one repository, and one in a repository that has files of its own."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import Run, write
from test_init import folder_of
from test_init import repository as repository  # noqa: PLC0414 - a fixture

WORKFLOWS = ".github/workflows"


def load(path: Path) -> Any:
    return yaml.safe_load(path.read_text("utf-8"))


def test_at_github_each_folder_has_a_workflow_that_shares_nothing_with_the_others(
    run: Run, repository: Path
) -> None:
    assert run("init", "--ci", "github").code == 0
    for name in ("teams/tea", "teams-tea", "चाय"):
        assert run("init", name, "--ci", "github").code == 0
    made = {
        "campaigns": "campaigns",
        "campaigns-teams-tea": "teams/tea",
        "campaigns-teams-tea-2": "teams-tea",
        "campaigns-folder": "चाय",
    }
    files = {path.stem: path for path in (repository / WORKFLOWS).iterdir()}
    assert {name: folder_of(path) for name, path in files.items()} == made
    alone = []
    for path in files.values():
        data = load(path)
        jobs = data["jobs"].values()
        alone += [data["name"], *(one["name"] for one in jobs)]
        alone += [one["concurrency"]["group"] for one in jobs if "concurrency" in one]
        assert f"{WORKFLOWS}/{path.name}" in path.read_text("utf-8")
    assert len(set(alone)) == len(alone) == 4 * 6


def test_but_for_names_and_folder_it_is_the_same(run: Run, repository: Path) -> None:
    for name in ("first", "second"):
        assert run("init", name, "--ci", "github").code == 0
    one, other = (
        (repository / WORKFLOWS / f"{name}.yml").read_text("utf-8")
        for name in ("campaigns", "campaigns-second")
    )
    assert other.replace("campaigns-second", "campaigns").replace('"second"', '"first"') == one


def test_at_gitlab_each_folder_has_jobs_of_its_own_and_the_lines_to_include(
    run: Run, repository: Path
) -> None:
    assert "include" not in run("init", "--ci", "gitlab").out
    main = repository / ".gitlab-ci.yml"
    ran = run("init", "teams/tea", "--ci", "gitlab")
    lines = "  include:\n    - local: .gitlab/campaigns-teams-tea.gitlab-ci.yml\n"
    assert f"Add to .gitlab-ci.yml:\n{lines}" in ran.out
    part = repository / ".gitlab/campaigns-teams-tea.gitlab-ci.yml"
    first, second = load(main), load(part)
    assert (folder_of(main), folder_of(part)) == ("campaigns", "teams/tea")
    assert first.keys() & second.keys() == set()
    assert {"variables", "stages", "default"} & {*first, *second} == set(), (
        "nothing reaches beyond its own jobs"
    )
    jobs = {name.partition(":")[2]: job for name, job in second.items()}
    assert jobs["lint"]["rules"][0]["changes"] == ["teams/tea/**/*", part.relative_to(repository).as_posix()]
    assert jobs["apply"]["resource_group"] != first["campaigns:apply"]["resource_group"]
    assert jobs["plan"]["artifacts"]["expose_as"] != first["campaigns:plan"]["artifacts"]["expose_as"]

    main.write_text(main.read_text("utf-8") + re.sub("^  ", "", lines, flags=re.MULTILINE), encoding="utf-8")
    third = run("init", "milk", "--ci", "gitlab").out
    assert (
        "Add to the list under `include:` in .gitlab-ci.yml:\n    - local: .gitlab/campaigns-milk.git"
        in third
    )


@pytest.mark.parametrize("ci", ["github", "gitlab"])
def test_a_pipeline_that_serves_the_folder_already_is_left_as_it_is(
    run: Run, repository: Path, ci: str
) -> None:
    pipelines = []
    for _ in range(2):
        ran = run("init", "sms", "--ci", ci)
        pipelines.append(
            {path: path.read_bytes() for path in repository.rglob("*.yml") if "sms" not in path.parts}
        )
        (repository / "sms/campaignctl.yaml").unlink()
    assert pipelines[0] == pipelines[1]
    assert len(pipelines[0]) == 1
    assert "Left as it is, for it serves this folder already: .git" in ran.out


@pytest.mark.parametrize(
    "text",
    [
        "jobs: {a: {steps: [{uses: kettle/campaignctl@0123}]}}\n",
        "      - uses: kettle/campaignctl@0123\n        with:\n          directory: ./campaigns/ # ours\n",
        "env:\n  CAMPAIGNCTL_DIR: 'campaigns'\n",
    ],
)
def test_a_workflow_by_another_name_is_known_by_its_folder(run: Run, repository: Path, text: str) -> None:
    write(repository, {f"{WORKFLOWS}/sms.yaml": text})
    assert f"serves this folder already: {WORKFLOWS}/sms.yaml" in run("init", "--ci", "github").out
    assert run("init", "other", "--ci", "github").code == 0
    assert folder_of(repository / WORKFLOWS / "campaigns.yml") == "other"


@pytest.mark.parametrize(
    ("main", "stages", "hints"),
    [
        ("stages: [build]\n", ["build", "build", ".post"], 0),
        ("stages: [.pre, lint, test]\n", ["test", "test", ".post"], 0),
        ("stages:\n  - test\n  - deploy\n", ["test", "test", "deploy"], 0),
        ("job: {script: [echo]}\n", ["test", "test", "deploy"], 0),
        ("include: [{local: stages.yml}]\n", ["test", "test", "deploy"], 1),
        ("stages: !reference [.all, stages]\n", ["test", "test", "deploy"], 1),
        ("stages: [[[\n", ["test", "test", "deploy"], 1),
    ],
)
def test_the_jobs_at_gitlab_are_of_stages_that_exist(
    run: Run, repository: Path, main: str, stages: list[str], hints: int
) -> None:
    """`.post` always exists, and a pipeline of it alone would not start."""
    write(repository, {".gitlab-ci.yml": main})
    ran = run("init", "--ci", "gitlab")
    data = load(repository / ".gitlab/campaigns.gitlab-ci.yml")
    assert [job["stage"] for job in data.values() if "stage" in job] == stages
    assert ran.out.count("where yours are called otherwise, change its `stage:` lines") == hints


@pytest.mark.parametrize("name", ["a${{ secrets.B }}", "a$HOME[x]*{y}", 'q"uo\\te'])
def test_a_folders_name_is_no_expression_and_no_pattern(run: Run, repository: Path, name: str) -> None:
    for ci in ("github", "gitlab"):
        assert run("init", name, "--ci", ci).code == 0
        (repository / name / "campaignctl.yaml").unlink()
    text = (repository / WORKFLOWS / "campaigns.yml").read_text("utf-8")
    assert "secrets.B }}" not in text or "${{ '${{' }} secrets.B }}" in text
    data = load(repository / ".gitlab-ci.yml")
    assert data[".campaigns"]["variables"]["CAMPAIGNCTL_DIR"].replace("$$", "$") == name
    pattern = data["campaigns:lint"]["rules"][0]["changes"][0]
    assert re.sub(r"\\(.)", r"\1", pattern) == f"{name}/**/*"
    assert re.search(r"(?<!\\)[\[\]{}?]", pattern) is None


# --- beside the folder --------------------------------------------------------------------------------


def test_settings_that_init_has_written_learn_the_second_folders_schemas(run: Run, repository: Path) -> None:
    settings = repository / ".vscode/settings.json"
    assert run("init").code == 0
    first = json.loads(settings.read_text("utf-8"))["yaml.schemas"]
    ran = run("init", "other")
    both = json.loads(settings.read_text("utf-8"))["yaml.schemas"]
    assert "Added to .vscode/settings.json" in ran.out
    assert first.items() < both.items()
    assert len(both) == 2 * len(first)
    for schema, globs in both.items():
        assert (repository / schema).is_file()
        assert any(list(repository.glob(one)) for one in globs), globs
    (repository / "other/campaignctl.yaml").unlink()
    assert "settings.json" not in run("init", "other").out


@pytest.mark.parametrize(
    "theirs",
    [
        '{"editor.tabSize": 2}\n',
        '// ours\n{"yaml.schemas": {}}\n',
        '{"yaml.schemas": {"https://json.schemastore.org/x": "*.yaml"}}\n',
        "[" * 100_000,
        "\udcff",
    ],
)
def test_settings_of_somebody_else_stay_and_the_lines_to_add_are_shown(
    run: Run, repository: Path, theirs: str
) -> None:
    settings = repository / ".vscode/settings.json"
    settings.parent.mkdir()
    settings.write_text(theirs, encoding="utf-8", errors="surrogateescape")
    ran = run("init")
    assert ran.code == 0
    assert settings.read_text(encoding="utf-8", errors="surrogateescape") == theirs
    _, _, shown = ran.out.partition("so that your editor knows the schemas:\n")
    lines, _, _ = shown.partition("\n\nNext:")
    schemas = json.loads("{" + lines + "}")["yaml.schemas"]
    assert "./campaigns/.schemas/campaign.schema.json" in schemas


def test_a_link_is_not_written_through(run: Run, repository: Path) -> None:
    outside = repository / "outside.json"
    outside.write_text('{"yaml.schemas": {}}', encoding="utf-8")
    write(repository, {"campaigns/keep": "", ".vscode/keep": ""})
    (repository / ".vscode/settings.json").symlink_to(outside)
    (repository / "campaigns/.gitignore").symlink_to(outside)
    ran = run("init")
    assert (ran.code, outside.read_text("utf-8")) == (0, '{"yaml.schemas": {}}')
    assert "Add to campaigns/.gitignore, so that Git never takes them: *.lock" in ran.out


@pytest.mark.parametrize("there", ["*.csv\n*.lock\n", "*.csv\n*.lock", "*.csv\r\n*.lock\r\n", ""])
def test_a_gitignore_that_is_there_is_completed(run: Run, repository: Path, there: str) -> None:
    path = repository / "campaigns/.gitignore"
    path.parent.mkdir()
    path.write_bytes(there.encode())
    ran = run("init")
    kept = path.read_bytes().decode()
    assert kept.startswith(there)
    assert sorted(kept.split()) == sorted(
        {*there.split(), "*.lock", "/.campaignctl/", "campaignctl-report.html"}
    )
    assert "Added to campaigns/.gitignore, so that Git never takes them: " in ran.out
    (path.parent / "campaignctl.yaml").unlink()
    assert ".gitignore" not in run("init").out
    assert path.read_bytes().decode() == kept
