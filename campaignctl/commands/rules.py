"""`campaignctl rules`."""

from __future__ import annotations

import json
from typing import Any

import click

from campaignctl.commands import options
from campaignctl.rules import RULES

_EPILOG = """\b
Examples:
  campaignctl rules
  campaignctl rules --format json
"""


@click.command(epilog=_EPILOG)
@click.option(
    "--format", "format_", type=click.Choice(["text", "json"]), default="text", help="How to list them."
)
def command(**given: Any) -> int:
    """List the rules that lint checks: code, name, severity, what it finds."""
    rows = [(one.CODE, one.NAME, one.SEVERITY.value, (one.__doc__ or "").split("\n")[0]) for one in RULES]
    if given["format_"] == "json":
        names = ("code", "name", "severity", "summary")
        options.say(
            json.dumps(
                {"version": 1, "rules": [dict(zip(names, row, strict=True)) for row in rows]}, indent=2
            )
        )
        return 0
    width = max(len(name) for _, name, _, _ in rows)
    for code, name, severity, words in rows:
        options.say(f"{code}  {name:<{width}}  {severity:<7}  {words}")
    return 0
