"""What the reports for people are told besides the plan: the commit, and the revision to compare with."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

import click

from campaignctl import dealing, earlier, judging, settingsdiff
from campaignctl.amendments import Amended
from campaignctl.cards import Card
from campaignctl.commands import revision
from campaignctl.findings import Passed
from campaignctl.folder import CONFIG
from campaignctl.model import ActionKind, Context, LintResult, Plan
from campaignctl.profiles import PROFILES
from campaignctl.project import Project
from campaignctl.render.markers import is_commit
from campaignctl.words import printable

_Command = TypeVar("_Command", bound=Callable[..., Any])

#: The formats that show cards.
WITH_CARDS = ("markdown", "html")
#: Where GitHub and GitLab say which commit they run for.
_COMMIT = ("GITHUB_SHA", "CI_COMMIT_SHA")


def options(command: _Command) -> _Command:
    """Add `--head` and `--base`."""
    head = click.option(
        "--head",
        metavar="SHA",
        callback=_head,
        help="The commit that is planned, for the comment's hidden line and the page's links. [env: GITHUB_SHA, CI_COMMIT_SHA]",
    )
    base = click.option(
        "--base",
        metavar="REV",
        callback=_base,
        help="Say what has changed since this Git revision: origin/main, HEAD~1.",
    )
    return head(base(command))


def _head(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    if value is not None and is_commit(value.lower()) is None:
        raise click.BadParameter(
            "give a commit by its 7 to 64 hexadecimal digits, as `git rev-parse HEAD` prints them", ctx, param
        )
    return value.lower() if value is not None else None


def _base(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    if value is not None and revision.is_revision(value) is None:
        raise click.BadParameter("give one revision, such as origin/main or HEAD~1", ctx, param)
    return value


def refuse(given: Mapping[str, Any]) -> None:
    """Raise UsageError for options that the format does not show."""
    if given["format_"] in WITH_CARDS:
        return
    for name in ("head", "base"):
        if given[name] is not None:
            raise click.UsageError(f"--{name} is for --format {' or '.join(WITH_CARDS)}")


def head(given: Mapping[str, Any]) -> str | None:
    """Return the commit that is planned, None where neither the command line nor CI says it."""
    if given["head"]:
        return str(given["head"])
    values = (os.environ.get(name, "").lower() for name in _COMMIT)
    return next((one for one in values if is_commit(one)), None)


class Dealt(NamedTuple):
    """The cards of a plan, and what the earlier revision says besides."""

    cards: tuple[Card, ...]
    since: str | None = None  #: the revision that the cards were compared with; None: there was none
    amended: tuple[Amended, ...] = ()  #: what differs in the settings
    trouble: str = ""  #: why nothing, or not all, is said of what has changed


def compared(the_plan: Plan, checked: LintResult, the_project: Project, given: Mapping[str, Any]) -> Dealt:
    """Return the cards of a plan, and what differs from `--base` where it is given."""
    base = given["base"]
    if base is None:
        return Dealt(dealing.deal(the_plan, checked))
    paths = {one.path for one in the_plan.of(ActionKind.CREATE) if one.path is not None}
    then = revision.compared(the_project.root, base, paths, given["variables"])
    amended: tuple[Amended, ...] = ()
    if then.settings is not None:
        amended = settingsdiff.amended(then.settings, earlier.settings(the_project), CONFIG)
    if then.payloads is not None:
        return Dealt(dealing.deal(the_plan, checked, then.payloads), base, amended)
    what = (
        "nothing is said of what has changed" if then.settings is None else "nothing is said of what is new"
    )
    trouble = f"{what}: {printable(then.trouble)}"
    click.echo(f"campaignctl: note: {trouble}", err=True)
    return Dealt(dealing.deal(the_plan, checked), None, amended, trouble)


def passed(the_plan: Plan, checked: LintResult, the_project: Project) -> tuple[Passed, ...]:
    """Return what is found in the campaigns that would be created and let pass, by rules that are off as well."""
    config, creates = the_project.usable, {one.id for one in the_plan.of(ActionKind.CREATE)}
    context = Context(
        config=config,
        registry=the_project.registry,
        now=datetime.fromisoformat(the_plan.created_at),
        profile=PROFILES[config.profile],
    )
    new = [one for one in checked.campaigns if one.id in creates]
    return (*checked.passed, *judging.unheard(new, context))
