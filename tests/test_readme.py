"""The README tells the truth: its console examples are run, its rule table is the registry's."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

from conftest import ROOT

from campaignctl.cli import COMMANDS
from campaignctl.rules import RULES

README = ROOT / "README.md"
TABLE = re.compile(r"(<!-- rules: begin [^\n]*-->\n)(.*?)(<!-- rules: end -->)", re.DOTALL)


def steps() -> list[tuple[str, str]]:
    """Return the commands of all console blocks with the output that is printed under each."""
    blocks = re.findall(
        r"^```console\n(.*?)^```", README.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    )
    return [
        (command, output)
        for block in blocks
        for command, output in re.findall(r"^\$ ([^\n]*)\n((?:(?!\$ )[^\n]*\n)*)", block, re.MULTILINE)
    ]


def steady(text: str) -> str:
    """Put stand-ins for what differs from run to run: SIDs, digests, moments, the project's random part."""
    text = re.sub(r"\b[0-9a-f]{32}[0-9a-z]{4}\b", "<sid>", text)
    text = re.sub(r"(?<=--digest )[0-9a-f]{32}\b", "<digest>", text)
    text = re.sub(r"[A-Z][a-z]{2} \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}", "<moment>", text)
    text = re.sub(r"\bcampaignctl stop [0-9a-f]{8}\b", "campaignctl stop <plan>", text)
    return re.sub(r"\bmy-campaigns-[0-9a-f]{6}\b", "<project>", text).strip()


def test_the_console_examples_print_what_they_say(tmp_path: Path) -> None:
    folder = tmp_path
    for command, expected in steps():
        words = shlex.split(command)
        if words[0] == "cd":
            folder /= words[1]
            continue
        tool = [sys.executable, "-m", "campaignctl"] if words[0] == "campaignctl" else [words[0]]
        ran = subprocess.run(
            [*tool, *words[1:]], cwd=folder, capture_output=True, text=True, env={**os.environ}
        )

        assert steady(ran.stdout + ran.stderr) == steady(expected), command


def test_the_rule_table_is_that_of_the_registry() -> None:
    rows = [
        f"| `{rule.NAME}` | {rule.CODE} | {rule.SEVERITY.value} | {(rule.__doc__ or '').splitlines()[0]} |\n"
        for rule in RULES
    ]
    table = "".join(["| name | code | severity | finds |\n|---|---|---|---|\n", *rows])
    text = README.read_text(encoding="utf-8")
    if os.environ.get("README") == "write":
        README.write_text(TABLE.sub(lambda match: match[1] + table + match[3], text), encoding="utf-8")
        text = README.read_text(encoding="utf-8")
    found = TABLE.search(text)

    assert found is not None
    assert found[2] == table


def test_every_command_and_exit_code_is_in_the_readme() -> None:
    text = README.read_text(encoding="utf-8")

    assert [name for name in COMMANDS if f"`{name}" not in text] == []
    assert [code for code in (0, 1, 2, 3, 4, 64, 70, 130) if f"| {code} |" not in text] == []
