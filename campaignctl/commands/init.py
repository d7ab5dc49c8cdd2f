"""`campaignctl init`."""

from __future__ import annotations

import os
import re
import secrets
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from campaignctl import schema
from campaignctl.commands import options, startereditor, starterpipelines, starting
from campaignctl.errors import ProjectError, UsageError
from campaignctl.folder import CONFIG
from campaignctl.words import INDIA

_FILES = (
    CONFIG,
    "registry/lists.yaml",
    "registry/templates.yaml",
    "registry/links.yaml",
    "examples/welcome.yaml",
)
_REGIONS = ("mumbai", "singapore")
_EPILOG = """\b
Examples:
  campaignctl init                          in ./campaigns
  campaignctl init my-campaigns             in a folder of that name
  campaignctl init --ci gitlab --yes        with a pipeline for GitLab, and nothing asked
"""


@click.command(epilog=_EPILOG)
@click.argument("directory", required=False, type=click.Path(path_type=Path))
@click.option("--project", metavar="NAME", help="What the project is called; a random part is added.")
@click.option(
    "--ci",
    type=click.Choice(starting.PIPELINES),
    help="Whose pipeline to write, at the root of the repository.",
)
@click.option("--region", type=click.Choice(_REGIONS), help="Where the Exotel account lives.")
@click.option("--yes", is_flag=True, help="Ask nothing.")
@click.pass_context
def command(ctx: click.Context, /, **given: Any) -> int:
    """Make a campaigns folder that works: settings, registry, one example, schemas and a snippet for editors, a pipeline.

    At a terminal it asks for what no option says: the name, GitHub or GitLab, the region. Files that exist are never
    overwritten; a folder that holds a campaignctl.yaml is left alone. A second folder of a repository gets a pipeline of
    its own, and its schemas are added to the editor's settings where those are what init has written.
    """
    root = _root(given["directory"], ctx.obj)
    if os.path.lexists(root / CONFIG):
        raise ProjectError(f"{root / CONFIG} exists already; nothing was written")
    if (around := starting.folder_around(root)) is not None:
        raise ProjectError(f"{root} would lie inside the campaigns folder {around}; make it beside that one")
    place = starting.place(root)
    said = _answers(given, root, place)
    words = _words(said)
    written = [file for file in _FILES if starting.write(root / file, starting.filled(file, words))]
    for name in ("campaign", "config", "lists", "templates", "links"):
        text = schema.path(name).read_text(encoding="utf-8")
        starting.write(root / ".schemas" / f"{name}.schema.json", text)
    beside = list(_beside(root, place, said["ci"], words))
    new = [path for path, told in beside if told == ""]
    options.say(f"Made {root}: {', '.join([*written, *(os.path.relpath(path, root) for path in new)])}")
    for _, told in beside:
        if told:
            options.say(told)
    options.say(
        f"\nNext:{_way_to(root)}\n  campaignctl lint\n  campaignctl plan --sandbox\n  campaignctl apply --sandbox"
    )
    return 0


def _beside(
    root: Path, place: starting.Place, ci: str, words: Mapping[str, str]
) -> Iterator[tuple[Path, str | None]]:
    """Write what is missing beside the folder's own files; yield each, and what to say of it: "" where it is new."""
    ignored = root / ".gitignore"
    yield ignored, starting.ignoring(ignored, starting.filled("gitignore", words))
    made = starterpipelines.pipeline(place, ci)
    if made is not None:
        new = made.text is not None and starting.write(made.path, made.text)
        served = f"Left as it is, for it serves this folder already: {starting.shown(made.path)}"
        yield made.path, "" if new else served
        yield from ((made.path, hint) for hint in made.hints)
    yield from startereditor.files(place.top, place.inside)


def _root(named: Path | None, directory: str | None) -> Path:
    """Return the folder to make: DIRECTORY, or what `-C` names. Raises UsageError for both, and ProjectError for a file."""
    if named is not None and directory is not None:
        raise UsageError(f"-C {directory} and {named} are two folders; name one")
    root = named or Path(directory or "campaigns")
    if os.path.lexists(root) and not root.is_dir():
        raise ProjectError(f"{root} is not a folder; name one that is there, or a new one")
    return root


def _way_to(root: Path) -> str:
    """Return the line that goes to the folder, "" where the commands find it from here."""
    if root in (Path("campaigns"), Path()):
        return ""
    return f"\n  cd {'./' if str(root).startswith('-') else ''}{starting.quoted(root)}"


def _answers(given: Mapping[str, Any], root: Path, place: starting.Place) -> dict[str, str]:
    """Return the name, the kind of pipeline and the region: from the options, the person, or as is usual."""
    name = _slug(root.resolve().name)
    asks = not given["yes"] and sys.stdin.isatty()

    def answer(key: str, question: str, usual: str, choices: tuple[str, ...] = ()) -> str:
        if given[key] is not None or not asks:
            return given[key] or usual
        kind = click.Choice(choices) if choices else None
        said: str = click.prompt(question, default=usual, type=kind, err=True)
        return said

    return {
        "project": _slug(answer("project", "Project, as in the tokens at Exotel", name)),
        "ci": answer("ci", "Pipeline", place.usual_ci, starting.PIPELINES),
        "region": answer("region", "Region of the Exotel account", _REGIONS[0], _REGIONS),
    }


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40].strip("-") or "campaigns"


def _words(said: Mapping[str, str]) -> dict[str, str]:
    day = (datetime.now(UTC).astimezone(INDIA) + timedelta(days=30)).replace(
        minute=0, second=0, microsecond=0
    )
    return {
        "PROJECT": f"{said['project']}-{secrets.token_hex(3)}",
        "REGION": said["region"],
        "START": day.replace(hour=11).isoformat(),
        "END": day.replace(hour=17).isoformat(),
    }
