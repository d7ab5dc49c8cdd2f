"""The README tells the truth: every code block is run, its rule table is the registry's.

The line with pip is run by test_wheel.py, which has something to install.
"""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import yaml
from conftest import ROOT, start

from campaignctl.cli import COMMANDS
from campaignctl.rules import RULES

README = ROOT / "README.md"
TABLE = re.compile(r"(<!-- rules: begin [^\n]*-->\n)(.*?)(<!-- rules: end -->)", re.DOTALL)


def blocks(language: str) -> list[str]:
    """Return the code blocks of a language."""
    text = README.read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def steps() -> list[tuple[str, str]]:
    """Return the commands of all console blocks with the output that is printed under each."""
    return [
        (command, output)
        for block in blocks("console")
        for command, output in re.findall(r"^\$ ([^\n]*)\n((?:(?!\$ )[^\n]*\n)*)", block, re.MULTILINE)
    ]


def steady(text: str) -> str:
    """Put stand-ins for what differs from run to run: SIDs, digests, moments, the project's random part."""
    text = re.sub(r"\b[0-9a-f]{32}[0-9a-z]{4}\b", "<sid>", text)
    text = re.sub(r"(?<=--digest )[0-9a-f]{32}\b", "<digest>", text)
    text = re.sub(r"[A-Z][a-z]{2} \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}", "<moment>", text)
    text = re.sub(r"\bcampaignctl stop [0-9a-f]{8}\b", "campaignctl stop <plan>", text)
    return re.sub(r"\bmy-campaigns-[0-9a-f]{6}\b", "<project>", text).strip()


#: How campaignctl is called here; test_wheel.py has another.
TOOL = (sys.executable, "-m", "campaignctl")


def console(folder: Path, tool: Sequence[str], env: Mapping[str, str]) -> None:
    """Run the console examples one after the other, and compare what each prints."""
    for command, expected in steps():
        words = shlex.split(command)
        if words[0] == "cd":
            folder /= words[1]
            continue
        called = [*(tool if words[0] == "campaignctl" else words[:1]), *words[1:]]
        ran = subprocess.run(called, cwd=folder, capture_output=True, text=True, env=env)

        assert steady(ran.stdout + ran.stderr) == steady(expected), command


def test_the_console_examples_print_what_they_say(tmp_path: Path) -> None:
    console(tmp_path, TOOL, {**os.environ})
    folder = tmp_path / "my-campaigns"
    for words in (["lint", "--fix"], ["plan", "--sandbox"]):
        ran = subprocess.run([*TOOL, *words], cwd=folder, capture_output=True, text=True)
    assert "Nothing to create: 1 campaign exists already." in ran.stdout
    assert "changed" not in ran.stdout, "what the examples break, --fix mends"


def test_no_code_block_is_left_out() -> None:
    opened = re.findall(r"^```(\w*)$", README.read_text(encoding="utf-8"), re.MULTILINE)[::2]
    assert sorted(set(opened)) == ["console", "sh", "yaml"]
    assert INSTALL.startswith("pip install campaignctl ")
    assert len(opened) == len(blocks("console")) + len(blocks("sh")) + len(blocks("yaml"))


def test_the_campaign_lints_clean_in_a_folder_that_has_its_template_and_list(tmp_path: Path) -> None:
    folder = tmp_path / "campaigns"
    assert subprocess.run([*TOOL, "init", folder], capture_output=True, check=False).returncode == 0
    [block] = blocks("yaml")
    campaign = yaml.safe_load(block)
    template = {
        "id": campaign["dlt_template_id"],
        "entity": campaign["dlt_entity_id"],
        "headers": [campaign["sender_id"]],
        "category": "service-implicit",
        "status": "approved",
        "text": campaign["template"].replace("@@First_name", "{#alphanumeric#}"),
    }
    the_list = {"sid": "9120d5962d214316b7721de55bb82e03", "columns": ["First_name"], "contacts": 12430}
    for name, key, entry in (
        ("templates", "templates", [template]),
        ("lists", "lists", {campaign["lists"][0]: {**the_list, "sample": {"First_name": "Asha"}}}),
    ):
        path = folder / "registry" / f"{name}.yaml"
        data = yaml.safe_load(path.read_text("utf-8"))
        both = [*data[key], *entry] if isinstance(entry, list) else {**data[key], **entry}
        path.write_text(yaml.safe_dump({**data, key: both}), encoding="utf-8")
    place = folder / "2035" / "diwali-north.yaml"
    place.parent.mkdir()
    place.write_text(block, encoding="utf-8")
    [schema] = re.findall(r"^# yaml-language-server: \$schema=(.*)$", block, re.MULTILINE)
    assert (place.parent / schema).is_file()
    ran = subprocess.run([*TOOL, "lint", "--fail-on", "warning"], cwd=folder, capture_output=True, text=True)
    assert (ran.stdout, ran.returncode) == ("No findings: 2 campaigns in 2 files.\n", 0)


# --- rehearsals ---------------------------------------------------------------------------------------

INSTALL, LAUNCH, BAD_DAY = blocks("sh")


def rehearse(block: str, folder: Path) -> tuple[list[tuple[str, int, str]], str]:
    """Run a block with two terminals: the sandbox until the end, everything else with the exports that it printed.

    Returns each command with its exit code and output, and what the sandbox said.
    """
    done: list[tuple[str, int, str]] = []
    env = {**os.environ}
    with contextlib.ExitStack() as at_the_end:
        lines = [one.split("#")[0] for one in block.splitlines()]
        for command in (part.strip() for line in lines for part in line.split("&&")):
            words = shlex.split(command)
            if words[0] == "cd":
                folder /= words[1]
            elif words[:2] == ["campaignctl", "sandbox"] and words[2:3] != ["clock"]:
                server = start(*words[1:], cwd=folder)
                at_the_end.callback(server.kill)
                assert server.stdout is not None
                exports = [server.stdout.readline().strip() for _ in range(4)]
                env |= dict(one.removeprefix("export ").split("=", 1) for one in exports)
            else:
                ran = subprocess.run([*TOOL, *words[1:]], cwd=folder, capture_output=True, text=True, env=env)
                done.append((command, ran.returncode, ran.stdout + ran.stderr))
        server.send_signal(signal.SIGTERM)
        return done, server.communicate(timeout=60)[1]


def test_a_launch_is_rehearsed_at_any_time_of_the_day(tmp_path: Path) -> None:
    done, said = rehearse(LAUNCH, tmp_path)
    assert [code for _, code, _ in done] == [0] * len(done), done
    assert "Apply: 1 created." in done[1][2]
    assert re.search(r"^welcome +completed .* 1,200 ", done[-1][2], re.MULTILINE), done[-1][2]
    assert "1 campaign exists, none of them twice" in said
    # From midnight on, the end of the example is less than the advance away.
    [days] = re.findall(r"clock advance (\d+)d", LAUNCH)
    example = yaml.safe_load((tmp_path / "launch/examples/welcome.yaml").read_text("utf-8"))
    end = datetime.fromisoformat(example["schedule"]["end_time"])
    assert end.date() - datetime.now(end.tzinfo).date() < timedelta(days=int(days))


def test_a_bad_day_is_rehearsed_and_nobody_is_texted_twice(tmp_path: Path) -> None:
    done, said = rehearse(BAD_DAY, tmp_path)
    codes = {command.split()[1]: code for command, code, _ in done}
    assert codes.keys() == {"init", "apply", "resolve"}
    assert (codes["init"], codes["apply"] in (0, 4)) == (0, True), done
    assert codes["resolve"] == 0, done
    assert "fault: POST: committed, answer cut off half-way" in said
    assert "1 campaign exists, none of them twice" in said


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
