"""`campaignctl apply`."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from campaignctl import apply, lint, planfile, verify
from campaignctl import plan as planning
from campaignctl.commands import doors, options, outcomes
from campaignctl.commands.plan import make, show_text
from campaignctl.commands.progress import Progress, wanted
from campaignctl.commands.stopping import Undisturbed, napping, stopping
from campaignctl.errors import PlanError, UsageError
from campaignctl.model import ActionKind, Config, LintResult, Observation, Outcome, Plan
from campaignctl.render import json, text
from campaignctl.state.local import Session, command_line, whoami
from campaignctl.verification import Verification
from campaignctl.words import count, why

if TYPE_CHECKING:
    from campaignctl.exotel.client import Exotel

_EPILOG = """\b
Examples:
  campaignctl apply --sandbox               rehearse it without an account
  campaignctl apply                         show the plan, ask, create
  campaignctl apply plan.json               create exactly what plan.json says
  campaignctl apply --digest 3f9a1c22b0de4b5e8d7c6a5f40312e9b
                                            create, if the plan is the one that was approved
  campaignctl apply --yes --format json     for pipelines
"""

_ANY_ACCOUNT = (
    "this plan was approved without credentials, and so for any account; it is applied to the one that "
    "EXOTEL_ACCOUNT_SID names"
)


@click.command(epilog=_EPILOG)
@click.argument("planfile", required=False, type=click.Path(path_type=Path))
@click.option("--yes", is_flag=True, help="Do not ask. Needed without a terminal.")
@click.option(
    "--format", "format_", type=click.Choice(["text", "json"]), default="text", help="How to report."
)
@click.option(
    "--settle", type=click.IntRange(0, 600), metavar="SECONDS", help="How long to look for an unclear create."
)
@options.digest
@options.allow
@options.others
@options.lock
@options.vendor
@options.variables
@options.colour
@options.folder
@click.pass_context
def command(ctx: click.Context, /, **given: Any) -> int:
    """Create the new campaigns at Exotel, and only those.

    Without PLANFILE the plan is made, shown and asked about. With one, exactly that plan is carried out, or
    nothing: it serves once, it expires, and it is refused when anything has changed since it was made.
    With --digest the plan is made anew, and carried out only if it is the one that a reviewer has approved.
    """
    given["directory"] = given["directory"] or ctx.obj
    approved = _load(given["planfile"])
    asks = not (approved or given["digest"] or given["yes"])
    if asks and (given["format_"] == "json" or not sys.stdin.isatty()):
        raise UsageError(
            "apply asks before it creates, and there is no terminal to ask; give --yes, a PLANFILE or --digest"
        )
    the_project = doors.open_project(options.directory_of(ctx, given["directory"]), given["variables"])
    config = the_project.sound
    if config is None:
        return _refuse(lint.run(the_project, now=options.now(None)), given)
    store = doors.store(the_project.root, config, sandbox=given["sandbox"])
    with store.lock(command_line(), doors.waiting(given)) as session:
        now = options.now(None)
        checked = lint.run(the_project, now=now, empty=session.state.holds_any)
        if lint.has_errors(checked.findings):
            return _refuse(checked, given)
        with doors.vendor(
            the_project.root, config, sandbox=given["sandbox"], base_url=given["base_url"]
        ) as vendor:
            tokens = planning.tokens(checked, session.state, config)
            names = planning.names(checked, session.state, config)
            seen = vendor.observe(tokens, names) if tokens else Observation()
            the_plan = make(the_project, checked, session.state, seen, now=now, given=given)
            present = planfile.Present(
                plan=the_plan, config=config, account=the_plan.account, used=session.state.used_plans, now=now
            )
            if approved is not None:
                planfile.refuse_spent(approved, present)
            if lint.has_errors(the_plan.findings):
                return _refuse(replace(checked, findings=the_plan.findings), given)
            if approved is not None:
                planfile.refuse_stale(approved, present)
                the_plan = replace(the_plan, plan_id=approved.plan_id)
            if given["digest"] is not None and planfile.refuse_unapproved(the_plan, given["digest"]):
                options.note([_ANY_ACCOUNT])
            if not _agreed(the_plan, given, asks=asks):
                return 1
            return _carry_out(the_plan, session, vendor, config, given)


def _carry_out(
    the_plan: Plan, session: Session, vendor: Exotel, config: Config, given: dict[str, Any]
) -> int:
    """Create what the plan says, look once more, report, and return the exit code."""
    settle = config.settle if given["settle"] is None else given["settle"]
    with stopping() as stop:
        progress = Progress(the_plan, shown=wanted(given["format_"], sys.stderr), rate=vendor.pace.rate)
        vendor.pace.tell = progress.tell
        stop.before = progress.wipe
        around = replace(
            _surroundings(settle, _notice(the_plan, config), stop),
            sleep=progress.waiting(napping(stop)),
            turn=lambda: vendor.pace.wait(stop),
            where=doors.service(config, sandbox=given["sandbox"], base_url=given["base_url"]),
        )
        ends = progress.beside(apply.apply(the_plan, Undisturbed(session, stop), vendor, around))

        def check(done: list[Outcome]) -> Verification | None:
            return verify.verify(done, session.state, vendor, options.now(None))

        return outcomes.Report(the_plan, given, lambda: session.state).tell(ends, check, stop)


def _load(path: Path | None) -> planfile.Approved | None:
    if path is None:
        return None
    try:
        with path.open("rb") as handle:
            return planfile.loads(handle.read(256 * 1024 * 1024), str(path))
    except OSError as error:
        raise PlanError(f"{path} cannot be read: {why(error)}") from error


def _refuse(result: LintResult, given: dict[str, Any]) -> int:
    """Report the errors on the stream that is not data's, and create nothing."""
    if given["format_"] == "json":
        options.say(json.outcomes("", (), outcomes.summary(())))
    click.echo(text.findings(result), err=True)
    click.echo("campaignctl: nothing was created; mend the errors first", err=True)
    return 1


def _notice(the_plan: Plan, config: Config) -> timedelta:
    """Return how long before its start a campaign must be created: while apply asks and works, time passes."""
    if "start-too-near" in the_plan.allowed:
        return planning.LEAD_TIME
    return max(planning.LEAD_TIME, timedelta(seconds=config.fuse))


def _agreed(the_plan: Plan, given: dict[str, Any], *, asks: bool) -> bool:
    """Show the plan and ask, unless it was reviewed before or there is nothing to do."""
    paint = options.paint(given["color"])
    if given["format_"] == "text":
        show_text(the_plan, paint, options.command_line(given))
    todo = the_plan.of(ActionKind.CREATE, ActionKind.ADOPT, ActionKind.UNRESOLVED)
    if not todo or not asks:
        return True
    creates = the_plan.of(ActionKind.CREATE)
    what = (
        f"Create {count(len(creates), 'campaign')} for {text.people(the_plan)} at Exotel" if creates else ""
    )
    known = len(todo) - len(creates)
    what += (", and adopt " if what else "Adopt ") + f"{known} that may exist there already" if known else ""
    unknown = len(the_plan.of(ActionKind.UNRESOLVED))
    if unknown:  # found while it was asked, it is adopted; else nothing is created
        what = f"Look for {count(unknown, 'unknown outcome')} once more, and create nothing unless found"
    click.echo("")
    answer = click.prompt(
        f"{what}? Only 'yes' does it",
        default="no",
        show_default=False,
    )
    if answer.strip() != "yes":
        options.say("Nothing was created.")
        return False
    return True


def _surroundings(settle: float, notice: timedelta, stop: Callable[[], bool]) -> apply.Surroundings:
    me = whoami()
    return apply.Surroundings(
        now=lambda: options.now(None),
        sleep=time.sleep,
        stop=stop,
        actor=f"{me['user']}@{me['host']}, pid {me['pid']}",
        settle=settle,
        notice=notice,
    )
