"""The table of events: each row is produced with real sockets, and the table alone decides what it proves."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest
from faults import ACTS, CREATED, DEAD, REFUSALS, SILENT, THROTTLES, Act, Clients, Dead, Proxy, over
from test_client import CREDENTIALS, PAYLOAD, TOKEN, Waits, config, waits

from campaignctl.exotel import events
from campaignctl.exotel.client import Exotel
from campaignctl.exotel.events import ROWS, TABLE
from campaignctl.model import CreateResult, Sent

EVERY = (*ACTS, *REFUSALS, *THROTTLES, CREATED)
NOWHERE = (*DEAD, SILENT)

__all__ = ["waits"]  # a fixture


@pytest.fixture(scope="module")
def proxy() -> Iterator[Proxy]:
    server = Proxy()
    yield server
    server.close()


@pytest.fixture(scope="module")
def clients(proxy: Proxy) -> Iterator[tuple[Clients, Waits]]:
    waits = Waits()
    made = Clients(proxy.url, config(), CREDENTIALS, waits)
    yield made, waits
    made.close()


@pytest.fixture
def create(proxy: Proxy, clients: tuple[Clients, Waits]) -> Callable[[Act], CreateResult]:
    """Create through the proxy, with nothing behind it."""
    made, waits = clients
    waits.clear()

    def go(act: Act) -> CreateResult:
        proxy.expect(act)
        result = made[act].create(PAYLOAD, TOKEN)
        over.set()
        assert waits == []
        return result

    return go


Create = Callable[[Act], CreateResult]


def nowhere(dead: Dead, waits: Waits, monkeypatch: pytest.MonkeyPatch, seen: list[bytes]) -> CreateResult:
    with (
        dead.open(monkeypatch, seen) as url,
        Exotel(config(), CREDENTIALS, base_url=url, sleep=waits, timeout=0.15) as exotel,
    ):
        return exotel.create(PAYLOAD, TOKEN)


def test_each_row_is_there_once_and_is_produced_below() -> None:
    names = [row.event for row in TABLE]
    assert len(set(names)) == len(names)
    assert {one.event for one in EVERY} | {one.event for one in NOWHERE} == set(names)
    assert all(row.why and row.source for row in TABLE)


def test_each_class_is_held_by_rows_and_only_documented_words_say_not_created() -> None:
    """What may be sent again, in a second place, so that a slip in the table shows."""
    known = {kind: {row.event for row in TABLE if row.known is kind} for kind in Sent}
    assert known[Sent.CREATED] == {"created"}
    assert known[Sent.THROTTLED] == {"429", "200 with a 429 inside"}
    assert known[Sent.REJECTED] == {
        *("400", "401", "402", "403", "404", "409", "415", "422", "200 with a refusal inside"),
    }
    assert known[Sent.NOT_SENT] == {
        *("name not resolved", "connection refused", "no connection in time", "no connection"),
        *("no secure connection", "proxy refused"),
    }


@pytest.mark.parametrize("act", EVERY, ids=str)
def test_what_comes_back_is_its_event_after_one_post(proxy: Proxy, create: Create, act: Act) -> None:
    result = create(act)
    assert (result.event, result.sent) == (act.event, ROWS[act.event].known)
    assert proxy.posts == 1
    assert (result.sid is not None) == (result.sent is Sent.CREATED) == (result.error is None)


@pytest.mark.parametrize("dead", NOWHERE, ids=str)
def test_what_never_leaves_is_its_event_and_not_a_byte_of_it_is_seen(
    waits: Waits, monkeypatch: pytest.MonkeyPatch, dead: Dead
) -> None:
    seen: list[bytes] = []
    result = nowhere(dead, waits, monkeypatch, seen)
    assert (result.event, result.sent) == (dead.event, ROWS[dead.event].known)
    assert [b"POST" in one for one in seen] == [False] * len(seen)
    assert waits == ([1.0, 3.0] if result.sent is Sent.NOT_SENT else [])
    assert result.error


@pytest.mark.parametrize("one", [*EVERY, *NOWHERE], ids=str)
def test_the_table_decides_and_nothing_else_does(
    create: Create, waits: Waits, monkeypatch: pytest.MonkeyPatch, one: Act | Dead
) -> None:
    """With another class in the row the client says that other class."""
    row = ROWS[one.event]
    other = Sent.THROTTLED if row.known is Sent.UNKNOWN else Sent.UNKNOWN
    monkeypatch.setitem(events.ROWS, row.event, row._replace(known=other))
    result = create(one) if isinstance(one, Act) else nowhere(one, waits, monkeypatch, [])
    assert result.sent is other


@pytest.mark.parametrize("act", THROTTLES, ids=str)
def test_a_429_hands_on_how_long_to_wait(create: Create, act: Act) -> None:
    assert create(act).retry_after == (7.0 if act.name == "Retry-After" else None)


def test_the_made_up_answer_of_the_proxy_would_prove_a_creation(create: Create) -> None:
    """Or the cut ones would prove nothing about cutting."""
    assert create(CREATED).sent is Sent.CREATED
    assert json.dumps(PAYLOAD).count(TOKEN) == 1
