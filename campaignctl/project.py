"""A campaigns folder: found, and its campaignctl.yaml and registry/ read."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from campaignctl import documents, registry, schema, templating
from campaignctl.documents import Document, Problem
from campaignctl.errors import ProjectError
from campaignctl.model import Config, Context, Finding, Pointer, Region, Registry
from campaignctl.rules import BY_NAME

CONFIG = "campaignctl.yaml"
_START = Region(line=1, column=1, end_line=1, end_column=1)


@dataclass(frozen=True, kw_only=True)
class Project:
    """What a folder says about itself. `config` is None when campaignctl.yaml cannot be used."""

    root: Path
    config: Config | None
    registry: Registry
    findings: tuple[Finding, ...]
    defaults: Mapping[str, Any]  #: rendered
    render: Callable[[str], str]
    document: Document | None  #: campaignctl.yaml, for the places of defaults

    @property
    def usable(self) -> Config:
        """Return the config. Raises ProjectError when campaignctl.yaml or the registry cannot be used."""
        if self.config is None:
            raise ProjectError(f"{CONFIG} or the registry cannot be used; `campaignctl lint` says why")
        return self.config

    def context(self, now: datetime) -> Context:
        """Return what the rules may know at this moment. Raises ProjectError without a usable config."""
        return Context(config=self.usable, registry=self.registry, now=now)


def find_root(directory: str | None) -> Path:
    """Return the campaigns folder: the one named, else this one, else ./campaigns. Raises ProjectError."""
    if directory is not None:
        root = Path(directory)
        if not root.is_dir():
            raise ProjectError(f"{directory} is not a folder; name the folder that holds {CONFIG}")
        if not (root / CONFIG).exists():
            raise ProjectError(f"{directory} holds no {CONFIG}; `campaignctl init {directory}` makes one")
        return root
    for root in (Path(), Path("campaigns")):
        if (root / CONFIG).exists():
            return root
    raise ProjectError(
        f"no {CONFIG} here or in ./campaigns; `campaignctl init` makes one, `-C DIR` names another folder"
    )


def shown(path: Path) -> str:
    """Return a path as reports show it: relative to the current folder where it lies inside, with slashes."""
    absolute = os.path.abspath(path)  # noqa: PTH100 - a link stays as it is named
    return absolute.removeprefix(str(Path.cwd()) + os.sep).replace(os.sep, "/")


def load(root: Path, variables: Mapping[str, str] | None = None) -> Project:
    """Read campaignctl.yaml and registry/. Whatever is wrong there becomes findings; raises nothing."""
    findings: list[Finding] = []
    document = _read(root / CONFIG, "config", findings)
    config = None
    defaults: dict[str, Any] = {}
    values: dict[str, Any] = {}
    if document is not None and not findings:
        config = _config(document.data)
        values = {**config.vars, **(variables or {})}
        defaults, problems = render_all(config.defaults, templating.renderer(values))
        findings.extend(
            _at(document, name, ("defaults", *pointer), message) for name, pointer, message in problems
        )
    found: dict[str, Any] = {}
    for name, file in registry.FILES.items():
        if os.path.lexists(root / file):
            before = len(findings)
            one = _read(root / file, name, findings)
            if one is not None and len(findings) == before:
                found[name] = one.data.get(name) or {}
    return Project(
        root=root,
        config=config if not any(one.severity == "error" for one in findings) else None,
        registry=registry.build(found.get("lists", {})),
        findings=tuple(findings),
        defaults=defaults,
        render=templating.renderer(values),
        document=document,
    )


def _read(path: Path, name: str, findings: list[Finding]) -> Document | None:
    """Return the one document of a settings file, its findings appended; None if it cannot be read."""
    data = read_inside(
        str(path), path.parent.parent if name != "config" else path.parent, documents.MAX_REGISTRY_BYTES
    )
    if isinstance(data, Problem):
        findings.append(finding(data.name, data.message, shown(path)))
        return None
    parsed = documents.parse(data, shown(path))
    findings.extend(of_problem(problem, parsed.file) for problem in parsed.problems)
    if not parsed.complete:
        return None
    if len(parsed.documents) != 1 or not isinstance(parsed.documents[0].data, dict):
        message = "the file must hold one mapping; it is empty, a list, or several documents"
        findings.append(finding("wrong-type", message, shown(path)))
        return None
    document = parsed.documents[0]
    findings.extend(
        _at(document, one.name, one.pointer, one.message, key=one.key)
        for one in schema.check(name, document.data)
    )
    return document


def _config(data: Mapping[str, Any]) -> Config:
    policy, api, state = data.get("policy", {}), data.get("api", {}), data.get("state", {})
    given = {
        "project": data["project"],
        "region": data.get("region"),
        "defaults": data.get("defaults"),
        "vars": data.get("vars"),
        "allow_immediate": policy.get("allow_immediate"),
        "settle": policy.get("settle"),
        "endpoint": api.get("endpoint"),
        "body": api.get("body"),
        "requests_per_minute": api.get("requests_per_minute"),
        "state_path": state.get("path"),
    }
    return Config(**{key: value for key, value in given.items() if value is not None})


# --- rendering ----------------------------------------------------------------------------------------


def render_all(
    data: Mapping[str, Any], render: Callable[[str], str]
) -> tuple[dict[str, Any], list[tuple[str, Pointer, str]]]:
    """Render the texts of a mapping. A key with a text that fails is left out and said.

    The `id` is never rendered: an identity that a `--var` could change would send a campaign twice.
    """
    rendered: dict[str, Any] = {}
    problems: list[tuple[str, Pointer, str]] = []
    for key, value in data.items():
        if key == "id" or (type(value) is str and not templating.is_template(value)):
            rendered[key] = value
            continue
        failed = len(problems)
        one = _rendered(value, render, (key,), problems)
        if len(problems) == failed:
            rendered[key] = one
    return rendered, problems


def _rendered(
    value: Any, render: Callable[[str], str], pointer: Pointer, problems: list[tuple[str, Pointer, str]]
) -> Any:
    if isinstance(value, str):
        try:
            return render(value)
        except templating.TemplateProblem as problem:
            problems.append((problem.name, pointer, str(problem)))
            return None
    if isinstance(value, list):
        return [_rendered(one, render, (*pointer, index), problems) for index, one in enumerate(value)]
    if isinstance(value, dict):
        return {key: _rendered(one, render, (*pointer, key), problems) for key, one in value.items()}
    return value


# --- files --------------------------------------------------------------------------------------------


def read_inside(path: str, root: Path, limit: int) -> bytes | Problem:
    """Return the bytes of a file, unless it is a link that leaves `root`."""
    if os.path.islink(path) and not Path(path).resolve().is_relative_to(root.resolve()):  # noqa: PTH114
        return Problem("file-unreadable", 0, 0, _LEAVES)
    return documents.read(path, limit)


_LEAVES = "a symbolic link that leaves the campaigns folder; it is not followed"


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
    inside = root.resolve()
    for name in paths or (str(root),):
        if os.path.isdir(name):  # noqa: PTH112
            top = not paths or os.path.exists(os.path.join(name, CONFIG))  # noqa: PTH110, PTH118
            start = shown(Path(name))
            prefix = "" if os.path.abspath(name) == str(Path.cwd()) else f"{start}/"  # noqa: PTH100
            yield from _walk(name, prefix, inside, top=top)
        elif os.path.lexists(name):
            yield CampaignFile(name, shown(Path(name)))
        else:
            raise ProjectError(f"{name}: no such file or folder")


def _walk(folder: str, prefix: str, inside: Path, *, top: bool) -> Iterator[CampaignFile]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        why = f"the folder cannot be read: {(error.strerror or 'unknown').lower()}"
        yield CampaignFile(folder, prefix.rstrip("/") or ".", why)
        return
    for entry in entries:
        name = entry.name
        if name.startswith(".") or (top and name in (CONFIG, "registry")):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(entry.path, f"{prefix}{name}/", inside, top=False)
        elif not entry.is_symlink():
            if name.endswith((".yaml", ".yml")):
                yield CampaignFile(entry.path, prefix + name)
        elif entry.is_dir():
            yield CampaignFile(
                entry.path, prefix + name, "a symbolic link to a folder; put the files themselves here"
            )
        elif name.endswith((".yaml", ".yml")):
            leaves = not Path(entry.path).resolve().is_relative_to(inside)
            yield CampaignFile(entry.path, prefix + name, _LEAVES if leaves else None)


# --- findings -----------------------------------------------------------------------------------------


def finding(name: str, message: str, path: str, region: Region = _START, **more: Any) -> Finding:
    """Return a finding of the rule of this name, at the start of the file unless a region is given."""
    rule = BY_NAME[name]
    return Finding(
        code=rule.CODE, name=name, severity=rule.SEVERITY, message=message, path=path, region=region, **more
    )


def of_problem(problem: Problem, file: documents.SourceFile, campaign: str | None = None) -> Finding:
    """Return the finding for a problem of the text."""
    region = file.region(problem.start, problem.end)
    pointer, source = as_text(problem.pointer), file.line(region.line)
    return finding(
        problem.name, problem.message, file.path, region, pointer=pointer, source=source, campaign=campaign
    )


def _at(document: Document, name: str, pointer: Pointer, message: str, *, key: bool = False) -> Finding:
    region = document.locate(pointer, key=key)
    source = document.line(region.line)
    return finding(name, message, document.path, region, pointer=as_text(pointer), source=source)


def as_text(pointer: Pointer) -> str:
    """Return a pointer as a JSON pointer (RFC 6901)."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in pointer)
