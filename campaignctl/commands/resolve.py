"""`campaignctl resolve`."""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import click

from campaignctl import targets
from campaignctl.commands import completing, doors, options
from campaignctl.errors import ProjectError, UnknownOutcomeError
from campaignctl.model import State
from campaignctl.project import Project
from campaignctl.render import unknowns as render
from campaignctl.resolving import Desk
from campaignctl.state.local import command_line, whoami
from campaignctl.unknowns import Case, Hit, Settled
from campaignctl.words import did_you_mean, printable, quoted, shortened

_EPILOG = """\b
Examples:
  campaignctl resolve                       look for everything that is unknown, and take over what is found
  campaignctl resolve diwali-north          the same for one campaign; at a terminal it asks what it cannot know
  campaignctl resolve diwali-north --not-created
"""


@click.command(epilog=_EPILOG)
@click.argument("id_", metavar="[ID]", required=False, shell_complete=completing.unresolved)
@click.option(
    "--adopt", metavar="SID", help="Take over this campaign, whose name must hold the token of what was sent."
)
@click.option(
    "--not-created", is_flag=True, help="Declare that it was never created; apply may create it then."
)
@click.option(
    "--format", "format_", type=click.Choice(["text", "json"]), default="text", help="How to report."
)
@options.lock
@options.vendor
@options.folder
@click.pass_context
def command(ctx: click.Context, /, **given: Any) -> int:
    """Settle a create whose outcome is unknown.

    Shows what was sent, when and by whom, looks for its token at Exotel once more, and takes over what is found, if
    its text and lists are what was sent; --adopt takes it over all the same.
    What is not found stays unknown until you declare it: with --not-created, or at a terminal by typing yes. That
    is believed only after the settle window (a minute at least) and a complete list without the token from the very
    service that it was sent to, and it is kept in the state with your name. Nothing is ever sent from here.
    """
    if (given["adopt"] or given["not_created"]) and not given["id_"]:
        raise click.UsageError("--adopt and --not-created need the ID of the one campaign they are about")
    if given["adopt"] and given["not_created"]:
        raise click.UsageError("--adopt and --not-created exclude each other")
    given["directory"] = given["directory"] or ctx.obj
    the_project = doors.open_project(options.directory_of(ctx, given["directory"]))
    config = the_project.usable
    store = doors.store(the_project.root, config, sandbox=given["sandbox"])
    with store.lock(command_line(), doors.waiting(given)) as session:
        ids = _chosen(session.state, given["id_"])
        if not ids:
            _nothing(given)
            return 0
        me = whoami()
        with doors.vendor(
            the_project.root, config, sandbox=given["sandbox"], base_url=given["base_url"]
        ) as vendor:
            desk = Desk(
                session=session,
                vendor=vendor,
                now=lambda: options.now(None),
                actor=f"{me['user']}@{me['host']}, pid {me['pid']}",
                settle=config.settle,
                where=doors.service(config, sandbox=given["sandbox"], base_url=given["base_url"]),
            )
            cases = [_settle(desk, one, the_project, given) for one in desk.look(ids)]
    if given["format_"] == "json":
        options.say(render.document(cases, options.now(None)))
    left = [one for one in cases if one.settled is Settled.UNKNOWN]
    return UnknownOutcomeError.exit_code if left else 0


def _nothing(given: Mapping[str, Any]) -> None:
    if given["format_"] == "json":
        options.say(render.document((), options.now(None)))
    else:
        options.say("Nothing to resolve: no outcome is unknown.")


def _chosen(state: State, id_: str | None) -> tuple[str, ...]:
    """Return the ids to settle: all, or this one. Raises ProjectError for an id that is unheard of."""
    if id_ is None:
        return tuple(sorted(state.intents))
    declared = {one.id for one in state.declared}
    if id_ not in state.intents and id_ not in state.campaigns and id_ not in declared:
        close = did_you_mean(id_, [*state.intents, *state.campaigns, *declared])
        guess = f"; did you mean '{close}'?" if close else ""
        raise ProjectError(f"the state knows of nothing sent for '{printable(id_)}'{guess}")
    return (id_,) if id_ in state.intents else ()


def _settle(desk: Desk, case: Case, the_project: Project, given: Mapping[str, Any]) -> Case:
    """Settle one case as far as that can be done, and tell of it."""
    asks = given["format_"] == "text" and sys.stdin.isatty() and not (given["adopt"] or given["not_created"])
    ready = not case.hits and case.left <= 0 and case.elsewhere is None
    if ready and (asks or given["not_created"]):
        case = desk.search(case)
    if given["format_"] == "text":
        options.say(render.evidence(case, _aliases(the_project)))
    if ready and asks and not case.hits:
        said = _agreed(_DECLARE.format(printable(case.id)))
        case = desk.search(case) if said else case  # while it was asked, time has passed
        if case.hits:
            options.say(f"Meanwhile Exotel {render.shown(case)}")
    else:
        said = given["not_created"]
    if case.hits:
        case = _take(desk, case, given, asks=asks)
    elif case.elsewhere is not None:
        case = replace(case, why=_elsewhere(desk, case))
    elif given["adopt"]:
        case = replace(case, why=_not_there(desk, case, given))
    elif case.left > 0:
        case = replace(case, why=_wait(case, given))
    elif said:
        case = desk.declare(case)
    else:
        case = replace(case, why=_not_found(case, given))
    if given["format_"] == "text":
        options.say(render.verdict(case, lambda sid: _again(given, "stop", sid)))
    return case


def _aliases(the_project: Project) -> Mapping[str, str]:
    return {one.sid: one.alias for one in the_project.registry.by_sid.values() if one.sid and one.alias}


# --- something is there -------------------------------------------------------------------------------


def _take(desk: Desk, case: Case, given: Mapping[str, Any], *, asks: bool) -> Case:
    """Adopt the one that is meant, unless it is unclear which that is."""
    sid = given["adopt"] or (case.hits[0].remote.sid if len(case.hits) == 1 else None)
    if sid is None and asks:
        sid = click.prompt("Which one stays? Type its SID", default="none", show_default=False).strip()
    wanted = next((one for one in case.hits if one.remote.sid == sid), None)
    if wanted is None:
        return replace(case, why=_which(case, given))
    if (holder := desk.holder(wanted.remote.sid, case.id)) is not None:
        return replace(case, why=_held(wanted, holder))
    doubt = _doubt(case, wanted, given)
    if doubt and asks and _agreed(f"{doubt}. Adopt {printable(wanted.remote.sid)} all the same?"):
        doubt = None
    return replace(case, why=doubt) if doubt else desk.adopt(case, wanted)


def _doubt(case: Case, wanted: Hit, given: Mapping[str, Any]) -> str | None:
    """Return what speaks against taking this one over, with the next step; None for nothing."""
    others = [one.remote.sid for one in case.hits if one.remote.sid != wanted.remote.sid and one.awake]
    if others:
        pause = "; ".join(f"`{_again(given, 'stop', sid)}`" for sid in others)
        return f"{printable(', '.join(others))} may send the same once more: pause it first ({pause})"
    as_sent = any(not one.differs for one in case.hits)
    if wanted.differs and (as_sent or not given["adopt"]):
        then = (
            f"take the one that has not: `{_adopt(case, 'SID', given)}`"
            if as_sent
            else f"if the dashboard shows that it is the one: `{_adopt(case, wanted.remote.sid, given)}`"
        )
        return f"{printable(wanted.remote.sid)} has another {' and other '.join(wanted.differs)} than what was sent; {then}"
    return None


def _held(wanted: Hit, holder: str) -> str:
    return (
        f"{printable(wanted.remote.sid)} is {printable(holder)} in the state, and one campaign at Exotel cannot be "
        "two here; see on the dashboard which of them it is"
    )


def _which(case: Case, given: Mapping[str, Any]) -> str:
    sids = [one.remote.sid for one in case.hits]
    if given["adopt"]:
        unknown = f"no campaign {_named(given)} at Exotel holds the token {case.intent.token}"
        return f"{unknown}; what holds it: {' or '.join(_adopt(case, sid, given) for sid in sids)}"
    pauses = " or ".join(f"`{_again(given, 'stop', sid)}`" for sid in sids)
    return (
        f"Exotel has {len(sids)} with this token: pause all but one ({pauses}), then "
        f"`{_adopt(case, 'SID', given)}`"
    )


# --- nothing is there ---------------------------------------------------------------------------------

_DECLARE = "Declare that {} was never created? Then the next apply may create it"


def _agreed(question: str) -> bool:
    answer: str = click.prompt(f"{question}. Only 'yes' does it", default="no", show_default=False)
    return answer.strip() == "yes"


def _wait(case: Case, given: Mapping[str, Any]) -> str:
    if case.age < 0:
        return (
            f"its time is in the future ({case.intent.at}), so nobody can say that the settle window has passed; set "
            "this machine's clock right, then look again"
        )
    declared = ["--not-created"] if given["not_created"] else []
    return (
        f"not found at Exotel; it may still appear: wait {math.ceil(case.left)} more seconds (the settle window), "
        f"then run `{_again(given, 'resolve', case.id, *declared)}` again"
    )


def _elsewhere(desk: Desk, case: Case) -> str:
    """It may well exist at the service that it was sent to, so nothing is concluded from another one."""
    return (
        f"this run looks at {printable(desk.where or 'another service')}, and it was sent to "
        f"{printable(case.elsewhere or '')}: its absence here says nothing; look there, with the region, the endpoint "
        "and the --base-url of then"
    )


def _not_found(case: Case, given: Mapping[str, Any]) -> str:
    return (
        "not found at Exotel; look again later, or, if the dashboard does not show it either: "
        f"`{_again(given, 'resolve', case.id, '--not-created')}`"
    )


def _not_there(desk: Desk, case: Case, given: Mapping[str, Any]) -> str:
    """Say why the SID that a person has named is not taken over. That it is a slip proves nothing about the create."""
    sid, mark = given["adopt"], case.intent.token
    if not targets.could_be_sid(sid):
        return (
            f"{_named(given)} cannot be a SID, which has 32 letters and digits or more; the dashboard shows it: "
            f"`{_adopt(case, 'SID', given)}`"
        )
    found = desk.show(sid)
    if found is None:
        return (
            f"Exotel has no campaign {_named(given)}; compare the SID with the dashboard, then "
            f"`{_adopt(case, 'SID', given)}`"
        )
    if mark in found.name:
        return (
            f"{_named(given)} holds the token {mark}, and Exotel's list does not show it yet; wait a minute, then run "
            f"`{_adopt(case, sid, given)}` again"
        )
    return (
        f"{_named(given)} is {quoted(found.name)} at Exotel, and its name does not hold the token {mark}, so it is not "
        f"what was sent; the one that is: `{_adopt(case, 'SID', given)}`"
    )


def _named(given: Mapping[str, Any]) -> str:
    return printable(shortened(given["adopt"], 128))


def _adopt(case: Case, sid: str, given: Mapping[str, Any]) -> str:
    return _again(given, "resolve", case.id, "--adopt", sid)


def _again(given: Mapping[str, Any], *words: str) -> str:
    """Return a command line about the same folder and the same Exotel."""
    return options.command_line(given)(*words)
