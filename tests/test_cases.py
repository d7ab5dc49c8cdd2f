"""The corpus: tests/cases/<rule>/ holds files with their expected findings beside them. See its README."""

from __future__ import annotations

import base64
import json
import os
import shutil
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from conftest import NOW, Run

from campaignctl import guards, lint, project
from campaignctl.findings import Finding
from campaignctl.rules import RULES
from campaignctl.sandbox import Sandbox

CASES = Path(__file__).parent / "cases"
BASE = CASES / "_folder"
STATE = "campaignctl.state.json"
#: What Exotel has, for a case that asks it: the fields of create requests.
EXOTEL = "exotel.json"


def cases() -> list[Path]:
    found = [
        one
        for rule in sorted(CASES.iterdir())
        if rule.is_dir() and rule != BASE
        for one in sorted(rule.iterdir())
        if one.suffix != ".out"
    ]
    assert all(one.name.startswith(("fails-", "passes-")) for one in found)
    return found


def lay(case: Path, root: Path) -> None:
    """Make the campaigns folder of a case."""
    shutil.copytree(BASE, root, symlinks=True)
    if case.is_dir():
        shutil.copytree(case, root, dirs_exist_ok=True, symlinks=True)
    else:
        shutil.copyfile(case, root / "case.yaml")


def line(one: Finding) -> str:
    region = one.region
    path = "" if one.path == "case.yaml" else f"{one.path}:"
    end = (
        f"{region.end_column}" if region.end_line == region.line else f"{region.end_line}.{region.end_column}"
    )
    return f"{path}{region.line}:{region.column}-{end} {one.severity.value} {one.name}"


@contextmanager
def asking(root: Path) -> Iterator[None]:
    """Let the commands find an Exotel that has what the case says."""
    with Sandbox() as sandbox, pytest.MonkeyPatch.context() as patched:
        secret = base64.b64encode(f"{sandbox.api_key}:{sandbox.api_token}".encode()).decode()
        for fields in json.loads((root / EXOTEL).read_bytes()):
            request = urllib.request.Request(
                f"{sandbox.url}/v2/accounts/{sandbox.account_sid}/sms-campaigns",
                method="POST",
                data=json.dumps(fields).encode(),
                headers={"Authorization": f"Basic {secret}", "Content-Type": "application/json"},
            )
            urllib.request.urlopen(request, timeout=10).close()
        patched.setenv("CAMPAIGNCTL_BASE_URL", sandbox.url)
        for name in ("account_sid", "api_key", "api_token"):
            patched.setenv(f"EXOTEL_{name.upper()}", getattr(sandbox, name))
        yield


def of_plan(run: Run, *words: str) -> list[str]:
    ran = run("plan", *words, "--format", "json", "--at", NOW.isoformat())
    return [
        f"{'' if one['path'] == 'case.yaml' else one['path'] + ':'}{one['line']}:{one['column']}-{one['end_column']}"
        f" {one['severity']} {one['name']}"
        for one in json.loads(ran.out)["findings"]
    ]


def findings(root: Path, run: Run, *, guard: bool) -> list[str]:
    if (root / EXOTEL).exists():
        with asking(root):
            return of_plan(run)
    if guard or (root / STATE).exists():
        return of_plan(run, "--offline")
    return [line(one) for one in lint.run(project.load(Path()), now=NOW).findings]


@pytest.mark.parametrize("case", cases(), ids=lambda case: f"{case.parent.name}/{case.name}")
def test_a_case_has_its_findings(
    case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    root = tmp_path / "folder"
    lay(case, root)
    monkeypatch.chdir(root)
    found = findings(root, run, guard=case.parent.name in guards.NAMES)
    out = case.with_name(f"{case.name.removesuffix('.yaml')}.out")
    if os.environ.get("CASES") == "write" and case.name.startswith("fails-"):
        out.write_text("".join(f"{one}\n" for one in found), encoding="utf-8")
    expected = out.read_text(encoding="utf-8").splitlines() if out.exists() else []

    assert found == expected
    names = {one.rsplit(" ", 1)[1] for one in found}
    if case.parent.name == "ignore-expired" and names:  # what it no longer suppresses is shown again
        names -= {"yaml-ambiguous-scalar"}
    assert names == ({case.parent.name} if case.name.startswith("fails-") else set())


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.NAME)
def test_every_rule_has_two_cases_that_fail_and_two_that_pass(rule: object) -> None:
    names = [case.name for case in cases() if case.parent.name == getattr(rule, "NAME", None)]

    assert sum(name.startswith("fails-") for name in names) >= 2
    assert sum(name.startswith("passes-") for name in names) >= 2


def test_every_folder_is_a_rule() -> None:
    assert {one.name for one in CASES.iterdir() if one.is_dir()} == {rule.NAME for rule in RULES} | {
        BASE.name
    }
