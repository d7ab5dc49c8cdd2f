"""The embedded Exotel: the vendor's SMS-campaign API on loopback, with a database of its own.

It is written from the vendor's pages alone and shares no code with the client: a mistake common to both would
show in neither. It is no kinder than the pages are: the same request twice makes two campaigns, and nothing
deletes one.

    with Sandbox() as sandbox:
        client = Client(sandbox.url, sandbox.account_sid, sandbox.api_key, sandbox.api_token)

The layers, each of which knows only those before it: `fault` and `model`, `answers`, `bodies`, `validate` and
`queries` (pure), `store` (SQLite), `api` (one request to one answer), `handler` and `server` (sockets).
`chaos` stands beside them and makes faults.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from .fault import Fault, Listing

if TYPE_CHECKING:
    from .server import Server
    from .store import Store

__all__ = ["Fault", "Listing", "Sandbox"]


def _now() -> datetime:
    return datetime.now(UTC)


class Sandbox:
    """One embedded vendor account, served from `start` (or `with`) to `stop`.

    `database` is a SQLite file, made with its folder where absent; None keeps everything in memory until
    `stop`. `port` 0 takes a free one. `clock` answers the vendor's present as an aware datetime. `log` is
    given one line for each request and each failure of the server itself; without it the server is silent.
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
    ) -> None:
        self.account_sid = account_sid
        self.api_key = api_key
        self.api_token = api_token
        self.fault: Callable[[str, str], Fault | None] | None = None
        self.listing = Listing()
        self.url = ""
        self._database = database
        self._address = (host, port)
        self._clock = clock
        self._log = log
        self._change = threading.Lock()
        self._stopped = threading.Event()
        self._running: tuple[Server, Store] | None = None
        self._left: tuple[str, ...] = ()

    def start(self) -> None:
        """Serves in a daemon thread; does nothing where it already runs.

        Raises OSError when the address cannot be had, sqlite3.Error when the database cannot be opened.
        """
        # Only here: http.server and sqlite3 are half of the cost of importing this package.
        from .api import Account, Api
        from .server import Server
        from .store import Store

        with self._change:
            if self._running is not None:
                return
            store = Store(self._database)
            try:
                account = Account(sid=self.account_sid, key=self.api_key, token=self.api_token)
                api = Api(store=store, account=account, clock=self._clock, listing=lambda: self.listing)
                server = Server(self._address, api=api, fault=self._ask_fault, log=self._log)
            except BaseException:
                store.close()
                raise
            self.url = server.url
            self._running = server, store
            self._stopped.clear()
            threading.Thread(target=server.serve, name="sandbox", daemon=True).start()

    def stop(self) -> None:
        """Closes the port and every connection; nothing is carried out once this has returned. Idempotent."""
        with self._change:
            if self._running is None:
                return
            server, store = self._running
            server.stop()
            self._left = store.names(self.account_sid)
            store.close()
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
            return self._running[1].names(self.account_sid) if self._running else self._left

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _ask_fault(self, method: str, target: str) -> Fault | None:
        return None if self.fault is None else self.fault(method, target)
