"""`campaignctl sandbox`."""

from __future__ import annotations

import signal
import sqlite3
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from campaignctl.commands import options
from campaignctl.errors import VendorError
from campaignctl.words import count, printable

if TYPE_CHECKING:
    from campaignctl.sandbox import Sandbox

_EPILOG = """\b
Examples:
  campaignctl sandbox                       on a free port, forgotten at the end
  campaignctl sandbox --port 8080 --database exotel.db
  campaignctl sandbox --chaos 7             a bad day: lost answers, failures, lists that lag
"""


@click.command(epilog=_EPILOG)
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="The port; 0 takes a free one.")
@click.option(
    "--database", type=click.Path(dir_okay=False, path_type=Path), help="Keep the campaigns in a file."
)
@click.option(
    "--chaos",
    type=click.IntRange(min=0),
    metavar="SEED",
    help="Let answers get lost and lists lag, by chance: the same seed, the same faults.",
)
def command(**given: Any) -> int:
    """Run an Exotel of your own on this machine, until Ctrl-C.

    It answers as Exotel's page says, on loopback only, and sends no messages. Its address and credentials
    are printed as environment variables. Requests are logged on standard error, and every fault of --chaos with
    what the client cannot know: whether the campaign was created. At the end it says whether any exists twice.
    """
    from campaignctl.sandbox import Sandbox

    def log(line: str) -> None:
        click.echo(printable(line), err=True)

    server = Sandbox(given["database"], port=given["port"], log=log)
    if given["chaos"] is not None:
        _unleash(server, given["chaos"])
    try:
        server.start()
    except (OSError, sqlite3.Error) as error:
        raise VendorError(f"the sandbox cannot start: {error}; try another --port or --database") from error
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # the summary comes whoever ends it
    options.say(f"export CAMPAIGNCTL_BASE_URL={server.url}")
    options.say(f"export EXOTEL_ACCOUNT_SID={server.account_sid}")
    options.say(f"export EXOTEL_API_KEY={server.api_key}")
    options.say(f"export EXOTEL_API_TOKEN={server.api_token}")
    sys.stdout.flush()
    server.serve_forever()
    log(_summary(server.names()))
    return 0


def _unleash(server: Sandbox, seed: int) -> None:
    from campaignctl.sandbox.chaos import Chaos

    chaos = Chaos(seed)
    server.fault, server.listing = chaos.fault, chaos.listing
    lag, order = chaos.listing.lag, "in no order" if chaos.listing.unsorted else "sorted"
    click.echo(f"chaos {seed}: lists are {order} and show a campaign after {lag:g} seconds", err=True)


def _summary(names: tuple[str, ...]) -> str:
    """Return what exists in the end, and how often: by name, for it holds the token."""
    twice = {name: times for name, times in Counter(names).items() if times > 1}
    told = "; ".join(f"{name} exists {times} times" for name, times in twice.items())
    return f"{count(len(names), 'campaign')} exist{'s' if len(names) == 1 else ''}, {told or 'none of them twice'}"
