"""`campaignctl report`."""

from __future__ import annotations

import webbrowser
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from campaignctl import lint
from campaignctl.commands import comment, doors, options, sources
from campaignctl.commands import plan as plans
from campaignctl.dlt import hours
from campaignctl.model import LintResult, Plan, State
from campaignctl.outlook import outlook
from campaignctl.project import Project
from campaignctl.render import html, inert
from campaignctl.render.amendments import amendments
from campaignctl.render.cautions import Window
from campaignctl.render.passes import passes
from campaignctl.words import count

_DEFAULT = "campaignctl-report.html"
_WINDOW = Window(opens=hours.OPENS, closes=hours.CLOSES)
_EPILOG = """\b
Examples:
  campaignctl report                        campaignctl-report.html, in this folder
  campaignctl report --open                 and look at it
  campaignctl report --sandbox --out try.html
  campaignctl report --offline --base origin/main --repo-url https://github.com/OWNER/NAME
"""


@click.command(epilog=_EPILOG)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    default=_DEFAULT,
    show_default=True,
    help="The file to write.",
)
@click.option("--open", "opens", is_flag=True, help="Open the page in the browser.")
@click.option("--offline", is_flag=True, help="Do not ask Exotel, even with credentials.")
@comment.options
@sources.option
@options.allow
@options.others
@options.vendor
@options.variables
@options.time
@options.folder
@click.pass_context
def command(ctx: click.Context, /, **given: Any) -> int:
    """Write one HTML page that shows what will be sent: when, to whom, and how it looks on a phone.

    What to look at first; the findings of lint; a timeline of all campaigns that are not over, by day and hour in
    IST; totals by list; each message in a phone, with the sample row of its list. The page is one file that loads nothing
    and runs nothing, so it can be mailed, printed, or kept by a pipeline. Nothing is sent. The exit code
    says whether the page was written, and not what lint has found; `plan --format html` makes the same page with
    the exit code of a plan.
    """
    if given["offline"] and given["sandbox"]:
        raise click.UsageError("--offline and --sandbox exclude each other")
    the_project = doors.open_project(options.directory_of(ctx, given["directory"]), given["variables"])
    options.refuse_path(given["out"])
    doors.spare_the_state(given["out"], the_project)
    made, checked, page = _made(the_project, given)
    options.write_file(given["out"], page)
    findings = f", {count(len(made.findings), 'finding')}" if made.findings else ""
    options.say(f"Wrote {given['out']}: {count(len(checked.campaigns), 'campaign')}{findings}.")
    if given["opens"] and not webbrowser.open(given["out"].resolve().as_uri()):
        click.echo(f"campaignctl: no browser was found to open {given['out']} in", err=True)
    return 0


def _made(the_project: Project, given: Mapping[str, Any]) -> tuple[Plan, LintResult, str]:
    """Return the plan of all campaigns, what it was made from, and its page."""
    now = options.now(given["at"])
    state = plans.state_of(the_project, given)
    checked = lint.run(the_project, (), now=now, empty=state is not None and state.holds_any)
    options.note(checked.notes)
    if the_project.sound is None or state is None:
        return plans.no_plan(checked, the_project, now), checked, broken(checked, the_project, now, given)
    observed, _ = plans.look(the_project, checked, state, {**given, "refresh": False})
    the_plan = plans.make(the_project, checked, state, observed, now=now, given=given)
    return the_plan, checked, page(the_plan, checked, state, the_project, given)


def page(
    the_plan: Plan, checked: LintResult, state: State, the_project: Project, given: Mapping[str, Any]
) -> str:
    """Return the HTML page of a plan: what the files would send, and what Exotel has of the campaigns that were sent."""
    dealt = comment.compared(the_plan, checked, the_project, given)
    passed = passes(the_plan, comment.passed(the_plan, checked, the_project))
    changed = (*passed, *amendments(dealt.amended))
    return html.plan(
        the_plan,
        outlook(dealt.cards, state, the_project.registry),
        window=_WINDOW,
        sources=sources.sources(given["repo_url"], comment.head(given)),
        since=dealt.since,
        unchecked=(*map(inert.read, changed), *checked.notes),
        complete=options.completing_commands(),
    )


def broken(checked: LintResult, the_project: Project, now: datetime, given: Mapping[str, Any]) -> str:
    """Return the page of broken settings: their findings, and why there is no plan."""
    nothing = plans.no_plan(checked, the_project, now)
    links = sources.sources(given["repo_url"], comment.head(given))
    return html.plan(nothing, (), window=_WINDOW, sources=links)
