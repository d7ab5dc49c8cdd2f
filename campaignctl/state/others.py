"""Other states in a campaigns folder: where one holds what was sent, an empty one in its place sends it again.

A change of `project` alone is refused by the state, and a change of `state.path` alone finds every campaign again
by its token. Both at once, in one pull request, would look like a new project: an empty state and new tokens.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from campaignctl.errors import StateError
from campaignctl.state.files import head, identity, read

#: What begins so is read as a state, whichever project it belongs to, or as a line of its journal.
_HEAD = 4096
_IS_STATE = re.compile(
    rb'\{\s*"version"\s*:\s*[0-9]+,\s*"project"\s*:\s*"[^"]*",\s*"lineage"\s*:'
    rb'|\{"account":(?:null|"[^"]*"),"campaigns":'
).match
_IS_LINE = re.compile(rb'\{"account":').match
_EMPTY = re.compile(rb'"campaigns": \{\},\s*"intents": \{\}').search
#: Folders that hold no state of these campaigns: Git's own, and the sandbox's.
_PRIVATE = frozenset((".git", ".campaignctl"))


def is_state(path: Path) -> bool:
    """Return whether a file holds a state or a journal. What cannot be read does not."""
    return _IS_STATE(head(path, _HEAD)) is not None


def refuse_others(root: Path, path: Path, usual: str, besides: Path | None = None) -> None:
    """Raise StateError when the state at `path` knows of nothing, and another one in the folder may know more.

    `besides` is one that is known of, for it is about to be merged.
    Where `path` is not the usual one, a state at the usual place is refused in any case: one folder, one state.
    """
    at_the_usual_place = root / usual
    if not _same(path, at_the_usual_place) and is_state(at_the_usual_place):
        raise StateError(_words(at_the_usual_place, path))
    if not _knows_nothing(path):
        return
    own = {path, path.with_name(f"{path.name}.journal")}
    for other in _files(root):
        known = other in own or (besides is not None and _same(other, besides))
        if not known and is_state(other) and not _knows_nothing(other) and not _tells_nothing(other):
            raise StateError(_words(other, path))


def _words(other: Path, path: Path) -> str:
    return (
        f"{other} holds what was sent, and campaignctl.yaml names {path.name} as the state; without the first every "
        "campaign could be sent again. Put `project` and `state.path` back as they were; to give the state another "
        "place, move the file there; another project needs a folder of its own"
    )


def _same(path: Path, other: Path) -> bool:
    """Return whether two names are one file, or would be: by another spelling, where letter case does not count."""
    with suppress(OSError):
        return path.samefile(other)
    return path == other


def _knows_nothing(path: Path) -> bool:
    journal = path.with_name(f"{path.name}.journal")
    if identity(journal) is not None:
        return False
    start = head(path, _HEAD)
    return identity(path) is None or (_IS_STATE(start) is not None and _EMPTY(start) is not None)


def _tells_nothing(path: Path) -> bool:
    """Return whether a file is a journal whose whole lines are of no campaign, as losses of power leave it beside the
    state. What follows the last line break is torn, and never counted.
    """
    if _IS_LINE(head(path, _HEAD)) is None:
        return False
    try:
        lines = [json.loads(one) for one in (read(path) or b"").split(b"\n")[:-1]]
        return not any(one["campaigns"] or one["intents"] or one.get("declared") for one in lines)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return False


def _files(root: Path) -> Iterator[Path]:
    """Yield the plain files of the folder that are no campaigns.

    A folder inside with a campaignctl.yaml is no exception: lint reads it as campaigns, and a request could put one
    beside the state to hide it.
    """
    for name, folders, files in os.walk(root):
        folder = Path(name)
        folders[:] = sorted(one for one in folders if one not in _PRIVATE)
        yield from (folder / one for one in sorted(files) if not one.lower().endswith((".yaml", ".yml")))
