"""The plain data of a registry folder, for the sandbox: it is written apart from our reading of the registry."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from campaignctl import documents
from campaignctl.composer import Problem
from campaignctl.errors import ProjectError
from campaignctl.folder import read_inside, shown
from campaignctl.registry import FILES


def plain(folder: Path, root: Path) -> dict[str, Mapping[str, Any]]:
    """Return what the files of a registry folder hold, by the name of their schema; links out of `root` stay closed.

    Raises ProjectError for a file that cannot be read or is no mapping.
    """
    found: dict[str, Mapping[str, Any]] = {}
    for name, file in FILES.items():
        path = folder / Path(file).name
        if not os.path.lexists(path):
            continue
        data = read_inside(str(path), root, documents.MAX_REGISTRY_BYTES)
        if isinstance(data, Problem):
            raise ProjectError(f"{shown(path)}: {data.message}")
        found[name] = _mapping(path, data)
    return found


def _mapping(path: Path, data: bytes) -> Mapping[str, Any]:
    parsed = documents.parse(data, shown(path))
    if parsed.problems:
        first = parsed.problems[0]
        line = parsed.file.region(first.start, first.end).line
        raise ProjectError(f"{parsed.file.path}, line {line}: {first.message}")
    if not parsed.complete or len(parsed.documents) != 1 or not isinstance(parsed.documents[0].data, dict):
        raise ProjectError(f"{parsed.file.path} must hold one mapping; `campaignctl schema` has its form")
    whole: Mapping[str, Any] = parsed.documents[0].data
    return whole
