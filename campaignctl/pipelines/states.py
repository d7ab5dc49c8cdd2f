"""The state between two runs of a pipeline: taken from a branch before the plan, committed to it after the apply.

It is kept on the branch that is applied, or on a branch of its own (CAMPAIGNCTL_STATE_BRANCH), which a protected
main branch asks for. Either way no pull request can change what its plan is compared with.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from contextlib import suppress
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from uuid import uuid4

from campaignctl.errors import StateError
from campaignctl.model import State
from campaignctl.pipelines import memory
from campaignctl.pipelines.git import Repository
from campaignctl.pipelines.memory import Memory
from campaignctl.pipelines.surroundings import Job, PipelineError
from campaignctl.state import codec
from campaignctl.state.local import LocalStore
from campaignctl.words import printable

_MESSAGE = "Record what campaignctl has created\n\n[skip ci]"
_TRIES = 5
#: What tells one job of GitHub's or GitLab's from all others.
_RUN = ("GITHUB_RUN_ID", "GITHUB_RUN_ATTEMPT", "GITHUB_JOB", "CI_JOB_ID")
_CONFIG, _USUAL = "campaignctl.yaml", "campaignctl.state.json"


class Keeping:
    """The state of one campaigns folder and the branch that keeps it. Methods raise PipelineError."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self.repository = Repository(job)
        self.root = _root(job.directory)
        self._inside = _inside(self.root, self.repository.top)
        self.own_branch = job.get("CAMPAIGNCTL_STATE_BRANCH")
        #: A runner may keep its checkouts, and what an earlier job has left there counts for nothing.
        self._run = " ".join(job.get(one, "-") for one in _RUN)
        self.others: list[str] = []  #: files with the states of other projects

    @cached_property
    def _memory(self) -> Memory:
        return Memory(self.repository)

    def take(self, branch: str) -> str:
        """Put the newest state into the checkout, and return the last commit of `branch`, which is applied or
        asked to be merged into. What the checkout itself has as a state does not count, and what was sent does,
        wherever a request has left it.
        """
        self._note().unlink(missing_ok=True)
        tip = self.repository.tip(branch)
        if tip is None:
            raise PipelineError(f"the branch {printable(branch)} does not exist")
        kept = self.repository.tip(self.own_branch) if self.own_branch else tip
        source = kept or tip  # a branch of its own is made by the first apply
        named, own = self._files(self._state_path(tip)), self._files(self._path())
        for path, from_ in zip(own, named, strict=True):
            if self._put(path, self.repository.file(source, from_)):
                print(
                    f"campaignctl-ci: {printable(path)} is that of {self.own_branch or branch}, not of this commit"
                )
        self._recall()
        self._remember(kept)
        return tip

    def _recall(self) -> None:
        """Put into the checkout's state what the memory knows besides."""
        project = self._project()
        if project is None:  # nothing is planned with such settings
            return
        found = self._state(project)
        self._refuse_two_folders(project)
        united = self._memory.united(found, self._inside)
        if united != found:
            state, journal = self._files(self._path())
            self._put(state, codec.dumps(united))
            self._put(journal, None)
            print(
                f"campaignctl-ci: the state did not know all that was sent; the branch {memory.BRANCH} does"
            )
        for number, one in enumerate(self._memory.others(project)):
            place = self._private(f"campaignctl-other-{number}.json")
            place.write_bytes(codec.dumps(one))
            self.others.append(str(place))

    def _refuse_two_folders(self, project: str) -> None:
        known = self._memory.projects.get(project)
        if known is None or known.folder == self._inside:
            return
        place = _CONFIG if known.folder == "." else f"{known.folder}/{_CONFIG}"
        data = self.repository.file(self.repository.out("rev-parse", "HEAD"), place)
        if data is not None and _settings(data).get("project") == project:
            raise PipelineError(
                f"{printable(known.folder)} and {printable(self._inside)} are both project {project}, and each would take what "
                f"the other has sent for its own; give the newer folder another `project` in its {_CONFIG}"
            )

    def projects(self, branch: str) -> set[str]:
        """Return the project of this folder, as the checkout and as the branch has it."""
        tip = self.repository.tip(branch)
        data = self.repository.file(tip, self._below(_CONFIG)) if tip else None
        return {str(one) for one in (self._project(), _settings(data or b"").get("project")) if one}

    def refuse_changes(self, tip: str) -> None:
        """Raise PipelineError where a request changes the state: with a pipeline that applies in any way, else where
        something would look never sent.
        """
        project = self._project()
        if self.own_branch or project is None:
            return
        base, head = self.repository.base(tip), self.repository.out("rev-parse", "HEAD")
        before = self._before(base, project)
        after = self._state_at(head, self._files(self._path()), project)
        if before is None or after is None:
            return
        said = memory.changed(before, after) if self._memory.exists else memory.forgotten(before, after)
        if said:
            raise PipelineError(
                f"this request changes the state: it {' and '.join(said)}. Only apply and resolve write the state; take the "
                "change out of the request. Where it is what you have settled by hand, commit it to the branch itself, or "
                "merge in spite of this"
            )

    def _before(self, base: str, project: str) -> State | None:
        """Return the state that a request has begun with; of a folder that it moves, what is remembered."""
        known = self._memory.projects.get(project)
        if known is not None and self.repository.file(base, self._below(_CONFIG)) is None:
            return known.state
        return self._state_at(base, self._files(self._state_path(base)), project)

    def _state_at(self, commit: str, paths: tuple[str, str], project: str) -> State | None:
        """Return the state that a commit has, None where it has none. Raises PipelineError for a damaged one."""
        data, journal = (self.repository.file(commit, path) for path in paths)
        if data is None and not journal:
            return State(project=project)
        with tempfile.TemporaryDirectory() as scratch:
            place = Path(scratch) / "state.json"
            for path, content in ((place, data), (place.with_name("state.json.journal"), journal)):
                if content is not None:
                    path.write_bytes(content)
            try:
                return LocalStore(place, project).read()
            except StateError as error:
                if commit == self.repository.out("rev-parse", "HEAD"):
                    words = str(error).replace(str(place), printable(paths[0]))
                    raise PipelineError(f"the state of this commit cannot be used: {words}") from error
                return None  # it was so before

    def differs(self, tip: str) -> bool:
        """Return whether a commit has other campaigns, settings or registry than what is checked out."""
        files = self._files(self._path())
        one, other = ({*self.repository.listed(commit, self._inside, files)} for commit in ("HEAD", tip))
        return one != other

    @property
    def taken(self) -> bool:
        """Return whether a state was taken in this checkout."""
        note = self._note()
        return note.is_file() and note.read_text(encoding="utf-8").splitlines()[0] == self._run

    def keep(self, branch: str) -> str:
        """Commit the state to its branch and to the memory, and return what was done in words.

        Where somebody else has changed the state there in the meantime, what both know is united.
        """
        try:
            done = self._keep(self.own_branch or branch)
        except PipelineError:
            with suppress(PipelineError):  # one reason is enough
                self._write_memory()
            raise
        self._write_memory()
        return done

    def prepare(self) -> None:
        """Write what was sent so far to the memory: where that cannot be done, nothing more must be sent."""
        self._write_memory(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} {self._run} {uuid4().hex}")

    def _write_memory(self, run: str = "") -> None:
        project = self._project()
        if project is not None:
            self._memory.write(self._state(project), self._inside, run)

    def _keep(self, branch: str) -> str:
        paths = self._files(self._path())
        before = self._remembered()
        why = ""
        for _ in range(_TRIES):
            tip = self.repository.tip(branch)
            if tip != before:
                self._unite(before, tip, paths[0])
                before = tip
            files = {path: self._read(path) for path in paths}
            made = self.repository.commit(tip, files, _MESSAGE)
            if made is None or (tip is None and not any(files.values())):
                return f"the state on {branch} is what it was"
            why = self.repository.push(made, branch, tip)
            if not why:
                self._remember(made)
                return f"the state is committed to {branch} as {made[:8]}"
        raise PipelineError(
            f"the state could not be pushed to {branch} ({why}); give the job the right to write, or "
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

    def _project(self) -> str | None:
        """Return the project by the settings in the checkout, None where they cannot be read."""
        found = _settings(self._place(self._below(_CONFIG)).read_bytes()).get("project")
        return found if isinstance(found, str) and memory.is_project(found) else None

    def _state(self, project: str) -> State:
        """Return the checkout's state. Raises PipelineError."""
        path = self._files(self._path())[0]
        place = self._place(path)
        try:
            return LocalStore(place, project).read()
        except StateError as error:
            raise PipelineError(str(error).replace(str(place), printable(path))) from error

    def _below(self, path: str) -> str:
        return path if self._inside == "." else f"{self._inside}/{path}"

    def _files(self, path: str) -> tuple[str, str]:
        """Return a state and its journal, as the repository names them. Raises for a path that leaves the folder, is
        Git's own, or is not as Git writes it.
        """
        parts = path.split("/")
        if {"", ".", ".."} & {*parts} or any(one.lower().startswith(".git") for one in parts):
            raise PipelineError(f"state.path {printable(path)} is no plain path inside the campaigns folder")
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

    def _private(self, name: str) -> Path:
        """Return where a file of ours lies that no commit can bring."""
        return (Path.cwd() / self.repository.out("rev-parse", "--git-path", name)).resolve()

    def _note(self) -> Path:
        return self._private("campaignctl-state-taken")

    def _remember(self, commit: str | None) -> None:
        self._note().write_text(f"{self._run}\n{commit or ''}\n", encoding="utf-8")

    def _remembered(self) -> str | None:
        return self._note().read_text(encoding="utf-8").splitlines()[1].strip() or None

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
    state = _settings(settings).get("state")
    path = state.get("path") if isinstance(state, dict) else None
    return path if isinstance(path, str) and path else _USUAL


def _settings(settings: bytes) -> dict[str, Any]:
    """Return what a campaignctl.yaml says, nothing where it cannot be read."""
    from campaignctl import documents

    parsed = documents.parse(settings, _CONFIG)
    found: Any = parsed.documents[0].data if parsed.complete and parsed.documents else None
    return found if isinstance(found, dict) else {}
