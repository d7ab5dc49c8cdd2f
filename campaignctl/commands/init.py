"""`campaignctl init`."""

from __future__ import annotations

import os
import re
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from campaignctl import __version__, schema
from campaignctl.commands import options
from campaignctl.errors import ProjectError
from campaignctl.folder import CONFIG
from campaignctl.words import INDIA

_STARTER = Path(__file__).parent.parent / "starter"
_FILES = (
    CONFIG,
    "registry/lists.yaml",
    "registry/templates.yaml",
    "registry/links.yaml",
    "examples/welcome.yaml",
)
_EPILOG = """\b
Examples:
  campaignctl init                          in ./campaigns
  campaignctl init my-campaigns             in a folder of that name
"""


@click.command(epilog=_EPILOG)
@click.argument("directory", required=False, default="campaigns", type=click.Path(path_type=Path))
def command(**given: Any) -> int:
    """Make a campaigns folder that works: settings, registry, one example, schemas for editors, CI.

    Files that exist are never overwritten; a folder that holds a campaignctl.yaml is left alone.
    """
    root: Path = given["directory"]
    if os.path.lexists(root / CONFIG):
        raise ProjectError(f"{root / CONFIG} exists already; nothing was written")
    words = _words(root)
    written = [file for file in _FILES if _write(root / file, _filled(file, words))]
    for name in ("campaign", "config", "lists", "templates", "links"):
        _write(root / ".schemas" / f"{name}.schema.json", schema.path(name).read_text(encoding="utf-8"))
    # GitHub looks at the root of a repository alone.
    ci = (Path() if Path(".git").exists() else root) / ".github" / "workflows" / "campaigns.yml"
    words["DIR"] = str(root) if Path(".git").exists() else "."
    if not re.fullmatch(r"[A-Za-z0-9._/-]+", words["DIR"]):
        click.echo(f"campaignctl: no workflow was written, for '{root}' needs quoting in it", err=True)
    elif _write(root / ".gitignore", _filled("gitignore", words)):
        written.append(".gitignore")
    if _write(ci, _filled("github.yml", words)):
        written.append(os.path.relpath(ci, root))
    options.say(f"Made {root}: {', '.join(written)}")
    go_there = "" if root == Path("campaigns") else f"\n  cd {root}"
    options.say(
        f"\nNext:{go_there}\n  campaignctl lint\n  campaignctl plan --sandbox\n  campaignctl apply --sandbox"
    )
    return 0


def _words(root: Path) -> dict[str, str]:
    slug = re.sub(r"[^a-z0-9]+", "-", root.resolve().name.lower()).strip("-")[:40] or "campaigns"
    day = (datetime.now(UTC).astimezone(INDIA) + timedelta(days=30)).replace(
        minute=0, second=0, microsecond=0
    )
    return {
        "PROJECT": f"{slug}-{secrets.token_hex(3)}",
        "START": day.replace(hour=11).isoformat(),
        "END": day.replace(hour=17).isoformat(),
        "VERSION": __version__,
    }


def _filled(file: str, words: dict[str, str]) -> str:
    text = (_STARTER / file).read_text(encoding="utf-8")
    for name, value in words.items():
        text = text.replace(f"@{name}@", value)
    return text


def _write(path: Path, text: str) -> bool:
    """Write a file that is not there yet. Returns whether it was written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8") as handle:
            handle.write(text)
    except FileExistsError:
        return False
    return True
