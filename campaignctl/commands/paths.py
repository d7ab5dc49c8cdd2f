"""PATHS of a command line at which nothing is: what was probably meant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from campaignctl import lint
from campaignctl.errors import NoPathError, ProjectError
from campaignctl.model import Campaign
from campaignctl.project import Project
from campaignctl.words import quoted


@contextmanager
def explained(the_project: Project, now: datetime) -> Iterator[None]:
    """Say of a path that is not there which file was meant. Raises ProjectError."""
    try:
        yield
    except NoPathError as error:
        raise ProjectError(f"{error}{_meant(error.path, the_project, now)}") from error


def _meant(path: str, the_project: Project, now: datetime) -> str:
    """Say where it is: below the folder that `-C` names, or in the file that holds the campaign of this id."""
    below = the_project.root / path
    if below.exists():
        return f"; PATHS count from the current folder, from where this is {below}"
    with suppress(ProjectError):
        for one in lint.run(the_project, now=now).campaigns:
            if one.id == path:
                return f"; PATHS are files, and {quoted(path)} is in {one.source.path}"
    return ""


def ids_in(path: str, campaigns: Iterable[Campaign]) -> list[str]:
    """Return the ids of the campaigns in a file; none where a path is no file."""
    place = Path(path)
    with suppress(OSError, ValueError):
        return [one.id for one in campaigns if one.id is not None and place.samefile(one.source.path)]
    return []
