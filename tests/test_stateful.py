"""Whatever people do in whatever order, no campaign ever exists twice.

Random sequences of edits, deletions, renames, plans, applies, deaths, lost and restored states and a second
operator at the same time, on the real commands, the real client and the sandbox; the invariant is looked at
after each step.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import tempfile
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from conftest import CONFIG, campaign, examples, write
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from campaignctl.__main__ import main
from campaignctl.commands import options
from campaignctl.exotel.client import Credentials, Exotel
from campaignctl.model import Config, CreateResult, Observation, Sent, token
from campaignctl.sandbox import Fault, Sandbox
from campaignctl.state.local import Session

PROJECT = "kettle-5a1f0c"
LISTS = 'lists:\n  festival-north:\n    sid: "9120d5962d214316b7721de55bb82e03"\n    contacts: 5\n'
STATE, JOURNAL, SAVED = "campaignctl.state.json", "campaignctl.state.json.journal", "plan.json"
IDS = st.sampled_from(["ant", "bee", "cat", "dog"])
NOW = ("Retry-After", "0")
#: What becomes of the request that an apply sends: the answer, and whether it was carried out.
TROUBLES = st.sampled_from(
    [
        Fault(close="before", commit=True),
        Fault(close="before"),
        Fault(close="inside", commit=True),
        Fault(status=500, commit=True),
        Fault(status=500),
        Fault(status=200, body="<html>", commit=True),
        Fault(status=200, body='{"response": [{"code": 200, "da'),
        Fault(status=429, headers=(NOW,)),
        Fault(status=429, headers=(NOW,), commit=True),
        Fault(status=400, body='{"response": {"code": 400, "status": "failure", "data": null}}'),
    ]
)


class Died(BaseException):
    """The process is killed: nothing of it runs any more."""


class Operators(RuleBasedStateMachine):
    """A campaigns folder, an Exotel, and everything that may happen to them."""

    def __init__(self) -> None:
        super().__init__()
        self.stack = contextlib.ExitStack()
        self.root = Path(self.stack.enter_context(tempfile.TemporaryDirectory()))
        self.exotel = self.stack.enter_context(
            Sandbox(account_sid="kettle1", api_key="key-4711", api_token="token-0815")
        )
        self.kept: list[dict[str, bytes]] = []
        self.edits = 0
        self.waited = timedelta()

    def teardown(self) -> None:
        """In the end all is settled: what has a file and no error stands at Exotel exactly once."""
        try:
            self.exotel.fault = None
            self.command("resolve")
            self.command("apply", "--yes")
            self.nothing_exists_twice()
        finally:
            self.stack.close()

    @initialize()
    def begin(self) -> None:
        config = CONFIG + "policy:\n  settle: 0\n"
        write(self.root, {"campaignctl.yaml": config, "registry/lists.yaml": LISTS})
        self.add("ant", "a.yaml")

    # --- the tool -------------------------------------------------------------------------------------

    def command(self, *words: str) -> tuple[int, str]:
        """Run a command in the folder as a process would, but for death; return its exit code and output."""
        out, err = io.StringIO(), io.StringIO()
        environment = {
            "CAMPAIGNCTL_BASE_URL": self.exotel.url,
            "EXOTEL_ACCOUNT_SID": self.exotel.account_sid,
            "EXOTEL_API_KEY": self.exotel.api_key,
            "EXOTEL_API_TOKEN": self.exotel.api_token,
        }
        with (
            mock.patch.dict(os.environ, environment),
            mock.patch.object(options, "now", lambda at: at or datetime.now(UTC) + self.waited),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            try:
                main([*words[:1], "-C", str(self.root), *words[1:]])
            except SystemExit as ended:
                code = int(ended.code or 0)
        assert code in (0, 1, 3, 4), (words, code, err.getvalue())
        return code, out.getvalue() + err.getvalue()

    def at_exotel(self) -> Counter[str]:
        credentials = Credentials(
            account_sid=self.exotel.account_sid,
            api_key=self.exotel.api_key,
            api_token=self.exotel.api_token,
        )
        with Exotel(Config(project=PROJECT), credentials, base_url=self.exotel.url) as client:
            return Counter(one.name.rsplit(" ", 1)[1] for one in client.campaigns())

    # --- the files ------------------------------------------------------------------------------------

    def add(self, id_: str, name: str) -> None:
        self.edits += 1
        text = f'"Hello from Kettle, a new tea is here, number {self.edits}"'
        write(self.root, {name: campaign(id_, template=text)})

    def files(self) -> list[Path]:
        return sorted(one for one in self.root.glob("*.yaml") if one.name != "campaignctl.yaml")

    @rule(id_=IDS)
    def write_or_edit(self, id_: str) -> None:
        self.add(id_, f"{id_}.yaml")

    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        if len(self.files()) > 1:
            data.draw(st.sampled_from(self.files())).unlink()

    @rule(data=st.data(), name=st.sampled_from(["moved.yaml", "other.yaml"]))
    def move(self, data: st.DataObject, name: str) -> None:
        data.draw(st.sampled_from(self.files())).rename(self.root / name)

    @rule(data=st.data(), id_=IDS)
    def rename(self, data: st.DataObject, id_: str) -> None:
        """Give a campaign another id, text and all: the easiest way to send it twice."""
        path = data.draw(st.sampled_from(self.files()))
        lines = [f"id: {id_}" if line.startswith("id: ") else line for line in path.read_text().splitlines()]
        path.write_text("\n".join(lines) + "\n")

    # --- plans and applies ----------------------------------------------------------------------------

    @rule()
    def plan(self) -> None:
        self.command("plan", "--out", str(self.root / SAVED))

    @rule()
    def apply(self) -> None:
        self.command("apply", "--yes")

    @precondition(lambda self: (self.root / SAVED).exists())
    @rule()
    def apply_the_saved_plan(self) -> None:
        self.command("apply", str(self.root / SAVED))

    @rule(trouble=TROUBLES, skipped=st.integers(0, 2))
    def apply_in_trouble(self, trouble: Fault, skipped: int) -> None:
        left = [skipped]

        def fault(method: str, _target: str) -> Fault | None:
            if method != "POST":
                return None
            left[0] -= 1
            return trouble if left[0] == -1 else None

        self.exotel.fault = fault
        self.command("apply", "--yes")
        self.exotel.fault = None

    @rule(sent=st.booleans(), skipped=st.integers(0, 2))
    def apply_and_die(self, *, sent: bool, skipped: int) -> None:
        """Die at a request: before it leaves, or when its answer is there."""
        true, left = Exotel._request, [skipped]

        def request(client: Exotel, method: str, *rest: Any, **more: Any) -> Any:
            left[0] -= method == "POST"
            if method != "POST" or left[0] != -1:
                return true(client, method, *rest, **more)
            if sent:
                true(client, method, *rest, **more)
            raise Died

        def nothing(_session: Session) -> None:
            """A dead process folds no journal."""

        with (
            mock.patch.object(Exotel, "_request", request),
            mock.patch.object(Session, "fold", nothing),
            contextlib.suppress(Died),
        ):
            self.command("apply", "--yes")

    @rule()
    def apply_beside_another(self) -> None:
        """A second operator applies while the first one's request is under way."""
        true, codes = Exotel._request, [0]

        def request(client: Exotel, method: str, *rest: Any, **more: Any) -> Any:
            if method == "POST":
                with mock.patch.object(Exotel, "_request", true):
                    codes.append(self.command("apply", "--yes")[0])
            return true(client, method, *rest, **more)

        with mock.patch.object(Exotel, "_request", request):
            self.command("apply", "--yes")
        assert set(codes[1:]) <= {3}, "the lock holds"

    # --- unknown outcomes, lost and old states --------------------------------------------------------

    @rule()
    def resolve(self) -> None:
        self.command("resolve")

    @rule(id_=IDS)
    def declare(self, id_: str) -> None:
        self.waited += timedelta(minutes=1)
        self.command("resolve", id_, "--not-created")

    @rule()
    def keep_the_state(self) -> None:
        """As a commit does."""
        self.kept.append(
            {
                name: (self.root / name).read_bytes()
                for name in (STATE, JOURNAL)
                if (self.root / name).exists()
            }
        )

    @precondition(lambda self: self.kept)
    @rule(data=st.data())
    def restore_a_state(self, data: st.DataObject) -> None:
        """As checking out an old commit does."""
        old = data.draw(st.sampled_from(self.kept))
        self.lose_the_state()
        write(self.root, old)

    @rule()
    def lose_the_state(self) -> None:
        for name in (STATE, JOURNAL):
            (self.root / name).unlink(missing_ok=True)

    # --- what must hold -------------------------------------------------------------------------------

    @invariant()
    def nothing_exists_twice(self) -> None:
        found = self.at_exotel()

        assert all(number == 1 for number in found.values()), found
        if (self.root / STATE).exists():
            state = json.loads((self.root / STATE).read_bytes())
            for id_, entry in state["campaigns"].items():
                assert entry["token"] == token(PROJECT, id_)
                assert found[entry["token"]] == 1, "the state never claims what is not there"


Operators.TestCase.settings = settings(
    max_examples=examples(30), stateful_step_count=12, deadline=None, database=None, derandomize=True
)
TestOperators = Operators.TestCase


def blind(_client: Exotel, tokens: frozenset[str]) -> dict[str, tuple[Any, ...]]:
    """A listing that never shows anything."""
    return dict.fromkeys(tokens, ())


def blind_to_names(client: Exotel, tokens: frozenset[str], names: dict[str, str]) -> Observation:
    """The same for the names that are looked for before a create."""
    del names
    return Observation(blind(client, tokens))


def eager(client: Exotel, body: bytes, token_: str) -> CreateResult:
    """A client that sends again what got no clear answer."""
    found = POST(client, body, token_)
    return found if found.sent is not Sent.UNKNOWN else POST(client, body, token_)


POST = Exotel._post


@pytest.mark.parametrize(
    "doubles",
    [
        pytest.param({"find": blind, "observe": blind_to_names}, id="the listing"),
        # Half a minute of looking; the crash matrix has the same sabotage in every run.
        pytest.param({"_post": eager}, id="the single POST", marks=pytest.mark.slow),
    ],
)
def test_without_one_of_its_rules_the_machine_finds_a_double(doubles: dict[str, Any]) -> None:
    fast = settings(
        Operators.TestCase.settings, phases=[Phase.generate], max_examples=200, report_multiple_bugs=False
    )
    with mock.patch.multiple(Exotel, **doubles), pytest.raises(AssertionError):
        run_state_machine_as_test(Operators, settings=fast)
