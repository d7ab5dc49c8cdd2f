"""`campaignctl lists`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from campaignctl import folder, listsfile
from campaignctl.commands import doors, options, rewriting
from campaignctl.deliveries import VendorList
from campaignctl.errors import ProjectError, UsageError
from campaignctl.findings import Severity
from campaignctl.model import Config
from campaignctl.project import Project
from campaignctl.registry import FILES
from campaignctl.render import lists as render
from campaignctl.render.diff import diff
from campaignctl.words import count, printable

if TYPE_CHECKING:
    from campaignctl.exotel.client import Exotel

_EPILOG = """\b
Examples:
  campaignctl lists pull                    show what would change, ask, and write it
  campaignctl lists pull --diff             show it, and write nothing
  campaignctl lists pull --yes              write it without a question
"""


@click.group(epilog=_EPILOG)
def command() -> None:
    """Fill registry/lists.yaml with the contact lists of your Exotel account."""


@command.command("pull", epilog=_EPILOG, short_help="Bring the account's lists into the registry.")
@click.option("--yes", is_flag=True, help="Do not ask. Needed without a terminal.")
@click.option("--diff", "--dry-run", "dry", is_flag=True, help="Show what would change, and write nothing.")
@click.option(
    "--format", "format_", type=click.Choice(["text", "json"]), default="text", help="How to report."
)
@options.vendor
@options.folder
@click.pass_context
def pull(ctx: click.Context, /, **given: Any) -> int:
    """Bring the account's contact lists, and how many people are on them, into registry/lists.yaml.

    What would change is shown as a diff and asked about. A list that is new gets an alias made from its name; a
    known one, by its SID, gets the count alone. Columns, samples, consents and comments stay as the file says, for
    no call of Exotel's returns them, and lists that are gone at Exotel are named and left in the file.
    """
    if given["format_"] == "json" and not (given["yes"] or given["dry"]):
        raise UsageError("--format json asks nothing; add --yes to write, or --diff to look")
    the_project = doors.open_project(options.directory_of(ctx, given["directory"]))
    path = the_project.root / FILES["lists"]
    shown = folder.shown(path)
    lists = listsfile.load(rewriting.current(path), shown, schemas=(the_project.root / ".schemas").is_dir())
    with doors.vendor(
        the_project.root, _config(the_project), sandbox=given["sandbox"], base_url=given["base_url"]
    ) as vendor:
        found = _counted(vendor, vendor.lists())
    the_pull = listsfile.pull(lists.entries, found)
    after = listsfile.edited(lists, the_pull)
    changes = bool(the_pull.new or the_pull.recounts)
    if given["format_"] == "json":
        written = changes and not given["dry"]
        if written:
            rewriting.save(path, lists.raw, after)
        click.echo(render.json(the_pull, shown, written=written))
        return 0
    options.say(render.read(len(found)))
    if changes:
        options.say("\n" + diff(shown, (lists.raw or b"").decode(), after.decode()))
    for note in render.notes(the_pull):
        options.say(f"Note: {note}.")
    options.say(render.summary(the_pull))
    if not changes:
        options.say(f"Nothing to change in {printable(shown)}.")
        return 0
    what = count(len(the_pull.new) + len(the_pull.recounts), "list")
    return rewriting.write(path, (lists.raw, after), f"Write {what}", given)


def _config(the_project: Project) -> Config:
    """Return the config. Raises ProjectError for mistakes in it; those of the registry may be what this mends."""
    wrong = (
        Path(one.path).name == folder.CONFIG for one in the_project.findings if one.severity is Severity.ERROR
    )
    if the_project.config is None or any(wrong):
        raise ProjectError(f"{folder.CONFIG} has errors; `campaignctl lint` shows them")
    return the_project.config


def _counted(vendor: Exotel, found: tuple[VendorList, ...]) -> tuple[VendorList, ...]:
    """Return the lists with their counts, asked for one by one where the list of lists has none.

    Where the first answer has none either, the others are not asked for.
    """
    counted: list[VendorList] = []
    silent = False
    for one in found:
        if one.contacts is None and not silent:
            alone = vendor.list_of(one.sid)
            silent = alone is not None and alone.contacts is None
            counted.append(replace(one, contacts=alone.contacts if alone else None))
        else:
            counted.append(one)
    return tuple(counted)
