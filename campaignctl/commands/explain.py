"""`campaignctl explain`."""

from __future__ import annotations

from typing import Any

import click

from campaignctl.commands import options
from campaignctl.rules import RULES
from campaignctl.words import did_you_mean

_EPILOG = """\b
Examples:
  campaignctl explain lists-count
  campaignctl explain CC401
"""


@click.command(epilog=_EPILOG)
@click.argument("rule", metavar="NAME_OR_CODE")
def command(**given: Any) -> int:
    """Show the page of one rule: what it finds and why, what fails, what passes, how to mend it."""
    wanted = given["rule"]
    for one in RULES:
        if wanted.upper() == one.CODE or wanted.lower() == one.NAME:
            options.say(f"{one.CODE} {one.NAME} ({one.SEVERITY.value})\n\n{(one.__doc__ or '').strip()}")
            return 0
    known = [*(one.NAME for one in RULES), *(one.CODE for one in RULES)]
    close = did_you_mean(wanted, known)
    guess = f"did you mean {close}?" if close else "`campaignctl rules` lists them"
    raise click.UsageError(f"there is no rule '{wanted}'; {guess}")
