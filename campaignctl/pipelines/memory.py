"""What a pipeline has sent, kept where no request reaches: on a branch of its own with a fixed name.

A state lies where the settings and the job say, so a request could move it, rename its project, point at another one,
rewrite it or take it away, and what was sent would look new. The branch has a copy of each project's state, written
after every apply. It only grows: a plan is made from what either knows, and of a campaign that both know, from what
the branch has.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from campaignctl.errors import StateError
from campaignctl.model import Intent, State
from campaignctl.pipelines.git import Repository
from campaignctl.pipelines.surroundings import PipelineError
from campaignctl.state import codec, merging
from campaignctl.words import printable

BRANCH = "campaignctl-memory"
_STATE, _FOLDER, _RUN = "state.json", "folder", "run"
_MESSAGE = "Remember what campaignctl has created\n\n[skip ci]"
_TRIES = 5
_is_project = re.compile(r"[a-z0-9-]{1,63}").fullmatch
_PATH = re.compile(rf"([a-z0-9-]{{1,63}})/{re.escape(_STATE)}").fullmatch
_README = """\
# What was sent from this repository

campaignctl's pipeline keeps a copy of each project's state here and reads it before every plan and apply, so that no
pull request can make it forget what was sent. Nobody has to look at this branch, and nothing is merged from it; protect
it from being deleted or overwritten by hand.

To give up a project whose campaigns are over, delete its folder here.
"""


@dataclass(frozen=True, kw_only=True)
class Remembered:
    """One project, as its last run left it."""

    state: State
    folder: str  #: where it lay in the repository


class Memory:
    """The branch as it is now. Methods raise PipelineError."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._tip: str | None = None
        self.projects: Mapping[str, Remembered] = {}
        self._look()

    def _look(self) -> None:
        self._tip = self._repository.tip(BRANCH)
        self.projects = _read(self._repository, self._tip) if self._tip else {}

    def united(self, found: State, folder: str) -> State:
        """Return what a state and the memory of its project know together."""
        for project, one in self.projects.items():
            knows = one.state.campaigns or one.state.intents
            if knows and one.folder == folder and project != found.project:
                raise PipelineError(
                    f"{printable(folder)} was project {project}, and is {printable(found.project)} here: under another "
                    "name everything would be sent again. Put `project` back; a new project needs a folder of its own. "
                    f"To give up {project} for good, delete its folder on the branch {BRANCH}"
                )
        known = self.projects.get(found.project)
        return unite(found, known.state) if known is not None else found

    @property
    def exists(self) -> bool:
        """Return whether there is such a branch: a pipeline applies here."""
        return self._tip is not None

    def others(self, project: str) -> list[State]:
        """Return the states of the other projects."""
        return [one.state for name, one in self.projects.items() if name != project]

    def write(self, state: State, folder: str, run: str = "") -> None:
        """Bring a state into the branch, whatever others have written there meanwhile. With the name of a `run` that is
        about to create something there is always something to write, which proves that it can be.
        """
        why = ""
        for _ in range(_TRIES):
            known = self.projects.get(state.project)
            kept = unite(state, known.state) if known is not None else state
            place = f"{state.project}/"
            files: dict[str, bytes | None] = {
                "README.md": _README.encode(),
                place + _STATE: codec.dumps(kept),
                place + _FOLDER: f"{folder}\n".encode(),
            }
            if run:
                files[place + _RUN] = f"{run}\n".encode()
            made = self._repository.commit(self._tip, files, _MESSAGE)
            if made is None:
                return
            why = self._repository.push(made, BRANCH, self._tip)
            if not why:
                return
            self._look()
        raise PipelineError(
            f"the branch {BRANCH}, which remembers what was sent, cannot be written ({why}), and without it nothing is created; "
            "give the job the right to write it, and delete a branch that stands in its way"
        )


def is_project(name: object) -> bool:
    """Return whether a project can have a folder on the branch."""
    return isinstance(name, str) and _is_project(name) is not None


def unite(found: State, known: State) -> State:
    """Return what both know; of a campaign that both know, what `known` has. Raises PipelineError where they cannot
    be of one project. An intent that `found` has settled by a person's word is settled.
    """
    open_ = {id_: one for id_, one in known.intents.items() if not _is_settled(one, id_, found)}
    try:
        both = merging.merge(found, replace(known, intents=open_), f"the branch {BRANCH}").state
    except StateError as error:
        raise PipelineError(
            f"the state is not what was sent: {error}. `git show origin/{BRANCH}:{known.project}/{_STATE}` prints what the "
            "last run left; put the state back so"
        ) from error
    campaigns = {**both.campaigns, **known.campaigns}
    if campaigns == both.campaigns:
        return both
    return replace(both, campaigns=campaigns, serial=max(both.serial, known.serial) + 1)


def _is_settled(intent: Intent, id_: str, state: State) -> bool:
    return any((one.id, one.token, one.intent.at) == (id_, intent.token, intent.at) for one in state.declared)


def changed(before: State, after: State) -> list[str]:
    """Return how a state differs from an earlier one, in words; [] where it says the same."""
    said = [words for words, _ in _changes(before, after)]
    if said or before == after:
        return said
    return ["changes what it is about: its account, lineage, serial or used plans"]


def forgotten(before: State, after: State) -> list[str]:
    """Return of that what makes something look never sent, in words."""
    return [words for words, loses in _changes(before, after) if loses]


def _changes(before: State, after: State) -> Iterator[tuple[str, bool]]:
    """Yield what differs about campaigns, and whether something looks never sent because of it."""
    old, new = {**before.intents, **before.campaigns}, {**after.intents, **after.campaigns}
    rewritten = {
        id_
        for earlier, later in ((before.campaigns, after.campaigns), (before.intents, after.intents))
        for id_ in earlier.keys() & later.keys()
        if earlier[id_] != later[id_]
    }
    declared = {one.id for one in after.declared if one not in before.declared}
    for ids, words, loses in (
        (old.keys() - new.keys() - declared, "forgets {}", True),
        (rewritten, "rewrites {}", True),
        (before.intents.keys() & after.campaigns.keys(), "says of {} that it was created", False),
        (declared, "declares {} never sent", True),
        (new.keys() - old.keys(), "adds {}", False),
    ):
        if ids:
            yield words.format(_named(sorted(ids))), loses


def _named(ids: Sequence[str]) -> str:
    return ", ".join(map(printable, ids[:3])) + (f" and {len(ids) - 3} more" if len(ids) > 3 else "")


def _read(repository: Repository, tip: str) -> dict[str, Remembered]:
    found: dict[str, Remembered] = {}
    for path in repository.names(tip):
        match = _PATH(path)
        data = repository.file(tip, path) if match else None
        if match is None or data is None:
            continue
        folder = repository.file(tip, f"{match[1]}/{_FOLDER}") or b"."
        try:
            state = codec.loads(data, f"{path} on the branch {BRANCH}", match[1])
        except StateError as error:
            raise PipelineError(f"{error}. Nothing is planned or created without it") from error
        found[match[1]] = Remembered(state=state, folder=folder.decode(errors="replace").strip() or ".")
    return found
