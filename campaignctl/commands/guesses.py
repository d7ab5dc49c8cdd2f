"""What somebody meant who typed what is not there: words of other tools, options of one dash, formats cut short."""

from __future__ import annotations

import re

import click

from campaignctl.words import did_you_mean

_PAUSES = "`campaignctl stop` pauses a campaign, and nothing deletes one that Exotel has"
#: Words of other tools, and what does that here.
_COMMANDS = {
    "pause": "`campaignctl stop` pauses a campaign",
    "cancel": _PAUSES,
    "delete": _PAUSES,
    "destroy": _PAUSES,
    "remove": _PAUSES,
    "rm": _PAUSES,
    "start": "`campaignctl resume` lets a paused campaign go on; `campaignctl apply` creates new ones",
    "help": "`campaignctl --help` shows all, `campaignctl COMMAND --help` one",
    "version": "`campaignctl --version` shows it",
    "validate": "`campaignctl lint` checks the files",
    "check": "`campaignctl lint` checks the files",
    "fmt": "`campaignctl lint --fix` mends what it can",
    "fix": "`campaignctl lint --fix` mends what it can",
    "diff": "`campaignctl plan` shows what would be created",
    "create": "`campaignctl apply` creates the new campaigns",
    "send": "`campaignctl apply` creates the new campaigns",
    "deploy": "`campaignctl apply` creates the new campaigns",
    "import": "`campaignctl adopt` takes a campaign of Exotel's, `campaignctl registry import` a DLT portal's export",
    "refresh": "`campaignctl plan --refresh` asks Exotel for what was created",
    "logs": "`campaignctl status ID --failed` says why messages failed",
}
_OPTIONS = {
    "--auto-approve": "--yes, which asks nothing",
    "--force": "--yes, which asks nothing",
    "-f": "--format",
    "-y": "--yes",
    "-o": "--out",
    "--output": "--out",
    "--dry-run": "`campaignctl plan` shows what would be created",
    "--json": "--format json",
    "--verbose": "CAMPAIGNCTL_DEBUG=1 shows where a bug is",
}
_CHOICES = {"md": "markdown", "htm": "html", "gha": "github", "xml": "junit"}
_NO_COMMAND = re.compile(r"No such command '(.*?)'")
_NOT_ONE_OF = re.compile(r"'([^'\n]*)' is not one of ((?:'[^'\n]*'(?:, )?)+)")


def command(word: str, known: list[str], path: str = "") -> str:
    """Return the sentence about a command that there is not."""
    close = did_you_mean(word, known)
    guess = f"did you mean '{close}'?" if close else None
    if not path:
        guess = _COMMANDS.get(word.lower(), guess)
    return f"there is no command '{f'{path} {word}' if path else word}'{f'; {guess}' if guess else ''}"


def usage(error: click.UsageError) -> str:
    """Return what is wrong with a command line, with what was probably meant."""
    said = " ".join(error.format_message().split())
    if isinstance(error, click.NoSuchOption):
        return _option(error, said)
    inner = _NO_COMMAND.match(said)
    if inner is not None and error.ctx is not None and isinstance(error.ctx.command, click.Group):
        path = error.ctx.command_path.removeprefix("campaignctl").strip()
        return command(inner[1], error.ctx.command.list_commands(error.ctx), path)
    found = _NOT_ONE_OF.search(said)
    if found is not None and "did you mean" not in said.lower():
        known = re.findall(r"'([^']*)'", found[2])
        meant = _CHOICES.get(found[1].lower())
        begins = [one for one in known if found[1] and one.startswith(found[1].lower())]
        close = meant if meant in known else begins[0] if len(begins) == 1 else did_you_mean(found[1], known)
        return f"{said.rstrip('.')}; did you mean '{close}'?" if close else said
    return said


def _option(error: click.NoSuchOption, said: str) -> str:
    name = error.option_name
    known = [one for param in error.ctx.command.params for one in param.opts] if error.ctx is not None else []
    if not said.startswith("No such option"):
        return said
    hint = _OPTIONS.get(name)
    if hint is None:
        close = did_you_mean(name, [one for one in known if one.startswith("--")])
        hint = f"did you mean {close}?" if close else None
    elif hint.startswith("--"):
        hint = f"did you mean {hint}?" if hint.split(",")[0].split()[0] in known else None
    return f"there is no option '{name}'{f'; {hint}' if hint else ''}"
