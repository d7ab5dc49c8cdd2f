"""Which pipeline a new campaigns folder gets: a file of its own, beside those that serve other folders."""

from __future__ import annotations

import json
import os
import posixpath
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from campaignctl import __version__, documents
from campaignctl.commands import starting
from campaignctl.commands.starting import Place

_WORKFLOWS = ".github/workflows"
_GITLAB = ".gitlab-ci.yml"
_PARTS = ".gitlab"
#: `CAMPAIGNCTL_DIR: "campaigns"` of init's pipelines, `directory: campaigns` of a workflow that uses the action.
_FOLDER = re.compile(r"^\s*(?:CAMPAIGNCTL_DIR|directory):[ \t]*(.*?)\s*$", re.MULTILINE).findall
#: The stages of a pipeline at GitLab that names none, as far as they matter here.
_STAGES = ("test", "deploy")
_MOST_FILES = 200


class Pipeline(NamedTuple):
    """The pipeline of a folder."""

    path: Path
    text: str | None  #: what to write there; None where the file is there and serves the folder
    hints: tuple[str, ...]  #: what a person has to do or to know, in sentences


def pipeline(where: Place, ci: str) -> Pipeline | None:
    """Return the pipeline for a folder, None where none is wanted."""
    if ci == "none":
        return None
    return _github(where) if ci == "github" else _gitlab(where)


def _github(where: Place) -> Pipeline:
    folder = where.top / _WORKFLOWS
    there = _texts([folder])
    for path, text in there.items():
        if where.inside in _served(text):
            return Pipeline(path, None, ())
    name = next(one for one in _names(where.inside) if not os.path.lexists(folder / f"{one}.yml"))
    path = folder / f"{name}.yml"
    # A JSON string is a YAML string, whatever the folder is called; and `${{` would begin an expression.
    words = {
        "DIR": json.dumps(where.inside).replace("${{", "${{ '${{' }}"),
        "FILE": f"{_WORKFLOWS}/{name}.yml",
        **_words(where, name),
    }
    return Pipeline(path, starting.filled("github.yml", words), ())


def _gitlab(where: Place) -> Pipeline:
    main = where.top / _GITLAB
    there = _texts([where.top / _PARTS])
    whole = {**_texts([where.top], only=_GITLAB), **there}
    for path, text in whole.items():
        if where.inside in _served(text):
            return Pipeline(path, None, _include(where, path, whole.get(main, "")))
    if not os.path.lexists(main):
        return Pipeline(main, _for_gitlab(where, "campaigns", _GITLAB, _STAGES), ())
    jobs = "\n".join(whole.values())
    name = next(
        one
        for one in _names(where.inside)
        if not os.path.lexists(where.top / _part(one)) and not re.search(rf"^\.?{one}:", jobs, re.MULTILINE)
    )
    text = whole.get(main, "")
    stages, hints = _stages(text, _part(name))
    path = where.top / _part(name)
    return Pipeline(
        path, _for_gitlab(where, name, _part(name), stages), (*_include(where, path, text), *hints)
    )


def _part(name: str) -> str:
    return f"{_PARTS}/{name}.gitlab-ci.yml"


def _for_gitlab(where: Place, name: str, file: str, stages: tuple[str, str]) -> str:
    words = {
        "DIR": json.dumps(where.inside.replace("$", "$$")),
        "FILE": json.dumps(file),
        "FOLDER": json.dumps(_glob(where.inside)),
        "CHECK": json.dumps(stages[0]),
        "APPLY": json.dumps(stages[1]),
        **_words(where, name),
    }
    return starting.filled("gitlab.yml", words)


def _words(where: Place, name: str) -> Mapping[str, str]:
    return {"NAME": name, "VERSION": __version__, "BRANCH": where.branch}


def _glob(inside: str) -> str:
    """Return the pattern of all files of a folder, as Ruby's File.fnmatch reads it."""
    below = "" if inside == "." else re.sub(r"([\\*?\[\]{}])", r"\\\1", inside) + "/"
    return f"{below}**/*"


def _names(inside: str) -> Iterator[str]:
    """Yield names for a pipeline, the best first: of letters, digits and hyphens alone."""
    yield "campaigns"
    of_folder = re.sub(r"[^a-z0-9]+", "-", inside.lower()).strip("-")[:60].strip("-") or "folder"
    yield f"campaigns-{of_folder}"
    for number in range(2, 10_000):
        yield f"campaigns-{of_folder}-{number}"


def _include(where: Place, path: Path, main: str) -> tuple[str, ...]:
    """Return the lines that bring a file into GitLab's pipeline, () where they are there."""
    file = path.relative_to(where.top).as_posix()
    if file == _GITLAB or file in main:
        return ()
    line = f"    - local: {file}"
    if re.search(r"^include:", main, re.MULTILINE):
        return (f"Add to the list under `include:` in {_GITLAB}:\n{line}",)
    return (f"Add to {_GITLAB}:\n  include:\n{line}",)


def _stages(main: str, part: str) -> tuple[tuple[str, str], tuple[str, ...]]:
    """Return the stages for the check and for apply that a pipeline has, and what to do where that cannot be known.

    `.pre` and `.post` always exist, but GitLab starts no pipeline for jobs of these alone; so the check takes a real one.
    """
    own = re.search(r"^stages:", main, re.MULTILINE) is not None
    tagged = re.search(r"^stages:\s*!", main, re.MULTILINE)  # a !reference, which only GitLab can follow
    named = _list_of_stages(main) if own and not tagged else None
    if named:
        check = "test" if "test" in named else named[0]
        return (check, "deploy" if "deploy" in named else ".post"), ()
    if not own and not re.search(r"^include:", main, re.MULTILINE):
        return _STAGES, ()
    hint = f"The jobs of {part} are of the stages test and deploy; where yours are called otherwise, change its `stage:` lines."
    return _STAGES, (hint,)


def _list_of_stages(main: str) -> list[str] | None:
    """Return the stages that a file names, None where it cannot be read or names none of its own."""
    parsed = documents.parse(main.encode(), _GITLAB)
    data = parsed.documents[0].data if parsed.complete and parsed.documents else None
    named = data.get("stages") if isinstance(data, dict) else None
    if not isinstance(named, list) or not all(isinstance(one, str) for one in named):
        return None
    return [one for one in named if one not in (".pre", ".post")]


# --- what is there ------------------------------------------------------------------------------------


def _texts(folders: list[Path], only: str = "") -> dict[Path, str]:
    """Return the YAML files that lie in folders, by their paths."""
    found = {}
    for folder in folders:
        paths = [folder / only] if only else sorted(folder.glob("*.y*ml"))[:_MOST_FILES]
        for path in paths:
            data = documents.read(path, documents.MAX_BYTES)
            if isinstance(data, bytes):
                found[path] = data.decode("utf-8", "replace")
    return found


def _served(text: str) -> set[str]:
    """Return the campaigns folders that a pipeline works on."""
    if "campaignctl" not in text.lower():
        return set()
    found = {posixpath.normpath(_scalar(one)) for one in _FOLDER(text)}
    if not found and re.search(r"uses:.*/campaignctl@", text):
        return {"campaigns"}  # what action.yml takes where nothing is said
    return found


def _scalar(text: str) -> str:
    """Return a plain or quoted YAML scalar of one line as it is meant."""
    parsed = documents.parse(text.encode(), "")
    data = parsed.documents[0].data if parsed.documents else None
    return data if isinstance(data, str) else text
