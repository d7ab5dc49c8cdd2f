"""The one place where exceptions become words and exit codes."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import click

from campaignctl.cli import cli
from campaignctl.errors import CampaignctlError
from campaignctl.words import printable, why

USAGE, BUG, INTERRUPTED = 64, 70, 130


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command line and exit with the code of the design, §4."""
    sys.stdout = sys.stdout or open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
    sys.stderr = sys.stderr or open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
    for stream in (sys.stdout, sys.stderr):
        if hasattr(
            stream, "reconfigure"
        ):  # a terminal that knows no Devanagari shows escapes, not a traceback
            stream.reconfigure(errors="backslashreplace")
    code = _run(arguments)
    try:
        sys.stdout.flush()
    except OSError:
        code = code or CampaignctlError.exit_code
        _abandon_stdout()
    sys.exit(code)


def _run(arguments: Sequence[str] | None) -> int:
    try:
        return int(cli.main(arguments, prog_name="campaignctl", standalone_mode=False) or 0)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.ctx.get_help() if error.ctx else "", err=True)
        return USAGE
    except click.UsageError as error:
        return _say_usage(error)
    except (click.Abort, KeyboardInterrupt):
        _say("interrupted")
        return INTERRUPTED
    except click.ClickException as error:
        _say(error.format_message())
        return CampaignctlError.exit_code
    except CampaignctlError as error:
        _say(str(error))
        return error.exit_code
    except SystemExit as ended:  # with standalone_mode=False click exits by itself only for a broken pipe: 1
        return CampaignctlError.exit_code if ended.code == 1 else int(ended.code or 0)
    except OSError as error:
        _say(f"{why(error)}{f': {error.filename}' if error.filename else ''}")
        return CampaignctlError.exit_code
    except Exception as error:  # noqa: BLE001 - the last door: whatever comes here is a bug
        return _say_bug(error)


def _say(message: str) -> None:
    click.echo(f"campaignctl: {printable(message)}", err=True)


def _say_usage(error: click.UsageError) -> int:
    if error.ctx is not None:
        click.echo(error.ctx.get_usage(), err=True)
        click.echo(f"Try '{error.ctx.command_path} --help' for help.", err=True)
    from campaignctl.commands import guesses

    _say(guesses.usage(error))
    return USAGE


def _say_bug(error: Exception) -> int:
    if os.environ.get("CAMPAIGNCTL_DEBUG"):
        import traceback

        click.echo(_without_secrets("".join(traceback.format_exception(error))), err=True)
    words = _without_secrets(f"{type(error).__name__}: {error}")
    _say(f"this is a bug in campaignctl, please report it ({words}); CAMPAIGNCTL_DEBUG=1 shows where")
    return BUG


def _without_secrets(text: str) -> str:
    for name in ("EXOTEL_API_TOKEN", "EXOTEL_API_KEY", "EXOTEL_ACCOUNT_SID"):
        value = os.environ.get(name, "")
        if len(value) >= 4:
            text = text.replace(value, "***")
    return text


def _abandon_stdout() -> None:
    """Whoever read our output is gone; let the interpreter close it without a complaint."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
