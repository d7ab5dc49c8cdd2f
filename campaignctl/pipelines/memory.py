"""What a repository has known to be sent, and whether the state of now still knows it.

A state can only grow. A request that takes it away, moves the folder from under it or looks for it elsewhere would
make what was sent look new; so the pipeline holds the state of now against those before it, the deleted ones too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from campaignctl.pipelines.git import Repository
from campaignctl.pipelines.surroundings import PipelineError
from campaignctl.words import printable

#: Deleted files that are looked at, the newest first; no history of one folder has so many.
_MOST = 2_000
_NO_STATES = (".yaml", ".yml", ".md", ".py", ".lock", ".html", ".csv", ".sarif")


def hold(now: bytes | None, earlier: bytes | None, where: str) -> None:
    """Raise PipelineError where a state of before knows what the one of now does not. None: there is none."""
    before, after = _state(earlier), _state(now) or {}
    if before is None:
        return
    kept = {*_keys(after, "campaigns"), *_keys(after, "intents")}
    kept |= {str(one.get("id")) for one in after.get("declared") or () if isinstance(one, dict)}
    lost = sorted({*_keys(before, "campaigns"), *_keys(before, "intents")} - kept)
    if lost or (kept and before.get("project") != after.get("project")):
        named = ", ".join(printable(one) for one in lost[:3]) + (" and more" if len(lost) > 3 else "")
        raise PipelineError(
            f"{printable(where)} knows that {named or 'campaigns of another project'} may have been sent, and the state that "
            "this run would use does not: it would be sent again. Put the state, `state.path`, `project` and the folder "
            "back as they were; nothing was planned or created"
        )


def deleted(
    repository: Repository, commit: str, inside: str, *, anywhere: bool
) -> Iterator[tuple[str, bytes]]:
    """Yield the states that the history of a commit has deleted: from the folder, or with `anywhere` from all folders
    that hold no campaignctl.yaml any more.
    """
    words = ("-m", "--no-renames", "--diff-filter=D", "--name-only", "-z", f"--max-count={_MOST}")
    text = repository.out("log", "--format=%x01%H", *words, commit)
    seen: set[str] = set()
    for block in text.split("\x01")[1:]:
        found, _, names = block.partition("\0")
        for name in names.replace("\n", "").split("\0"):
            if not name or name in seen or name.lower().endswith(_NO_STATES):
                continue
            seen.add(name)
            if not _concerns(repository, commit, name, inside, anywhere=anywhere):
                continue
            for parent in repository.out("rev-list", "--parents", "--max-count=1", found.strip()).split()[1:]:
                data = repository.file(parent, name)
                if data is not None and _state(data) is not None:
                    yield f"{name}, deleted in {found.strip()[:8]},", data


def _concerns(repository: Repository, commit: str, name: str, inside: str, *, anywhere: bool) -> bool:
    if inside == "." or name.startswith(f"{inside}/"):
        return True
    beside = PurePosixPath(name).with_name("campaignctl.yaml").as_posix()
    return anywhere and repository.file(commit, beside) is None


def _state(data: bytes | None) -> dict[str, Any] | None:
    """Return a state that knows of something; None for what is none, and for an empty one."""
    try:
        raw = json.loads(data or b"")
    except (ValueError, RecursionError):
        return None
    if not isinstance(raw, dict) or "lineage" not in raw:
        return None
    return raw if raw.get("campaigns") or raw.get("intents") else None


def _keys(state: dict[str, Any], name: str) -> set[str]:
    found = state.get(name)
    return set(found) if isinstance(found, dict) else set()
