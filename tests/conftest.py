"""What the tests share: a campaigns folder, the command line, a sandbox."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

from campaignctl.__main__ import main
from campaignctl.findings import Finding, Region, Severity
from campaignctl.sandbox import Sandbox

if TYPE_CHECKING:
    from browser import Browser

ROOT = Path(__file__).parent.parent

#: How much is made up in tests of properties: 0.5 as usual, to stay under three minutes; `make fuzz` takes 10.
EFFORT = float(os.environ.get("TEST_EFFORT", "0.5"))


def examples(number: int) -> int:
    """Return how many examples to make up where so many are thorough."""
    return max(20, round(number * EFFORT))


settings.register_profile("usual", max_examples=examples(100))
settings.load_profile("usual")

#: The present of every test that has one.
NOW = datetime(2034, 6, 1, 6, 0, tzinfo=UTC)

CONFIG = """\
project: kettle-5a1f0c
defaults:
  content_type: static
  dlt_entity_id: "1101428740000012125"
  sender_id: KETTLE
  sms_type: transactional
vars:
  brand: Kettle
"""
LISTS = """\
lists:
  festival-north:
    sid: "9120d5962d214316b7721de55bb82e03"
    columns: [First_name, City, Amount, Due, Order, Shop]
    contacts: 12430
  festival-south:
    sid: "68f443cd3e764ad1ae7d82ad27f0af72"
    columns: [First_name]
    contacts: 800
"""
#: What lint and plan say of this folder on standard error.
NOT_COMPARED = (
    "campaignctl: note: registry/templates.yaml is missing, so no text was compared with what is registered on "
    "DLT; `campaignctl registry import FILE` makes it from the portal's export\n"
)
#: A campaign without findings. Tests change one thing of it.
CAMPAIGN = """\
id: the-example
content_type: static
lists: [festival-north]
schedule:
  start_time: "2035-10-20T10:30:00+05:30"
  end_time: "2035-10-20T18:00:00+05:30"
dlt_entity_id: "1101428740000012125"
dlt_template_id: "1107160086562376233"
sender_id: KETTLE
sms_type: transactional
template: "Hello from Kettle, a new tea is here"
"""


@dataclass(frozen=True)
class Ran:
    """How a command ended and what it printed."""

    code: int
    out: str
    err: str


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away whatever the machine sets that the tool reads."""
    for name in list(os.environ):
        if name.startswith(("EXOTEL_", "CAMPAIGNCTL_")) or name.upper().endswith("_PROXY"):
            monkeypatch.delenv(name)
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A campaigns folder with one campaign, and the current folder."""
    write(tmp_path, {"campaignctl.yaml": CONFIG, "registry/lists.yaml": LISTS, "the-example.yaml": CAMPAIGN})
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(root: Path, files: Mapping[str, str | bytes]) -> None:
    """Write files below a folder."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


def campaign(id_: str, **changes: Any) -> str:
    """Return the sound campaign under another id and with a text of its own.

    Lines are replaced or added by `changes` (None: left out).
    """
    changes = {"id": id_, **changes}
    text = CAMPAIGN if id_ == "the-example" else CAMPAIGN.replace("is here", f"is here: {id_}")
    lines = [line for line in text.splitlines() if line.split(":")[0] not in changes]
    return (
        "\n".join([*(f"{key}: {value}" for key, value in changes.items() if value is not None), *lines])
        + "\n"
    )


Run = Callable[..., Ran]


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Run:
    """Run a command line in this process and return its exit code and output."""

    def go(*arguments: str) -> Ran:
        capfd.readouterr()
        with pytest.raises(SystemExit) as ended:
            main([str(one) for one in arguments])
        out, err = capfd.readouterr()
        return Ran(int(ended.value.code or 0), out, err)

    return go


def start(*arguments: str, cwd: Path, env: Mapping[str, str] | None = None) -> subprocess.Popen[str]:
    """Start a command line in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "campaignctl", *arguments],
        cwd=cwd,
        env={**os.environ, **(env or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def exotel(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """A sandbox that the commands take for Exotel: address and credentials are in the environment."""
    with Sandbox(account_sid="kettle1", api_key="key-4711-secret", api_token="token-0815-secret") as sandbox:
        monkeypatch.setenv("CAMPAIGNCTL_BASE_URL", sandbox.url)
        monkeypatch.setenv("EXOTEL_ACCOUNT_SID", sandbox.account_sid)
        monkeypatch.setenv("EXOTEL_API_KEY", sandbox.api_key)
        monkeypatch.setenv("EXOTEL_API_TOKEN", sandbox.api_token)
        yield sandbox


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Chromium, started once: that takes longer than the tests."""
    import browser

    if browser.BROWSER is None or browser.DRIVER is None:
        pytest.skip("needs Chromium and ChromeDriver: apt-get install chromium chromium-driver")
    one = browser.Browser(tmp_path_factory.mktemp("profile"))
    yield one
    one.driver.quit()


@pytest.fixture
def browser(chromium: Browser) -> Browser:
    """A browser as if it had just been started."""
    chromium.fresh()
    return chromium


def at_a_terminal(folder: Path, typed: str, *words: str) -> tuple[int, str]:
    """Run a command line with a terminal to type on, and type; return its exit code and all that it printed."""
    ours, theirs = pty.openpty()
    try:
        with subprocess.Popen(
            [sys.executable, "-m", "campaignctl", *words],
            cwd=folder,
            stdin=theirs,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process:
            os.write(ours, typed.encode())
            out, _ = process.communicate(timeout=60)
            return process.returncode, out
    finally:
        os.close(ours)
        os.close(theirs)


def a_finding(**changes: Any) -> Finding:
    """Return one finding, for what renders findings."""
    given: dict[str, Any] = {
        "code": "CC303",
        "name": "header-format",
        "severity": Severity.ERROR,
        "message": "is wrong",
        "path": "a.yaml",
        "region": Region(line=9, column=12, end_line=9, end_column=21),
        "pointer": "/sender_id",
        "campaign": "tea",
        "source": "sender_id: KETTLE_IN",
    }
    return Finding(**{**given, **changes})
