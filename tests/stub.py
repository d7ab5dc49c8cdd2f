"""A small Exotel that says what a test tells it to: a real server on loopback, one function for all answers."""

from __future__ import annotations

import atexit
import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from campaignctl.exotel.client import Credentials, Exotel
from campaignctl.model import Config

CREDENTIALS = Credentials(account_sid="kettle1", api_key="key-4711-secret", api_token="token-0815-secret")


class Asked(NamedTuple):
    """One request: its method, the place below the account, the query, the JSON of its body."""

    method: str
    place: str
    query: dict[str, str]
    body: Any = None


#: What a request is answered with: JSON, bytes, or a status with one of them.
Says = Callable[[Asked], Any]


class Stub:
    """The server. `asked` has every request so far."""

    def __init__(self, says: Says) -> None:
        self.asked: list[Asked] = []
        self.says = says
        stub = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                target = urlsplit(self.path)
                place = target.path.removeprefix("/v2/accounts/kettle1/")
                length = int(self.headers.get("Content-Length") or 0)
                body = json.loads(self.rfile.read(length)) if length else None
                asked = Asked(self.command, place, dict(parse_qsl(target.query)), body)
                stub.asked.append(asked)
                said = stub.says(asked)
                status, said = said if isinstance(said, tuple) else (200, said)
                data = said if isinstance(said, bytes) else json.dumps(said).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: Any) -> None:
                pass

        for method in ("GET", "PUT", "POST"):
            setattr(Handler, f"do_{method}", Handler.answer)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)


@contextmanager
def stub(says: Says) -> Iterator[Stub]:
    server = Stub(says)
    try:
        yield server
    finally:
        server.close()


def on(url: str, config: Config) -> Exotel:
    return Exotel(config, CREDENTIALS, base_url=url, sleep=lambda _: None, timeout=5)


def settings(**changes: Any) -> Config:
    return Config(project="kettle-5a1f0c", **{"endpoint": "message-campaigns", **changes})


@cache
def _shared() -> Stub:
    server = Stub(always(b""))
    atexit.register(server.close)
    return server


@cache
def _client(endpoint: str, body: str) -> Exotel:
    """Return a client that is kept: to make one takes longer than all that a test asks it."""
    exotel = on(_shared().url, settings(endpoint=endpoint, body=body))
    atexit.register(exotel.__exit__, None, None, None)
    return exotel


@contextmanager
def client(says: Says, endpoint: str = "message-campaigns", body: str = "bare") -> Iterator[Exotel]:
    """Give a client on a server that answers so; it is the same one for all tests, so they cannot be nested."""
    server = _shared()
    server.says = says
    server.asked.clear()
    yield _client(endpoint, body)


def asked() -> list[Asked]:
    """Return what the client has asked since it was given."""
    return list(_shared().asked)


def always(answer: Any) -> Says:
    """Answer every request so."""
    return lambda _: answer


def each(*answers: Any) -> Says:
    """Answer the first request with the first, and so on; the last one is for all that follow."""
    left = list(answers)
    return lambda _: left.pop(0) if len(left) > 1 else left[0]


def pages(records: Sequence[Any], *, flat: bool = False) -> Says:
    """Answer every request with the page that it asks for."""
    return lambda asked: paged(records, asked.query, flat=flat)


# --- bodies -----------------------------------------------------------------------------------------------


def one(data: Any, **beside: Any) -> dict[str, Any]:
    """Return the envelope of one thing, as the page shows it."""
    item = {"code": 200, "error_data": None, "status": "success", "data": data, **beside}
    return {"request_id": "r-1", "method": "GET", "http_code": 200, "response": [item]}


def many(records: Sequence[Any], total: Any = None, *, flat: bool = False) -> dict[str, Any]:
    """Return one page; `flat` without an envelope around each record, `total` None without metadata."""
    body: dict[str, Any] = {"request_id": "r-1", "http_code": 200}
    if total is not None:
        body["metadata"] = {"count": len(records), "total": total}
    return {
        **body,
        "response": [record if flat else {"status": "success", "data": record} for record in records],
    }


def paged(records: Sequence[Any], query: dict[str, str], *, flat: bool = False) -> dict[str, Any]:
    """Return the page that a query asks for."""
    offset, limit = int(query.get("offset", 0)), int(query.get("limit", 20))
    return many(records[offset : offset + limit], len(records), flat=flat)


def refusal(code: int = 400, words: str = "Invalid parameter") -> tuple[int, dict[str, Any]]:
    error = {"code": 1000 if code == 404 else 1002, "message": words, "description": words}
    return code, {
        "http_code": code,
        "response": [{"code": code, "error_data": error, "status": "failure", "data": None}],
    }
