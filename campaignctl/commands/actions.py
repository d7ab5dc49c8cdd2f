"""`campaignctl stop`, `resume`, `complete` and `archive`: one command under four names."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, suppress
from itertools import chain
from typing import Any

import click

from campaignctl import folder, lint, steering, targets
from campaignctl.commands import completing, doors, options
from campaignctl.controls import CONTROLS, Control, End, Steered, Verdict
from campaignctl.errors import LockedError, ProjectError, StateError, UsageError, VendorError
from campaignctl.findings import Severity
from campaignctl.model import Config, State, token
from campaignctl.project import Project
from campaignctl.render import json
from campaignctl.render import steering as text
from campaignctl.render.paint import Paint
from campaignctl.state.local import command_line
from campaignctl.steering import Step, Vendor
from campaignctl.targets import Chosen
from campaignctl.words import count, printable

_HELP = {
    "stop": """Pause a campaign at Exotel, or all that a plan has created.

    WHAT is a campaign's id, a plan's id (8 characters are enough), or the SID of a campaign whose name holds one
    of our tokens, as a double does that the state does not know. By id and plan all of their doubles are paused too,
    and what a create without a clear answer has left; by its SID one campaign alone is. It works while another
    command holds the state, and without a readable list: an emergency brake must not wait.
    """,
    "resume": """Let a paused campaign go on, or all that a plan has created.

    WHAT is a campaign's id, a plan's id (8 characters are enough), or its SID. A campaign with a double at Exotel
    that is not paused or archived is not resumed: people would be texted twice.
    """,
    "complete": """End a paused campaign for good, or all that a plan has created. This cannot be undone.

    WHAT is a campaign's id, a plan's id (8 characters are enough), or its SID. Everybody not reached yet counts
    as failed.
    """,
    "archive": """Archive a completed campaign, or all that a plan has created. This cannot be undone.

    WHAT is a campaign's id, a plan's id (8 characters are enough), or its SID.
    """,
}
_EPILOG = """\b
Examples:
  campaignctl {name} diwali-north           one campaign, by its id
  campaignctl {name} 3f9c1b72               all that a plan has created
  campaignctl {name} diwali-north --yes     without a question, as in a pipeline
"""


def make(name: str) -> click.Command:
    """Return the command of one action."""
    control = CONTROLS[name]

    @click.command(name, help=_HELP[name], epilog=_EPILOG.format(name=name))
    @click.argument("what", metavar="WHAT", shell_complete=completing.steered)
    @click.option("--yes", is_flag=True, help="Do not ask. Needed without a terminal.")
    @click.option(
        "--format", "format_", type=click.Choice(["text", "json"]), default="text", help="How to report."
    )
    @options.vendor
    @options.colour
    @options.folder
    @click.pass_context
    def command(ctx: click.Context, /, **given: Any) -> int:
        return _run(ctx, control, given)

    return command


def _run(ctx: click.Context, control: Control, given: dict[str, Any]) -> int:
    if not given["yes"] and (given["format_"] == "json" or not sys.stdin.isatty()):
        raise UsageError(f"{control.command} asks first, and there is no terminal to ask; give --yes")
    given["directory"] = given["directory"] or ctx.obj
    the_project = doors.open_project(options.directory_of(ctx, given["directory"]))
    config = _settings(the_project)
    with ExitStack() as stack:
        state = _state(stack, the_project, config, given)
        chosen = targets.choose(given["what"], state, unclear=control.command == "stop")
        if chosen is None and not targets.could_be_sid(given["what"]):
            raise targets.unheard(given["what"], state, _ids(the_project))
        vendor = stack.enter_context(
            doors.vendor(the_project.root, config, sandbox=given["sandbox"], base_url=given["base_url"])
        )
        if chosen is None:
            chosen = _double(given["what"], state, vendor, the_project)
        steps = steering.survey(control, chosen.targets, vendor)
        brakes = control.command == "stop" and not chosen.by_sid
        more, trouble = _all_that_may_send(control, chosen, steps, vendor) if brakes else ((), None)
        _warn(steps, None if brakes else options.command_line(given), {one.target.sid for one in more})
        steps = steering.urgent((*steps, *more))
        if not _agreed(control, chosen, steps, given):
            return 1
        ends = steering.carry_out(control, steps, vendor, time.sleep)
        unclear = _unresolved(chosen, steps, trouble, options.command_line(given))
        return _report(control, chain(ends, unclear), given)


def _all_that_may_send(
    control: Control, chosen: Chosen, steps: tuple[Step, ...], vendor: Vendor
) -> tuple[tuple[Step, ...], str | None]:
    """Return the steps for doubles and for what a create without a clear answer has left, and what hid the latter."""
    doubles = steering.awake(control, steps, vendor)
    try:
        return (*doubles, *steering.tried(control, chosen.unresolved, vendor)), None
    except VendorError as error:
        return doubles, str(error)


def _settings(the_project: Project) -> Config:
    """Return the settings where they are sound by themselves: a mistake in registry/ stops no emergency."""
    broken = any(
        one.severity is Severity.ERROR and one.path.endswith(folder.CONFIG) for one in the_project.findings
    )
    return the_project.usable if broken or the_project.config is None else the_project.config


def _state(stack: ExitStack, the_project: Project, config: Config, given: Mapping[str, Any]) -> State:
    """Return the state, locked where that can be had. Raises StateError when it cannot be read."""
    store = doors.store(the_project.root, config, sandbox=given["sandbox"])
    try:
        return stack.enter_context(store.lock(command_line())).state
    except LockedError as error:
        click.echo(f"campaignctl: {error}; going on, what it creates meanwhile is not seen", err=True)
    except (StateError, OSError):
        pass  # a folder that takes no lock can still be read
    return store.read()


def _ids(the_project: Project) -> list[str]:
    """Return the ids of the files, none where they cannot be judged: that stops no emergency."""
    with suppress(ProjectError):
        found = lint.run(the_project, now=options.now(None), empty=True).campaigns
        return [one.id for one in found if one.id is not None]
    return []


def _double(sid: str, state: State, vendor: Vendor, the_project: Project) -> Chosen:
    """Return a campaign that only Exotel knows, if it is ours. Raises ProjectError."""
    hit = vendor.details(sid)
    if hit is None:
        raise targets.unheard(sid, state)
    tokens = {one.token: id_ for id_, one in state.campaigns.items()}
    tokens |= {one.token: id_ for id_, one in state.intents.items()}
    if not any(one in hit.name for one in tokens):
        project = the_project.config.project if the_project.config else ""
        tokens |= {token(project, id_): id_ for id_ in _ids(the_project)}
    return Chosen(targets=(targets.ours(hit, tokens),), by_sid=True)


def _warn(steps: tuple[Step, ...], command: Callable[..., str] | None, acted_on: set[str]) -> None:
    for one in steps:
        left = [double for double in one.doubles if double.sid not in acted_on]
        options.note(text.doubles(one.target.id, left, command))


def _agreed(control: Control, chosen: Chosen, steps: tuple[Step, ...], given: Mapping[str, Any]) -> bool:
    """Show where each campaign stands and what will be done, and ask unless there is nothing to do."""
    todo = [one for one in steps if one.verdict is Verdict.SEND]
    if todo and given["format_"] == "text":
        of_plan = f" of plan {printable(chosen.plan_id)}" if chosen.plan_id else ""
        rows = [(one.target.id, one.target.sid, one.before, one.start, _words(control, one)) for one in steps]
        options.say(f"{count(len(steps), 'campaign')}{of_plan} at Exotel:\n\n{text.present(rows)}\n")
    if not todo or given["yes"]:
        return True
    warning = f" This cannot be undone: {control.lasting}." if control.lasting else ""
    question = (
        f"{control.action.capitalize()} {count(len(todo), 'campaign')} at Exotel?{warning} Only 'yes' does it"
    )
    answer = click.prompt(question, default="no", show_default=False)
    if answer.strip() != "yes":
        options.say("Nothing was done.")
        return False
    return True


def _words(control: Control, step: Step) -> str:
    if step.verdict is Verdict.SEND:
        return f"to {control.action}{', a double' if step.double else ''}"
    return "nothing to do" if step.verdict is Verdict.UNCHANGED else f"not possible, {step.reason}"


def _report(control: Control, ends: Iterator[Steered], given: Mapping[str, Any]) -> int:
    """Print what became of each campaign as it happens, then the numbers; return the exit code."""
    paint: Paint = options.paint(given["color"])
    as_text = given["format_"] == "text"
    done: list[Steered] = []
    try:
        for one in ends:
            done.append(one)
            if as_text:
                options.say(text.steered(control, one, paint))
    finally:  # what was done is told whatever stopped the rest
        counts = Counter(one.outcome.value for one in done)
        summary = {end.value: counts[end.value] for end in End}
        options.say(
            text.summary(control, summary, paint) if as_text else json.steered(control.command, done, summary)
        )
    return _exit_code(done)


def _unresolved(
    chosen: Chosen, steps: tuple[Step, ...], trouble: str | None, command: Callable[..., str]
) -> Iterator[Steered]:
    """What was sent without a clear answer may stand at Exotel, listed or not: this is never all of it for certain."""
    for one in chosen.unresolved:
        found = [step.target.sid for step in steps if step.target.token == one.token]
        resolve = f"`{command('resolve', one.id)}`"
        if found:
            why = f"Exotel has it as {', '.join(found)}; {resolve} takes it over"
        elif trouble:
            why = f"whether it exists is unknown, and the list cannot be read ({trouble}); this again, then {resolve}"
        else:
            why = f"whether it exists is unknown; {resolve}, then this again"
        yield Steered(id=one.id, sid=None, before=None, after=None, outcome=End.UNKNOWN, error=why)


def _exit_code(done: list[Steered]) -> int:
    kinds = {one.outcome for one in done}
    left = any(one.double and one.outcome not in (End.DONE, End.UNCHANGED) for one in done)
    if End.UNKNOWN in kinds or left:
        return 4
    if End.SKIPPED in kinds:
        return 3
    return 1 if End.REFUSED in kinds else 0
