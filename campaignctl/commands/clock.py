"""`campaignctl sandbox clock`."""

from __future__ import annotations

import base64
import json
import re
import urllib.error
import urllib.request
from datetime import datetime, timedelta
from http.client import HTTPException
from typing import Any

import click

from campaignctl.commands import doors, options
from campaignctl.errors import UsageError, VendorError
from campaignctl.words import INDIA, printable, span

_EPILOG = """\b
Examples:
  campaignctl sandbox clock                 the present of the sandbox at CAMPAIGNCTL_BASE_URL
  campaignctl sandbox clock advance 2h      what is due in the next two hours happens now
  campaignctl sandbox clock advance 1d12h --sandbox
"""
_LENGTH = re.compile(r"(?:(\d{1,6})d)?(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,9})s)?", re.ASCII)
_MOST_BYTES = 65_536
_TIMEOUT = 120.0  # seconds: an advance may have to send some 100,000 messages


@click.command("clock", epilog=_EPILOG, short_help="Show the sandbox's clock, or advance it.")
@click.argument("words", nargs=-1, metavar="[advance TIME]")
@click.option(
    "--format", "format_", type=click.Choice(["text", "json"]), default="text", help="How to report."
)
@options.folder
@options.vendor
@click.pass_context
def command(ctx: click.Context, /, **given: Any) -> int:
    """Show the clock of a sandbox, or advance it: 90s, 30m, 2h, 1d, 1d12h.

    Campaigns start, send at 300 SMS a minute and come to their end by that clock, which never goes back. It is
    the clock of the running sandbox that CAMPAIGNCTL_BASE_URL and the credentials name, or with --sandbox that of
    the campaigns folder's own.
    """
    step = _step(given["words"])
    if given["sandbox"]:
        now, ahead = _own(options.directory_of(ctx, given["directory"]), step)
    else:
        now, ahead = _running(given["base_url"], step)
    if given["format_"] == "json":
        options.say(json.dumps({"version": 1, "now": now, "ahead": ahead}, indent=2))
    else:
        gap = (
            f"{span(timedelta(seconds=ahead))} ahead of this machine" if ahead else "the time of this machine"
        )
        options.say(f"At the sandbox it is {now}, {gap}.")
    return 0


def _step(words: tuple[str, ...]) -> int | None:
    """Return the seconds to advance by, None where the clock is only looked at."""
    if not words:
        return None
    if words[0] != "advance" or len(words) != 2:
        raise UsageError(
            f"'{printable(' '.join(words))}' is nothing to do with a clock; write `advance 2h`, or nothing"
        )
    found = _LENGTH.fullmatch(words[1])
    if found is None or not words[1]:
        raise UsageError(
            f"'{printable(words[1])}' is no length of time; write it like 90s, 30m, 2h, 1d or 1d12h"
        )
    days, hours, minutes, seconds = (int(one or 0) for one in found.groups())
    return ((days * 24 + hours) * 60 + minutes) * 60 + seconds


def _own(directory: str | None, step: int | None) -> tuple[str, int]:
    """Move the clock of the folder's own sandbox."""
    the_project = doors.open_project(directory)
    with doors.embedded(the_project.root) as server:
        if step is not None:
            try:
                server.clock.advance(timedelta(seconds=step))
            except (ValueError, OverflowError) as error:
                raise UsageError(f"the clock cannot be advanced by that: {error}") from error
        return server.now().astimezone(INDIA).isoformat(timespec="seconds"), server.clock.ahead()


def _running(base_url: str | None, step: int | None) -> tuple[str, int]:
    """Move the clock of a sandbox that runs. Raises VendorError."""
    if not base_url:
        raise UsageError(
            "no sandbox is named; start `campaignctl sandbox` and export the lines it prints, "
            "or use `--sandbox` for this folder's own"
        )
    credentials = doors.credentials()
    secret = base64.b64encode(f"{credentials.api_key}:{credentials.api_token}".encode()).decode()
    try:
        request = urllib.request.Request(  # noqa: S310 - the scheme is looked at below
            f"{base_url.rstrip('/')}/sandbox/clock",
            data=None if step is None else json.dumps({"advance": step}).encode(),
            headers={"Authorization": f"Basic {secret}", "Content-Type": "application/json"},
        )
        if request.type not in ("http", "https"):
            raise ValueError(base_url)
        with _opener().open(request, timeout=_TIMEOUT) as answer:
            return _read(answer.read(_MOST_BYTES))
    except urllib.error.HTTPError as error:
        with error:
            raise VendorError(f"{base_url} does not move its clock: {_why(error)}") from error
    except (OSError, ValueError, HTTPException) as error:
        why = error.reason if isinstance(error, urllib.error.URLError) else error
        raise VendorError(f"no sandbox answers at {base_url}: {why}; is it running?") from error


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """Credentials go where they were meant to go."""

    def redirect_request(self, *_: Any) -> None:
        """Follow nothing."""


def _opener() -> urllib.request.OpenerDirector:
    return urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirects)


def _read(body: bytes) -> tuple[str, int]:
    """Return the present and the lead in a sandbox's answer. Raises VendorError for any other answer."""
    try:
        data = json.loads(body)["response"][0]["data"]
        now, ahead = datetime.fromisoformat(data["now"]), data["ahead"]
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise VendorError("the answer is not that of a sandbox; check CAMPAIGNCTL_BASE_URL") from error
    if not isinstance(ahead, int) or now.utcoffset() is None:
        raise VendorError("the answer is not that of a sandbox; check CAMPAIGNCTL_BASE_URL")
    return now.astimezone(INDIA).isoformat(timespec="seconds"), ahead


def _why(error: urllib.error.HTTPError) -> str:
    """Return what a refusal says, in the sandbox's envelope if it has one."""
    try:
        item = json.loads(error.read(_MOST_BYTES))["response"]
        described = (item[0] if isinstance(item, list) else item)["error_data"]["description"]
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        described = error.reason
    return f"it answers {error.code}, {printable(str(described))}"
