"""The pipeline files as data, and a runner that does with their `run` steps what GitHub's and GitLab's do."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

import yaml
from conftest import ROOT

from campaignctl.__main__ import main
from campaignctl.commands import starterpipelines
from campaignctl.commands.starting import Place
from campaignctl.pipelines import __main__ as ci
from campaignctl.pipelines import stages
from campaignctl.pipelines.surroundings import Job

#: The files as a person gets them, by name.
_FOLDER = Place(Path("/no-such-repository"), "campaigns", "github", "main")
FILES = {
    "action.yml": (ROOT / "action.yml").read_text("utf-8"),
    "campaigns.yml": (ROOT / ".github/workflows/campaigns.yml").read_text("utf-8"),
    "github.yml": starterpipelines._github(_FOLDER).text or "",
    "gitlab.yml": starterpipelines._gitlab(_FOLDER).text or "",
}
_EXPRESSION = re.compile(r"\$\{\{ (.*?) \}\}")


def parsed(name: str) -> Any:
    """Return a file as YAML. `on:` is a key of its own and no truth value."""
    return yaml.load(FILES[name], Loader=_Plain)


class _Plain(yaml.SafeLoader):
    pass


_Plain.yaml_implicit_resolvers = {
    first: [(tag, match) for tag, match in resolvers if tag != "tag:yaml.org,2002:bool" or first in "tTfF"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def steps(name: str) -> Iterator[dict[str, Any]]:
    """Yield the steps of an action or of all jobs of a workflow."""
    data = parsed(name)
    for part in [data["runs"]] if "runs" in data else data["jobs"].values():
        yield from part["steps"]


def scripts(name: str) -> list[str]:
    """Return every shell script of a file."""
    if name != "gitlab.yml":
        return [one["run"] for one in steps(name) if "run" in one]
    parts = ("before_script", "script", "after_script")
    jobs = [one for one in parsed(name).values() if isinstance(one, dict)]
    return ["\n".join(job[part]) for job in jobs for part in parts if part in job]


@dataclass
class Done:
    """What the steps of a job did."""

    code: int = 0
    log: str = ""
    outputs: dict[str, str] = field(default_factory=dict)
    summary: str = ""


@dataclass
class Runner:
    """A machine of GitHub or GitLab: a checkout, a scratch folder with campaignctl in it, an environment."""

    checkout: Path
    scratch: Path
    environment: Mapping[str, str]
    context: Mapping[str, str] = field(default_factory=dict)
    bash: bool = True  #: whether the scripts are run by bash; else what they call, in this process

    def __post_init__(self) -> None:
        # Where action.yml has installed it, and where a person's pip has: both are this source.
        for name, module in (("campaignctl-ci", "campaignctl.pipelines"), ("campaignctl", "campaignctl")):
            program = self.scratch / "campaignctl" / "bin" / name
            program.parent.mkdir(parents=True, exist_ok=True)
            program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -P -m {module} "$@"\n')
            program.chmod(0o755)

    def github(self, name: str, job: str | None = None, inputs: Mapping[str, str] | None = None) -> Done:
        """Run a job of a workflow, or action.yml with these inputs."""
        data = parsed(name)
        if job is None:
            defaults = {f"inputs.{key}": str(one.get("default", "")) for key, one in data["inputs"].items()}
            given = {f"inputs.{key}": value for key, value in (inputs or {}).items()}
            context = {key: self._filled(value, self.context) for key, value in {**defaults, **given}.items()}
            return self._all(data["runs"]["steps"], {}, {**self.context, **context})
        given = {f"inputs.{key}": value for key, value in (inputs or {}).items()}
        return self._all(data["jobs"][job]["steps"], data.get("env", {}), {**self.context, **given})

    def gitlab(self, job: str) -> Done:
        """Run a job of the template. What `pip` would install is there."""
        data = parsed("gitlab.yml")
        done = Done()
        for part in ("script", "after_script"):
            script = "\n".join(data[job].get(part, []))
            ended = self._bash(script, {**data[data[job]["extends"]]["variables"]})
            done.log += ended.stdout + ended.stderr
            done.code = done.code or ended.returncode
        return done

    def _all(self, every: list[dict[str, Any]], env: Mapping[str, str], context: Mapping[str, str]) -> Done:
        done = Done()
        context = dict(context)
        for step in every:
            if (
                "run" not in step
                or "pip install" in step["run"]
                or not _goes(step.get("if", ""), context, done.code)
            ):
                continue
            own = {
                key: self._filled(str(value), context)
                for key, value in {**env, **step.get("env", {})}.items()
            }
            output, summary = self.scratch / "output", self.scratch / "summary"
            output.write_text("")
            summary.write_text("")
            ended = self._bash(
                step["run"], {**own, "GITHUB_OUTPUT": str(output), "GITHUB_STEP_SUMMARY": str(summary)}
            )
            done.log += ended.stdout + ended.stderr
            done.code = done.code or ended.returncode
            made = dict(line.split("=", 1) for line in output.read_text().splitlines())
            done.outputs |= made
            context |= {f"steps.{step.get('id')}.outputs.{key}": value for key, value in made.items()}
            done.summary += summary.read_text()
        return done

    def _filled(self, value: str, context: Mapping[str, str]) -> str:
        return _EXPRESSION.sub(lambda found: _value(found[1], context), value)

    def _bash(self, script: str, env: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        if not self.bash:
            return self._here(script, {**self.environment, **env, "RUNNER_TEMP": str(self.scratch)})
        path = f"{self.scratch / 'campaignctl' / 'bin'}{os.pathsep}{os.environ['PATH']}"
        home = {"HOME": str(self.scratch), "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
        return subprocess.run(
            ["bash", "-e", "-c", script],
            cwd=self.checkout,
            env={
                **_plain_environment(),
                **self.environment,
                **home,
                **env,
                "PATH": path,
                "RUNNER_TEMP": str(self.scratch),
            },
            capture_output=True,
            text=True,
        )

    def _here(self, script: str, env: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        """Do in this process what a script does that calls campaignctl-ci and nothing else."""
        called = re.search(r"campaignctl-ci\"? (\w+)", script)
        if called is None:  # the installation
            return subprocess.CompletedProcess(script, 0, "", "")
        whole = {**_plain_environment(), **env}
        with mock.patch.object(stages, "_run", _inside), mock.patch.object(stages, "_watched", _watched):
            code, out, err = run_here(ci.main, [called[1]], whole, self.checkout)
        return subprocess.CompletedProcess(script, code, out, err)


def run_here(
    run: Callable[[list[str]], None], words: list[str], env: Mapping[str, str], cwd: Path | None = None
) -> tuple[int, str, str]:
    """Run a program's main function in this process, with an environment of its own; how it ends and what it prints."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
    code = 0
    with (
        mock.patch.dict(os.environ, env, clear=True),
        contextlib.chdir(cwd or Path.cwd()),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            run(words)
        except SystemExit as stopped:
            code = int(stopped.code or 0)
    for stream in (out, err):
        stream.seek(0)
    return code, out.read(), err.read()


def _inside(job: Job, words: list[str], *, secrets: bool) -> stages.Ended:
    where = ["-C", job.directory] if job.directory else []
    code, out, err = run_here(main, [*words, *where], job.without(secrets=secrets), Path.cwd())
    print(err, end="")
    return stages.Ended(code, out)


def _watched(job: Job, words: list[str]) -> stages.Ended:
    where = ["-C", job.directory] if job.directory else []
    code, out, err = run_here(main, [*words, *where], job.without(secrets=True), Path.cwd())
    print(out + err, end="")
    return stages.Ended(code, out + err)


def _plain_environment() -> dict[str, str]:
    """Return this process's environment without what a real runner around the tests may have put there."""
    return {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("GITHUB_", "CI", "GITLAB_", "GH_"))
    }


def _value(expression: str, context: Mapping[str, str]) -> str:
    """Return what an expression of GitHub's stands for: names, words, `==`, `&&` and `||`, as the files use them."""
    for one in expression.split(" || "):
        found = ""
        for term in one.split(" && "):
            name, sign, word = term.partition(" == ")
            plain = name[1:-1] if name.startswith("'") else context.get(name, "")
            found = plain if not sign else "true" if plain == word.strip("'") else ""
            if not found:
                break
        if found:
            return found
    return ""


def _goes(condition: str, context: Mapping[str, str], code: int) -> bool:
    """Return whether a step runs. Of GitHub's expressions the files use these three in steps with scripts."""
    if code and "always()" not in condition:
        return False
    return all(
        (context.get(name, "") == value) is (sign == "==")
        for name, sign, value in re.findall(r"([\w.-]+) ([=!]=) '(\w*)'", condition)
    )


def event(path: Path, *, number: int, head: str, foreign: bool = False) -> Path:
    """Write the event of a pull request as GitHub does, and return its path."""
    repo = {"full_name": "kettle/sms"}
    source = {"full_name": "stranger/sms", "fork": True} if foreign else repo
    pull = {"number": number, "head": {"sha": head, "repo": source}, "base": {"ref": "main", "repo": repo}}
    path.write_text(json.dumps({"pull_request": pull}))
    return path
