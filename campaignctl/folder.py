"""The files of a campaigns folder: which there are, as reports show them, and read without leaving it."""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from campaignctl import documents
from campaignctl.composer import Problem
from campaignctl.errors import NoPathError
from campaignctl.words import why

CONFIG = "campaignctl.yaml"


def shown(path: Path) -> str:
    """Return a path as reports show it: relative to the current folder where it lies inside, with slashes."""
    absolute = os.path.abspath(path)  # noqa: PTH100 - a link stays as it is named
    return absolute.removeprefix(str(Path.cwd()) + os.sep).replace(os.sep, "/")


def read_inside(path: str, root: Path, limit: int, read: documents.Read = documents.read) -> bytes | Problem:
    """Return the bytes of a file, unless it is a link that leaves `root`."""
    if _leaves(path, root.resolve()):
        return Problem("file-unreadable", 0, 0, _LEAVES)
    return read(path, limit)


def _leaves(link: str, inside: Path) -> bool:
    try:
        target = Path(link).resolve()
        if not target.is_relative_to(inside):
            return True
        steps = target.relative_to(inside).parts  # .git/config lies inside the folder, too
        return any(step.startswith(".") for step in steps)
    except (OSError, RuntimeError):  # a link to itself
        return True


_LEAVES = "a symbolic link to something outside the campaigns folder or hidden in it; it is not followed"


class CampaignFile(NamedTuple):
    """A file to lint: its path, the path as reports show it, and why it is not read (None: it is)."""

    path: str
    shown: str
    trouble: str | None = None


def campaign_files(root: Path, paths: Sequence[str]) -> Iterator[CampaignFile]:
    """Yield the campaign files below the folder, or those at `paths`, sorted.

    Hidden files, campaignctl.yaml and registry/ are no campaigns. Raises ProjectError for a path that
    does not exist. Paths are plain strings here: a Path for each of 100,000 files costs a second.
    """
    if not paths:
        yield from _walk(str(root), prefix(root), root.resolve(), top=True)
        return
    seen: set[str] = set()
    for name in paths:
        for file in _named(root, Path(name)):
            place = os.path.abspath(file.path)  # noqa: PTH100
            if place not in seen:
                seen.add(place)
                yield file


def prefix(folder: Path) -> str:
    """Return what the paths of a folder's files begin with in reports."""
    return "" if folder.absolute() == Path.cwd() else f"{shown(folder)}/"


def _named(root: Path, path: Path) -> Iterator[CampaignFile]:
    """Yield the campaign files that one path of the command line stands for.

    A hook names whatever a pull request has touched: settings are passed over, and a link, or a path
    behind one, that leaves the folder is not read.
    """
    if not os.path.lexists(path):
        raise NoPathError(str(path))
    within = Path(os.path.abspath(path)).is_relative_to(os.path.abspath(root))  # noqa: PTH100
    if are_settings(root, (str(path),)):
        return
    if (within or path.is_symlink()) and _leaves(str(path), root.resolve()):
        yield CampaignFile(str(path), shown(path), _LEAVES)
    elif path.is_dir():
        yield from _walk(str(path), prefix(path), root.resolve(), top=(path / CONFIG).exists())
    else:
        yield CampaignFile(str(path), shown(path))


def are_settings(root: Path, paths: Sequence[str]) -> bool:
    """Return whether all paths (at least one) name campaignctl.yaml or registry files of this folder."""
    base = os.path.abspath(root)  # noqa: PTH100
    config, registry_folder = os.path.join(base, CONFIG), os.path.join(base, "registry")  # noqa: PTH118
    places = [os.path.abspath(one) for one in paths]  # noqa: PTH100
    return bool(places) and all(
        one in (config, registry_folder) or one.startswith(registry_folder + os.sep) for one in places
    )


def _walk(folder: str, prefix: str, inside: Path, *, top: bool) -> Iterator[CampaignFile]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        trouble = f"the folder cannot be read: {why(error)}"
        yield CampaignFile(folder, prefix.rstrip("/") or ".", trouble)
        return
    for entry in entries:
        name = entry.name
        if name.startswith(".") or (top and name in (CONFIG, "registry")):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(entry.path, f"{prefix}{name}/", inside, top=False)
        elif not entry.is_symlink():
            if name.lower().endswith((".yaml", ".yml")):
                yield CampaignFile(entry.path, prefix + name)
        elif Path(entry.path).is_dir():
            yield CampaignFile(
                entry.path, prefix + name, "a symbolic link to a folder; put the files themselves here"
            )
        elif name.lower().endswith((".yaml", ".yml")):
            yield CampaignFile(entry.path, prefix + name, _LEAVES if _leaves(entry.path, inside) else None)


# --- writing ------------------------------------------------------------------------------------------


def write_whole(
    path: Path, data: bytes, like: os.stat_result | None = None, *, overwrite: bool = True
) -> None:
    """Write a file as a whole or not at all, durably. Raises OSError.

    It takes over the mode bits of `like`, and the owner where the system allows; without, it is a new file. Without
    `overwrite` it raises FileExistsError where anything stands there, whoever put it there in the meantime.
    """
    temporary = path.with_name(f".campaignctl-{secrets.token_hex(6)}.tmp")
    try:
        with temporary.open("xb") as file:
            file.write(data)
            file.flush()
            if like is not None:
                with contextlib.suppress(OSError):
                    os.fchown(file.fileno(), like.st_uid, like.st_gid)
                os.fchmod(file.fileno(), stat.S_IMODE(like.st_mode))
            os.fsync(file.fileno())
        if overwrite:
            temporary.replace(path)
        else:
            _put_beside(temporary, path)
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
    handle = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _put_beside(temporary: Path, path: Path) -> None:
    """Give a file its name unless anything has it. Raises FileExistsError, OSError."""
    try:
        path.hardlink_to(temporary)
    except FileExistsError:
        raise
    except OSError:  # a file system without links: an empty file holds the name meanwhile
        path.open("xb").close()
        temporary.replace(path)
