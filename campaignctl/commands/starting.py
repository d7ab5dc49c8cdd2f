"""Where a new campaigns folder lies, and how `init` writes a file: never over one that is there."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from campaignctl import documents
from campaignctl.folder import CONFIG, write_whole

#: For whom a pipeline can be written.
PIPELINES = ("github", "gitlab", "none")
_STARTER = Path(__file__).parent.parent / "starter"
#: A branch as `HEAD` names it, and the one that the remote has as its default; with signs that YAML takes for text.
_HEAD = re.compile(r"ref: refs/(?:heads|remotes/origin)/([A-Za-z][\w./-]{0,99})\s").fullmatch


class Place(NamedTuple):
    """Where the campaigns folder lies."""

    top: Path  #: the root of the repository, as this process may name it; the folder itself without one
    inside: str  #: the folder from there, with slashes; "."
    usual_ci: str
    branch: str


def place(root: Path) -> Place:
    """Return where a folder, which need not exist yet, lies: GitHub and GitLab look at the root of a repository alone."""
    whole = root.resolve()
    for top in (whole, *whole.parents):
        if (top / ".git").exists():
            inside = whole.relative_to(top).as_posix()
            shown = Path(os.path.relpath(top))
            return Place(shown, inside, *_known(top / ".git"))
    return Place(root, ".", "github", "main")


def _known(git: Path) -> tuple[str, str]:
    """Return whose pipeline and which branch a repository seems to want."""
    remote = _start(git / "config")
    forge = "gitlab" if re.search(r"^\s*url\s*=.*gitlab", remote, re.MULTILINE) else "github"
    return forge, _branch(git)


def _branch(git: Path) -> str:
    """Return the branch that requests are merged into: the remote's default, else main or master where there is one, else
    the one that is checked out."""
    found = _HEAD(_start(git / "refs" / "remotes" / "origin" / "HEAD"))
    if found:
        return found[1]
    packed = _start(git / "packed-refs")
    on = _HEAD(_start(git / "HEAD"))
    usual = [
        one
        for one in ("main", "master")
        if (git / "refs" / "heads" / one).exists() or f" refs/heads/{one}\n" in packed
    ]
    if on and (on[1] in ("main", "master") or not usual):
        return on[1]
    return usual[0] if usual else "main"


def _start(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(65_536).decode("utf-8", "replace")
    except OSError:  # a worktree's .git is a file
        return ""


def folder_around(root: Path) -> Path | None:
    """Return the campaigns folder that a new one would lie in: its lint would read the new one's files as campaigns."""
    return next((one for one in root.resolve().parents if (one / CONFIG).exists()), None)


def filled(file: str, words: Mapping[str, str]) -> str:
    """Return a file of the starter with its @WORDS@ replaced."""
    text = (_STARTER / file).read_text(encoding="utf-8")
    return re.sub(r"@([A-Z]+)@", lambda found: words.get(found[1], found[0]), text)


def write(path: Path, text: str) -> bool:
    """Write a file that is not there yet. Returns whether it was written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8") as handle:
            handle.write(text)
    except FileExistsError:
        return False
    return True


def ignoring(path: Path, text: str) -> str | None:
    """Write a .gitignore, or append the patterns that are missing in the one that is there.

    Returns what to say of it: "" where it is new, None for nothing.
    """
    if write(path, text):
        return ""
    data = None if path.is_symlink() else documents.read(path, documents.MAX_BYTES)
    there = data.decode("utf-8", "replace") if isinstance(data, bytes) else ""
    known = {line.strip() for line in there.splitlines()}
    ours = [line for line in text.splitlines() if line and not line.startswith("#")]
    missing = [line for line in ours if line not in known]
    if not missing:
        return None
    if not isinstance(data, bytes):
        return f"Add to {shown(path)}, so that Git never takes them: {' '.join(missing)}"
    gap = b"" if not data or data.endswith(b"\n") else b"\n"
    write_whole(path, data + gap + "".join(f"{line}\n" for line in missing).encode(), path.stat())
    return f"Added to {shown(path)}, so that Git never takes them: {' '.join(missing)}"


def shown(path: Path) -> str:
    """Return a path as it is called from here."""
    return os.path.relpath(path)


def quoted(path: Path) -> str:
    """Return a path as a shell takes it."""
    return shlex.quote(str(path))
