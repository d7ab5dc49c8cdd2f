"""`campaignctl registry`."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import click

from campaignctl import documents, folder, registryfile
from campaignctl.commands import doors, options, rewriting
from campaignctl.composer import Problem
from campaignctl.errors import ExportError
from campaignctl.findings import Severity
from campaignctl.portals import merging, rows
from campaignctl.portals.cells import MAX_BYTES
from campaignctl.project import Project
from campaignctl.proposals import Export, Fallbacks, Merge
from campaignctl.registry import FILES
from campaignctl.registryfile import Templates
from campaignctl.render import proposals as render
from campaignctl.words import INDIA, count, printable

_CATEGORIES = ("transactional", "service-implicit", "service-explicit", "promotional", "government")
_EPILOG = """\b
Examples:
  campaignctl registry import ContentTemplates.csv
  campaignctl registry import AllApprovedContentTemplate.xlsx --category service-implicit
  campaignctl registry import templates.json --yes
"""


@click.group(epilog=_EPILOG)
def command() -> None:
    """Fill registry/ from what a DLT portal exports."""


def _matching(pattern: str, words: str) -> Any:
    """Return a callback that holds an option's values against a pattern."""

    def check(ctx: click.Context, param: click.Parameter, value: Any) -> Any:
        for one in (value,) if isinstance(value, str) else value or ():
            if not re.fullmatch(pattern, one):
                raise click.BadParameter(f"'{one}' is not {words}", ctx=ctx, param=param)
        return value

    return check


def _day(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    try:
        return date.fromisoformat(value).isoformat() if value is not None else None
    except ValueError as error:
        raise click.BadParameter("write it like 2035-10-27", ctx=ctx, param=param) from error


@command.command("import", epilog=_EPILOG, short_help="Bring a DLT portal's export into the registry.")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--entity",
    metavar="ID",
    callback=_matching("[0-9]{19}", "19 digits"),
    help="The principal entity of new templates, where the export has no such column.",
)
@click.option(
    "--header",
    "headers",
    metavar="NAME",
    multiple=True,
    callback=_matching("[A-Za-z]{3,6}|[0-9]{6}", "3 to 6 letters or exactly 6 digits"),
    help="A header of new templates, where the export has none; repeatable.",
)
@click.option("--category", type=click.Choice(_CATEGORIES), help="The category of new templates, likewise.")
@click.option("--exported", metavar="DAY", callback=_day, help="The day of the export, if it is not today's.")
@click.option("--yes", is_flag=True, help="Do not ask. Needed without a terminal.")
@click.option("--dry-run", "--diff", "dry", is_flag=True, help="Show what would change, and write nothing.")
@options.colour
@options.folder
@click.pass_context
def import_(ctx: click.Context, /, **given: Any) -> int:
    """Bring the templates of a DLT portal's export into registry/templates.yaml.

    FILE is CSV, XLSX or JSON as Jio, Vi, BSNL, Airtel and SMS providers write it. What would change is shown
    and asked about. Templates are added and changed, never removed; comments, and all that the export does
    not say, stay as they are. An export with a damaged id or an unknown word in it is refused as a whole.
    """
    paint = options.paint(given["color"])
    the_project = doors.open_project(options.directory_of(ctx, given["directory"]))
    path = the_project.root / FILES["templates"]
    templates = _templates(path, the_project.root)
    export = _read(given["file"])
    merge = merging.merge(export, templates.entries, _fallbacks(given, the_project, templates))
    options.say(render.source(export, str(given["file"])))
    if not _sound(export, merge, given):
        return 1
    day = given["exported"] or options.now(None).astimezone(INDIA).date().isoformat()
    after = registryfile.edited(templates, merge.updates, day)
    if after == templates.raw:
        _say_numbers(export, merge)
        options.say(f"Nothing to change in {printable(folder.shown(path))}.")
        return 0
    options.say("\n" + render.changes(merge, (templates.exported, day), paint) + "\n")
    _say_numbers(export, merge)
    what = count(len(merge.updates), "template") if merge.updates else "the day of the export"
    return rewriting.write(path, (templates.raw, after), f"Write {what}", given)


def _templates(path: Path, root: Path) -> Templates:
    raw = rewriting.current(path)
    return registryfile.load(raw, folder.shown(path), schemas=(root / ".schemas").is_dir())


def _read(file: Path) -> Export:
    data = documents.read(file, MAX_BYTES)
    if isinstance(data, Problem):
        if data.name == "yaml-limit":
            raise ExportError(
                f"{file} is larger than {MAX_BYTES // 1024**2} MiB; split it into several files"
            )
        wrong_kind = data.message.startswith("not a regular file")
        raise ExportError(
            f"{file} {'is not a regular file; name the export itself' if wrong_kind else data.message}"
        )
    try:
        return rows.read(data)
    except ExportError as error:
        raise ExportError(f"{file} cannot be imported: {error}") from error


def _fallbacks(given: dict[str, Any], the_project: Project, templates: Templates) -> Fallbacks:
    """Return what holds where the export is silent: the options, the settings, the one entity of the file."""
    default = the_project.defaults.get("dlt_entity_id")
    default = default if isinstance(default, str) and re.fullmatch("[0-9]{19}", default) else None
    present = {one["entity"] for one in templates.entries}
    only = next(iter(present)) if len(present) == 1 else None
    return Fallbacks(
        entity=given["entity"] or default or only, headers=given["headers"], category=given["category"]
    )


def _sound(export: Export, merge: Merge, given: dict[str, Any]) -> bool:
    """Show what there is to say, and return whether nothing in it refuses the export."""
    found = (*export.remarks, *merge.remarks)
    if found:
        options.say(render.remarks(found, str(given["file"]), options.paint(given["color"])))
    if any(one.severity is Severity.ERROR for one in found):
        click.echo("campaignctl: nothing was written; mend the export, or export it again", err=True)
        return False
    return True


def _say_numbers(export: Export, merge: Merge) -> None:
    for one in (*export.notes, *merge.notes):
        options.say(f"Note: {one}.")
    if merge.absent:
        options.say(render.absent(merge.absent))
    options.say(render.summary(merge))
