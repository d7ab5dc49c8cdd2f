"""`campaignctl sandbox`."""

from __future__ import annotations

import re
import signal
import sqlite3
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from campaignctl.commands import addresses, clock, completing, options, registries
from campaignctl.errors import ProjectError, UsageError, VendorError
from campaignctl.words import count, did_you_mean, printable

if TYPE_CHECKING:
    from campaignctl.sandbox import Sandbox

_EPILOG = """\b
Examples:
  campaignctl sandbox                       on a free port, forgotten at the end
  campaignctl sandbox --port 8080 --database exotel.db
  campaignctl sandbox --registry registry --contacts customers-north=people.csv
  campaignctl sandbox clock advance 2h      let two hours pass, in another terminal
  campaignctl sandbox --chaos 7             a bad day: lost answers, failures, lists that lag
  campaignctl sandbox --quirks --limit 429  answers in odd spellings, and not too many a minute
"""


def _files(ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> dict[str, Path]:
    files: dict[str, Path] = {}
    for one in value:
        word, sign, path = one.partition("=")
        if not sign or not word or not path:
            raise click.BadParameter(
                f"'{printable(one)}' is not of the form list=file.csv", ctx=ctx, param=param
            )
        if word in files:
            raise click.BadParameter(f"the list '{printable(word)}' is given twice", ctx=ctx, param=param)
        files[word] = Path(path)
    return files


@click.group(epilog=_EPILOG, invoke_without_command=True, subcommand_metavar="[COMMAND] [ARGS]...")
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
@click.option(
    "--registry",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="The folder with templates.yaml, lists.yaml, links.yaml: who is on a list, and what DLT lets through.",
)
@click.option(
    "--contacts",
    multiple=True,
    metavar="LIST=FILE",
    callback=_files,
    shell_complete=completing.lists,
    help="A list's contacts, from a CSV file in UTF-8; by the list's alias or SID, repeatable.",
)
@click.option("--webhooks-anywhere", is_flag=True, help="Post callbacks beyond this machine as well.")
@click.option("--webhooks-form", is_flag=True, help="Post callbacks form-encoded and not as JSON.")
@click.option(
    "--quirks", is_flag=True, help="Answer in the spellings that Exotel's pages contradict each other with."
)
@click.option(
    "--limit",
    type=click.Choice(["429", "503"]),
    help="Refuse more than 200 requests a minute, with this status.",
)
@click.pass_context
def command(ctx: click.Context, /, **given: Any) -> int:
    """Run an Exotel of your own on this machine, until Ctrl-C.

    It answers as Exotel's page says, on loopback only, and sends no messages: campaigns start by its clock, send at
    300 SMS a minute and end, with an outcome for each SMS that the registry's DLT templates decide, a report, and
    both callbacks posted to this machine. A list of the registry without --contacts has people who are made up,
    5,000 at most. Its address and credentials are printed as environment variables. Requests are logged on standard
    error, and every fault of --chaos with what the client cannot know: whether the campaign was created. At the end
    it says whether any exists twice.
    """
    if ctx.invoked_subcommand is not None:
        return 0
    from campaignctl.sandbox import Sandbox
    from campaignctl.sandbox.contacts import BadContacts

    def log(line: str) -> None:
        click.echo(printable(line), err=True)

    registry = _registry(given["registry"])
    _check_lists(given["contacts"], registry)
    server = Sandbox(
        given["database"],
        port=given["port"],
        log=log,
        registry=registry,
        contacts=given["contacts"],
        webhooks=True,
        webhooks_anywhere=given["webhooks_anywhere"],
        webhooks_form=given["webhooks_form"],
        quirks=given["quirks"],
        limit=None if given["limit"] is None else int(given["limit"]),
    )
    if given["chaos"] is not None:
        _unleash(server, given["chaos"])
    try:
        server.start()
    except BadContacts as error:
        raise VendorError(f"the sandbox cannot start: {error}") from error
    except sqlite3.Error as error:
        raise VendorError(f"the sandbox cannot start: {error}; try another --database") from error
    except (OSError, OverflowError) as error:
        raise VendorError(f"the sandbox {addresses.trouble(error, '127.0.0.1', given['port'])}") from error
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # the summary comes whoever ends it
    options.say(f"export CAMPAIGNCTL_BASE_URL={server.url}")
    options.say(f"export EXOTEL_ACCOUNT_SID={server.account_sid}")
    options.say(f"export EXOTEL_API_KEY={server.api_key}")
    options.say(f"export EXOTEL_API_TOKEN={server.api_token}")
    sys.stdout.flush()
    log(f"open {server.url}/ in a browser to watch")
    server.serve_forever()
    log(_summary(server.names()))
    return 0


command.add_command(clock.command)


def _registry(folder: Path | None) -> dict[str, Mapping[str, Any]] | None:
    """Return what the folder holds; the campaigns folder around a `registry` will do as well."""
    if folder is None:
        return None
    if not folder.is_dir():
        raise ProjectError(f"{folder} is not a folder; name the one that holds templates.yaml")
    inner = folder / "registry"
    found = registries.plain(inner if inner.is_dir() else folder, folder)
    if not found:
        raise ProjectError(f"{folder} holds no templates.yaml, lists.yaml or links.yaml; name a registry")
    return found


def _check_lists(words: Iterable[str], registry: Mapping[str, Any] | None) -> None:
    """Raise UsageError for a list that is no SID and no alias of the registry: nobody would ever be on it."""
    lists = (registry or {}).get("lists", {}).get("lists")
    aliases = [str(alias) for alias in lists] if isinstance(lists, dict) else []
    for word in words:
        if word not in aliases and not re.fullmatch("[0-9a-f]{32}", word):
            close = did_you_mean(word, aliases)
            guess = f"; did you mean '{close}'?" if close else "; give its SID, or --registry with the alias"
            raise UsageError(f"no list is called '{printable(word)}'{guess}")


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
