"""`campaignctl state`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from campaignctl.commands import completing, doors, options
from campaignctl.errors import ProjectError, StateError
from campaignctl.model import State
from campaignctl.state import codec, files, merging
from campaignctl.state.local import command_line
from campaignctl.state.merging import Merged
from campaignctl.words import count, did_you_mean, printable

_EPILOG = """\b
Examples:
  campaignctl state list
  campaignctl state show diwali-north
  campaignctl state merge theirs.json       after a merge of two branches that both have sent
"""


@click.group(epilog=_EPILOG)
@options.folder
@click.pass_context
def command(ctx: click.Context, /, **given: Any) -> None:
    """Show what campaignctl has created, and what it has tried to; unite what two branches have."""
    ctx.obj = given["directory"] or ctx.obj


def _state(ctx: click.Context, given: dict[str, Any]) -> State:
    the_project = doors.open_project(options.directory_of(ctx, given["directory"]))
    return doors.store(the_project.root, the_project.usable, sandbox=given["sandbox"]).read()


@command.command("list", epilog=_EPILOG)
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


@command.command("show", epilog=_EPILOG)
@click.argument("id_", metavar="ID", shell_complete=completing.sent)
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


@command.command("merge", epilog=_EPILOG)
@click.argument("other", metavar="OTHER", type=click.Path(path_type=Path))
@options.lock
@options.folder
@click.pass_context
def merge(ctx: click.Context, /, **given: Any) -> int:
    """Take what another state of this project knows into this one, and lose nothing.

    OTHER is the state file of another branch, as after a merge with conflicts in it. Campaigns, tries without a clear
    answer, used plans and declarations of both are kept. One id with two SIDs is refused, for that campaign exists
    twice. To merge once more changes nothing. Nothing is asked of Exotel or sent to it.
    """
    other: Path = given["other"]
    the_project = doors.open_project(options.directory_of(ctx, given["directory"]))
    config = the_project.usable
    data = files.read(other)
    if data is None:
        raise StateError(f"there is no file {other}; nothing was merged")
    theirs = codec.loads(data, str(other), config.project)
    store = doors.store(the_project.root, config, sandbox=False, besides=other)
    store.refuse_other_account(theirs, other)
    with store.lock(command_line(), doors.waiting(given)) as session:
        merged = merging.merge(session.state, theirs, str(other))
        if merged.state is not session.state:
            session.replace(merged.state)
    options.say(printable(_told(merged, other)))
    options.note(
        f"{id_} was created, and the other side has tried it without a clear answer: it may exist twice; "
        f"`campaignctl stop {id_}` pauses all that hold its token, and the dashboard shows them"
        for id_ in merged.twice
    )
    return 0


def _told(merged: Merged, other: Path) -> str:
    if not (merged.campaigns or merged.intents or merged.plans):
        return f"Nothing new in {other}: serial {merged.state.serial:,}."
    unclear = f" ({', '.join(merged.intents)}; `campaignctl resolve` settles it)" if merged.intents else ""
    return (
        f"Merged {other}: {count(len(merged.campaigns), 'campaign')}, {len(merged.intents):,} unknown{unclear} and "
        f"{count(merged.plans, 'used plan')} more; serial {merged.state.serial:,}."
    )
