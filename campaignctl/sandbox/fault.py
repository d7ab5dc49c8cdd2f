"""What a test can make go wrong between the sandbox and its client."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """A failure in place of the answer to one request.

    `commit` carries the request out first, so that the client cannot tell from the failure what was done.
    A `status` without `body` answers with an empty body. Without a `status` the true answer is sent (an empty
    200 where nothing was carried out), with `headers` and `body` replaced where given. A header with the name
    of one of the server's own, `Content-Length` among them, takes its place. `close` drops the connection:
    "before" anything is answered, or "inside" the answer, half-way through its body.
    """

    status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | str | None = None
    commit: bool = False
    close: Literal["before", "inside"] | None = None
