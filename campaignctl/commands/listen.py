"""`campaignctl listen`."""

from __future__ import annotations

import re
import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

from campaignctl import project
from campaignctl.commands import doors, options
from campaignctl.errors import ProjectError, UsageError
from campaignctl.words import printable

_EPILOG = """\b
Examples:
  campaignctl listen                                     show what comes, on a free port
  campaignctl listen --port 8080 --out events.jsonl      and keep it
  campaignctl listen --port 8080 --public-url https://hooks.example.in --path 5f0c2a9d81b34e67
  campaignctl listen --forward http://127.0.0.1:9000/in --format json
"""
#: 8 characters are for a rehearsal on loopback; a generated one has 32.
_is_secret = re.compile(r"[A-Za-z0-9_-]{8,128}").fullmatch
_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_LARGEST_BODY = 1 << 20


@click.command(epilog=_EPILOG)
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="The port; 0 takes a free one.")
@click.option("--host", default="127.0.0.1", metavar="HOST", help="The address to listen on; else loopback.")
@click.option(
    "--path",
    "secret",
    envvar="CAMPAIGNCTL_LISTEN_PATH",
    metavar="SECRET",
    help="The secret part of the addresses; else a new one at each start. [env: CAMPAIGNCTL_LISTEN_PATH]",
)
@click.option(
    "--public-url",
    metavar="URL",
    help="How a proxy in front of it is reached; printed in the addresses. X-Forwarded-For is shown then.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="FILE.jsonl",
    help="Keep each event as a line of a file.",
)
@click.option(
    "--forward",
    metavar="URL",
    help="Pass each event on, as it came; what fails three times is told, counted, and kept in --out alone.",
)
@click.option(
    "--max-body",
    type=click.IntRange(1, _LARGEST_BODY),
    default=64 * 1024,
    show_default=True,
    metavar="BYTES",
    help="The largest event that is taken.",
)
@click.option(
    "--format", "format_", type=click.Choice(["text", "json"]), default="text", help="How to report."
)
@options.colour
@options.folder
@click.pass_context
def command(ctx: click.Context, /, **given: Any) -> int:
    """Receive Exotel's webhooks, show them and keep them, until Ctrl-C.

    It prints the two addresses to put into `status_callback` and `sms_status_callback`, then each event with its
    campaign, status and the end of the number, and at the end what became of each campaign. An event is
    acknowledged when it stands in FILE, numbers in full, and not sooner; one that comes again is counted once,
    also after a restart. Inside a campaigns folder the campaigns are shown by their ids.
    """
    from campaignctl.commands.listening import Screen, Wish, listen
    from campaignctl.webhooks.server import Limits, Place

    def tell(line: str) -> None:
        click.echo(f"campaignctl: {printable(line)}", err=True)

    secret = _secret(given["secret"])
    public = _public(given["public_url"])
    if given["host"] not in _LOOPBACK and public is None:
        tell(
            f"note: --host {given['host']} lets others in, without encryption; a proxy and --public-url are safer"
        )
    names = _names(ctx, given)
    if given["out"] is not None:
        options.refuse_path(given["out"])
    wish = Wish(
        address=(given["host"], given["port"]),
        place=Place(secret, urlsplit(public or "").path, behind_proxy=public is not None),
        public=public,
        out=given["out"],
        forward=given["forward"],
        limits=Limits(body=given["max_body"]),
    )
    as_json = given["format_"] == "json"
    screen = Screen(as_json=as_json, paint=options.paint(given["color"]), names=names)
    listen(wish, screen, tell, lambda: datetime.now(UTC))
    return 0


def _secret(given: str | None) -> str:
    if given is None:
        return secrets.token_hex(16)
    if _is_secret(given) is None:
        raise UsageError("--path must be 8 to 128 letters, digits, - and _: it keeps strangers out")
    return given


def _public(url: str | None) -> str | None:
    """Return scheme, host and path of a public address, without a slash at the end. Raises UsageError."""
    if url is None:
        return None
    try:
        parts = urlsplit(url)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        sound = False
    if not sound or not url.isprintable() or not url.isascii() or set(url) & set(" ?#@\"'<>\\"):
        raise UsageError("--public-url must be an http or https address, such as https://hooks.example.in")
    return url.rstrip("/")


def _names(ctx: click.Context, given: dict[str, Any]) -> Any:
    """Return the names that the states of a campaigns folder know; of none where there is no folder."""
    from campaignctl.commands.listening import Names

    directory = options.directory_of(ctx, given["directory"])
    try:
        the_project = project.load(project.find_root(directory))
    except ProjectError:
        if directory is not None:
            raise
        return Names(())
    if given["out"] is not None:
        doors.spare_the_state(given["out"], the_project)
    config = the_project.config
    return Names(doors.states(the_project.root, config) if config is not None else ())
