"""Commands named in messages, with the options that make them work where the message was read.

Whoever wrote the message may not know the folder or the Exotel that the command line names: the state's door does not.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from typing import Any

import click

from campaignctl.words import masked, printable

#: Where a command's context keeps the options that name its folder and its Exotel.
PLACE = "campaignctl.place"
#: The commands that take `--sandbox` and `--base-url`, and those that take only `-C`.
_AT_EXOTEL = frozenset(
    (
        "plan",
        "apply",
        "resolve",
        "status",
        "adopt",
        "stop",
        "resume",
        "complete",
        "archive",
        "report",
        "lists",
    )
)
_IN_A_FOLDER = frozenset(("lint", "preview", "registry", "schema", "state"))
_COMMAND = re.compile(r"`campaignctl ([a-z]+)([^`\n]*)`")


def remember(ctx: click.Context, param: click.Parameter, value: Any) -> Any:
    """Keep what an option says about the place, for messages. A click callback."""
    if value:
        ctx.meta.setdefault(PLACE, {})[param.name] = value
    return value


def same_place(given: Mapping[str, Any]) -> list[str]:
    """Return the options that make another command work on the same folder and the same Exotel."""
    words = ["--sandbox"] if given.get("sandbox") else []
    if given.get("base_url") and not words:
        words += ["--base-url", masked(given["base_url"])]
    return [*words, *(["-C", given["directory"]] if given.get("directory") else [])]


def completed(message: str, context: click.Context | None) -> str:
    """Return a message in which each command between backticks names the folder and the Exotel of the context."""
    if context is None or "`campaignctl " not in message:
        return message
    given = {"directory": context.obj, **context.meta.get(PLACE, {})}
    return _COMMAND.sub(lambda found: _completed(found, given), message)


def _completed(found: re.Match[str], given: Mapping[str, Any]) -> str:
    name, rest = found.groups()
    if name not in _AT_EXOTEL | _IN_A_FOLDER or " -C " in rest or "--sandbox" in rest or "--base-url" in rest:
        return found[0]
    place = given if name in _AT_EXOTEL else {"directory": given.get("directory")}
    if "--offline" in rest:
        place = {"directory": given.get("directory")}
    options = shlex.join(same_place(place)).replace("`", "")
    return f"`campaignctl {name}{rest}{' ' if options else ''}{printable(options)}`"
