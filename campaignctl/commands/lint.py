"""`campaignctl lint`."""

from __future__ import annotations

from typing import Any

import click

from campaignctl import lint
from campaignctl.commands import doors, options
from campaignctl.render import FORMATS

_EPILOG = """\b
Examples:
  campaignctl lint                          every campaign of the folder
  campaignctl lint campaigns/2035           only these; the same id elsewhere is not seen
  campaignctl lint --format json            for other programs
  campaignctl lint --fail-on warning        warnings count as well
"""


@click.command(epilog=_EPILOG)
@click.argument("paths", nargs=-1, metavar="[PATHS]...")
@click.option("--format", "format_", type=click.Choice(list(FORMATS)), default="text", help="How to report.")
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "never"]),
    default="error",
    help="The least finding that makes the exit code 1.",
)
@options.variables
@options.time
@options.colour
@options.folder
@click.pass_context
def command(ctx: click.Context, /, **given: Any) -> int:
    """Check campaign files against the schema and the rules.

    Without PATHS all campaigns of the folder are checked. `campaignctl explain NAME` has a page for each
    finding.
    """
    the_project = doors.open_project(options.directory_of(ctx, given["directory"]), given["variables"])
    result = lint.run(the_project, given["paths"], now=options.now(given["at"]))
    if given["format_"] == "text":
        options.say(FORMATS["text"].findings(result, options.paint(given["color"])))
    else:
        options.say(FORMATS[given["format_"]].findings(result))
    if given["fail_on"] == "never":
        return 0
    return int(lint.has_errors(result.findings, warnings=given["fail_on"] == "warning"))
