"""`campaignctl lint`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import click

from campaignctl import documents, lint, project
from campaignctl.commands import fixes, options
from campaignctl.errors import CampaignctlError
from campaignctl.model import LintResult
from campaignctl.render import FORMATS

_EPILOG = """\b
Examples:
  campaignctl lint                          every campaign of the folder
  campaignctl lint campaigns/2035           only these; the same id elsewhere is not seen
  campaignctl lint --format json            for other programs
  campaignctl lint --fail-on warning        warnings count as well
  campaignctl lint --diff                   what --fix would change; git apply takes it
  campaignctl lint --fix                    mend what is certain, report what remains
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
@fixes.option
@options.variables
@options.time
@options.colour
@options.folder
@click.pass_context
def command(ctx: click.Context, /, **given: Any) -> int:
    """Check campaign files against the schema and the rules.

    Without PATHS all campaigns of the folder are checked. `campaignctl explain NAME` has a page for each
    finding.

    --fix and --diff edit the files that are checked; campaignctl.yaml and registry/ are edited only when
    all is checked or they are named. --diff ends with 1 when --fix would change something, else with 0.
    """
    mode = fixes.mode(given)
    root = project.find_root(options.directory_of(ctx, given["directory"]))
    check = partial(_check, root, given)
    if mode is fixes.Mode.DIFF:
        return fixes.show(check, str(root), given)
    trouble: str | None = None
    if mode is fixes.Mode.FIX:
        result, trouble = fixes.make(check, str(root), given)
    else:
        result = check(documents.read)
    if given["format_"] == "text":
        options.say(FORMATS["text"].findings(result, options.paint(given["color"])))
    else:
        options.say(FORMATS[given["format_"]].findings(result))
    if trouble is not None:
        raise CampaignctlError(trouble)
    if given["fail_on"] == "never":
        return 0
    return int(lint.has_errors(result.findings, warnings=given["fail_on"] == "warning"))


def _check(root: Path, given: Mapping[str, Any], read: documents.Read) -> LintResult:
    """Lint as the command line says, the files read by `read`."""
    the_project = project.load(root, given["variables"], read)
    return lint.run(the_project, given["paths"], now=options.now(given["at"]))
