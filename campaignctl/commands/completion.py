"""`campaignctl completion`."""

from __future__ import annotations

from typing import Any

import click

from campaignctl.commands import options

_SHELLS = ("bash", "zsh", "fish")
_EPILOG = """\b
Examples:
  campaignctl completion bash               print it
  campaignctl completion fish > ~/.config/fish/completions/campaignctl.fish

\b
In ~/.bashrc:                      eval "$(campaignctl completion bash)"
In ~/.zshrc, after compinit:       eval "$(campaignctl completion zsh)"
"""


@click.command(epilog=_EPILOG)
@click.argument("shell", type=click.Choice(_SHELLS))
def command(**given: Any) -> int:
    """Print a script that makes SHELL complete commands, options, campaign ids, rules and plans.

    The words come from the files of the campaigns folder and from the state. Nothing is run, sent or written for them.
    """
    from click import shell_completion

    from campaignctl.cli import cli

    kind = shell_completion.get_completion_class(given["shell"])
    assert kind is not None  # noqa: S101 - click brings all three
    script = kind(cli, {}, "campaignctl", "_CAMPAIGNCTL_COMPLETE")
    # Not bash's own source(): that runs the machine's bash to ask its version.
    text = shell_completion.ShellComplete.source(script).rstrip("\n")
    # click's script for fish ends the words beside an offer at their first comma: 12,430 contacts become 12.
    options.say(text.replace('string split ","', 'string split --max 1 ","'))
    return 0
