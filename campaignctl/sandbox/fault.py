"""What can be made to go wrong between the sandbox and its client, by a test or by `chaos`."""

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
    "before" anything is answered, with a "reset" in place of an answer, or "inside" the answer, half-way
    through its body. `wait` is for so many seconds before all that.
    """

    status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | str | None = None
    commit: bool = False
    close: Literal["before", "reset", "inside"] | None = None
    wait: float = 0.0

    @property
    def words(self) -> str:
        """What the client gets to see, for a log."""
        if self.close == "inside":
            return "answer cut off half-way"
        if self.close is not None:
            return "connection reset" if self.close == "reset" else "answer dropped"
        if self.status not in (None, 200):
            return f"answered {self.status}"
        if self.status is not None or self.body is not None or self.headers:
            return "answered 200 with something else"
        return f"answered {self.wait:g} seconds late"


@dataclass(frozen=True, kw_only=True, slots=True)
class Listing:
    """How lists of campaigns deviate: whether a real list does is not documented.

    A campaign shows only when it is `lag` seconds old by the sandbox's clock (its details show at once).
    `unsorted` lists keep an order of their own, whatever is asked for.
    """

    lag: float = 0.0
    unsorted: bool = False
