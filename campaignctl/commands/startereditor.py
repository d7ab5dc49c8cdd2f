"""What `init` does for editors: which schema is for which file, and a snippet, in .vscode/ of the repository."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from campaignctl import documents
from campaignctl.commands import starting
from campaignctl.folder import write_whole

_SCHEMAS = "yaml.schemas"
_OURS = re.compile(r"\./(?:.*/)?\.schemas/(?:campaign|config|lists|templates|links)\.schema\.json").fullmatch


def files(top: Path, inside: str) -> Iterator[tuple[Path, str | None]]:
    """Write what is missing; yield each file, and what to say of it: "" where it is new."""
    settings = top / ".vscode" / "settings.json"
    yield settings, _settings(settings, inside)
    snippet = top / ".vscode" / "campaign.code-snippets"
    text = starting.filled(snippet.name, {})
    if starting.write(snippet, text):
        yield snippet, ""
    elif _read(snippet) != text:
        yield snippet, f"Left as it is: {starting.shown(snippet)}"


def _settings(path: Path, inside: str) -> str | None:
    """Make the settings know a folder's schemas, and return what to say; "" where the file is new, None for nothing."""
    ours = _schemas(inside)
    if starting.write(path, _text(ours)):
        return ""
    there = _written_by_init(path)
    if there is None:
        lines = _text(ours).strip().removeprefix("{\n").removesuffix("\n}")
        return f"Add to {starting.shown(path)}, so that your editor knows the schemas:\n{lines}"
    if ours.items() <= there.items():
        return None
    write_whole(path, _text({**there, **ours}).encode(), path.stat())
    return f"Added to {starting.shown(path)}: the schemas of this folder"


def _schemas(inside: str) -> dict[str, Any]:
    """Return which schema is for which files. A file's own first line counts before it."""
    prefix = "" if inside == "." else f"{inside}/"
    globs = {
        "campaign": [f"{prefix}examples/**/*.yaml", f"{prefix}20[0-9][0-9]/**/*.yaml"],
        "config": [f"{prefix}campaignctl.yaml"],
        **{name: [f"{prefix}registry/{name}.yaml"] for name in ("lists", "templates", "links")},
    }
    return {f"./{prefix}.schemas/{name}.schema.json": ones for name, ones in globs.items()}


def _text(schemas: dict[str, Any]) -> str:
    return json.dumps({_SCHEMAS: schemas}, indent=2, ensure_ascii=False) + "\n"


def _written_by_init(path: Path) -> dict[str, Any] | None:
    """Return the schemas of settings that hold nothing but what init has put there; None for all others."""
    try:
        data = json.loads(_read(path) or "")
    except (ValueError, RecursionError):
        return None
    schemas = data.get(_SCHEMAS) if isinstance(data, dict) and len(data) == 1 else None
    if not isinstance(schemas, dict) or not all(_OURS(one) for one in schemas):
        return None
    return schemas


def _read(path: Path) -> str | None:
    """Return a text, None for a link, for what is no file, and for what is not UTF-8."""
    data = None if path.is_symlink() else documents.read(path, documents.MAX_BYTES)
    try:
        return data.decode("utf-8") if isinstance(data, bytes) else None
    except UnicodeDecodeError:
        return None
