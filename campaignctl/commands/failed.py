"""`status --failed`: the messages of campaigns read one by one, so that what breaks leaves what was read."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from campaignctl import standing
from campaignctl.commands.line import Line
from campaignctl.deliveries import Message
from campaignctl.errors import VendorError
from campaignctl.standing import Vendor
from campaignctl.standings import Failures, Standing
from campaignctl.words import count

#: Messages that one run reads: 400 pages, which take two minutes at the usual pace.
MOST = 20_000
#: How often the line on a terminal is written anew, in messages.
_STEP = 50
#: What Ctrl-C ends with.
INTERRUPTED = 130


@dataclass(kw_only=True)
class Reading:
    """What was read. `code` is that of the run: 0, or why it is not whole."""

    failures: list[Failures] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)  #: campaigns of which messages are missing, by id or SID
    notes: list[str] = field(default_factory=list)
    code: int = 0


class _Reader:
    def __init__(self, vendor: Vendor, reading: Reading, line: Line) -> None:
        self._vendor = vendor
        self._reading = reading
        self._line = line
        self._left = MOST

    def of(self, one: Standing, name: str) -> Iterator[Message]:
        """Yield the messages of a campaign as far as they can be had; why that is not all is noted."""
        number = 0
        try:
            for each in self._vendor.messages(one.sid or ""):
                if not self._left:
                    self._missing(
                        name,
                        f"read up to {MOST:,} messages, and no more of {name}; Exotel's report has them all",
                    )
                    return
                self._left -= 1
                number += 1
                if number % _STEP == 1:
                    self._line.draw(f"reading the messages of {name}: {number:,}")
                yield each
        except VendorError as error:
            self._missing(name, f"the messages of {name} were not all read: {error}")
            self._reading.code = self._reading.code or VendorError.exit_code
        except KeyboardInterrupt:  # what was read of this one counts all the same
            self._missing(name, f"interrupted; the messages of {name} were not all read")
            self._reading.code = INTERRUPTED

    def _missing(self, name: str, note: str) -> None:
        self._reading.unread.append(name)
        self._reading.notes.append(note)

    @property
    def is_over(self) -> bool:
        return not self._left or self._reading.code == INTERRUPTED


def read(rows: Sequence[Standing], vendor: Vendor, *, shown: bool) -> Reading:
    """Read why messages failed, of each campaign of which some may have. Never raises for what Exotel answers; Ctrl-C
    ends it with what was read."""
    reading = Reading()
    line = Line(shown=shown, stream=sys.stderr)
    reader = _Reader(vendor, reading, line)
    worth = [one for one in rows if standing.may_have_failed(one)]
    unasked = [one.name_here for one in worth if one.unasked]
    if unasked:
        reading.unread += unasked
        reading.notes.append(
            f"{count(len(unasked), 'campaign')} not asked for counts, and their messages not read; name one to read it: "
            "`campaignctl status ID --failed`"
        )
    left = [one for one in worth if not one.unasked]
    try:
        while left and not reader.is_over:
            reading.failures += standing.failures(left[0], reader.of(left[0], left[0].name_here))
            left.pop(0)
    except KeyboardInterrupt:
        reading.code = INTERRUPTED
    finally:
        line.clear()
    reading.unread = list(dict.fromkeys((*reading.unread, *(one.name_here for one in left))))
    return reading
