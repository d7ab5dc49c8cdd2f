"""`campaignctl plan`."""

from __future__ import annotations

import shlex
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import click

from campaignctl import drift, folder, guards, lint, planfile, project, standing
from campaignctl import plan as planning
from campaignctl.commands import comment, completing, doors, options, paths, sources
from campaignctl.errors import VendorError
from campaignctl.findings import Finding, Severity
from campaignctl.model import ActionKind, Config, LintResult, Observation, Plan, State
from campaignctl.outlook import outlook
from campaignctl.project import Project
from campaignctl.render import FORMATS, markdown, offering, text
from campaignctl.render.drifts import Command, plain_command
from campaignctl.render.paint import Paint
from campaignctl.standing import Refreshed

_EPILOG = """\b
Examples:
  campaignctl plan --sandbox                try it without an account
  campaignctl plan --offline                from the state alone, as in a fork's pull request
  campaignctl plan --out plan.json          keep it, for `campaignctl apply plan.json`
  campaignctl plan --format markdown --base origin/main   the comment of a pull request
  campaignctl plan --format html >plan.html the page of `campaignctl report`
  campaignctl plan --detailed-exitcode      exit code 2 when there is something to create
"""


@click.command(epilog=_EPILOG)
@click.argument("paths", nargs=-1, metavar="[PATHS]...", shell_complete=completing.files)
@click.option(
    "--format",
    "format_",
    type=click.Choice(
        [*offering("plan"), "html"]
    ),  # the page's module is loaded for those alone who ask for it
    default="text",
    help="How to report.",
)
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the plan to a file as well."
)
@click.option("--offline", is_flag=True, help="Do not ask Exotel, even with credentials.")
@click.option("--refresh", is_flag=True, help="Ask Exotel as well whether what was sent is as it was sent.")
@click.option("--detailed-exitcode", is_flag=True, help="Exit with 2 when there is something to create.")
@comment.options
@sources.option
@options.allow
@options.others
@options.vendor
@options.variables
@options.time
@options.colour
@options.folder
@click.pass_context
def command(ctx: click.Context, /, **given: Any) -> int:
    """Check the campaigns and show what would be created, and to whom it goes.

    Nothing is sent. With credentials Exotel is asked which campaigns exist already; without,
    or with --offline, the plan is made from the state alone and says so. With --refresh it also says
    what Exotel has otherwise than it was sent: paused, edited or ended in the dashboard, gone, or there twice.
    """
    if given["offline"] and (given["sandbox"] or given["refresh"]):
        other = "--sandbox" if given["sandbox"] else "--refresh"
        raise click.UsageError(f"--offline and {other} exclude each other")
    if given["out"] and (given["paths"] or given["at"]):
        raise click.UsageError(
            "a plan to be applied is made of all campaigns and of this moment; leave out PATHS and --at"
        )
    comment.refuse(given)
    given["directory"] = given["directory"] or ctx.obj
    the_project = doors.open_project(options.directory_of(ctx, given["directory"]), given["variables"])
    if given["out"]:
        options.refuse_path(given["out"])
        doors.spare_the_state(given["out"], the_project)
    paint = options.paint(given["color"])
    now = options.now(given["at"])
    state = state_of(the_project, given)
    with paths.explained(the_project, now):
        checked = lint.run(the_project, given["paths"], now=now, empty=_may_be_empty(state, given))
    options.note(checked.notes)
    if the_project.sound is None or state is None:
        _show_no_plan(checked, the_project, now, given, paint)
        click.echo("campaignctl: no plan is made until the settings are mended", err=True)
        return 1
    seen, fresh = look(the_project, checked, state, given)
    the_plan = make(the_project, checked, state, seen, now=now, given=given)
    if fresh is not None:
        the_plan = replace(the_plan, drift=fresh.drift(the_plan, now))
    if given["format_"] == "markdown":
        _show_comment(the_plan, checked, state, the_project, given)
    elif given["format_"] == "html":
        options.say(reporting().page(the_plan, checked, state, the_project, given))
    else:
        _show(the_plan, given["format_"], paint, options.command_line(given))
    if given["format_"] == "text":
        _show_next(the_plan, given)
    if given["out"]:
        _keep(the_plan, given["out"], given)
    return _exit_code(the_plan, detailed=given["detailed_exitcode"])


def state_of(the_project: Project, given: Mapping[str, Any]) -> State | None:
    """Return the state, None where broken settings do not say which. Raises StateError."""
    if the_project.sound is None:
        return None
    return doors.store(the_project.root, the_project.sound, sandbox=given["sandbox"]).read()


def _may_be_empty(state: State | None, given: Mapping[str, Any]) -> bool:
    """Return whether a folder without campaign files has a plan: of what was created from files that are gone."""
    return state is not None and state.holds_any and not given["paths"]


def _show_no_plan(
    checked: LintResult, the_project: Project, now: datetime, given: Mapping[str, Any], paint: Paint
) -> None:
    """Show what is wrong with the settings: to people as lint does, to programs as a plan without actions."""
    if given["format_"] == "text":
        options.say(text.findings(checked, paint))
    elif given["format_"] == "html":
        options.say(reporting().broken(checked, the_project, now, given))
    else:
        _show(no_plan(checked, the_project, now), given["format_"], paint)


def no_plan(checked: LintResult, the_project: Project, now: datetime) -> Plan:
    """Return the plan without actions that stands for broken settings."""
    config = the_project.config or Config(project="")
    nothing = replace(checked, campaigns=(), unreadable=(folder.CONFIG,))
    return planning.plan(nothing, State(project=config.project), config, now=now, plan_id="")


def reporting() -> ModuleType:
    """Return the module of the HTML page: only who asks for the page waits for it."""
    from campaignctl.commands import report

    return report


def look(
    the_project: Project, checked: LintResult, state: State, given: Mapping[str, Any]
) -> tuple[Observation | None, Refreshed | None]:
    """Ask the vendor for the tokens and names of what is not in the state, None when there is nobody to ask; and
    with --refresh for all that is."""
    config = the_project.usable
    if given["offline"]:
        return None, None
    missing = doors.missing_credentials()
    if missing and not given["sandbox"] and not given["refresh"]:
        verb = "is" if len(missing) == 1 else "are"
        click.echo(f"campaignctl: Exotel is not asked, for {', '.join(missing)} {verb} not set", err=True)
        return None, None
    tokens = planning.tokens(checked, state, config)
    if not tokens and not given["refresh"]:
        return None, None
    with (
        _or_offline(given),
        doors.vendor(
            the_project.root, config, sandbox=given["sandbox"], base_url=given["base_url"]
        ) as vendor,
    ):
        seen = vendor.observe(tokens, planning.names(checked, state, config)) if tokens else None
        if not given["refresh"]:
            return seen, None
        known = drift.ours(state, checked.campaigns, config.project)
        return seen, standing.refreshed(known, seen.marked if seen else {}, vendor)


@contextmanager
def _or_offline(given: Mapping[str, Any]) -> Iterator[None]:
    """Say that a plan can be made without Exotel, where it cannot be reached. Raises VendorError."""
    try:
        yield
    except VendorError as error:
        if "cannot be reached" not in str(error) or given["refresh"]:
            raise
        raise VendorError(f"{error}; with `--offline` the state alone is asked") from error


def make(
    the_project: Project,
    checked: LintResult,
    state: State,
    seen: Observation | None,
    *,
    now: datetime,
    given: Mapping[str, Any],
) -> Plan:
    """Return the plan of a project, with an id of its own, for the account that the options name."""
    offline = given.get("offline") or (seen is None and not given["sandbox"] and doors.missing_credentials())
    account = None if offline else doors.account(sandbox=given["sandbox"])
    the_plan = planning.plan(
        checked,
        state,
        the_project.usable,
        now=now,
        plan_id=uuid.uuid4().hex,
        account=account,
        observed=seen.marked if seen is not None else None,
        partial=bool(given.get("paths")),
        registry=planning.hashed({name: one.data for name, one in the_project.registries.items()}),
        allowed=given["allow"],
    )
    known = guards.Known(seen.namesakes if seen else {}, given["others"])
    guarded = guards.guard(the_plan, state, the_project.usable, now, known)
    findings = _findings(guarded, the_project, checked)
    return replace(guarded.plan, findings=(*the_plan.findings, *findings))


def _findings(guarded: guards.Guarded, the_project: Project, checked: LintResult) -> Iterator[Finding]:
    """Yield what the guards have found, each at its place; a warning where it was allowed by name."""
    sources = {one.id: one.source for one in checked.campaigns} if guarded.found else {}
    allowed, complete = guarded.plan.allowed, options.completing_commands()
    for one in guarded.found:
        source = sources[one.campaign] if one.campaign is not None else the_project.document
        severity = Severity.WARNING if one.name in allowed else None
        assert source is not None  # noqa: S101 - a plan is made of readable settings only
        yield project.at(
            source,
            one.name,
            one.pointer,
            complete(one.message(allowed)),
            campaign=one.campaign,
            severity=severity,
        )


def _show(the_plan: Plan, format_: str, paint: Paint, command: Command = plain_command) -> None:
    summary = planning.summary(the_plan)
    if format_ != "text":
        options.say(FORMATS[format_].plan(the_plan, summary))
        return
    show_text(the_plan, paint, command)


def show_text(the_plan: Plan, paint: Paint, command: Command = plain_command) -> None:
    """Print the findings and the plan for people."""
    for one in the_plan.findings:
        options.say(text.finding(one, paint))
    if the_plan.findings:
        options.say("")
    options.say(text.plan(the_plan, planning.summary(the_plan), paint, command))
    if lint.has_errors(the_plan.findings):
        options.say("There are errors above: `campaignctl apply` creates nothing until they are mended.")


def _show_comment(
    the_plan: Plan, checked: LintResult, state: State, the_project: Project, given: Mapping[str, Any]
) -> None:
    """Print the plan as the comment of a pull request."""
    dealt = comment.compared(the_plan, checked, the_project, given)
    partial = given["paths"] or given["at"]
    head = comment.head(given)
    about = markdown.About(
        head=head,
        since=dealt.since,
        command=None if partial else _by_digest(the_plan, given),
        link=sources.sources(given["repo_url"], head).link,
        notes=(*([dealt.trouble] if dealt.trouble else []), *checked.notes),
        amended=dealt.amended,
        passed=comment.passed(the_plan, checked, the_project),
        complete=options.completing_commands(),
    )
    cards = outlook(dealt.cards, state, the_project.registry)
    options.say(markdown.plan(the_plan, planning.summary(the_plan), cards, about).rstrip("\n"))


def _show_next(the_plan: Plan, given: Mapping[str, Any]) -> None:
    """Say how an unknown outcome is settled, or how a reviewed plan is applied; nothing where neither is to do."""
    unknown = [one.id for one in the_plan.of(ActionKind.UNRESOLVED)]
    if unknown:
        words = ("resolve", *unknown) if len(unknown) == 1 else ("resolve",)
        options.say(f"Next: {options.command_line(given)(*words)}")
        return
    if (
        given["out"] or given["paths"] or given["at"]
    ):  # a saved plan is applied as such, a partial one not at all
        return
    command = _by_digest(the_plan, given)
    if command is not None:
        options.say(f"To create exactly this, once it is approved: {command}")


def _by_digest(the_plan: Plan, given: Mapping[str, Any]) -> str | None:
    """Return the command that applies a reviewed plan, None where there is nothing to apply, or not yet."""
    if (
        the_plan.of(ActionKind.UNRESOLVED)
        or lint.has_errors(the_plan.findings)
        or not the_plan.of(ActionKind.CREATE, ActionKind.ADOPT)
    ):
        return None
    return _apply_command(["--digest", the_plan.digest[: planfile.SHOWN]], given)


def _apply_command(how: list[str], given: Mapping[str, Any]) -> str:
    """Return the command that applies a plan, with the options that it was made with."""
    words = ["campaignctl", "apply", *how]
    if given["sandbox"]:
        words += ["--sandbox"]
    elif given["base_url"]:
        words += ["--base-url", given["base_url"]]
    words += ["-C", given["directory"]] if given["directory"] else []
    words += [word for name in given["allow"] for word in ("--allow", name)]
    words += [word for name, value in given["variables"].items() for word in ("--var", f"{name}={value}")]
    return shlex.join(words)


def _keep(the_plan: Plan, path: Path, given: Mapping[str, Any]) -> None:
    if lint.has_errors(the_plan.findings):
        click.echo("campaignctl: the plan has errors and is not written", err=True)
        return
    options.write_file(path, FORMATS["json"].plan(the_plan, planning.summary(the_plan)) + "\n")
    if given["format_"] == "text":
        apply = f" To create exactly this: {_apply_command([str(path)], given)}"
        options.say(f"\nSaved as {path}.{'' if the_plan.of(ActionKind.UNRESOLVED) else apply}")


def _exit_code(the_plan: Plan, *, detailed: bool) -> int:
    if the_plan.of(ActionKind.UNRESOLVED) or any(one.alarming for one in the_plan.drift or ()):
        return 4
    if lint.has_errors(the_plan.findings) or the_plan.of(ActionKind.BLOCKED):
        return 1
    return 2 if detailed and the_plan.of(ActionKind.CREATE, ActionKind.ADOPT) else 0
