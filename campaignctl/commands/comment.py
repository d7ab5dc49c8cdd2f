"""What the reports for people are told besides the plan: the commit, and the revision to compare with."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import click

from campaignctl import dealing
from campaignctl.cards import Card
from campaignctl.commands import revision
from campaignctl.model import ActionKind, LintResult, Plan
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


def deal(
    the_plan: Plan, checked: LintResult, the_project: Project, given: Mapping[str, Any]
) -> tuple[tuple[Card, ...], str | None]:
    """Return the cards of a plan, and the revision that they were compared with; None where there was none."""
    base = given["base"]
    if base is None:
        return dealing.deal(the_plan, checked), None
    paths = {one.path for one in the_plan.of(ActionKind.CREATE) if one.path is not None}
    compared = revision.payloads(the_project.root, base, paths, given["variables"])
    if compared.payloads is None:
        click.echo(
            f"campaignctl: note: nothing is said of what has changed: {printable(compared.trouble)}", err=True
        )
        return dealing.deal(the_plan, checked), None
    return dealing.deal(the_plan, checked, compared.payloads), base
