"""What `init` writes around a campaigns folder: where Git's root is, the pipeline, the editor's settings."""

from __future__ import annotations

import json
import os
import re
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from campaignctl import __version__
from campaignctl.folder import CONFIG

#: For whom a pipeline can be written.
PIPELINES = ("github", "gitlab", "none")
_STARTER = Path(__file__).parent.parent / "starter"
_BRANCH = re.compile(r"ref: refs/heads/(main|master)\s").fullmatch


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
    on = _BRANCH(_start(git / "HEAD"))
    return "gitlab" if re.search(r"^\s*url\s*=.*gitlab", remote, re.MULTILINE) else "github", on[
        1
    ] if on else "main"


def _start(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(65_536).decode("utf-8", "replace")
    except OSError:  # a worktree's .git is a file
        return ""


def around(where: Place, ci: str) -> list[tuple[Path, str]]:
    """Return the files at the root of the repository: where each goes and what is in it."""
    files = [
        (where.top / ".vscode" / "settings.json", _settings(where.inside)),
        (where.top / ".vscode" / "campaign.code-snippets", filled("campaign.code-snippets", {})),
    ]
    # A JSON string is a YAML string, whatever the folder is called.
    words = {"DIR": json.dumps(where.inside), "VERSION": __version__, "BRANCH": where.branch}
    if ci == "github":
        files.insert(0, (where.top / ".github" / "workflows" / "campaigns.yml", filled("github.yml", words)))
    if ci == "gitlab":
        files.insert(0, (where.top / _gitlab_file(where), filled("gitlab.yml", words)))
    return files


def folder_around(root: Path) -> Path | None:
    """Return the campaigns folder that a new one would lie in: its lint would read the new one's files as campaigns."""
    return next((one for one in root.resolve().parents if (one / CONFIG).exists()), None)


def _gitlab_file(where: Place) -> str:
    there = os.path.lexists(where.top / ".gitlab-ci.yml")
    return ".gitlab/campaigns.gitlab-ci.yml" if there else ".gitlab-ci.yml"


def hints(where: Place, ci: str) -> list[str]:
    """Return what a person still has to do by hand for the pipeline."""
    if ci != "gitlab" or not os.path.lexists(where.top / ".gitlab" / "campaigns.gitlab-ci.yml"):
        return []
    return ["Add to .gitlab-ci.yml: include: [{local: .gitlab/campaigns.gitlab-ci.yml}]"]


def _settings(inside: str) -> str:
    """Return the editor's settings: which schema is for which file. A file's own first line counts before it."""
    prefix = "" if inside == "." else f"{inside}/"
    files = {
        "campaign": [f"{prefix}examples/**/*.yaml", f"{prefix}20[0-9][0-9]/**/*.yaml"],
        "config": [f"{prefix}campaignctl.yaml"],
        **{name: [f"{prefix}registry/{name}.yaml"] for name in ("lists", "templates", "links")},
    }
    schemas = {f"./{prefix}.schemas/{name}.schema.json": globs for name, globs in files.items()}
    return json.dumps({"yaml.schemas": schemas}, indent=2, ensure_ascii=False) + "\n"


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


def quoted(path: Path) -> str:
    """Return a path as a shell takes it."""
    return shlex.quote(str(path))
