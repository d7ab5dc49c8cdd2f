"""`campaignctl preview`."""

from __future__ import annotations

from typing import Any

import click

from campaignctl import dealing, lint
from campaignctl.cards import Arrival
from campaignctl.commands import completing, doors, options, paths
from campaignctl.errors import ProjectError
from campaignctl.model import Campaign, LintResult
from campaignctl.render import preview
from campaignctl.render.moments import period
from campaignctl.words import count, did_you_mean, printable, quoted, shortened

_EPILOG = """\b
Examples:
  campaignctl preview diwali-north
  campaignctl preview diwali-north --var brand=Kettle
"""


@click.command(epilog=_EPILOG)
@click.argument("id_", metavar="ID", shell_complete=completing.campaigns)
@options.variables
@options.time
@options.colour
@options.folder
@click.pass_context
def command(ctx: click.Context, /, **given: Any) -> int:
    """Show a campaign's message as a phone shows it.

    The text is shown as it is written and, where it has @@columns, with the sample row of its list filled in. Lines
    across the screen mark where a new part begins: each part is paid for. Nothing is sent, and nobody is asked.
    """
    the_project = doors.open_project(options.directory_of(ctx, given["directory"]), given["variables"])
    checked = lint.run(the_project, now=options.now(given["at"]))
    campaign = _named(given["id_"], checked)
    paint = options.paint(given["color"])
    named = f": {printable(shortened(campaign.name, 120))}" if campaign.name else ""
    options.say(f"{paint(printable(campaign.id or ''), 'bold')}{named}")
    kind = f", {printable(shortened(campaign.sms_type, 40))}" if campaign.sms_type else ""
    options.say(f"{_when(campaign)}{kind}, to {preview.audience(dealing.audience(campaign))}")
    found = dealing.of_campaign(campaign)
    for one in found:
        options.say(f"\n{_label(one, campaign)}")
        options.say(preview.phone(campaign.sender_id or "(no sender)", one, paint))
    if not found:
        options.say("\nIts text is not known.")
    elif found[-1].unfilled and campaign.content_type == "dynamic":
        columns = ", ".join(found[-1].unfilled)
        options.say(f"\nNo sample is known of {shortened(columns, 200)}; write it at `sample:` of the list.")
    said = preview.findings([one for one in checked.findings if one.campaign == campaign.id])
    if said:
        options.say(f"\n{said}")
    return 0 if found else 1


def _when(campaign: Campaign) -> str:
    schedule = campaign.schedule
    if schedule is None:
        return "At once"
    if schedule.start is None or schedule.end is None:
        return "At a time that is not known"
    return period(schedule.start, schedule.end)


def _label(arrival: Arrival, campaign: Campaign) -> str:
    if arrival.label != dealing.SAMPLE:
        return "As it is written:"
    name = (campaign.lists or ("",))[0]
    return f"With the sample row of {quoted(name)}:"


def _named(wanted: str, checked: LintResult) -> Campaign:
    """Return the campaign of an id. Raises ProjectError."""
    known: dict[str, Campaign] = {}
    for one in checked.campaigns:
        if one.id is not None:
            known.setdefault(one.id, one)
    if wanted in known:
        return known[wanted]
    close = did_you_mean(wanted, known)
    guess = f"did you mean {quoted(close)}?" if close else "`campaignctl plan --offline` lists them"
    if checked.unreadable or not checked.files:
        guess = f"not everything could be read, `campaignctl lint` shows why{f'; {guess}' if close else ''}"
    if inside := paths.ids_in(wanted, checked.campaigns):
        guess = f"that is a file; give the ID that it holds: {', '.join(map(printable, inside[:3]))}"
    raise ProjectError(f"there is no campaign {quoted(wanted)} in {count(checked.files, 'file')}; {guess}")
