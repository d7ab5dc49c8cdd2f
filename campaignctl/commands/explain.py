"""`campaignctl explain`."""

from __future__ import annotations

from typing import Any

import click

from campaignctl.commands import completing, options
from campaignctl.commands.reasons import PAGES
from campaignctl.findings import RulePage
from campaignctl.render import json
from campaignctl.rules import HELD, pages
from campaignctl.words import did_you_mean, quoted

_EPILOG = """\b
Examples:
  campaignctl explain lists-count
  campaignctl explain CC401
  campaignctl explain CC401 --format json
"""


@click.command(epilog=_EPILOG)
@click.argument("rule", metavar="NAME_OR_CODE", shell_complete=completing.rules)
@click.option(
    "--format", "format_", type=click.Choice(["text", "json"]), default="text", help="How to show it."
)
def command(**given: Any) -> int:
    """Show the page of one rule: what it finds and why, what fails, what passes, how to mend it.

    The reasons that `plan` gives, such as schedule-lead-time, have a page too.
    """
    reason = given["rule"].lower().replace("_", "-")
    if reason in PAGES:
        options.say(_reason(reason, given["format_"]))
        return 0
    rule = _named(given["rule"])
    if given["format_"] == "json":
        options.say(json.rule(rule))
        return 0
    more = ", off unless selected" if rule.off else ""
    more += _mending(rule)
    held = HELD.get(rule.name)
    always = f"\n\nThis rule always runs and cannot be suppressed: {held}." if held else ""
    options.say(f"{rule.code} {rule.name} ({rule.severity.value}{more})\n\n{rule.page}{always}")
    return 0


def _mending(rule: RulePage) -> str:
    if not rule.fixable:
        return ", --unsafe-fixes can mend it by a guess" if rule.guesses else ""
    return ", --fix can mend it" + (", sometimes only --unsafe-fixes by a guess" if rule.guesses else "")


def _reason(name: str, format_: str) -> str:
    if format_ == "json":
        return json.dumps({"version": json.VERSION, "reason": {"name": name, "page": PAGES[name]}})
    return f"{name} (a reason of `plan`)\n\n{PAGES[name]}"


def _named(wanted: str) -> RulePage:
    """Return the rule of a code or a name, in any case. Raises UsageError."""
    for one in pages():
        if wanted.upper() == one.code or wanted.lower().replace("_", "-") == one.name:
            return one
    known = [*(one.name for one in pages()), *(one.code for one in pages()), *PAGES]
    close = did_you_mean(wanted, known)
    guess = f"did you mean {close}?" if close else "`campaignctl rules` lists them"
    raise click.UsageError(f"there is no rule {quoted(wanted)}; {guess}")
