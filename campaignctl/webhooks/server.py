"""The receiver's socket: HTTP/1.1, one request a connection, and a limit to everything that a client decides.

It stands on `http.server`: two addresses and one method need no framework, and none is a dependency.
"""

from __future__ import annotations

import hmac
import io
import socket
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from socketserver import TCPServer, ThreadingMixIn
from typing import Any, NamedTuple

from campaignctl.callbacks import CAMPAIGN, SMS
from campaignctl.webhooks.intake import Verdict
from campaignctl.words import quoted, shortened

#: Bytes of a request besides its body: its head, and what frames a body in chunks.
_HEAD = 32 * 1024
#: How long a client that is refused may go on sending, so that no reset overtakes the answer: seconds, bytes.
_LEFTOVER = (1.0, 1 << 20)
_STOP_SECONDS = 5.0

#: Is given what the address is for, the content type, the body and the sender; from many threads.
Take = Callable[[str, str | None, bytes, str], Verdict]


class Limits(NamedTuple):
    """What a client may take."""

    body: int = 64 * 1024  #: bytes
    seconds: float = 10.0  #: within which a whole request must have arrived
    connections: int = 100  #: at once


class Place(NamedTuple):
    """Where the two addresses are."""

    secret: str
    prefix: str = ""  #: the path of the public address, which a proxy may leave or take away
    behind_proxy: bool = False  #: whether X-Forwarded-For says anything

    def kind(self, target: str) -> str | None:
        """Return what a request target is for, None for any other. Takes the same time for each wrong secret."""
        path = target.split("?", 1)[0]
        start, _, kind = path.rpartition("/")
        given = start.removeprefix(self.prefix).removeprefix("/").encode("utf-8", "surrogateescape")
        sound = hmac.compare_digest(given, self.secret.encode())
        return kind if sound and kind in (CAMPAIGN, SMS) else None


class Receiver(ThreadingMixIn, TCPServer):
    """Listens from `start` to `stop`. Raises OSError when the address cannot be had."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128

    def __init__(
        self,
        address: tuple[str, int],
        *,
        place: Place,
        take: Take,
        log: Callable[[str], None],
        limits: Limits = Limits(),  # noqa: B008 - it cannot be changed
    ) -> None:
        self.place = place
        self.take = take
        self.log = log
        self.limits = limits
        self._open: dict[socket.socket, threading.Thread] = {}
        self._closed = threading.Condition()
        if ":" in address[0]:
            self.address_family = socket.AF_INET6
        super().__init__(address, _Handler)

    @property
    def port(self) -> int:
        """Return the port, also where a free one was asked for."""
        return int(self.server_address[1])

    def start(self) -> None:
        """Listen in a thread."""
        threading.Thread(target=self.serve_forever, args=(0.1,), name="listen", daemon=True).start()

    def stop(self) -> None:
        """Close the port. A request that has arrived is answered, one that has not is cut off."""
        with suppress(OSError):  # wakes the loop on Linux, is refused on macOS
            self.socket.shutdown(socket.SHUT_RDWR)
        self.shutdown()
        self.server_close()
        with self._closed:
            for connection in self._open:
                with suppress(OSError):  # the client was faster
                    connection.shutdown(socket.SHUT_RD)
            self._closed.wait_for(lambda: not self._open, timeout=_STOP_SECONDS)

    # `Any` because the standard library also serves datagrams through these signatures.
    def process_request(self, request: Any, client_address: Any) -> None:
        """As in the standard library, but not for more clients than the limit, and with an eye on them."""
        thread = threading.Thread(
            target=self.process_request_thread, args=(request, client_address), daemon=True
        )
        with self._closed:
            full = len(self._open) >= self.limits.connections
            if not full:
                self._open[request] = thread
        if not full:
            thread.start()
            return
        self.log(f"503 to {client_address[0]}: {self.limits.connections} connections are open already")
        with suppress(OSError):
            request.settimeout(0)
            request.send(
                b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            )
        self.shutdown_request(request)

    def shutdown_request(self, request: Any) -> None:
        """As in the standard library; the connection counts no longer."""
        super().shutdown_request(request)
        with self._closed:
            self._open.pop(request, None)
            self._closed.notify_all()

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002
        """Log where the standard library prints a traceback."""
        self.log(f"the connection of {client_address[0]} failed: {sys.exception()!r}")


class _Refused(Exception):
    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status
        self.words = words


class _Arriving(io.RawIOBase):
    """What a client sends, up to a moment and a length. Raises _Refused beyond them."""

    def __init__(self, connection: socket.socket, limits: Limits) -> None:
        self._connection = connection
        self._limits = limits
        self._deadline = time.monotonic() + limits.seconds
        self._left = limits.body + _HEAD

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        wait = self._deadline - time.monotonic()
        if self._left <= 0:
            raise _Refused(431, f"the request is longer than {self._limits.body + _HEAD} bytes")
        try:
            if wait <= 0:
                raise TimeoutError
            self._connection.settimeout(wait)
            got = self._connection.recv_into(buffer, min(len(buffer), self._left))
        except TimeoutError as error:
            words = f"the request was not there after {self._limits.seconds:g} seconds"
            raise _Refused(408, words) from error
        self._left -= got
        return got


class _Handler(BaseHTTPRequestHandler):
    """One connection, one request."""

    protocol_version = "HTTP/1.1"
    default_request_version = "HTTP/1.1"  # HTTP/0.9 would be answered without a status
    server: Receiver
    request_version = protocol_version  # for a refusal before any was read
    command = ""
    path = ""
    _kind: str | None = None
    _whole = False  # all that the client sends was read

    def setup(self) -> None:
        super().setup()
        self.rfile.close()
        self.rfile = io.BufferedReader(_Arriving(self.connection, self.server.limits))

    def handle(self) -> None:
        """Answer the one request, or say why not. A client that goes away is no error."""
        self.close_connection = True
        with suppress(ConnectionError):
            try:
                self.raw_requestline = self.rfile.readline(8192)
                if not self.raw_requestline:
                    return
                if not self.raw_requestline.endswith(b"\n"):
                    raise _Refused(400, "no HTTP request: its first line has no end")
                if self.parse_request():
                    self._answer(self._verdict())
            except _Refused as refused:
                self._answer(Verdict(refused.status, refused.words))

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:  # noqa: ARG002
        """For what the standard library refuses: a malformed request line or head."""
        self._answer(Verdict(int(code), f"no HTTP request: {quoted(message or 'malformed')}"))

    def handle_expect_100(self) -> bool:
        """Wait with "continue" until the request is known to be welcome."""
        return True

    def finish(self) -> None:
        """Close; what the client still sends is read for a moment."""
        with suppress(OSError):
            super().finish()
        if not self._whole:
            _drain(self.connection)

    def _verdict(self) -> Verdict:
        self._kind = self.server.place.kind(self.path)
        if self._kind is None:
            return Verdict(404, f"nothing is at {self._shown_path()}")
        if self.command != "POST":
            return Verdict(405, f"{quoted(self.command, 20)}, and events are sent by POST")
        coding = self.headers.get("Content-Encoding", "identity")
        if coding.strip().lower() not in ("", "identity"):
            return Verdict(400, f"the body is packed by {quoted(coding)}")
        body = self._body()
        self._whole = True
        return self.server.take(self._kind, self.headers.get("Content-Type"), body, self._sender())

    def _shown_path(self) -> str:
        return quoted(self.path.replace(self.server.place.secret, "***"))

    def _sender(self) -> str:
        sender = str(self.client_address[0])
        given = self.headers.get("X-Forwarded-For") if self.server.place.behind_proxy else None
        return f"{sender} for {shortened(given, 100)}" if given else sender

    def _answer(self, verdict: Verdict) -> None:
        """Send an answer without a body; nothing in it tells one wrong address from another."""
        if verdict.words is not None:
            headers = getattr(self, "headers", None)  # parsed, or not yet
            sender = self._sender() if headers is not None else str(self.client_address[0])
            self.server.log(f"{verdict.status} to {sender}: {verdict.words}")
        self.send_response_only(verdict.status, HTTPStatus(verdict.status).phrase)
        if verdict.status == 405:
            self.send_header("Allow", "POST")
        self.send_header("Content-Length", "0")
        self.send_header("Connection", "close")
        self.connection.settimeout(self.server.limits.seconds)
        self.end_headers()

    # --- the body -------------------------------------------------------------------------------------

    def _body(self) -> bytes:
        """Return the whole body. Raises _Refused."""
        coding = self.headers.get("Transfer-Encoding")
        lengths = self.headers.get_all("Content-Length", [])
        if coding is not None and (lengths or coding.strip().lower() != "chunked"):
            raise _Refused(400, "it is not clear where the body ends")
        if coding is None and not lengths:
            raise _Refused(411, "there is neither a Content-Length nor a body in chunks")
        length = self._number(lengths, 10) if coding is None else None
        if self.headers.get("Expect", "").lower() == "100-continue":
            self.send_response_only(100)
            self.end_headers()
        return self._exactly(length) if length is not None else self._chunks()

    def _chunks(self) -> bytes:
        """Return a body in chunks, as some proxies send it (RFC 9112, 7.1); what follows them is passed over."""
        body = bytearray()
        while size := self._number(
            [self.rfile.readline(256).split(b";")[0].decode("latin-1")], 16, len(body)
        ):
            body += self._exactly(size)
            if self.rfile.readline(3).strip():
                raise _Refused(400, "a chunk of the body is not as long as it says")
        while self.rfile.readline(8192).strip():
            pass
        return bytes(body)

    def _number(self, given: list[str], base: int, before: int = 0) -> int:
        """Return a length in bytes. Raises _Refused for none, and for one that is beyond the limit."""
        text = given[0].strip()
        digits = "0123456789abcdefABCDEF" if base == 16 else "0123456789"
        if len(set(given)) > 1 or not text or set(text) - set(digits):
            raise _Refused(400, "the length of the body is no number")
        if len(text) > 18 or before + int(text, base) > self.server.limits.body:
            raise _Refused(413, f"the body has more than {self.server.limits.body} bytes")
        return int(text, base)

    def _exactly(self, length: int) -> bytes:
        body = self.rfile.read(length)
        if len(body) < length:
            raise _Refused(400, "the body ends too early")
        return body


def _drain(connection: socket.socket) -> None:
    """Read on for a moment: closing a socket with input unread may overtake the answer with a reset."""
    seconds, left = _LEFTOVER
    deadline = time.monotonic() + seconds
    with suppress(OSError):
        connection.shutdown(socket.SHUT_WR)
        while left > 0 and (wait := deadline - time.monotonic()) > 0:
            connection.settimeout(wait)
            got = len(connection.recv(min(65536, left)))
            if not got:
                return
            left -= got
