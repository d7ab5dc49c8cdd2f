"""`campaignctl lint`."""

from __future__ import annotations

from typing import Any

import click

from campaignctl import lint, render
from campaignctl.commands import doors, options, reports, verdicts
from campaignctl.errors import CampaignctlError
from campaignctl.model import LintResult
from campaignctl.rules import pages

_EPILOG = """\b
Examples:
  campaignctl lint                          every campaign of the folder
  campaignctl lint campaigns/2035           only these; the same id elsewhere is not seen
  campaignctl lint --format json            for other programs
  campaignctl lint --format github --report sarif=lint.sarif --report junit=lint.xml
  campaignctl lint --fail-on warning        warnings count as well
  campaignctl lint --select CC7             only what is compared with the registered texts
"""


@click.command(epilog=_EPILOG)
@click.argument("paths", nargs=-1, metavar="[PATHS]...")
@click.option(
    "--format",
    "format_",
    type=click.Choice(render.offering("findings")),
    default="text",
    help="How to report.",
)
@reports.option
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "never"]),
    default="error",
    help="The least finding that makes the exit code 1.",
)
@verdicts.option
@options.variables
@options.time
@options.colour
@options.folder
@click.pass_context
def command(ctx: click.Context, /, **given: Any) -> int:
    """Check campaign files against the schema and the rules.

    Without PATHS all campaigns of the folder are checked. `campaignctl explain NAME` has a page for each
    finding. RULES are names, codes, or beginnings of codes such as CC3, with commas between them; rules that
    keep a wrong or repeated campaign from being sent always run.
    """
    the_project = doors.open_project(options.directory_of(ctx, given["directory"]), given["variables"])
    reports.spare_the_state(given["reports"], the_project)
    result = verdicts.run(the_project, given)
    _report(result, given)
    if given["fail_on"] == "never":
        return 0
    return int(lint.has_errors(result.findings, warnings=given["fail_on"] == "warning"))


def _report(result: LintResult, given: dict[str, Any]) -> None:
    """Write the files, print the report, and say what was not checked. Raises CampaignctlError for a file."""
    trouble = reports.write(given["reports"], result)
    options.say(render.findings(given["format_"], result, pages(), options.paint(given["color"])))
    if given["format_"] != "github":  # has them as annotations
        options.note(result.notes)
    if trouble:
        raise CampaignctlError("; ".join(trouble))
