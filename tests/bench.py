"""Speed, as ratios in one run: how long the tool takes beside the plainest reading of the same files.

The yardstick is one process that does `yaml.load(bytes, yaml.CSafeLoader)` for each file. Every figure is
the median of several pairs run in turn (ours, yardstick, ours, ...), each a process of its own, so that a
machine that slows down slows both. Run it with `make bench`; nothing asserts a time.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

PYTHON = sys.executable
YARDSTICK = """
import os, sys, yaml
for folder, _, names in os.walk(sys.argv[1]):
    for name in names:
        if name.endswith(".yaml"):
            with open(os.path.join(folder, name), "rb") as handle:
                yaml.load(handle.read(), yaml.CSafeLoader)
"""
CONFIG = """\
project: bench-000000
defaults:
  dlt_entity_id: "1101573920000046183"
vars:
  brand: Kettle
"""
CITIES = ("Delhi", "Pune", "Lucknow", "Jaipur", "Indore", "Patna", "Bhopal", "Surat")
#: The texts by language and kind: as they are registered, with the slots number and city.
TEXTS = {
    ("en", False): "{who}, Kettle order {number} from {city} is packed and leaves today. "
    "Track it in the app or call our helpline. Thank you for choosing Kettle.",
    ("en", True): "{who}, the new Kettle tea number {number} has come to {city}. "
    "Come by this week and have a cup of it with us. To opt out reply STOP to this message.",
    ("hi", False): "नमस्ते, Kettle का ऑर्डर {number} {city} से आज भेजा गया है। आप इसे ऐप में देख सकते हैं। धन्यवाद।",
    (
        "hi",
        True,
    ): "नमस्ते, Kettle की चाय {number} {city} में आ गई है। आज ही आइए और हमारे साथ पीजिए। बंद करने के लिए STOP।",
}
IDS = {key: f"110716008656237{number:04}" for number, key in enumerate(TEXTS, start=6233)}


def campaign(number: int, dice: random.Random) -> str:
    """Return one made-up campaign: about 900 bytes, as a team would write it."""
    city = dice.choice(CITIES)
    dynamic, promotional, hindi = dice.random() < 0.5, dice.random() < 0.4, dice.random() < 0.2
    who = "Dear @@First_name" if dynamic else "Dear customer"
    key = ("hi" if hindi else "en", promotional)
    text = TEXTS[key].replace("Kettle", "{{ brand }}", 1).replace("{who}", who)
    text = text.replace("{number}", f"{number:06}").replace("{city}", city)
    day = f"2035-{dice.randrange(1, 13):02}-{dice.randrange(1, 28):02}"
    return f"""\
# yaml-language-server: $schema=../../schemas/campaign.schema.json
# Campaign {number} for {city}: agreed with the city team, see the calendar.
id: campaign-{number:06}
name: "{city} {number}, {"offer" if promotional else "service"}"
content_type: {"dynamic" if "@@" in text else "static"}
lists: [{city.lower()}]
schedule:
  start_time: "{day}T10:30:00+05:30"
  end_time: "{day}T18:00:00+05:30"
dlt_template_id: "{IDS[key]}"
sender_id: "{"612345" if promotional else "KETTLE"}"
sms_type: {"promotional" if promotional else "transactional"}
template: "{text}"
status_callback: https://hooks.example.in/campaign
sms_status_callback: https://hooks.example.in/sms
"""


def templates() -> str:
    """Return the registry of the four texts, and of 195 others that no campaign uses."""
    entries = []
    for (language, promotional), text in TEXTS.items():
        slots = {"who": "{#alphanumeric#}", "number": "{#numeric#}", "city": "{#alphanumeric#}"}
        entries.append((IDS[language, promotional], language, promotional, text.format(**slots)))
    for number in range(195):
        text = (
            f"Kettle here, notice {number} of this year: {{#alphanumeric#}} is ready for you at the counter."
        )
        entries.append((f"110716008656238{number + 1:04}", "en", False, text))
    return "brands: [Kettle]\ntemplates:\n" + "".join(
        f"""\
  - id: "{id_}"
    entity: "1101573920000046183"
    headers: [{'"612345"' if promotional else "KETTLE"}]
    category: {"promotional" if promotional else "service-implicit"}
    status: approved
    language: {language}
    text: "{text}"
"""
        for id_, language, promotional, text in entries
    )


def corpus(root: Path, size: int) -> None:
    """Write a folder of `size` campaigns, the same for the same size."""
    dice = random.Random(size)
    (root / "registry").mkdir(parents=True)
    (root / "campaignctl.yaml").write_text(CONFIG, encoding="utf-8")
    lists = "".join(
        f'  {city.lower()}:\n    sid: "{dice.randrange(16**32):032x}"\n    columns: [First_name]\n    contacts: 900\n'
        for city in CITIES
    )
    (root / "registry" / "lists.yaml").write_text(f"lists:\n{lists}", encoding="utf-8")
    (root / "registry" / "templates.yaml").write_text(templates(), encoding="utf-8")
    (root / "registry" / "links.yaml").write_text("urls: []\n", encoding="utf-8")
    for number in range(size):
        folder = root / f"{number // 500:03}"
        folder.mkdir(exist_ok=True)
        (folder / f"{number:06}.yaml").write_text(campaign(number, dice), encoding="utf-8")


def seconds(command: Sequence[str], cwd: Path) -> float:
    """Return the wall seconds of one process."""
    started = time.perf_counter()
    subprocess.run(command, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    return time.perf_counter() - started


def ratio(ours: Sequence[str], other: Sequence[str], cwd: Path, pairs: int) -> tuple[float, float, float]:
    """Return the medians of ours and the other, and of the ratios pair by pair. One pair is a warm-up."""
    seconds(ours, cwd)
    seconds(other, cwd)
    timed = [(seconds(ours, cwd), seconds(other, cwd)) for _ in range(pairs)]
    return (
        statistics.median(one for one, _ in timed),
        statistics.median(two for _, two in timed),
        statistics.median(one / two for one, two in timed),
    )


def tool(*arguments: str) -> list[str]:
    return [PYTHON, "-m", "campaignctl", *arguments]


def remember_all_but_ten(root: Path) -> None:
    """Give the folder a state that knows all its campaigns but the last ten."""
    plan = subprocess.run(
        tool("plan", "--offline", "--format", "json"), cwd=root, capture_output=True, check=True
    )
    actions = json.loads(plan.stdout)["actions"][:-10]
    state = {
        "version": 1,
        "project": "bench-000000",
        "lineage": "00000000-0000-4000-8000-000000000000",
        "account": None,
        "serial": len(actions),
        "campaigns": {
            one["id"]: {
                "token": one["token"],
                "sid": f"{index:032x}",
                "origin": "created",
                "at": "2034-01-01T00:00:00Z",
                "plan_id": None,
                "payload": one["payload"],
            }
            for index, one in enumerate(actions)
        },
        "intents": {},
        "used_plans": [],
    }
    (root / "campaignctl.state.json").write_text(json.dumps(state, indent=2), encoding="utf-8")


def creates(size: int) -> tuple[float, float]:
    """Return the milliseconds of our own work per create over the first and the last tenth of an apply.

    The vendor is an object that says yes at once, so what is left is the plan's, the journal's and ours.
    """
    from campaignctl.apply import Surroundings, apply
    from campaignctl.model import Action, ActionKind, CreateResult, Plan, Remote, Sent
    from campaignctl.state.local import LocalStore

    class Yes:
        def find(self, tokens: frozenset[str]) -> dict[str, tuple[Remote, ...]]:
            return dict.fromkeys(tokens, ())

        def create(self, payload: object, token: str) -> CreateResult:
            del payload
            return CreateResult(sent=Sent.CREATED, sid=token)

    actions = tuple(
        Action(
            action=ActionKind.CREATE,
            id=f"campaign-{number:06}",
            name="x",
            token=f"cc{number:010}",
            path=None,
            reason=None,
            payload={"name": "x", "template": "y" * 200},
            segments=1,
            recipients=1,
        )
        for number in range(size)
    )
    plan = Plan(
        plan_id="p",
        digest="d",
        project="bench-000000",
        lineage=None,
        serial=0,
        created_at="",
        expires_at="",
        actions=actions,
        looked=True,
    )
    from datetime import UTC, datetime

    around = Surroundings(
        now=lambda: datetime.now(UTC), sleep=lambda _: None, stop=lambda: False, actor="bench", settle=0
    )
    marks = [time.perf_counter()]
    with (
        tempfile.TemporaryDirectory() as folder,
        LocalStore(Path(folder) / "state.json", "bench-000000").lock("bench") as session,
    ):
        marks.extend(time.perf_counter() for _ in apply(plan, session, Yes(), around))
    steps = [after - before for before, after in pairwise(marks[1:])]
    tenth = max(1, size // 10)
    return statistics.median(steps[:tenth]) * 1000, statistics.median(steps[-tenth:]) * 1000


def row(what: str, goal: str, ours: float, other: float, times: float) -> None:
    print(f"{what:<44} {ours * 1000:>9.0f} ms {other * 1000:>9.0f} ms {times:>6.2f} x   {goal}", flush=True)


def measure(size: int, pairs: int, load: Callable[[Path], list[str]]) -> None:
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        corpus(root, size)
        row(f"lint, {size:,} campaigns", "<= 1.2", *ratio(tool("lint"), load(root), root, pairs))
        remember_all_but_ten(root)
        row(f"plan, {size - 10:,} known and 10 new", "<= 2.5", *ratio(tool("plan"), load(root), root, pairs))


def main() -> None:
    parser = argparse.ArgumentParser(description="Speed of campaignctl, as ratios.")
    parser.add_argument("--sizes", type=int, nargs="*", default=[100, 1000, 10_000])
    parser.add_argument("--pairs", type=int, default=5)
    given = parser.parse_args()
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    print(f"{'':<44} {'ours':>12} {'yardstick':>12} {'ratio':>8}   goal")
    here = Path(__file__).parent.parent
    row(
        "--version (beside python -c pass)",
        "<= 4",
        *ratio(tool("--version"), [PYTHON, "-c", "pass"], here, 15),
    )
    for size in given.sizes:
        measure(size, given.pairs, lambda root: [PYTHON, "-c", YARDSTICK, str(root)])
    first, last = creates(10_000)
    print(
        f"{'own cost of a create, 1st to 10,000th':<44} {first:>9.2f} ms {last:>9.2f} ms {last / first:>6.2f} x   flat"
    )


if __name__ == "__main__":
    main()
