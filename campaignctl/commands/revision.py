"""The files of a campaigns folder as a Git revision has them: read by Git, and nothing else is asked of it.

Whatever goes wrong is a sentence and no error: what has changed is good to know, and the plan does not hang on it.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from campaignctl import documents, earlier, registry
from campaignctl.composer import Problem
from campaignctl.folder import CONFIG
from campaignctl.settingsdiff import Files
from campaignctl.words import count, quoted

#: A revision as people and CI write it. It goes onto Git's command line: no option, no range, no path.
is_revision = re.compile(r"(?!.*\.\.)[A-Za-z0-9_@][A-Za-z0-9_./@{}^~-]{0,254}").fullmatch
_is_commit = re.compile(r"[0-9a-f]{40,64}").fullmatch
#: Seconds for one answer, campaign files and bytes that are read at the most.
_PATIENCE, _FILES, _BYTES = 20, 5_000, 64 * 1024 * 1024
#: Git asks nobody, fetches nothing, writes nothing.
_QUIET = {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1", "LC_ALL": "C"}
#: A pull request may hold a folder that looks like a repository of its own, with commands in its settings.
_SAFE = (
    "-c",
    "safe.bareRepository=explicit",
    "-c",
    "core.fsmonitor=false",
    "--no-pager",
    "--literal-pathspecs",
)


class Blob(NamedTuple):
    """One file of a revision."""

    sha: str
    size: int


class Compared(NamedTuple):
    """What the revision would send, by campaign id, and its settings; None with the reason where that is not known."""

    payloads: Mapping[str, Mapping[str, object]] | None
    settings: Files | None
    trouble: str = ""


class _GitError(Exception):
    """Git is not there, or gives no answer."""


def compared(root: Path, revision: str, paths: Iterable[str], variables: Mapping[str, str]) -> Compared:
    """Return the settings of a folder as a revision has them, and what its campaigns would be sent as: those of the
    files at `paths`, and of files that are no longer there, from which a campaign may have been moved.

    The settings are few, and known as well where the campaigns are too many to be read.
    """
    trouble = ""
    try:
        commit = _git(root, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}").decode().strip()
        if _is_commit(commit) is None:
            raise _GitError(f"Git knows no revision {quoted(revision)}")
        blobs = _blobs(root, commit)
        wanted = [*_campaign_files(root, blobs, paths)]
        if len(wanted) > _FILES:
            trouble = f"{count(len(wanted), 'file')} would have to be read, and {_FILES:,} are the most"
        settings = [one for one in (CONFIG, *registry.FILES.values()) if one in blobs]
        held = _contents(root, {name: blobs[name] for name in settings})
    except _GitError as error:
        return Compared(None, None, str(error))
    try:
        held |= _contents(root, {name: blobs[name] for name in wanted}) if not trouble else {}
    except _GitError as error:
        trouble = str(error)

    def read(path: str | Path, limit: int) -> bytes | Problem:
        data = held.get(_within(root, str(path)))
        if data is None or len(data) > limit:
            return Problem("file-unreadable", 0, 0, f"the revision {revision} does not have it")
        return data

    files = [str(root / name) for name in wanted] if not trouble else []
    then = earlier.earlier(root, files, read, variables)
    return Compared(then.payloads if not trouble else None, then.settings, trouble)


def _within(root: Path, path: str) -> str:
    """Return a path relative to the folder, as Git writes it."""
    return os.path.relpath(os.path.abspath(path), os.path.abspath(root)).replace(os.sep, "/")  # noqa: PTH100


def _campaign_files(root: Path, blobs: Mapping[str, Blob], paths: Iterable[str]) -> Iterable[str]:
    known = {_within(root, one) for one in paths}
    for name, blob in blobs.items():
        if not name.lower().endswith((".yaml", ".yml")) or name == CONFIG or name.startswith("registry/"):
            continue
        if blob.size <= documents.MAX_BYTES and (name in known or not (root / name).exists()):
            yield name


def _blobs(root: Path, commit: str) -> dict[str, Blob]:
    """Return the regular files of the folder in a commit, by their path in the folder."""
    found: dict[str, Blob] = {}
    for line in _git(root, "ls-tree", "-r", "-l", "-z", commit).split(b"\0"):
        facts, _, path = line.partition(b"\t")
        words = facts.split()
        if len(words) == 4 and words[0].startswith(b"100") and words[1] == b"blob" and words[3].isdigit():
            found[path.decode("utf-8", "surrogateescape")] = Blob(words[2].decode("ascii"), int(words[3]))
    return found


def _contents(root: Path, blobs: Mapping[str, Blob]) -> dict[str, bytes]:
    if sum(one.size for one in blobs.values()) > _BYTES:
        raise _GitError("the files are larger than 64 MiB together")
    asked = "".join(f"{one.sha}\n" for one in blobs.values()).encode()
    answer = _git(root, "cat-file", "--batch", given=asked)
    held: dict[str, bytes] = {}
    place = 0
    for name, blob in blobs.items():
        head = f"{blob.sha} blob {blob.size}\n".encode()
        if not answer.startswith(head, place):
            raise _GitError("Git does not have all of its files here; fetch them")
        place += len(head)
        held[name] = answer[place : place + blob.size]
        place += blob.size + 1
    return held


def _git(root: Path, *words: str, given: bytes = b"") -> bytes:
    """Return what Git prints. Raises _GitError."""
    command = ["git", *_SAFE, *words]
    try:
        ran = subprocess.run(  # noqa: S603 - no shell; the words are ours, and a revision that `is_revision`
            command,
            cwd=root,
            env={**os.environ, **_QUIET},
            input=given,
            capture_output=True,
            timeout=_PATIENCE,
            check=False,
        )
    except FileNotFoundError as error:
        raise _GitError("Git is not installed") from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _GitError("Git gives no answer") from error
    if ran.returncode and words[0] != "rev-parse":
        raise _GitError("Git cannot read the folder")
    if ran.returncode and (b"not a git repository" in ran.stderr or b"dubious ownership" in ran.stderr):
        raise _GitError("this folder is in no repository that Git trusts")
    if ran.returncode and b"bare repository" in ran.stderr:
        raise _GitError("this folder is in no repository that Git trusts")
    return ran.stdout
