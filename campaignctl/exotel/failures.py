"""What the network did to a request: from httpx's exceptions to an event of the table, and to words."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import httpx


class Progress:
    """How far a request came, as httpcore's trace tells it. What a proxy is asked first does not count."""

    def __init__(self) -> None:
        self.sending = False  #: its first byte may have left
        self.broken = False  #: it could not be sent to the end
        self.answering = False  #: the head of the answer is there
        self._ours = False

    def trace(self, event: str, info: Mapping[str, Any]) -> None:
        step = event.partition(".")[2]
        if step == "send_request_headers.started":
            request = info.get("request")
            self._ours = getattr(request, "method", None) != b"CONNECT"
        if self._ours:
            self.sending = True
            self.broken |= step in ("send_request_headers.failed", "send_request_body.failed")
            self.answering |= step == "receive_response_headers.complete"


class EndlessAnswer(httpx.ReadError):
    """More came than any answer has."""


def event(error: Exception, progress: Progress) -> str:
    """Return the event of the table that this failure is.

    That something never left needs both: the kind of failure, and that not a byte was sent.
    """
    if not progress.sending:
        if isinstance(error, (httpx.ConnectTimeout, httpx.PoolTimeout)):
            return "no connection in time"
        if isinstance(error, httpx.ProxyError):
            return "proxy refused"
        if isinstance(error, httpx.ConnectError):
            return _no_connection(error)
        return "proxy went silent"
    if progress.broken:
        return "sending took too long" if isinstance(error, httpx.WriteTimeout) else "broke while sending"
    if isinstance(error, EndlessAnswer):
        return "answer does not end"
    if isinstance(error, httpx.TimeoutException):
        return "no answer in time"
    if progress.answering:
        return "broke inside the answer" if isinstance(error, httpx.ReadError) else "half a body"
    if isinstance(error, httpx.ReadError) or "without sending a response" in str(error):
        return "broke before the answer"
    return "answer is not HTTP"


def _no_connection(error: httpx.ConnectError) -> str:
    causes = tuple(_causes(error))
    if any(isinstance(one, socket.gaierror) for one in causes):
        return "name not resolved"
    if any(isinstance(one, ssl.SSLError) for one in causes):
        return "no secure connection"
    if any(isinstance(one, ConnectionRefusedError) for one in causes):
        return "connection refused"
    return "no connection"


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an exception and what it was made from."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


class Address(NamedTuple):
    """What was spoken to, for messages."""

    host: str  #: with its port
    named: bool = False  #: by --base-url, and not by the region
    proxied: bool = False  #: the environment names a proxy for it

    @property
    def settings(self) -> str:
        """What decides about it."""
        named = ["--base-url or CAMPAIGNCTL_BASE_URL"] if self.named else ["the network"]
        return " and ".join([*named, *(["HTTPS_PROXY"] if self.proxied else [])])


def why(error: Exception, address: Address) -> str:
    """Return what went wrong on the network, in words that say the next step where there is one."""
    words = str(error) or type(error).__name__
    if isinstance(error, httpx.ReadTimeout):
        return "no answer in time"
    if isinstance(error, httpx.ConnectTimeout):
        return f"no connection to {address.host} in time; check {address.settings}"
    if isinstance(error, httpx.ProxyError):
        return f"the proxy refused ({words}); check HTTPS_PROXY"
    if isinstance(error, httpx.ConnectError):
        kind = _no_connection(error)
        if kind == "name not resolved":
            network = "" if "network" in address.settings else "the network and "
            return f"the name of {address.host} cannot be resolved; check {network}{address.settings}"
        if kind == "connection refused":
            who = f"{address.host}, or the proxy before it," if address.proxied else address.host
            return f"{who} refuses the connection; check {address.settings}"
        if kind == "no secure connection":
            return f"the secure connection to {address.host} failed ({words})"
    return words
