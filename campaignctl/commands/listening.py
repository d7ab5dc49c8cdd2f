"""The work of `listen`: from the first event to the last line."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from queue import SimpleQueue
from typing import Any, NamedTuple

from campaignctl.callbacks import Arrival, Event, Summary, Tally
from campaignctl.commands import addresses, options
from campaignctl.errors import ReceiverError, StateError
from campaignctl.render import callbacks as render
from campaignctl.render.paint import Paint
from campaignctl.state.local import LocalStore
from campaignctl.webhooks.forward import Forwarder
from campaignctl.webhooks.intake import Intake
from campaignctl.webhooks.journal import Journal
from campaignctl.webhooks.server import Limits, Place, Receiver

#: Events that wait to be printed at most, where a terminal or a pipe does not take them.
_UNSEEN = 10_000
#: Seconds for what waits to be passed on, at the end.
_LAST_CALL = 5.0


class Names:
    """The ids of campaigns by their SID, from states that others may write meanwhile. Reads only."""

    def __init__(self, stores: tuple[LocalStore, ...]) -> None:
        self._stores = stores
        self._seen: dict[int, Any] = {}
        self._ids: dict[str, str] = {}

    def of(self, sid: str | None) -> str | None:
        """Return the id of a campaign, None for one that no state knows. A state that changed is read again."""
        if sid is None or sid in self._ids:
            return self._ids.get(sid or "")
        for number, store in enumerate(self._stores):
            now = store.identities()
            if now == self._seen.get(number, (None, None)):
                continue
            self._seen[number] = now
            with suppress(StateError, OSError):  # a damaged state is the business of other commands
                self._ids |= {one.sid: id_ for id_, one in store.read().campaigns.items()}
        return self._ids.get(sid)


class Screen:
    """What is printed, by the main thread alone: the threads of the receiver never wait for a terminal."""

    def __init__(self, *, as_json: bool, paint: Paint, names: Names) -> None:
        self._queue: SimpleQueue[Arrival | None] = (
            SimpleQueue()
        )  # its `put` may be called by a signal's handler
        self._json = as_json
        self._paint = paint
        self._names = names
        self.unseen = 0

    def put(self, one: Arrival) -> None:
        """Print an event, later; never waits."""
        if self._queue.qsize() < _UNSEEN:
            self._queue.put(one)
        else:
            self.unseen += 1

    def end(self) -> None:
        """Let `run` return, once all has been printed that is here already."""
        self._queue.put(None)

    def run(self) -> None:
        """Print events until `end`."""
        while (one := self._queue.get()) is not None:
            name = self._names.of(one.event.campaign_sid)
            options.say(
                render.arrival_json(one, name) if self._json else render.arrival(one, name, self._paint)
            )

    def begin(self, urls: dict[str, str], out: str | None) -> None:
        """Print the addresses."""
        options.say(render.addresses_json(urls, out) if self._json else render.addresses(urls, out) + "\n")

    def finish(self, summaries: tuple[Summary, ...], numbers: dict[str, int]) -> None:
        """Print the summary."""
        rows = [(one, self._names.of(one.campaign_sid)) for one in summaries]
        options.say(
            render.ending_json(rows, numbers) if self._json else render.ending(rows, numbers, self._paint)
        )


class Wish(NamedTuple):
    """What the command line asks for."""

    address: tuple[str, int]
    place: Place
    public: str | None  #: scheme, host and prefix of the printed addresses; None: the receiver's own
    out: Path | None
    forward: str | None
    limits: Limits


def listen(wish: Wish, screen: Screen, tell: Callable[[str], None], now: Callable[[], Any]) -> None:
    """Receive events until a signal comes, then print what they came to. Raises ReceiverError, UsageError."""
    tally = Tally()
    with ExitStack() as stack:
        journal = _journal(stack, wish.out, tally, tell)
        forward = Forwarder(wish.forward, tell) if wish.forward is not None else None
        intake = Intake(tally=tally, journal=journal, now=now, show=screen.put, forward=forward)
        receiver = _receiver(wish, intake, tell)
        with _until_signal(screen.end):
            if forward is not None:
                forward.start()
            receiver.start()
            try:
                screen.begin(_urls(wish, receiver), str(wish.out) if wish.out is not None else None)
                screen.run()
            finally:
                receiver.stop()
            if forward is not None:
                forward.stop(_LAST_CALL)
            screen.end()
            screen.run()  # what came while the receiver was stopping
        screen.finish(tally.summaries(), _numbers(intake, forward, screen))


def _journal(
    stack: ExitStack, path: Path | None, tally: Tally, tell: Callable[[str], None]
) -> Journal | None:
    if path is None:
        return None

    def replay(event: Event, at: str) -> None:
        if not tally.knows(event):
            tally.add(event, at)

    journal = Journal(path, tell, replay)
    stack.callback(journal.close)
    journal.open()
    return journal


def _receiver(wish: Wish, intake: Intake, tell: Callable[[str], None]) -> Receiver:
    try:
        return Receiver(wish.address, place=wish.place, take=intake.take, log=tell, limits=wish.limits)
    except (OSError, OverflowError, UnicodeError) as error:
        host, port = wish.address
        raise ReceiverError(addresses.trouble(error, host, port)) from error


def _urls(wish: Wish, receiver: Receiver) -> dict[str, str]:
    host = wish.address[0]
    own = f"http://{f'[{host}]' if ':' in host else host}:{receiver.port}"
    return {kind: f"{wish.public or own}/{wish.place.secret}/{kind}" for kind in ("campaign", "sms")}


def _numbers(intake: Intake, forward: Forwarder | None, screen: Screen) -> dict[str, int]:
    return {
        "events": intake.events,
        "repeated": intake.repeated,
        "refused": intake.refused,
        "passed_on": forward.passed if forward is not None else 0,
        "not_passed_on": forward.failed if forward is not None else 0,
        "not_shown": screen.unseen,
    }


@contextmanager
def _until_signal(end: Callable[[], None]) -> Iterator[None]:
    """Let the first Ctrl-C or SIGTERM end the work in good order; a second one raises KeyboardInterrupt."""
    wished = 0

    def on_signal(number: int, frame: Any) -> None:  # noqa: ARG001
        nonlocal wished
        wished += 1
        if wished > 1:
            raise KeyboardInterrupt
        end()

    before = {}
    for one in (signal.SIGINT, signal.SIGTERM):
        with suppress(ValueError):  # not in the main thread
            before[one] = signal.signal(one, on_signal)
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
