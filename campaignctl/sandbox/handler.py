"""HTTP/1.1 on one connection: framing, limits and faults. What a request means is the business of `api` and `site`."""

from __future__ import annotations

import socket
import sqlite3
import struct
import time
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING

from .answers import BAD_BODY, BROKEN, DENIED, Answer, Refused, failure
from .api import is_own, route
from .endpoints import Request
from .fault import Fault
from .site import Stream, Visit, is_loopback, owns

if TYPE_CHECKING:
    from .server import Server

LARGEST_BODY = 1 << 20
"""Bytes. The sandbox's own bound: the vendor publishes none."""

_LONGEST_LINE = 65536
_LARGEST_LEFTOVER = 16 << 20
_LEFTOVER_SECONDS = 2.0
_LINGER = struct.pack("ii", 1, 0)  # close at once, and with a reset


class Handler(BaseHTTPRequestHandler):
    """One connection, any number of requests."""

    protocol_version = "HTTP/1.1"
    default_request_version = "HTTP/1.1"  # HTTP/0.9 would be answered without status and headers
    server_version = "sandbox"
    sys_version = ""
    timeout = 30.0  # seconds of silence
    disable_nagle_algorithm = True
    wbufsize = -1  # head and body leave in one packet
    server: Server

    command = ""
    _leftover = False  # there may be input that nobody will read
    _expects_continue = False

    def handle_one_request(self) -> None:
        """As in the standard library, but for any method, and with every refusal in the vendor's envelope."""
        self.close_connection = True
        self.command = ""
        try:
            self.raw_requestline = self.rfile.readline(_LONGEST_LINE + 1)
            if len(self.raw_requestline) > _LONGEST_LINE:
                self.requestline, self.request_version = "", self.protocol_version
                self.send_error(414, "the request line is too long")
            elif self.raw_requestline and self.parse_request():
                self._respond()
            self.wfile.flush()
        except OSError:  # silence beyond the timeout, or the client went away
            self.close_connection = True

    def handle_expect_100(self) -> bool:
        """Waits with "continue" until the length is known to be welcome."""
        self._expects_continue = True
        return True

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """For what the standard library refuses: a malformed request line or head."""
        self._break_off()
        refused = Refused(int(code), BAD_BODY, message or "malformed request")
        self._send(failure(self.command or "", refused, in_array=False))

    def finish(self) -> None:
        super().finish()
        if self._leftover:
            _drain(self.connection)

    def _respond(self) -> None:
        fault = None
        try:
            body = self._body()  # first: a fault that waits then holds a request that has wholly arrived
            if owns(self.path):
                self._show()
                return
            self._refuse_strangers()
            fault = None if is_own(self.path) else self.server.fault(self.command, self.path)
            answer = self._carry_out(body) if fault is None or fault.commit else Answer(status=200)
        except Refused as refused:
            answer = self._refusal(refused)
        except OSError:
            raise
        except Exception as error:  # noqa: BLE001 - a bug, or a database that another process holds too long
            self.server.log(f"failed: {error!r}")
            answer = self._refusal(Refused(500, BROKEN, "the sandbox failed; its log says why"))
        if fault is None:
            self._send(answer)
        else:
            self._fail(answer, fault)

    def _refuse_strangers(self) -> None:
        """Refuses a page elsewhere that points its own name at this machine (DNS rebinding). No Host is no browser."""
        hosts = self.headers.get_all("Host", [])
        if len(hosts) > 1 or (hosts and not is_loopback(hosts[0])):
            raise Refused(403, DENIED, "the sandbox is for this machine only: ask 127.0.0.1 or localhost")

    def _show(self) -> None:
        """The web page. No fault touches it: it is the rehearsal's window and no part of the vendor."""
        answer = self.server.site.answer(
            Visit(
                method=self.command,
                target=self.path,
                hosts=tuple(self.headers.get_all("Host", [])),
                last_event=self.headers["Last-Event-ID"],
                site=self.headers["Sec-Fetch-Site"],
            )
        )
        if isinstance(answer, Stream):
            with answer:
                self._stream(answer)
        else:
            self._send(answer, told=answer.status != 200)  # a page that is live asks every second

    def _stream(self, stream: Stream) -> None:
        """Sends frames until the other side or the server has had enough, and closes."""
        self.close_connection = True
        self.send_response_only(200)
        for name, value in (*stream.headers, ("Connection", "close")):
            self.send_header(name, value)
        self.end_headers()
        try:
            for frame in stream.frames(self._ended):
                self.wfile.write(frame)
                self.wfile.flush()
        except sqlite3.Error as error:  # with headers sent, the end of the stream is all that can be told
            self.server.log(f"stream failed: {error!r}")

    def _ended(self, seconds: float) -> bool:
        """Waits so long for the other side to leave, or to say anything, which it has no reason to."""
        try:
            self.connection.settimeout(seconds)
            self.connection.recv(1)
        except TimeoutError:
            self.connection.settimeout(self.timeout)
            return False
        return True

    def _fail(self, answer: Answer, fault: Fault) -> None:
        """Does what the fault says, and tells the log what the client cannot know."""
        done = "not committed" if not fault.commit else "committed" if answer.status < 300 else "refused"
        told = f"{done}, {fault.words}" if self.command != "GET" else fault.words
        self.server.log(f"fault: {ascii(self.command)[1:-1]}: {told}")
        if fault.wait:
            time.sleep(fault.wait)
        if fault.close in ("before", "reset"):
            self.close_connection = True
            if fault.close == "reset":
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER)
                self.connection.close()
        else:
            self._send(_altered(answer, fault), cut=fault.close == "inside")

    def _refusal(self, refused: Refused) -> Answer:
        """For a request that did not get as far as the endpoints, or not through them."""
        self._break_off()
        return failure(self.command, refused, in_array=route(self.path) is not None)

    def _carry_out(self, body: bytes) -> Answer:
        return self.server.api.answer(
            Request(
                method=self.command,
                target=self.path,
                body=body,
                authorization=self.headers["Authorization"],
                content_type=self.headers["Content-Type"],
            )
        )

    def _body(self) -> bytes:
        """The whole body. Raises Refused for a length that is absent, unsound or too large."""
        length = self._length()
        if self._expects_continue and length:
            self.send_response_only(100)
            self.end_headers()
            self.wfile.flush()
        self._expects_continue = False
        body = self.rfile.read(length)
        if len(body) < length:
            raise Refused(400, BAD_BODY, f"the body ends after {len(body)} of {length} bytes")
        return body

    def _length(self) -> int:
        """Bytes, as Content-Length has it. Chunked bodies are refused: they have no length to hold to."""
        given = self.headers.get_all("Content-Length", [])
        if "Transfer-Encoding" in self.headers or (not given and self.command in ("POST", "PUT", "PATCH")):
            raise Refused(411, BAD_BODY, "Content-Length is mandatory")
        if not given:
            return 0
        text = given[0].strip()
        if len(given) > 1 or not (text.isascii() and text.isdigit()):
            raise Refused(400, BAD_BODY, "Content-Length must be one whole number")
        if len(text) > 18 or int(text) > LARGEST_BODY:
            raise Refused(413, BAD_BODY, f"the body must have at most {LARGEST_BODY} bytes")
        return int(text)

    def _break_off(self) -> None:
        """Where one request ends and the next begins is no longer certain."""
        self.close_connection = self._leftover = True

    def _send(self, answer: Answer, *, cut: bool = False, told: bool = True) -> None:
        """`cut` promises the whole body and closes after half of it; `told` puts a line into the log."""
        given = {name.lower() for name, _ in answer.headers}
        if cut or "content-length" in given:
            self.close_connection = True
        own = {
            "Date": self.date_time_string(self.server.api.date().timestamp()),
            "Content-Length": str(len(answer.body) or int(cut)),
            "Connection": "close" if self.close_connection else "keep-alive",
        }
        self.send_response_only(answer.status)
        for name, value in own.items():
            if name.lower() not in given:
                self.send_header(name, value)
        for name, value in answer.headers:
            self.send_header(name, value)
        self.end_headers()
        if told:  # before the other side can go on, so that the log keeps the order
            self.server.log(f"{ascii(self.requestline)[1:-1]} {answer.status}")
        if self.command != "HEAD":
            self.wfile.write(answer.body[: len(answer.body) // 2] if cut else answer.body)


def _altered(answer: Answer, fault: Fault) -> Answer:
    """The answer with what `fault` puts in its place."""
    body = answer.body if fault.status is None else b""
    if fault.body is not None:
        body = fault.body.encode() if isinstance(fault.body, str) else fault.body
    replaced = {name.lower() for name, _ in fault.headers}
    kept = tuple(header for header in answer.headers if header[0].lower() not in replaced)
    return Answer(
        status=answer.status if fault.status is None else fault.status,
        headers=(*kept, *fault.headers),
        body=body,
    )


def _drain(connection: socket.socket) -> None:
    """Reads on for a while after the last answer.

    Closing a socket with input unread resets the connection, and a reset can overtake the answer.
    """
    deadline = time.monotonic() + _LEFTOVER_SECONDS
    left = _LARGEST_LEFTOVER
    try:
        connection.shutdown(socket.SHUT_WR)
        connection.settimeout(_LEFTOVER_SECONDS)
        while left > 0 and time.monotonic() < deadline:
            read = len(connection.recv(65536))
            if not read:
                return
            left -= read
    except OSError:
        return
