"""The command line: the group of commands, each imported when it is called."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

import click

from campaignctl import __version__
from campaignctl.errors import CampaignctlError

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

#: Name -> what it does in one line. A command's module is imported only when it runs or shows its help.
COMMANDS = {
    "init": "Make a campaigns folder that works.",
    "lint": "Check the campaign files.",
    "rules": "List the rules that lint checks.",
    "explain": "Show one rule's page.",
    "preview": "Show a message as a phone shows it.",
    "plan": "Show what would be created, and to whom it goes.",
    "report": "Write a page that shows what will be sent, and when.",
    "apply": "Create the new campaigns at Exotel, and only those.",
    "resolve": "Settle a create whose outcome is unknown.",
    "status": "Show how campaigns stand at Exotel, and what differs there.",
    "adopt": "Take a campaign that Exotel has into the state.",
    "stop": "Pause a campaign, or all of a plan.",
    "resume": "Let a paused campaign go on.",
    "complete": "End a paused campaign for good.",
    "archive": "Archive a completed campaign.",
    "registry": "Fill registry/ from what a DLT portal exports.",
    "lists": "Fill registry/lists.yaml from the lists of your Exotel account.",
    "state": "Show what campaignctl has created.",
    "schema": "Print a JSON Schema, for editors.",
    "completion": "Print what makes your shell complete.",
    "listen": "Receive Exotel's webhooks, show them and keep them.",
    "sandbox": "Run an Exotel of your own on this machine.",
}


#: For those who pack the tool; not shown and not offered.
HIDDEN = ("man",)


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS and cmd_name not in HIDDEN:
            return None
        module = importlib.import_module(f"campaignctl.commands.{cmd_name}")
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in (*COMMANDS, *HIDDEN) and not args[0].startswith("-"):
            from campaignctl.commands import guesses

            raise click.UsageError(guesses.command(args[0], list(COMMANDS)), ctx=ctx)
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command. What stops it names commands that work where it was run."""
        try:
            return super().invoke(ctx)
        except CampaignctlError as error:
            from campaignctl.commands import pasting

            error.args = (pasting.completed(str(error), ctx), *error.args[1:])
            raise

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Offer the commands without importing them all, and the options."""
        from click.shell_completion import CompletionItem

        found = [
            CompletionItem(one, help=words) for one, words in COMMANDS.items() if one.startswith(incomplete)
        ]
        return [*found, *click.Command.shell_complete(self, ctx, incomplete)]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


_EPILOG = """\b
Examples:
  campaignctl init my-campaigns      a folder to start from
  campaignctl lint                   check every campaign
  campaignctl plan --sandbox         try it without an account
  campaignctl plan                   show what would be created
  campaignctl apply                  create it, after a question

\b
Exit codes:
  0 done    1 findings, blocked or rejected    2 changes (plan --detailed-exitcode)
  3 could not    4 an outcome is unknown    64 usage    70 a bug    130 interrupted
"""


def _folders(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    from campaignctl.commands import completing

    return completing.folders(ctx, param, incomplete)


@click.command(
    cls=_Commands,
    epilog=_EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "-C",
    "directory",
    metavar="DIR",
    shell_complete=_folders,
    help="The campaigns folder, for any command. [env: CAMPAIGNCTL_DIR]",
)
@click.version_option(__version__, message="campaignctl %(version)s")
@click.pass_context
def cli(ctx: click.Context, /, **given: Any) -> None:
    """Campaigns as code for bulk SMS in India.

    Campaigns are YAML files in Git. `lint` checks them, `plan` shows what would be sent to whom, `apply`
    creates only the new ones at Exotel. Nothing is ever sent twice.
    """
    ctx.obj = given["directory"]
