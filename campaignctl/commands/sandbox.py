"""`campaignctl sandbox`."""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path
from typing import Any

import click

from campaignctl.commands import options
from campaignctl.errors import VendorError
from campaignctl.words import printable

_EPILOG = """\b
Examples:
  campaignctl sandbox                       on a free port, forgotten at the end
  campaignctl sandbox --port 8080 --database exotel.db
"""


@click.command(epilog=_EPILOG)
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="The port; 0 takes a free one.")
@click.option(
    "--database", type=click.Path(dir_okay=False, path_type=Path), help="Keep the campaigns in a file."
)
def command(**given: Any) -> int:
    """Run an Exotel of your own on this machine, until Ctrl-C.

    It answers as Exotel's page says, on loopback only, and sends no messages. Its address and credentials
    are printed as environment variables.
    """
    from campaignctl.sandbox import Sandbox

    def log(line: str) -> None:
        click.echo(printable(line), err=True)

    server = Sandbox(given["database"], port=given["port"], log=log)
    try:
        server.start()
    except (OSError, sqlite3.Error) as error:
        raise VendorError(f"the sandbox cannot start: {error}; try another --port or --database") from error
    options.say(f"export CAMPAIGNCTL_BASE_URL={server.url}")
    options.say(f"export EXOTEL_ACCOUNT_SID={server.account_sid}")
    options.say(f"export EXOTEL_API_KEY={server.api_key}")
    options.say(f"export EXOTEL_API_TOKEN={server.api_token}")
    sys.stdout.flush()
    server.serve_forever()
    return 0
