"""`campaignctl man`: the man page, made of the commands themselves. Hidden: packages install the page."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import Any

import click

from campaignctl import __version__
from campaignctl.commands import options
from campaignctl.manual import Entry, Manual, Page
from campaignctl.render.man import man

_EPILOG = """\b
Examples:
  campaignctl man | man -l -                read it
"""

EXIT_CODES = (
    ("0", "Done."),
    ("1", "Findings at --fail-on or above, blocked campaigns, a rejected create, or a no to a question."),
    ("2", "There is something to create: `plan --detailed-exitcode` alone."),
    ("3", "Could not: state locked or damaged, plan stale or used, Exotel unreachable, no campaign files."),
    ("4", "An outcome is unknown, run `campaignctl resolve`; or a campaign stands at Exotel twice."),
    ("64", "The command line is wrong."),
    ("70", "A bug in campaignctl."),
    ("130", "Interrupted."),
)
ENVIRONMENT = (
    ("CAMPAIGNCTL_DIR", "The campaigns folder, where -C is not given."),
    (
        "EXOTEL_ACCOUNT_SID, EXOTEL_API_KEY, EXOTEL_API_TOKEN",
        "The account and its credentials; read from nowhere else.",
    ),
    ("CAMPAIGNCTL_BASE_URL", "Scheme and host of Exotel, where --base-url is not given."),
    (
        "NO_COLOR, FORCE_COLOR",
        "Colour never or always, where --color is not given; https://no-color.org.",
    ),
    ("CAMPAIGNCTL_LISTEN_PATH", "The secret path of `listen`, where --path is not given."),
    ("CAMPAIGNCTL_DEBUG", "With any value, a bug shows where it happened."),
)
FILES = (
    ("campaignctl.yaml", "Settings: project, region, defaults, vars, lint, policy, state."),
    (
        "registry/lists.yaml, registry/templates.yaml, registry/links.yaml",
        "What is approved at Exotel and on DLT.",
    ),
    (
        "campaignctl.state.json",
        "The state: what was created. Commit it after each apply; written by campaignctl alone.",
    ),
    (".campaignctl/", "The sandbox and its state. Not for Git."),
)


@click.command(epilog=_EPILOG, hidden=True)
def command(**_: Any) -> int:
    """Print the man page of campaignctl."""
    options.say(man(manual()).rstrip("\n"))
    return 0


def manual() -> Manual:
    """Return what the man page tells, from the help of every command."""
    from campaignctl.cli import cli

    root = click.Context(cli, info_name="campaignctl", **cli.context_settings)
    program = _page(root)
    about = "campaigns as code for bulk SMS in India: lint, plan and apply, and never text anyone twice"
    return Manual(
        version=__version__,
        about=about,
        program=program,
        commands=tuple(_page(one) for one in _contexts(root)),
        exit_codes=EXIT_CODES,
        environment=ENVIRONMENT,
        files=FILES,
    )


def _contexts(parent: click.Context) -> Iterator[click.Context]:
    """Yield the contexts of all commands below one, in their order."""
    group = parent.command
    if not isinstance(group, click.Group):
        return
    for name in group.list_commands(parent):
        command = group.get_command(parent, name)
        if command is not None and not command.hidden:
            here = click.Context(command, info_name=name, parent=parent)
            yield here
            yield from _contexts(here)


def _page(here: click.Context) -> Page:
    command = here.command
    usage = " ".join([here.command_path, *command.collect_usage_pieces(here)])
    records = (one.get_help_record(here) for one in command.get_params(here) if isinstance(one, click.Option))
    blocks = [one.strip("\n") for one in re.split(r"\n\s*\n", inspect.cleandoc(command.help or ""))]
    return Page(
        usage=usage,
        paragraphs=tuple(" ".join(one.split()) for one in blocks if one),
        options=tuple(_entry(one) for one in records if one is not None and "--help" not in one[0]),
        examples=tuple(_examples(here)),
    )


def _entry(record: tuple[str, str]) -> Entry:
    word, meaning = record
    return word, meaning.replace("  [", " [")


def _examples(here: click.Context) -> Iterator[str]:
    """Yield the lines under "Examples:"; of commands within a command each its own."""
    command = here.command
    inner = tuple(f"{here.command_path} {one}" for one in getattr(command, "commands", ()))
    block = (command.epilog or "").partition("Examples:\n")[2].partition("\n\n")[0]
    own = False
    for line in block.splitlines():
        shown = line.removeprefix("  ")
        if not shown.startswith(" "):  # else the line before goes on
            own = shown.startswith(here.command_path) and not shown.startswith(inner)
        if own or here.parent is None:
            yield shown
