"""The embedded Exotel: the vendor's SMS-campaign API on loopback, with a database of its own.

It is written from the vendor's pages alone and shares no code with the client: a mistake common to both would
show in neither. It is no kinder than the pages are: the same request twice makes two campaigns, and nothing
deletes one.

    with Sandbox() as sandbox:
        client = Client(sandbox.url, sandbox.account_sid, sandbox.api_key, sandbox.api_token)

The layers, each of which knows only those before it: `fault` and `model`, `answers`, `bodies`, `validate`, `edits`
and `queries` (pure), `contacts`, `operator`, `webhooks` and `turn`, `database`, `lists` and `deliveries` under `store`
(SQLite), `engine` (what time does) and `clock`, `stock`, `report`, `endpoints` and `api` (one request to one
answer), `handler` and `server` (sockets). `chaos`, `quirks` and `limits` stand beside them and make trouble; the web
page at `/` is `looks`, `markup`, `page` (pure), `stream` and `site`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from .fault import Fault, Listing

if TYPE_CHECKING:
    from .clock import Clock
    from .engine import Engine
    from .server import Server
    from .store import Store
    from .turn import Turn
    from .webhooks import Poster

__all__ = ["Fault", "Listing", "Sandbox"]


def _now() -> datetime:
    return datetime.now(UTC)


TICK = 1.0
"""Seconds of real time between two looks of a sandbox that posts webhooks."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Running:
    server: Server
    store: Store
    engine: Engine
    clock: Clock
    poster: Poster | None
    turn: Turn


class Sandbox:
    """One embedded vendor account, served from `start` (or `with`) to `stop`.

    `database` is a SQLite file, made with its folder where absent; None keeps everything in memory until
    `stop`. `port` 0 takes a free one. `clock` answers the real present as an aware datetime; the
    vendor's own is ahead of it by what `sandbox.clock.advance` has moved it. `log` is given one line for each request and each failure of the server itself; without it the server is silent.
    `registry` is plain data of {"templates": ..., "lists": ..., "links": ...}, as the files of a registry hold it; the
    operator then decides by DLT, and lists get contacts who are made up. `contacts` gives lists, by SID or by their
    alias in the registry, those of CSV files. `webhooks` posts both callbacks, to loopback alone unless
    `webhooks_anywhere`, as JSON unless `webhooks_form`. `quirks` answers in odd spellings, and `limit` (429 or 503)
    refuses what goes beyond the vendor's requests a minute.

    Requests are served on several threads, so `clock`, `log` and `fault` are called from several.

    `fault` may be set at any time: it is asked with method and request target at each request and may put a
    failure in place of the answer. It runs in the thread of that connection, so it may also wait, to be slow.
    `listing` may be set at any time as well.
    """

    def __init__(
        self,
        database: Path | None = None,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        clock: Callable[[], datetime] = _now,
        log: Callable[[str], None] | None = None,
        account_sid: str = "sandbox",
        api_key: str = "sandbox-key",
        api_token: str = "sandbox-token",
        registry: Mapping[str, object] | None = None,
        contacts: Mapping[str, Path] | None = None,
        webhooks: bool = False,
        webhooks_anywhere: bool = False,
        webhooks_form: bool = False,
        quirks: bool = False,
        limit: int | None = None,
    ) -> None:
        self.account_sid = account_sid
        self.api_key = api_key
        self.api_token = api_token
        self.fault: Callable[[str, str], Fault | None] | None = None
        self.listing = Listing()
        self.url = ""
        self._database = database
        self._address = (host, port)
        self._real = clock
        self._log = log
        self._registry = registry
        self._contacts = contacts or {}
        self._webhooks, self._anywhere, self._form = webhooks, webhooks_anywhere, webhooks_form
        self._quirks = quirks
        self._limit = limit
        self._change = threading.Lock()
        self._stopped = threading.Event()
        self._halt = threading.Event()
        self._running: _Running | None = None
        self._left: tuple[str, ...] = ()

    @property
    def clock(self) -> Clock:
        """The vendor's clock. Raises RuntimeError before `start` and after `stop`."""
        if self._running is None:
            raise RuntimeError("the sandbox does not run")
        return self._running.clock

    def now(self) -> datetime:
        """The vendor's present; everything that was due by then has happened. Raises as `clock` does."""
        now = self.clock.now()
        if self._running is not None:
            self._running.engine.look(now)
        return now

    def start(self) -> None:
        """Serves in a daemon thread; does nothing where it already runs.

        Raises OSError when the address cannot be had, sqlite3.Error when the database cannot be opened, and
        contacts.BadContacts for a file of contacts that cannot be used.
        """
        # Only here: http.server and sqlite3 are half of the cost of importing this package.
        from .store import Store

        with self._change:
            if self._running is not None:
                return
            store = Store(self._database)
            try:
                running = self._build(store)
            except BaseException:
                store.close()
                raise
            self.url = running.server.url
            self._running = running
            self._stopped.clear()
            threading.Thread(target=running.server.serve, name="sandbox", daemon=True).start()
            if running.poster is not None:
                self._halt = threading.Event()
                running.poster.start()
                given = (running, self._halt)
                threading.Thread(target=self._tick, args=given, name="sandbox-clock", daemon=True).start()

    def _build(self, store: Store) -> _Running:
        """All parts over one store; the last of them takes the port."""
        from .api import Account, Api
        from .clock import Clock
        from .endpoints import Endpoints
        from .engine import Engine
        from .limits import Limit
        from .quirks import Quirks
        from .server import Server
        from .site import Site
        from .stock import registered, stock
        from .turn import Turn
        from .webhooks import Poster

        poster, turn = None, Turn(self._database)
        if self._webhooks:
            poster = Poster(store, self._log, anywhere=self._anywhere, form=self._form, turn=turn.take)
        engine = Engine(
            store=store,
            account=self.account_sid,
            registry=registered(self._registry),
            base=lambda: self.url,
            wake=(lambda: None) if poster is None else poster.wake,
        )
        clock = Clock(self._real, store, engine.settle)
        for line in stock(store, self.account_sid, self._registry, self._contacts, clock.now()):
            if self._log is not None:
                self._log(line)
        endpoints = Endpoints(
            store=store,
            engine=engine,
            clock=clock,
            account=self.account_sid,
            listing=lambda: self.listing,
            ascending=self._quirks,
            log=(lambda _: None) if self._log is None else self._log,
        )
        api = Api(
            endpoints=endpoints,
            account=Account(sid=self.account_sid, key=self.api_key, token=self.api_token),
            clock=clock,
            limit=None if self._limit is None else Limit(self._limit, time.monotonic),
            quirks=Quirks() if self._quirks else None,
        )
        site = Site(store=store, account=self.account_sid, clock=clock.now, settle=engine.look)
        server = Server(self._address, api=api, site=site, fault=self._ask_fault, log=self._log)
        return _Running(server=server, store=store, engine=engine, clock=clock, poster=poster, turn=turn)

    def _tick(self, running: _Running, halt: threading.Event) -> None:
        """Looks now and then, so that callbacks leave although nobody asks."""
        while not halt.wait(TICK):
            try:
                running.engine.look(running.clock.now())
            except Exception as error:  # noqa: BLE001 - another process may hold the database; the next look is near
                if not halt.is_set() and self._log is not None:
                    self._log(f"the clock failed: {error!r}")

    def stop(self) -> None:
        """Closes the port and every connection; nothing is carried out once this has returned. Idempotent."""
        with self._change:
            if self._running is None:
                return
            running = self._running
            self._halt.set()
            if running.poster is not None:
                running.poster.stop()
                running.turn.give()
            running.server.stop()
            self._left = running.store.names(self.account_sid)
            running.store.close()
            self._running = None
            self._stopped.set()

    def serve_forever(self) -> None:
        """Starts where needed, and returns after a KeyboardInterrupt or `stop`, with everything closed."""
        self.start()
        try:
            self._stopped.wait()
        except KeyboardInterrupt:
            pass  # the ordinary way to end a server in a terminal
        finally:
            self.stop()

    def names(self) -> tuple[str, ...]:
        """The name of every campaign that exists, in the order of creation: the truth, whatever lists show.

        Once stopped, of those that existed then.
        """
        with self._change:
            return self._running.store.names(self.account_sid) if self._running else self._left

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _ask_fault(self, method: str, target: str) -> Fault | None:
        return None if self.fault is None else self.fault(method, target)
