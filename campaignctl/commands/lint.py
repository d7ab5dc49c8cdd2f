"""`campaignctl lint`."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import click

from campaignctl import documents, lint, project, render
from campaignctl.commands import completing, doors, fixes, options, reports, verdicts
from campaignctl.errors import CampaignctlError, UsageError
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
  campaignctl lint --diff                   what --fix would change; git apply takes it
  campaignctl lint --fix                    mend what is certain, report what remains
"""


@click.command(epilog=_EPILOG)
@click.argument("paths", nargs=-1, metavar="[PATHS]...", shell_complete=completing.files)
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
@fixes.option
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

    --fix and --diff edit the files that are checked; campaignctl.yaml and registry/ are edited only when
    all is checked or they are named. --diff ends with 1 when --fix would change something, else with 0.
    """
    mode = fixes.mode(given)
    if given["update_baseline"] and mode is not fixes.Mode.REPORT:
        raise UsageError("--update-baseline takes the findings as they are; mend with --fix first")
    root = project.find_root(options.directory_of(ctx, given["directory"]))
    check = partial(_check, root, given)
    if mode is fixes.Mode.DIFF:
        return fixes.show(check, str(root), given)
    trouble: str | None = None
    if mode is fixes.Mode.FIX:
        result, trouble = fixes.make(check, str(root), given)
    else:
        result = check(documents.read)
    _report(result, given)
    if trouble is not None:
        raise CampaignctlError(trouble)
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


def _check(root: Path, given: dict[str, Any], read: documents.Read) -> LintResult:
    """Lint as the command line says, the files read by `read`."""
    the_project = project.load(root, given["variables"], read)
    for one in given["reports"]:
        doors.spare_the_state(one.path, the_project)
        verdicts.spare_the_baseline(one.path, the_project, given)
    return verdicts.run(the_project, given)
