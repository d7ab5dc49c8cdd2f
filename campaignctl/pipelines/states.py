"""The state between two runs of a pipeline: taken from a branch before the plan, committed to it after the apply.

It is kept on the branch that is applied, or on a branch of its own (CAMPAIGNCTL_STATE_BRANCH), which a protected
main branch asks for. Either way no pull request can change what its plan is compared with.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from campaignctl.pipelines import memory
from campaignctl.pipelines.git import Repository
from campaignctl.pipelines.surroundings import Job, PipelineError
from campaignctl.words import printable

_MESSAGE = "Record what campaignctl has created\n\n[skip ci]"
_TRIES = 5
_CONFIG, _USUAL = "campaignctl.yaml", "campaignctl.state.json"


class Keeping:
    """The state of one campaigns folder and the branch that keeps it. Methods raise PipelineError."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self.repository = Repository(job)
        self.root = _root(job.directory)
        self._inside = _inside(self.root, self.repository.top)
        self.own_branch = job.get("CAMPAIGNCTL_STATE_BRANCH")

    def take(self, branch: str) -> str:
        """Put the newest state into the checkout, and return the last commit of `branch`, which is applied or
        asked to be merged into. What the checkout itself has as a state does not count.
        """
        tip = self.repository.tip(branch)
        if tip is None:
            raise PipelineError(f"the branch {printable(branch)} does not exist")
        kept = self.repository.tip(self.own_branch) if self.own_branch else tip
        source = kept or tip  # a branch of its own is made by the first apply
        for path in self._files(self._state_path(tip)):
            data = self.repository.file(source, path)
            if self._put(path, data):
                print(
                    f"campaignctl-ci: {printable(path)} is that of {self.own_branch or branch}, not of this commit"
                )
        self._remember(kept)
        self._recall(tip, source)
        return tip

    def _recall(self, tip: str, source: str) -> None:
        """Raise PipelineError where the state that this run would use has forgotten what was sent before."""
        named, own = (self._files(path)[0] for path in (self._state_path(tip), self._path()))
        used = self._read(own)
        memory.hold(used, self.repository.file(source, named), named)
        head = self.repository.out("rev-parse", "HEAD")
        if source == tip:  # what the request itself does to the state, and what the last merge has done
            for before, after in ((self.repository.base(tip), head), (f"{tip}^1", tip)):
                known = self.repository.run("rev-parse", "--verify", "--quiet", f"{before}^{{commit}}")
                if known.returncode == 0:
                    now = self.repository.file(after, own)
                    memory.hold(now, self.repository.file(before, named), f"{named} before this change")
        anywhere = self.repository.file(tip, self._below(_CONFIG)) is None
        for commit in {head, source}:  # one and the same when a branch is applied
            for where, data in memory.deleted(self.repository, commit, self._inside, anywhere=anywhere):
                memory.hold(used, data, where)

    def differs(self, tip: str) -> bool:
        """Return whether a commit has other campaigns, settings or registry than what is checked out."""
        files = self._files(self._path())
        one, other = ({*self.repository.listed(commit, self._inside, files)} for commit in ("HEAD", tip))
        return one != other

    @property
    def taken(self) -> bool:
        """Return whether a state was taken in this checkout."""
        return self._note().exists()

    def keep(self, branch: str) -> str:
        """Commit the state to its branch, and return what was done in words.

        Where somebody else has changed the state there in the meantime, what both know is united.
        """
        branch = self.own_branch or branch
        paths = self._files(self._path())
        before = self._remembered()
        for _ in range(_TRIES):
            tip = self.repository.tip(branch)
            if tip != before:
                self._unite(before, tip, paths[0])
                before = tip
            files = {path: self._read(path) for path in paths}
            made = self.repository.commit(tip, files, _MESSAGE)
            if made is None or (tip is None and not any(files.values())):
                return f"the state on {branch} is what it was"
            expected = f"--force-with-lease=refs/heads/{branch}:{tip or ''}"
            pushed = self.repository.run(
                "push", "--quiet", expected, self.repository.remote, f"{made}:refs/heads/{branch}"
            )
            if pushed.returncode == 0:
                self._remember(made)
                return f"the state is committed to {branch} as {made[:8]}"
            why = pushed.stderr.decode(errors="replace").strip().splitlines()[-1:]
        raise PipelineError(
            f"the state could not be pushed to {branch} ({printable(' '.join(why))}); give the job the right to write, or "
            "name a branch of its own for the state. The next apply finds what was created by its token at Exotel"
        )

    # --- which files ----------------------------------------------------------------------------------

    def _state_path(self, tip: str) -> str:
        """Return the state's path by the settings of a commit: a pull request cannot point elsewhere."""
        data = self.repository.file(tip, self._below(_CONFIG))
        return _named(data) if data is not None else self._path()  # the pull request brings the folder

    def _path(self) -> str:
        """Return the state's path by the settings in the checkout."""
        place = self._place(self._below(_CONFIG))
        if place.is_symlink():
            raise PipelineError(f"{printable(str(place))} is a symbolic link")
        return _named(place.read_bytes())

    def _below(self, path: str) -> str:
        return path if self._inside == "." else f"{self._inside}/{path}"

    def _files(self, path: str) -> tuple[str, str]:
        """Return a state and its journal, as the repository names them. Raises for a path that leaves the folder."""
        if path.startswith("/") or ".." in Path(path).parts:
            raise PipelineError(f"state.path {printable(path)} leaves the campaigns folder")
        return self._below(path), self._below(f"{path}.journal")

    # --- the checkout ---------------------------------------------------------------------------------

    def _place(self, path: str) -> Path:
        """Return where a file of the repository lies. Raises where a link stands in its way: a stranger's file
        would lead the write elsewhere."""
        place = self.repository.top
        for step in Path(path).parts[:-1]:
            place /= step
            if place.is_symlink():
                raise PipelineError(f"{printable(path)} lies behind a symbolic link")
        return place / Path(path).name

    def _read(self, path: str) -> bytes | None:
        place = self._place(path)
        return place.read_bytes() if place.is_file() and not place.is_symlink() else None

    def _put(self, path: str, data: bytes | None) -> bool:
        """Make a file of the checkout what it has to be, and return whether it was anything else."""
        place = self._place(path)
        if not os.path.lexists(place) and data is None:
            return False
        if self._read(path) == data and not place.is_symlink():
            return False
        if place.is_dir() and not place.is_symlink():
            raise PipelineError(f"{printable(path)} is a folder, and must be the state")
        place.unlink(missing_ok=True)
        if data is not None:
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)
        return True

    # --- what was there -------------------------------------------------------------------------------

    def _note(self) -> Path:
        return Path.cwd() / self.repository.out("rev-parse", "--git-path", "campaignctl-state-taken")

    def _remember(self, commit: str | None) -> None:
        self._note().write_text(commit or "", encoding="utf-8")

    def _remembered(self) -> str | None:
        return self._note().read_text(encoding="utf-8").strip() or None

    def _unite(self, before: str | None, tip: str | None, path: str) -> None:
        """Take into the checkout's state what another run has put on the branch since ours was taken."""
        theirs = self.repository.file(tip, path) if tip else None
        if theirs is None or (before is not None and theirs == self.repository.file(before, path)):
            return
        with tempfile.TemporaryDirectory() as scratch:
            other = Path(scratch) / "other.json"
            other.write_bytes(theirs)
            journal = self.repository.file(str(tip), f"{path}.journal")
            if journal is not None:
                other.with_name("other.json.journal").write_bytes(journal)
            words = ["state", "merge", str(other), "-C", str(self.root)]
            ended = subprocess.run(  # noqa: S603 - this program, a list of words
                [sys.executable, "-P", "-m", "campaignctl", *words],
                env=self._job.without(secrets=True),
                capture_output=True,
                check=False,
            )
        if ended.returncode:
            last = ended.stderr.decode(errors="replace").strip().splitlines()[-1:]
            raise PipelineError(
                f"the state on the branch has changed meanwhile and cannot be united with this run's: {printable(' '.join(last))}"
            )


def _inside(root: Path, top: Path) -> str:
    """Return the folder's place in the repository as it is named, and not as a link of a request leads it.

    Raises PipelineError for a place outside, and for one behind a symbolic link.
    """
    here = os.path.relpath(Path.cwd().resolve(), top.resolve())
    inside = Path(os.path.normpath(Path(here) / os.path.relpath(os.path.abspath(root), os.getcwd())))  # noqa: PTH100, PTH109
    if inside.parts[:1] == ("..",):
        raise PipelineError(f"{root} lies outside the repository")
    place = top
    for step in inside.parts:
        place /= step
        if place.is_symlink():
            raise PipelineError(f"{printable(inside.as_posix())} is, or lies behind, a symbolic link")
    return inside.as_posix()


def _root(directory: str | None) -> Path:
    """Return the campaigns folder: the one that is named, else this one, else ./campaigns. Raises PipelineError."""
    for root in [Path(directory)] if directory else [Path(), Path("campaigns")]:
        if (root / _CONFIG).is_file():
            return root
    raise PipelineError(
        f"there is no {_CONFIG} in {printable(directory or 'this folder or ./campaigns')}; CAMPAIGNCTL_DIR names the folder"
    )


def _named(settings: bytes) -> str:
    """Return which state a campaignctl.yaml names; what cannot be read names the usual one."""
    from campaignctl import documents

    parsed = documents.parse(settings, _CONFIG)
    found: Any = parsed.documents[0].data if parsed.complete and parsed.documents else None
    state = found.get("state") if isinstance(found, dict) else None
    path = state.get("path") if isinstance(state, dict) else None
    return path if isinstance(path, str) and path else _USUAL
