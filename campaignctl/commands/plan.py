"""`campaignctl plan`."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from campaignctl import lint
from campaignctl import plan as planning
from campaignctl.commands import doors, options
from campaignctl.model import ActionKind, LintResult, Plan, Remote, State
from campaignctl.project import Project
from campaignctl.render import FORMATS, text

_EPILOG = """\b
Examples:
  campaignctl plan --sandbox                try it without an account
  campaignctl plan --offline                from the state alone, as in a fork's pull request
  campaignctl plan --out plan.json          keep it, for `campaignctl apply plan.json`
  campaignctl plan --detailed-exitcode      exit code 2 when there is something to create
"""


@click.command(epilog=_EPILOG)
@click.argument("paths", nargs=-1, metavar="[PATHS]...")
@click.option("--format", "format_", type=click.Choice(list(FORMATS)), default="text", help="How to report.")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the plan to a file as well."
)
@click.option("--offline", is_flag=True, help="Do not ask Exotel, even with credentials.")
@click.option("--detailed-exitcode", is_flag=True, help="Exit with 2 when there is something to create.")
@options.vendor
@options.variables
@options.time
@options.colour
@options.folder
@click.pass_context
def command(ctx: click.Context, /, **given: Any) -> int:
    """Check the campaigns and show what would be created, and to whom it goes.

    Nothing is sent or written. With credentials Exotel is asked which campaigns exist already; without,
    or with --offline, the plan is made from the state alone and says so.
    """
    if given["offline"] and given["sandbox"]:
        raise click.UsageError("--offline and --sandbox exclude each other")
    the_project = doors.open_project(options.directory_of(ctx, given["directory"]), given["variables"])
    paint = options.paint(given["color"])
    now = options.now(given["at"])
    checked = lint.run(the_project, given["paths"], now=now)
    if the_project.sound is None:
        options.say(FORMATS[given["format_"]].findings(checked))
        click.echo("campaignctl: no plan is made until the settings are mended", err=True)
        return 1
    state = doors.store(the_project.root, the_project.sound, sandbox=given["sandbox"]).read()
    observed = _look(the_project, checked, state, given)
    the_plan = make(the_project, checked, state, observed, now=now, partial=bool(given["paths"]))
    _show(the_plan, given["format_"], paint)
    if given["out"]:
        _keep(the_plan, given["out"], given["format_"])
    return _exit_code(the_plan, detailed=given["detailed_exitcode"])


def _look(
    the_project: Project, checked: LintResult, state: State, given: Mapping[str, Any]
) -> Mapping[str, tuple[Remote, ...]] | None:
    """Ask the vendor for the tokens of what is not in the state; None when there is nobody to ask."""
    config = the_project.usable
    if given["offline"]:
        return None
    missing = doors.missing_credentials()
    if missing and not given["sandbox"]:
        click.echo(f"campaignctl: Exotel is not asked, for {', '.join(missing)} is not set", err=True)
        return None
    tokens = planning.tokens(checked, state, config)
    if not tokens:
        return {}
    with doors.vendor(
        the_project.root, config, sandbox=given["sandbox"], base_url=given["base_url"]
    ) as vendor:
        return vendor.find(tokens)


def make(
    the_project: Project,
    checked: LintResult,
    state: State,
    observed: Mapping[str, tuple[Remote, ...]] | None,
    *,
    now: datetime,
    partial: bool = False,
) -> Plan:
    """Return the plan of a project, with an id of its own."""
    return planning.plan(
        checked,
        state,
        the_project.usable,
        now=now,
        plan_id=uuid.uuid4().hex,
        observed=observed,
        partial=partial,
    )


def _show(the_plan: Plan, format_: str, paint: Any) -> None:
    summary = planning.summary(the_plan)
    if format_ != "text":
        options.say(FORMATS[format_].plan(the_plan, summary))
        return
    show_text(the_plan, paint)


def show_text(the_plan: Plan, paint: Any) -> None:
    """Print the findings and the plan for people."""
    for one in the_plan.findings:
        options.say(text.finding(one, paint))
    if the_plan.findings:
        options.say("")
    options.say(text.plan(the_plan, planning.summary(the_plan), paint))
    if lint.has_errors(the_plan.findings):
        options.say("There are errors above: `campaignctl apply` creates nothing until they are mended.")


def _keep(the_plan: Plan, path: Path, format_: str) -> None:
    if lint.has_errors(the_plan.findings):
        click.echo("campaignctl: the plan has errors and is not written", err=True)
        return
    options.write_file(path, FORMATS["json"].plan(the_plan, planning.summary(the_plan)) + "\n")
    if format_ == "text":
        options.say(f"\nSaved as {path}. To create exactly this: campaignctl apply {path}")


def _exit_code(the_plan: Plan, *, detailed: bool) -> int:
    if the_plan.of(ActionKind.UNRESOLVED):
        return 4
    if lint.has_errors(the_plan.findings) or the_plan.of(ActionKind.BLOCKED):
        return 1
    return 2 if detailed and the_plan.of(ActionKind.CREATE, ActionKind.ADOPT) else 0
