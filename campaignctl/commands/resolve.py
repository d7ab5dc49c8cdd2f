"""`campaignctl resolve`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import click

from campaignctl.commands import doors, options
from campaignctl.errors import ProjectError, UnknownOutcomeError
from campaignctl.model import Delta, Entry, Intent, Remote, State
from campaignctl.plan import rfc3339
from campaignctl.state.local import Session, command_line
from campaignctl.words import did_you_mean, printable

_EPILOG = """\b
Examples:
  campaignctl resolve                       look for everything that is unknown, and take over what is found
  campaignctl resolve diwali-north --not-created
"""


@click.command(epilog=_EPILOG)
@click.argument("id_", metavar="[ID]", required=False)
@click.option("--adopt", metavar="SID", help="Take over this one of several campaigns with the token.")
@click.option(
    "--not-created", is_flag=True, help="Declare that it was never created; apply may create it then."
)
@options.vendor
@options.folder
@click.pass_context
def command(ctx: click.Context, /, **given: Any) -> int:
    """Settle a create whose outcome is unknown.

    Looks for the campaign's token at Exotel once more and takes over what is found. What is not found stays
    unknown until you say --not-created, which is believed only after the settle window and a complete list
    without the token. It works without a terminal.
    """
    if (given["adopt"] or given["not_created"]) and not given["id_"]:
        raise click.UsageError("--adopt and --not-created need the ID of the one campaign they are about")
    if given["adopt"] and given["not_created"]:
        raise click.UsageError("--adopt and --not-created exclude each other")
    the_project = doors.open_project(options.directory_of(ctx, given["directory"]))
    config = the_project.usable
    with doors.store(the_project.root, config, sandbox=given["sandbox"]).lock(command_line()) as session:
        intents = _chosen(session.state, given["id_"])
        if not intents:
            options.say("Nothing to resolve: no outcome is unknown.")
            return 0
        with doors.vendor(
            the_project.root, config, sandbox=given["sandbox"], base_url=given["base_url"]
        ) as vendor:
            found = vendor.find(frozenset(one.token for one in intents.values()))
        left = [
            id_
            for id_, one in intents.items()
            if not _settle(session, id_, one, found.get(one.token, ()), config.settle, given)
        ]
    return UnknownOutcomeError.exit_code if left else 0


def _chosen(state: State, id_: str | None) -> dict[str, Intent]:
    """Return the intents to settle: all, or that of one id. Raises ProjectError for an id that is unheard of."""
    if id_ is None:
        return dict(state.intents)
    if id_ not in state.intents and id_ not in state.campaigns:
        close = did_you_mean(id_, state.intents)
        guess = f"; did you mean '{close}'?" if close else ""
        raise ProjectError(f"nothing was ever sent for '{printable(id_)}'{guess}")
    return {id_: state.intents[id_]} if id_ in state.intents else {}


def _settle(
    session: Session,
    id_: str,
    intent: Intent,
    hits: tuple[Remote, ...],
    window: int,
    given: Mapping[str, Any],
) -> bool:
    """Settle one intent if that can be done; say what was found. Returns whether it is settled."""
    now = options.now(None)
    options.say(f"{id_}: sent {intent.at} by {printable(intent.actor)}, token {intent.token}")
    wanted = [one for one in hits if given["adopt"] in (None, one.sid)]
    if (len(hits) == 1 and len(wanted) == 1) or (given["adopt"] and len(wanted) == 1):
        session.record(_adoption(intent, id_, wanted[0].sid, now))
        options.say(f"  found at Exotel as {printable(wanted[0].sid)}; adopted, it is not sent again")
        return True
    if hits:
        sids = ", ".join(printable(one.sid) for one in hits)
        options.say(
            f"  Exotel has {len(hits)} with this token ({sids}); pause all but one, then give --adopt SID"
        )
        return False
    if not given["not_created"]:
        options.say(
            "  not found at Exotel; look again later, or, if the dashboard does not show it either: "
            f"campaignctl resolve {id_} --not-created"
        )
        return False
    age = now - datetime.fromisoformat(intent.at)
    if age < timedelta(seconds=window):
        left = window - int(age.total_seconds())
        options.say(
            f"  it may still appear: wait {left} more seconds (policy.settle), then say --not-created again"
        )
        return False
    session.record(Delta(intents={id_: None}))
    options.say("  not found at Exotel, and declared as not created; the next apply may create it")
    return True


def _adoption(intent: Intent, id_: str, sid: str, now: datetime) -> Delta:
    entry = Entry(
        token=intent.token,
        sid=sid,
        payload=intent.payload,
        origin="adopted",
        at=rfc3339(now),
        plan_id=intent.plan_id,
    )
    return Delta(campaigns={id_: entry}, intents={id_: None})
