"""Faults by chance, the same for the same seed, so that a user can rehearse what a bad day does.

Nothing here says what the vendor does. It is what any server behind the internet may do, and what a client has
to survive without sending twice. A documented refusal is kept: what is answered with one was not carried out.
"""

from __future__ import annotations

import json
import random
import threading

from .fault import Fault, Listing


def _refusal(status: int, inner: int) -> Fault:
    error = {"code": 1002, "message": "Invalid parameter", "description": "a rehearsed refusal"}
    item = {"code": inner, "error_data": error, "status": "failure", "data": None}
    body = {"request_id": "0" * 32, "method": "POST", "http_code": status, "response": [item]}
    return Fault(status=status, headers=_JSON, body=json.dumps(body))


def _success(data: object) -> str:
    item = {"code": 200, "error_data": None, "status": "success", "data": data}
    return json.dumps({"request_id": "0" * 32, "method": "POST", "http_code": 200, "response": [item]})


_JSON = (("Content-Type", "application/json"),)
_HTML = (("Content-Type", "text/html"),)
_PAGE = "<!doctype html><html><head><title>Welcome to the airport</title></head></html>"

UNCLEAR = (
    Fault(close="before"),
    Fault(close="reset"),
    Fault(close="inside"),
    *(Fault(status=status) for status in (408, 500, 502, 503, 504)),
    Fault(status=200, headers=_HTML, body=_PAGE),
    Fault(status=200, headers=_JSON, body=_success({"sid": "0" * 32, "name": "a stranger"})[:-30]),
    Fault(status=200, headers=_JSON, body=_success({"status": "scheduled"})),
    Fault(status=200, headers=_JSON, body=_success({"sid": "0" * 32, "name": "a stranger"})),
)
"""Answers to a create that do not say whether it was carried out; each comes with and without."""

REFUSALS = (
    *(_refusal(status, status) for status in (400, 409, 422)),
    _refusal(200, 409),
    _refusal(207, 400),
    Fault(status=429, headers=(("Retry-After", "1"),)),
    Fault(status=429),
)
"""Answers to a create that was not carried out."""

LISTS = (
    Fault(close="before"),
    Fault(close="reset"),
    Fault(close="inside", commit=True),
    *(Fault(status=status) for status in (500, 503)),
    Fault(status=429, headers=(("Retry-After", "1"),)),
    Fault(status=200, headers=_HTML, body=_PAGE),
)
"""Answers to a list."""

LAGS = (0.0, 2.0, 10.0, 45.0, 120.0)
"""Seconds. Read-after-write lags of real services; the vendor publishes none."""


class Chaos:
    """Set `fault` as the sandbox's fault, and `listing` as its listing. `late` is seconds of a slow answer."""

    def __init__(self, seed: int, *, late: float = 0.3) -> None:
        # One for each kind: how often a client looks must not change how its creates end.
        self._creates, self._others = random.Random(f"{seed} creates"), random.Random(f"{seed} others")
        self._lock = threading.Lock()  # one draw after the other
        self._late = late
        chance = random.Random(f"{seed} listing")
        self.listing = Listing(lag=chance.choice(LAGS), unsorted=chance.random() < 0.5)

    def fault(self, method: str, target: str) -> Fault | None:
        """For half of the creates and a tenth of all else."""
        chance = self._creates if method == "POST" else self._others
        with self._lock:
            kind, which, commit = chance.random(), chance.random(), chance.random() < 0.5
        if method != "POST":
            return _pick(LISTS, which) if method == "GET" and kind < 0.1 else None
        if kind < 0.35:
            return _committed(_pick(UNCLEAR, which), commit=commit)
        if kind < 0.45:
            return _pick(REFUSALS, which)
        return Fault(commit=True, wait=self._late) if kind < 0.5 and self._late else None


def _pick(faults: tuple[Fault, ...], which: float) -> Fault:
    return faults[int(which * len(faults))]


def _committed(fault: Fault, *, commit: bool) -> Fault:
    return Fault(
        status=fault.status, headers=fault.headers, body=fault.body, close=fault.close, commit=commit
    )
