"""`campaignctl schema`."""

from __future__ import annotations

from typing import Any

import click

from campaignctl import schema
from campaignctl.commands import options

_EPILOG = """\b
Examples:
  campaignctl schema                        the schema of a campaign file
  campaignctl schema lists > lists.schema.json
"""


@click.command(epilog=_EPILOG)
@click.argument("name", required=False, default="campaign", type=click.Choice(schema.NAMES))
def command(**given: Any) -> int:
    """Print a JSON Schema (draft-07), for editors and other programs."""
    options.say(schema.path(given["name"]).read_text(encoding="utf-8").rstrip("\n"))
    return 0
