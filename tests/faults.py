"""What a network does to a create request, with real sockets: a proxy on loopback, and addresses of no use.

Each `Act` ends one create in a way of its own, whether the request was handed on to the sandbox ("committed")
or not; it names the event of `exotel.events` that it makes. Each `Dead` is an address that nothing ever left for.
"""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import pytest

from campaignctl.exotel.client import Exotel

#: Blanks behind the JSON of a request that is to break while it is being sent: more than sockets hold.
PADDING = 12 * 1024 * 1024
SID = "909d2a2ba53ce07f3784668b938eb44914bo"

Tell = Callable[[socket.socket, bytes], None]


@dataclass(frozen=True, kw_only=True)
class Act:
    """How one create ends. `tell` is given the connection and the true answer (a made-up one if not committed)."""

    event: str
    name: str
    tell: Tell
    big: bool = False  #: while the request is still being sent
    hasty: bool = False  #: by a client that does not wait

    def __str__(self) -> str:
        return f"{self.event} ({self.name})"


# --- what the client gets -----------------------------------------------------------------------------


def reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def nothing(connection: socket.socket, true: bytes) -> None:
    """Close in good order, with the request read and no answer."""


def resets(connection: socket.socket, true: bytes) -> None:
    reset(connection)


def holds(connection: socket.socket, true: bytes) -> None:
    """Say nothing until the client goes away."""
    with suppress(OSError):
        while connection.recv(1 << 20):
            pass


def never_reads(connection: socket.socket, true: bytes) -> None:
    over.wait(10)


over = threading.Event()  #: set when a client has given up


def first(size: Callable[[bytes], int], *, then: Tell = nothing) -> Tell:
    """Send the first bytes of the true answer."""

    def tell(connection: socket.socket, true: bytes) -> None:
        connection.sendall(true[: size(true)])
        then(connection, true)

    return tell


def head(true: bytes) -> int:
    return true.index(b"\r\n\r\n") + 4


def half(true: bytes) -> int:
    return (head(true) + len(true)) // 2


def says(answer: bytes) -> Tell:
    return lambda connection, true: connection.sendall(answer)


def altered(change: Callable[[bytes], bytes]) -> Tell:
    return lambda connection, true: connection.sendall(change(true))


def relengthened(true: bytes, by: int) -> bytes:
    """Return an answer whose Content-Length is off by so many bytes."""
    start, body = true[: head(true)], true[head(true) :]
    lines = [line for line in start.split(b"\r\n") if line and not line.lower().startswith(b"content-length")]
    return b"\r\n".join([*lines, b"Content-Length: %d" % (len(body) + by), b"", body])


def answer(status: int, body: Any, *headers: str) -> bytes:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    kind = "text/html" if data.startswith(b"<") else "application/json"
    lines = [f"HTTP/1.1 {status} Said", f"Content-Type: {kind}", f"Content-Length: {len(data)}", *headers]
    return "\r\n".join([*lines, "Connection: close", "", ""]).encode() + data


def envelope(*items: Any, code: int = 200) -> dict[str, Any]:
    return {"request_id": "r-1", "method": "POST", "http_code": code, "response": list(items)}


def item(code: int | None = 200, data: Any = None, error: str | None = None) -> dict[str, Any]:
    told = {"code": 1002, "message": error, "description": error} if error else None
    return {"code": code, "error_data": told, "status": "failure" if error else "success", "data": data}


def refusal(status: int, *headers: str) -> bytes:
    return answer(status, envelope(item(status, error="no"), code=status), *headers)


PAGE = b"<!doctype html><html><head><title>Welcome to the airport</title></head></html>"
STRANGER = {"sid": SID, "name": "a stranger ccaaaaaaaaaa"}


def said(event: str, name: str, what: bytes | Tell, **more: Any) -> Act:
    return Act(event=event, name=name, tell=says(what) if isinstance(what, bytes) else what, **more)


def _beside(other: Any) -> Tell:
    """The true campaign, and another item."""

    def change(true: bytes) -> bytes:
        told = json.loads(true[head(true) :])
        return answer(200, envelope(*told["response"], other))

    return altered(change)


#: One for each way that a create ends on the wire or in an answer.
ACTS: tuple[Act, ...] = (
    said("broke while sending", "reset", resets, big=True),
    said("sending took too long", "nobody reads", never_reads, big=True, hasty=True),
    said("no answer in time", "silence", holds, hasty=True),
    said("no answer in time", "half a head", first(lambda true: 30, then=holds), hasty=True),
    said("no answer in time", "half a body", first(half, then=holds), hasty=True),
    said("broke before the answer", "closed", nothing),
    said("broke before the answer", "reset", resets),
    said("answer is not HTTP", "another protocol", b"220 smtp.example ESMTP\r\n\r\n"),
    said("broke before the answer", "cut status line", first(lambda true: 12)),
    said("broke before the answer", "cut head", first(lambda true: head(true) - 8)),
    said(
        "answer is not HTTP",
        "two lengths",
        altered(lambda true: true.replace(b"\r\n\r\n", b"\r\nContent-Length: 3\r\n\r\n", 1)),
    ),
    said("broke inside the answer", "reset", first(half, then=resets)),
    said("half a body", "closed", first(half)),
    said("half a body", "no body", first(head)),
    said("half a body", "wrong length, too long", altered(lambda true: relengthened(true, 7))),
    said("answer does not end", "nine megabytes", answer(200, b" " * 9 * 1024 * 1024)),
    said("other status", "799", answer(799, b"{}")),
    said("3xx", "302", answer(302, b"", "Location: /elsewhere")),
    said("408", "408", refusal(408)),
    said("other 4xx", "418", refusal(418)),
    said("other 4xx", "407", answer(407, PAGE)),
    *(said(str(status), "with JSON", refusal(status)) for status in (500, 502, 503, 504)),
    *(said(str(status), "with a page", answer(status, PAGE)) for status in (502, 503)),
    said("other 5xx", "520", answer(520, PAGE)),
    *(said("refusal in another form", str(status), answer(status, PAGE)) for status in (400, 403)),
    said("200 with a web page", "login", answer(200, PAGE)),
    said(
        "200 unreadable", "truncated JSON", altered(lambda true: answer(200, true[head(true) : half(true)]))
    ),
    said("200 unreadable", "empty", answer(200, b"")),
    said("200 unreadable", "wrong length, too short", altered(lambda true: relengthened(true, -7))),
    said(
        "200 unreadable",
        "no length and cut",
        altered(lambda true: b"HTTP/1.1 200 OK\r\n\r\n" + true[head(true) : half(true)]),
    ),
    said("200 without a SID", "no SID", answer(200, envelope(item(data={"name": "x"})))),
    said("200 without a SID", "no campaign", answer(200, envelope())),
    said("200 with another name", "a stranger", answer(200, envelope(item(data=STRANGER)))),
    said("200 with several", "two", _beside(item(data=STRANGER))),
    said("200 that contradicts itself", "ours and a 400", _beside(item(400, error="no"))),
    said(
        "200 that contradicts itself",
        "a stranger and a 400",
        answer(207, envelope(item(data=STRANGER), item(400, error="no"))),
    ),
    *(
        said("200 with a failure inside", str(code), answer(200, envelope(item(code, error="no"))))
        for code in (408, 500)
    ),
)
#: Documented refusals. A vendor that commits and refuses contradicts its own pages.
REFUSALS: tuple[Act, ...] = (
    *(said(str(status), "with JSON", refusal(status)) for status in (400, 401, 402, 403, 404, 409, 415, 422)),
    said("200 with a refusal inside", "200", answer(200, envelope(item(409, error="no")))),
    said("200 with a refusal inside", "207", answer(207, envelope(item(400, error="no"), code=207))),
    said("200 with a refusal inside", "no code", answer(200, envelope(item(None, error="no")))),
)
THROTTLES: tuple[Act, ...] = (
    said("429", "Retry-After", refusal(429, "Retry-After: 7")),
    said("429", "no Retry-After", refusal(429)),
    said("429", "a page", answer(429, PAGE)),
    said("200 with a 429 inside", "200", answer(200, envelope(item(429, error="slow down")))),
)
CREATED = Act(event="created", name="untouched", tell=lambda connection, true: connection.sendall(true))


# --- the proxy ----------------------------------------------------------------------------------------


class Proxy:
    """TCP between client and sandbox. The next create ends as `act` says; all else passes through.

    `commit` hands that create on before the act. `posts` counts the creates that arrived, `committed` those
    that were handed on. `twice` hands it on a second time.
    """

    def __init__(self, upstream: str | None = None) -> None:
        self._upstream = upstream
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)  # what nobody reads has no room
        self._socket.bind(("127.0.0.1", 0))
        self._socket.listen(16)
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self.expect(None)
        threading.Thread(target=self._serve, daemon=True).start()

    def expect(self, act: Act | None, *, commit: bool = False, twice: bool = False) -> None:
        self._act, self._commit, self._twice = act, commit, twice
        self.posts = self.committed = 0
        self.settled = threading.Event()  #: the request is handed on, or never will be
        over.clear()

    def close(self) -> None:
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _serve(self) -> None:
        with suppress(OSError):  # closed
            while True:
                connection, _ = self._socket.accept()
                threading.Thread(target=self._connection, args=(connection,), daemon=True).start()

    def _connection(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            connection.settimeout(20)
            act = self._act
            request = read_message(connection, until=b" " * 64 if act and act.big else None)
            if not request.startswith(b"POST "):
                connection.sendall(self._hand_on(request))
                return
            self.posts += 1
            if act is None:
                connection.sendall(self._hand_on(request))
                return
            self._act = None
            try:
                true = made_up(request)
                for _ in range(self._commit + self._twice):
                    self.committed += 1
                    true = self._hand_on(request)
            finally:
                self.settled.set()
            act.tell(connection, true)

    def _hand_on(self, request: bytes) -> bytes:
        assert self._upstream is not None
        host, _, port = self._upstream.removeprefix("http://").partition(":")
        with socket.create_connection((host, int(port)), timeout=20) as upstream:
            upstream.sendall(relengthened(request.rstrip(b" "), 0) if b"POST " in request[:5] else request)
            return read_message(upstream)


def read_message(connection: socket.socket, until: bytes | None = None) -> bytes:
    """Read one message by its Content-Length, or up to some bytes."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(65536)
        if not more:
            return data
        data += more
    start = data[: head(data)]
    lengths = [line for line in start.split(b"\r\n") if line.lower().startswith(b"content-length:")]
    size = len(start) + (int(lengths[0].split(b":")[1]) if lengths else 0)
    while len(data) < size and not (until and until in data):
        more = connection.recv(65536)
        if not more:
            break
        data += more
    return data


def made_up(request: bytes) -> bytes:
    """Return the answer that would prove the creation, had it happened."""
    fields = json.loads(request[head(request) :])
    data = {"sid": SID, "name": fields["name"], "status": "scheduled"}
    return answer(200, envelope(item(data=data)))


class Padded(Exotel):
    """A client whose requests are so long that they can break while being sent."""

    def _body(self, payload: Any) -> bytes:
        return super()._body(payload) + b" " * PADDING


# --- addresses that nothing leaves for ----------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Dead:
    """An address that cannot be reached. `open` yields its base URL."""

    event: str
    name: str
    open: Callable[[pytest.MonkeyPatch, list[bytes]], Any]

    def __str__(self) -> str:
        return f"{self.event} ({self.name})"


@contextmanager
def unresolved(monkeypatch: pytest.MonkeyPatch, seen: list[bytes]) -> Iterator[str]:
    def unknown(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    with monkeypatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", unknown)  # no resolver beyond this machine is asked
        yield "http://nowhere.invalid"


@contextmanager
def closed(monkeypatch: pytest.MonkeyPatch, seen: list[bytes]) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
    yield url


@contextmanager
def full(monkeypatch: pytest.MonkeyPatch, seen: list[bytes]) -> Iterator[str]:
    """Nobody accepts, and no more connections may wait."""
    with ExitStack() as stack:
        server = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(server.getsockname())
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def listening(scheme: str, script: Tell) -> Callable[[pytest.MonkeyPatch, list[bytes]], Any]:
    """A server that speaks no TLS, whatever the client hopes for."""

    @contextmanager
    def opened(monkeypatch: pytest.MonkeyPatch, seen: list[bytes]) -> Iterator[str]:
        with serving(script, seen) as port:
            yield f"{scheme}://127.0.0.1:{port}"

    return opened


def proxied(script: Tell) -> Callable[[pytest.MonkeyPatch, list[bytes]], Any]:
    """A proxy in HTTPS_PROXY. The client must be made while it is set."""

    @contextmanager
    def opened(monkeypatch: pytest.MonkeyPatch, seen: list[bytes]) -> Iterator[str]:
        with serving(script, seen) as port, monkeypatch.context() as patch:
            patch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")
            yield "https://nowhere.invalid"

    return opened


@contextmanager
def serving(script: Tell, seen: list[bytes]) -> Iterator[int]:
    """Give each connection, and what it sent first, to a script."""

    def serve() -> None:
        with suppress(OSError):
            while True:
                connection, _ = server.accept()
                with connection, suppress(OSError):
                    connection.settimeout(10)
                    data = connection.recv(65536)
                    seen.append(data)
                    script(connection, data)

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield server.getsockname()[1]
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join(10)


def babbles_in_tunnel(connection: socket.socket, request: bytes) -> None:
    connection.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
    connection.recv(65536)
    connection.sendall(answer(400, PAGE))


DEAD: tuple[Dead, ...] = (
    Dead(event="name not resolved", name="no such name", open=unresolved),
    Dead(event="connection refused", name="closed port", open=closed),
    Dead(event="no connection in time", name="full backlog", open=full),
    Dead(event="no connection", name="reset in the handshake", open=listening("https", resets)),
    Dead(event="no secure connection", name="no TLS", open=listening("https", says(answer(400, PAGE)))),
    Dead(event="no secure connection", name="closed in the handshake", open=listening("https", nothing)),
    Dead(event="no secure connection", name="no TLS behind a proxy", open=proxied(babbles_in_tunnel)),
    Dead(event="proxy refused", name="407", open=proxied(says(answer(407, PAGE)))),
    Dead(event="proxy refused", name="502", open=proxied(says(answer(502, PAGE)))),
)
#: A proxy that breaks off: nothing left, but what proves it is httpcore's word alone, so it counts as unknown.
SILENT = Dead(event="proxy went silent", name="closed", open=proxied(nothing))


class Clients:
    """The clients that the acts need, each made once: patient or hasty, with short or endless requests."""

    def __init__(self, url: str, config: Any, credentials: Any, sleep: Callable[[float], None]) -> None:
        self._stack = ExitStack()
        self._made: dict[tuple[bool, bool], Exotel] = {}
        self._url, self._config, self._credentials, self._sleep = url, config, credentials, sleep

    def __getitem__(self, act: Act) -> Exotel:
        kind = (act.big, act.hasty)
        if kind not in self._made:
            self._made[kind] = self._stack.enter_context(
                (Padded if act.big else Exotel)(
                    self._config,
                    self._credentials,
                    base_url=self._url,
                    sleep=self._sleep,
                    timeout=0.15 if act.hasty else 20.0,
                )
            )
        return self._made[kind]

    def close(self) -> None:
        self._stack.close()
