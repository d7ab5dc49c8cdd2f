"""`campaignctl state`."""

from __future__ import annotations

import json
from typing import Any

import click

from campaignctl.commands import doors, options
from campaignctl.errors import ProjectError
from campaignctl.model import State
from campaignctl.state import codec
from campaignctl.words import count, did_you_mean, printable

_EPILOG = """\b
Examples:
  campaignctl state list
  campaignctl state show diwali-north
"""


@click.group(epilog=_EPILOG)
def command() -> None:
    """Show what campaignctl has created, and what it has tried to. Reads only."""


def _state(ctx: click.Context, given: dict[str, Any]) -> State:
    the_project = doors.open_project(options.directory_of(ctx, given["directory"]))
    return doors.store(the_project.root, the_project.usable, sandbox=given["sandbox"]).read()


@command.command("list")
@click.option("--sandbox", is_flag=True, help="The state of the embedded Exotel.")
@options.folder
@click.pass_context
def list_(ctx: click.Context, /, **given: Any) -> int:
    """List the campaigns: id, SID at Exotel, how it came about, when."""
    state = _state(ctx, given)
    rows = [(id_, one.sid, one.origin, one.at) for id_, one in state.campaigns.items()]
    rows += [(id_, "-", "unknown", one.at) for id_, one in state.intents.items()]
    known = {*state.campaigns, *state.intents}
    said = {one.id: one.at for one in state.declared if one.id not in known}  # the last word about each
    rows += [(id_, "-", "not created", at) for id_, at in said.items()]
    widths = [max((len(row[column]) for row in rows), default=0) for column in range(4)]
    for row in sorted(rows):
        options.say(
            "  ".join(printable(cell).ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        )
    created = count(len(state.campaigns), "campaign")
    options.say(f"{created}, {len(state.intents):,} unknown, serial {state.serial:,}")
    return 0


@command.command("show")
@click.argument("id_", metavar="ID")
@click.option("--sandbox", is_flag=True, help="The state of the embedded Exotel.")
@options.folder
@click.pass_context
def show(ctx: click.Context, /, **given: Any) -> int:
    """Show what is known of one campaign, as JSON: what was sent, when, as what, and what was declared."""
    state, id_ = _state(ctx, given), given["id_"]
    known = {*state.campaigns, *state.intents, *(one.id for one in state.declared)}
    if id_ not in known:
        close = did_you_mean(id_, sorted(known))
        raise ProjectError(
            f"the state knows no campaign '{id_}'" + (f"; did you mean '{close}'?" if close else "")
        )
    options.say(json.dumps(codec.entry_of(state, id_), indent=2, ensure_ascii=True))
    return 0
