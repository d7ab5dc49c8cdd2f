"""The listening socket and the connections it has taken."""

from __future__ import annotations

import contextlib
import socket
import sys
import threading
from collections.abc import Callable
from socketserver import TCPServer, ThreadingMixIn
from typing import Any

from .api import Api
from .fault import Fault
from .handler import Handler
from .site import Site

_STOP_SECONDS = 5.0


class Server(ThreadingMixIn, TCPServer):
    """One thread for each connection, all of which `stop` ends."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128

    def __init__(
        self,
        address: tuple[str, int],
        *,
        api: Api,
        site: Site,
        fault: Callable[[str, str], Fault | None],
        log: Callable[[str], None] | None,
    ) -> None:
        self.api = api
        self.site = site
        self.fault = fault
        self._log = log
        self._open: dict[socket.socket, threading.Thread] = {}
        self._closed = threading.Condition()
        if ":" in address[0]:
            self.address_family = socket.AF_INET6
        super().__init__(address, Handler)

    @property
    def url(self) -> str:
        host, port = self.server_address[:2]
        name = host if isinstance(host, str) else bytes(host).decode()
        return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"

    def log(self, line: str) -> None:
        if self._log is not None:
            self._log(line)

    def serve(self) -> None:
        self.serve_forever(poll_interval=0.1)  # how long `stop` waits where it cannot wake the loop

    def stop(self) -> None:
        """Ends the loop and all connections. Waits for requests in hand, but not for one that calls this."""
        with contextlib.suppress(OSError):  # wakes the loop on Linux, is refused on macOS
            self.socket.shutdown(socket.SHUT_RDWR)
        self.shutdown()
        self.server_close()
        caller = threading.current_thread()
        with self._closed:
            for connection in self._open:
                with contextlib.suppress(OSError):  # the client was faster
                    connection.shutdown(socket.SHUT_RDWR)
            self._closed.wait_for(lambda: set(self._open.values()) <= {caller}, timeout=_STOP_SECONDS)

    # `Any` because the standard library also serves datagrams through these signatures.
    def process_request(self, request: Any, client_address: Any) -> None:
        """As in the standard library, but keeps the connection in view for `stop`."""
        thread = threading.Thread(
            target=self.process_request_thread, args=(request, client_address), daemon=True
        )
        with self._closed:
            self._open[request] = thread
        thread.start()

    def shutdown_request(self, request: Any) -> None:
        super().shutdown_request(request)
        with self._closed:
            self._open.pop(request, None)
            self._closed.notify_all()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Logs where the standard library prints a traceback: mostly a client that went away."""
        self.log(f"connection failed: {sys.exception()!r}")
