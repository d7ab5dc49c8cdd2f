"""`campaignctl adopt`."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from campaignctl import folder, lint, targets
from campaignctl import plan as planning
from campaignctl.adoption import Desk
from campaignctl.adoptions import Adoption, Taken
from campaignctl.campaignfile import free, is_id
from campaignctl.commands import completing, doors, options
from campaignctl.errors import ProjectError, UnknownOutcomeError, UsageError
from campaignctl.findings import Finding, Severity
from campaignctl.model import LintResult, State
from campaignctl.project import Project
from campaignctl.render import adoption as render
from campaignctl.render import text
from campaignctl.render.drifts import quieting
from campaignctl.state.local import command_line
from campaignctl.words import quoted

_EPILOG = """\b
Examples:
  campaignctl adopt diwali-north 909d2a2ba53ce07f3784668b938eb44914bo
  campaignctl adopt 909d2a2ba53ce07f3784668b938eb44914bo --write
                                            one made in the dashboard: makes its file as well
"""


@click.command(epilog=_EPILOG)
@click.argument("words", nargs=-1, required=True, metavar="[ID] SID", shell_complete=completing.unsent)
@click.option("--write", is_flag=True, help="Make the campaign file too; it never overwrites one.")
@click.option(
    "--allow-differences",
    is_flag=True,
    help="Take it although it is not what the file says; what Exotel holds is recorded.",
)
@click.option("--yes", is_flag=True, help="Do not ask. Needed without a terminal.")
@click.option(
    "--format", "format_", type=click.Choice(["text", "json"]), default="text", help="How to report."
)
@options.lock
@options.vendor
@options.colour
@options.folder
@click.pass_context
def command(ctx: click.Context, /, **given: Any) -> int:
    """Take a campaign that exists at Exotel into the state, so that it is never created again.

    Name, text, lists, schedule, header and DLT ids must be what the campaign file of ID says; differences are shown
    and refused unless --allow-differences is given. An earlier create of ID without a clear answer is settled
    by it. With --write a campaign that was made in the dashboard gets a file of its own. Nothing is ever sent or
    changed at Exotel from here.
    """
    id_, sid = _named(given)
    if not targets.could_be_sid(sid):
        raise UsageError(
            f"{quoted(sid)} cannot be a SID, which has 32 letters and digits or more; the dashboard shows it"
        )
    if not given["yes"] and (given["format_"] == "json" or not sys.stdin.isatty()):
        raise UsageError("adopt asks first, and there is no terminal to ask; give --yes")
    given["directory"] = given["directory"] or ctx.obj
    the_project = doors.open_project(options.directory_of(ctx, given["directory"]))
    config = the_project.usable
    store = doors.store(the_project.root, config, sandbox=given["sandbox"])
    with (
        store.lock(command_line(), doors.waiting(given)) as session,
        doors.vendor(
            the_project.root, config, sandbox=given["sandbox"], base_url=given["base_url"]
        ) as vendor,
    ):
        checked = _checked(the_project)
        desk = Desk(
            session=session,
            vendor=vendor,
            now=lambda: options.now(None),
            project=the_project,
            campaigns=checked.campaigns,
            command=options.command_line(given),
        )
        one = desk.compose(sid, id_) if given["write"] else desk.look(id_ or "", sid)
        one = _decided(_placed(one, the_project), given)
        if one.outcome is not Taken.REFUSED and not one.known:
            one = desk.take(one)
        if one.outcome is not Taken.REFUSED and one.text is not None:  # the state first: see there
            folder.write_whole(
                the_project.root / Path(one.path or "").name, one.text.encode(), overwrite=False
            )
            one = replace(one, outcome=Taken.ADOPTED)
        return _report(one, the_project, session.state, given)


def _named(given: Mapping[str, Any]) -> tuple[str | None, str]:
    words: Sequence[str] = given["words"]
    if len(words) == 2:
        if given["write"] and is_id(words[0]) is None:
            raise click.UsageError(f"{quoted(words[0])} cannot be an id; write it like diwali-north")
        return words[0], words[1]
    if len(words) == 1 and given["write"]:
        return None, words[0]
    raise click.UsageError(
        "give the ID of the campaign file and the SID; or a SID with --write, to make the file"
    )


def _checked(the_project: Project) -> LintResult:
    """Return what lint has read; nothing where that cannot be done."""
    with suppress(ProjectError):
        return lint.run(the_project, now=options.now(None), empty=True)
    return LintResult(findings=(), campaigns=(), files=0)


def _placed(one: Adoption, the_project: Project) -> Adoption:
    """Return it with the path of its file, one that nothing stands at."""
    if one.text is None:
        return one
    with os.scandir(the_project.root) as entries:
        taken = {entry.name.casefold().removesuffix(".yaml") for entry in entries}
    return replace(one, path=folder.shown(the_project.root / f"{free(one.id, taken)}.yaml"))


def _decided(one: Adoption, given: Mapping[str, Any]) -> Adoption:
    """Return whether it may be taken, and why not; asks at a terminal."""
    if one.known and one.text is None:
        return replace(one, outcome=Taken.UNCHANGED)
    if given["format_"] == "text":
        options.say(render.evidence(one, options.paint(given["color"])))
    if one.settles and one.awake:
        steps = quieting(one.awake, None, options.command_line(given), kept=True)
        told = " ".join(f"{said} {'; '.join(commands)}" for said, commands in steps)
        return replace(one, why=f"another campaign with its token may send the same, or has sent it; {told}")
    if one.differences and not given["allow_differences"]:
        fields = ", ".join(each.field for each in one.differences)
        mend = "mend the file, or " if one.text is None else ""
        why = f"it differs in {fields}; {mend}give --allow-differences to record what Exotel holds"
        return replace(one, why=why)
    if one.is_unproven and not given["allow_differences"]:
        why = (
            "Exotel shows neither its text nor its lists, and its name holds no token, so nothing proves that it is this "
            "one; compare them in the dashboard, then give --allow-differences"
        )
        return replace(one, why=why)
    if not given["yes"]:
        question = f"Take it into the state as {one.id}"
        question += f" and write {one.path}" if one.path else ""
        answer = click.prompt(f"{question}? Only 'yes' does it", default="no", show_default=False)
        if answer.strip() != "yes":
            return replace(one, why="you did not say yes; nothing was changed")
    return replace(one, outcome=Taken.ADOPTED)


def _report(one: Adoption, the_project: Project, state: State, given: Mapping[str, Any]) -> int:
    """Say what became of it and what the next plan calls it; return the exit code."""
    following: str | None = None
    found: tuple[Finding, ...] = ()
    if one.outcome is not Taken.REFUSED:
        checked = _checked(the_project)
        following = _following(one, the_project, checked, state)
        found = tuple(each for each in checked.findings if one.path is not None and each.path == one.path)
    errors = sum(each.severity is Severity.ERROR for each in found)
    if given["format_"] == "json":
        numbers = (errors, len(found) - errors) if one.path is not None and one.text is not None else None
        options.say(render.document(one, following, numbers))
    else:
        _show(one, following, found, given)
    if one.outcome is Taken.REFUSED:
        return UnknownOutcomeError.exit_code if one.settles and one.awake else 1
    if one.awake:
        return UnknownOutcomeError.exit_code
    return 1 if errors else 0


def _show(one: Adoption, following: str | None, found: Sequence[Finding], given: Mapping[str, Any]) -> None:
    paint = options.paint(given["color"])
    for each in found:
        options.say(text.finding(each, paint))
    options.say(render.verdict(one, following, options.command_line(given), paint))


def _following(one: Adoption, the_project: Project, checked: LintResult, state: State) -> str | None:
    """Return what the next plan says of it."""
    made = planning.plan(checked, state, the_project.usable, now=options.now(None), plan_id="")
    return next((each.action.value for each in made.actions if each.id == one.id), None)
