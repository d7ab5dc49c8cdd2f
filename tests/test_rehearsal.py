"""One rehearsal from the file to the phone: lint, plan, apply, time that passes, both webhooks, status and why."""

from __future__ import annotations

import json
import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from subprocess import Popen
from typing import Any

import pytest
from conftest import CONFIG, NOW, Run, start, write

from campaignctl.sandbox import Sandbox

PEOPLE = 1_000
SOUTH = "68f443cd3e764ad1ae7d82ad27f0af72"
NORTH = "9120d5962d214316b7721de55bb82e03"
TEMPLATES = """\
exported: "2026-11-01"
brands: [Kettle]
templates:
  - id: "1107160086562376233"
    entity: "1101428740000012125"
    headers: [KETTLE]
    category: service-implicit
    status: approved
    text: "Hi {#alphanumeric#}, your Kettle account is active and ready to use today."
  - id: "1107160086562376241"
    entity: "1101428740000012125"
    headers: [KETTLE]
    category: service-implicit
    status: approved
    text: "The Kettle cafe is open today. We look forward to your visit."
"""
#: What the operators have: somebody changed the second text on the portal and told nobody.
AT_THE_OPERATORS = TEMPLATES.replace("is open today", "opens today")
LISTS = f"""\
lists:
  north:
    sid: "{NORTH}"
    columns: [First_name]
    contacts: {PEOPLE}
    sample: {{First_name: Asha}}
  south:
    sid: "{SOUTH}"
    contacts: 3
"""
CAMPAIGN = """\
id: {id}
content_type: {kind}
lists: [{list}]
schedule:
  start_time: "2035-10-20T10:30:00+05:30"
  end_time: "2035-10-20T18:00:00+05:30"
dlt_template_id: "{template}"
template: "{text}"
status_callback: {status_callback}
sms_status_callback: {sms_status_callback}
"""


@pytest.fixture
def listener(folder: Path) -> Iterator[tuple[Popen[str], dict[str, Any]]]:
    """A `listen` in a process of its own, and the addresses that it prints."""
    (folder / "the-example.yaml").unlink()
    process = start("listen", "--format", "json", "--out", "events.jsonl", cwd=folder)
    assert process.stdout is not None
    try:
        yield process, json.loads(process.stdout.readline())
    finally:
        process.kill()
        process.communicate()


@pytest.fixture
def vendor(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """An Exotel with a registry, a thousand people and webhooks."""
    people = [f"+9198{number:08},Asha{number}" for number in range(PEOPLE - 1)]
    write(folder, {"people.csv": "number,First_name\n" + "\n".join([*people, "12345,Nobody"]) + "\n"})
    registry = json.loads(_as_json(AT_THE_OPERATORS)), json.loads(_as_json(LISTS))
    with Sandbox(
        registry={"templates": registry[0], "lists": registry[1]},
        contacts={NORTH: folder / "people.csv"},
        webhooks=True,
        clock=lambda: NOW,
    ) as sandbox:
        monkeypatch.setenv("CAMPAIGNCTL_BASE_URL", sandbox.url)
        monkeypatch.setenv("EXOTEL_ACCOUNT_SID", sandbox.account_sid)
        monkeypatch.setenv("EXOTEL_API_KEY", sandbox.api_key)
        monkeypatch.setenv("EXOTEL_API_TOKEN", sandbox.api_token)
        yield sandbox


def _as_json(text: str) -> str:
    import yaml

    return json.dumps(yaml.safe_load(text))


def campaigns(urls: dict[str, Any]) -> dict[str, str | bytes]:
    more = {key: urls[key] for key in ("status_callback", "sms_status_callback")}
    return {
        "campaignctl.yaml": CONFIG.replace("content_type: static", "content_type: dynamic"),
        "registry/lists.yaml": LISTS,
        "registry/templates.yaml": TEMPLATES,
        "active.yaml": CAMPAIGN.format(
            id="active", kind="dynamic", list="north", template="1107160086562376233",
            text="Hi @@First_name, your Kettle account is active and ready to use today.", **more,
        ),
        "open.yaml": CAMPAIGN.format(
            id="open", kind="static", list="south", template="1107160086562376241",
            text="The Kettle cafe is open today. We look forward to your visit.", **more,
        ),
    }  # fmt: skip


def test_a_launch_can_be_rehearsed(
    run: Run, folder: Path, vendor: Sandbox, listener: tuple[Popen[str], dict[str, Any]]
) -> None:
    process, urls = listener
    write(folder, campaigns(urls))
    for command in (("lint",), ("plan",), ("apply", "--yes")):
        ran = run(*command)
        assert ran.code == 0, ran
    assert "Apply: 2 created." in ran.out
    assert run("sandbox", "clock", "advance", "600d").code == 0
    assert process.stdout is not None
    events = [json.loads(process.stdout.readline()) for _ in range(PEOPLE + 3 + 4)]
    told = Counter((one["kind"], one["campaign"], one["status"]) for one in events)
    assert told == {
        **{
            ("campaign", id_, status): 1
            for id_ in ("active", "open")
            for status in ("in-progress", "completed")
        },
        ("sms", "active", "sent"): PEOPLE - 1,
        ("sms", "active", "failed"): 1,
        ("sms", "open", "failed"): 3,
    }

    ran = run("status", "--format", "json")
    assert ran.code == 0
    rows = {one["id"]: one for one in json.loads(ran.out)["campaigns"]}
    assert {id_: one["status"] for id_, one in rows.items()} == {"active": "completed", "open": "completed"}
    assert (rows["active"]["counts"]["sent"], rows["active"]["counts"]["invalid"]) == (PEOPLE - 1, 1)
    assert (rows["open"]["counts"]["sent"], rows["open"]["counts"]["failed"]) == (0, 3)

    why = run("status", "open", "--failed")
    assert why.code == 0
    assert "23185" in why.out
    assert "body-mismatch" in why.out

    process.send_signal(signal.SIGINT)
    rest, _ = process.communicate(timeout=30)
    assert process.returncode == 0
    assert json.loads(rest.splitlines()[-1])["type"] == "summary"
    assert len((folder / "events.jsonl").read_text().splitlines()) == len(events)
