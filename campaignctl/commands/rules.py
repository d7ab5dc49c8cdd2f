"""`campaignctl rules`."""

from __future__ import annotations

from itertools import groupby
from typing import Any

import click

from campaignctl.commands import options
from campaignctl.findings import RulePage
from campaignctl.render import json
from campaignctl.render import pages as page
from campaignctl.rules import pages

_EPILOG = """\b
Examples:
  campaignctl rules
  campaignctl rules --format json
"""


@click.command(epilog=_EPILOG)
@click.option(
    "--format", "format_", type=click.Choice(["text", "json"]), default="text", help="How to list them."
)
@options.colour
def command(**given: Any) -> int:
    """List the rules that lint checks: code, name, severity, what it finds.

    A rule that is `off` is checked only when it is selected.
    """
    if given["format_"] == "json":
        options.say(json.rules(pages()))
        return 0
    paint = options.paint(given["color"])
    width = max(len(one.name) for one in pages())
    blocks = []
    for family, group in groupby(pages(), key=lambda one: one.family):
        heading = family[0].upper() + family[1:]
        blocks.append("\n".join([paint(heading, "bold"), *(_row(one, width) for one in group)]))
    options.say("\n\n".join(blocks))
    return 0


def _row(rule: RulePage, width: int) -> str:
    severity = "off" if rule.off else rule.severity.value
    return f"  {rule.code}  {rule.name:<{width}}  {severity:<7}  {page.summary(rule)}"
