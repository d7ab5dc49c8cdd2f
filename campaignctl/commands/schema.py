"""`campaignctl schema`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from campaignctl import schema
from campaignctl.commands import options

_EPILOG = """\b
Examples:
  campaignctl schema                        the schema of a campaign file
  campaignctl schema lists > lists.schema.json
  campaignctl schema --with-registry --out .schemas/campaign.schema.json

\b
Editors find it by the first line of a file:
  # yaml-language-server: $schema=../.schemas/campaign.schema.json
or VS Code by its .vscode/settings.json:
  "yaml.schemas": {".schemas/campaign.schema.json": ["20*/**/*.yaml", "examples/*.yaml"]}
"""


@click.command(epilog=_EPILOG)
@click.argument("name", required=False, default="campaign", metavar="[NAME]", type=click.Choice(schema.NAMES))
@click.option(
    "--with-registry",
    is_flag=True,
    help="Let editors offer template ids, headers and list aliases, each with what it stands for.",
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write it to a file instead of printing it.",
)
@options.folder
@click.pass_context
def command(ctx: click.Context, /, **given: Any) -> int:
    """Print a JSON Schema (draft-07), for editors and other programs.

    NAME is campaign (the default), config, templates, lists, links or state.

    With --with-registry the schema of a campaign holds what stands in registry/ today, so that an editor completes
    it. It forbids nothing more: whether an id is registered is for lint to tell. Make it again when the registry
    has changed; the same registry makes the same bytes.
    """
    text = schema.path(given["name"]).read_text(encoding="utf-8")
    if given["with_registry"]:
        text = _with_registry(ctx, given, text)
    if given["out"]:
        options.write_file(given["out"], text)
    else:
        options.say(text.rstrip("\n"))
    return 0


def _with_registry(ctx: click.Context, given: dict[str, Any], text: str) -> str:
    """Return the schema with the folder's registry in it. Raises ProjectError, UsageError."""
    from campaignctl import editorschema
    from campaignctl.commands import doors

    if given["name"] != "campaign":
        raise click.UsageError(f"--with-registry is for the schema of a campaign, not of {given['name']}")
    the_project = doors.open_project(options.directory_of(ctx, given["directory"]))
    if given["out"]:
        doors.spare_the_state(given["out"], the_project)
    if the_project.sound is None:
        options.note(
            ["the folder's settings have errors, so some words are missing; `campaignctl lint` shows them"]
        )
    elif not the_project.registries:
        options.note(
            [
                "registry/ is empty, so there are no words to offer; `campaignctl registry import FILE` fills it"
            ]
        )
    made = editorschema.with_registry(json.loads(text), the_project.registry)
    return json.dumps(made, indent=2, ensure_ascii=False) + "\n"
