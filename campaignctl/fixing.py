"""`lint --fix`: findings mended in their files, each file proved before it is written.

All is worked out in memory: lint reads the edited texts, until nothing more can be mended. Then each file is
written as a whole, unless somebody has changed it in the meantime.
"""

from __future__ import annotations

import os
import stat
from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from campaignctl import documents, folder
from campaignctl.composer import Problem
from campaignctl.documents import Parsed, Read
from campaignctl.edits import applied
from campaignctl.findings import Edit, Fix
from campaignctl.model import LintResult
from campaignctl.proof import proves
from campaignctl.words import printable, why

#: Lint, with what reads the files.
Check = Callable[[Read], LintResult]

#: One fix unlocks another: a number in quotes can be looked at. What still moves after so many never rests.
ROUNDS = 10
#: Proofs for one file. A hundred thousand fixes with a wrong one among them take 35.
PROOFS = 50

_MARK = b"\xef\xbb\xbf"


class Copies:
    """The files as lint has read them, and as they would be. It reads like `documents.read`."""

    def __init__(self) -> None:
        self.found: dict[str, bytes] = {}
        self.edited: dict[str, bytes] = {}
        self.limits: dict[str, int] = {}

    def __call__(self, path: str | Path, limit: int) -> bytes | Problem:
        key = os.path.realpath(path)
        known = self.now(key)
        if known is not None:
            return known
        data = documents.read(path, limit)
        if not isinstance(data, Problem):
            self.found[key] = data
            self.limits[key] = limit
        return data

    def now(self, key: str) -> bytes | None:
        """Return a file as it would be, None when it was not read."""
        return self.edited.get(key, self.found.get(key))

    def forget(self, key: str) -> None:
        """Let a file be read from the disk again."""
        self.edited.pop(key, None)
        self.found.pop(key, None)


class Mended(NamedTuple):
    """What remains, and the files with their bytes before and after, by their real paths."""

    result: LintResult
    files: dict[str, tuple[bytes, bytes]]
    fixed: dict[str, int]  #: how many findings were mended in each


def mend(check: Check, may_edit: Callable[[str], bool], copies: Copies, *, unsafe: bool = False) -> Mended:
    """Mend what `check` finds, in `copies` alone; nothing is written.

    `may_edit` is asked with the real path of a file. A file whose fixes never come to rest (two rules that
    want different things) is left as it was.
    """
    result = check(copies)
    fixed: dict[str, int] = {}
    proofs: dict[str, int] = {}
    for number in range(ROUNDS + 1):
        moved = False
        for key, fixes in _wanted(result, unsafe=unsafe).items():
            before = copies.now(key)
            if before is None or not may_edit(key):
                continue
            trial = _Trial(before, copies.limits[key], proofs.get(key, PROOFS))
            after, used = trial.best(fixes)
            proofs[key] = trial.left
            if not used:
                continue
            moved = True
            if number == ROUNDS:  # it never rests
                copies.edited.pop(key, None)
                fixed.pop(key, None)
            else:
                copies.edited[key] = after
                done = {one.edits for one in used}
                fixed[key] = fixed.get(key, 0) + sum(one.edits in done for one in fixes)
        if not moved:
            break
        result = check(copies)
    files = {key: (copies.found[key], after) for key, after in sorted(copies.edited.items())}
    return Mended(result, files, fixed)


def _wanted(result: LintResult, *, unsafe: bool) -> dict[str, list[Fix]]:
    """Return the fixes of each file, by its real path."""
    keys: dict[str, str] = {}
    wanted: dict[str, list[Fix]] = {}
    for one in result.findings:
        if one.fix is not None and (one.fix.safe or unsafe):
            key = keys.get(one.path) or keys.setdefault(one.path, os.path.realpath(one.path))
            wanted.setdefault(key, []).append(one.fix)
    return wanted


# --- one file -----------------------------------------------------------------------------------------


class _Trial:
    """One file, and how often its fixes may be tried."""

    def __init__(self, data: bytes, limit: int, left: int) -> None:
        self.data = data
        self.limit = limit
        self.left = left
        self.before: Parsed = documents.parse(data, "")

    def best(self, fixes: Sequence[Fix]) -> tuple[bytes, list[Fix]]:
        """Return the bytes after as many fixes as can be proved together, and which they are.

        All are tried at once; where that fails, halves of halves: one bad fix costs few proofs.
        """
        used: list[Fix] = []
        after = self.data
        todo = [apart(fixes)]
        while todo and self.left > 0:
            group = todo.pop()
            tried = self.prove([*used, *group]) if group else None
            if tried is not None:
                used, after = [*used, *group], tried
            elif len(group) > 1:
                middle = len(group) // 2
                todo += [group[middle:], group[:middle]]
        return (after, used) if after != self.data else (self.data, [])

    def prove(self, fixes: Sequence[Fix]) -> bytes | None:
        """Return the bytes after these fixes if they change what they declare and nothing else."""
        self.left -= 1
        text = applied(self.before.file.text, (edit for one in fixes for edit in one.edits))
        try:
            after = (_MARK if self.data.startswith(_MARK) else b"") + text.encode()
        except UnicodeEncodeError:
            return None
        changes = [change for one in fixes for change in one.changes]
        return after if len(after) <= self.limit and proves(self.before, after, changes) else None


def apart(fixes: Iterable[Fix]) -> list[Fix]:
    """Return the fixes, each once, without those that overlap an earlier one. Safe ones come first."""
    kept: list[Fix] = []
    taken: list[tuple[int, int]] = []
    for one in sorted(fixes, key=lambda fix: (not fix.safe, _places(fix.edits))):
        places = _places(one.edits)
        if places and not any(_overlaps(taken, place) for place in places):
            kept.append(one)
            for place in places:
                insort(taken, place)
    return kept


def _places(edits: Iterable[Edit]) -> list[tuple[int, int]]:
    return sorted((one.start, one.end) for one in edits)


def _overlaps(taken: Sequence[tuple[int, int]], place: tuple[int, int]) -> bool:
    """Return whether a place overlaps one of those taken, which are sorted; the same insertion does, too."""
    start, end = place
    at = bisect_left(taken, place)
    overlaps_before = at > 0 and taken[at - 1][1] > start
    return overlaps_before or (at < len(taken) and (taken[at][0] < end or taken[at] == place))


# --- writing ------------------------------------------------------------------------------------------


def write(key: str, before: bytes, after: bytes) -> str | None:
    """Write a file as a whole or not at all, by its real path; return why not.

    It must still hold the bytes that were linted. The mode bits stay, and the owner where the system allows.
    """
    shown = printable(key)
    try:
        status = os.lstat(key)
        if os.path.realpath(key) != key or not stat.S_ISREG(status.st_mode):
            return f"{shown} is no longer the file that was checked; run the command again"
        if not status.st_mode & 0o222 or not os.access(key, os.W_OK):
            return f"{shown} is write-protected; allow writing (chmod u+w), and run the command again"
        if documents.read(key, len(before)) != before:
            return f"{shown} was changed while it was being checked; run the command again"
        folder.write_whole(Path(key), after, status)
    except OSError as error:
        return f"{shown} cannot be written: {why(error)}"
    return None


def within(key: str, root: str, paths: Sequence[str]) -> bool:
    """Return whether a file may be edited: it lies in the folder, and at one of the paths if any are named.

    `key` is a real path. So a link is followed only to a file of the folder, and settings are edited only
    when all is linted or they are named.
    """
    return _below(key, root) and (not paths or any(_below(key, one) for one in paths))


def _below(key: str, folder: str) -> bool:
    real = os.path.realpath(folder)
    return key == real or key.startswith(real.rstrip(os.sep) + os.sep)
