"""A campaigns folder: found, and its campaignctl.yaml and registry/ read."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from campaignctl import documents, judging, registry, repairs, schema, templating
from campaignctl.approved import Registry
from campaignctl.composer import Problem
from campaignctl.documents import Document
from campaignctl.errors import ProjectError
from campaignctl.findings import Finding, Pointer, Region, Severity, Source
from campaignctl.folder import CONFIG, read_inside, shown
from campaignctl.model import Config
from campaignctl.rules import BY_NAME
from campaignctl.words import shows_secret

_START = Region(line=1, column=1, end_line=1, end_column=1)


@dataclass(frozen=True, kw_only=True)
class Project:
    """What a folder says about itself.

    With mistakes in campaignctl.yaml or registry/ the campaigns can still be linted, by the parts that are
    sound; nothing is planned then. `config` is None when campaignctl.yaml cannot be read at all.
    """

    root: Path
    config: Config | None
    registry: Registry
    findings: tuple[Finding, ...]
    defaults: Mapping[str, Any]  #: rendered
    unsure: frozenset[str]  #: campaign keys whose default may be meant by a broken one
    render: templating.Renderer
    document: Document | None  #: campaignctl.yaml, for the places of defaults
    registries: Mapping[str, Document]  #: the files of registry/ by the name of their schema
    read: documents.Read = documents.read  #: what its files are read by

    @property
    def sound(self) -> Config | None:
        """Return the config if nothing is wrong with it or the registry, else None."""
        return None if _broken(self.findings) else self.config

    @property
    def usable(self) -> Config:
        """Return the config. Raises ProjectError when there are mistakes in it or in the registry."""
        if self.sound is None:
            raise ProjectError(f"{CONFIG} or the registry has errors; `campaignctl lint` shows them")
        return self.sound


def find_root(directory: str | None) -> Path:
    """Return the campaigns folder: the one named, else this one, else ./campaigns. Raises ProjectError."""
    if directory is not None:
        root = Path(directory)
        if not root.is_dir():
            raise ProjectError(f"{directory} is not a folder; name the folder that holds {CONFIG}")
        if not (root / CONFIG).exists():
            raise ProjectError(f"{directory} holds no {CONFIG}; {_around(root) or _make(directory)}")
        return root
    for root in (Path(), Path("campaigns")):
        if (root / CONFIG).exists():
            return root
    way_out = _around(Path()) or "`campaignctl init` makes one, `-C DIR` names another folder"
    raise ProjectError(f"no {CONFIG} here or in ./campaigns; {way_out}")


def _make(directory: str) -> str:
    return f"`{shlex.join(['campaignctl', 'init', directory])}` makes one"


def _around(folder: Path) -> str | None:
    """Say which folder around this one is a campaigns folder, and how it is named; None where there is none."""
    here = folder.resolve()
    for root in here.parents:
        if (root / CONFIG).exists():
            named = os.path.relpath(root)
            return f"{root} holds one: give `{shlex.join(['-C', named])}`, or go there"
    return None


def load(
    root: Path,
    variables: Mapping[str, str] | None = None,
    read: documents.Read = documents.read,
    is_there: Callable[[Path], bool] = os.path.lexists,
) -> Project:
    """Read campaignctl.yaml and registry/. Whatever is wrong there becomes findings; raises nothing."""
    settings = _read(root / CONFIG, "config", root, read)
    findings = list(settings.findings)
    config = _config(settings.data) if settings.document is not None else None
    if settings.document is not None and config is not None:
        wrong = judging.misfits(config)
        findings += [at(settings.document, one.name, one.pointer, one.message, key=one.key) for one in wrong]
    values = {**(config.vars if config else {}), **(variables or {})}
    render = templating.renderer(values, watched=variables or ())
    defaults, problems = render_all(config.defaults if config else {}, render)
    if settings.document is not None:
        for name, pointer, message in problems:
            findings.append(at(settings.document, name, ("defaults", *pointer), message))
    files = {
        name: _read(root / file, name, root, read)
        for name, file in registry.FILES.items()
        if is_there(root / file)
    }
    for one in files.values():
        findings.extend(one.findings)
    parts = {name: registry.Part(one.data, complete=not _broken(one.findings)) for name, one in files.items()}
    return Project(
        root=root,
        config=config,
        registry=registry.build(parts.get("lists"), parts.get("templates"), parts.get("links")),
        findings=tuple(findings),
        defaults=defaults,
        unsure=settings.unsure | {str(pointer[0]) for _, pointer, _ in problems},
        render=render,
        document=settings.document,
        registries={name: one.document for name, one in files.items() if one.document is not None},
        read=read,
    )


def _broken(findings: Sequence[Finding]) -> bool:
    return any(one.severity is Severity.ERROR for one in findings)


class _Settings(NamedTuple):
    """A settings file: the sound parts of its data, and what is wrong with the rest."""

    document: Document | None
    data: Mapping[str, Any]
    findings: list[Finding]
    unsure: frozenset[str] = frozenset()


def _read(path: Path, name: str, root: Path, read: documents.Read) -> _Settings:
    data = read_inside(str(path), root, documents.MAX_REGISTRY_BYTES, read)
    if isinstance(data, Problem):
        return _Settings(None, {}, [finding(data.name, data.message, shown(path))])
    parsed = documents.parse(data, shown(path))
    findings = [of_problem(problem, parsed.file) for problem in parsed.problems]
    if not parsed.complete:
        return _Settings(None, {}, findings)
    if len(parsed.documents) != 1 or not isinstance(parsed.documents[0].data, dict):
        message = f"{_what_it_holds(parsed)}; `campaignctl schema {name}` says which keys it takes"
        return _Settings(None, {}, [*findings, finding("wrong-type", message, shown(path))])
    document = parsed.documents[0]
    misfits = schema.check(name, document.data)
    findings += [of_misfit(document, one.pointer, one) for one in misfits]
    sound: Mapping[str, Any] = document.data
    for one in misfits:
        sound = _without(sound, one.pointer[:2])
    if len(misfits) >= schema.MOST:  # there may be more that nobody has listed
        sound = schema.sound_part(name, document.data) if name == "config" else {}
    defaults = [one for one in misfits if one.pointer[:1] == ("defaults",) and len(one.pointer) > 1]
    unsure = [[str(one.pointer[1]), one.meant] for one in defaults]
    if "defaults" not in sound and isinstance(document.data.get("defaults"), dict):
        unsure.append([*document.data["defaults"]])
    return _Settings(document, sound, findings, frozenset(key for keys in unsure for key in keys if key))


def _what_it_holds(parsed: documents.Parsed) -> str:
    """Return what a settings file holds in place of one mapping of keys and values."""
    if not parsed.documents:
        return "the file is empty" if not parsed.file.text.strip() else "the file holds nothing but comments"
    if len(parsed.documents) > 1:
        return f"the file holds {len(parsed.documents)} documents with --- between them, and must hold one"
    kind = "a list" if isinstance(parsed.documents[0].data, list) else "a single value"
    return f"the file holds {kind}, and must hold keys and values"


def _without(data: Mapping[str, Any], pointer: Pointer) -> Mapping[str, Any]:
    """Return the data without what stands at a pointer; an item of a list leaves None, so that the others stay."""
    if not pointer or pointer[0] not in data:
        return data
    key, rest = str(pointer[0]), pointer[1:]
    kept = {name: value for name, value in data.items() if name != key}
    inner = data[key]
    if rest and isinstance(inner, list):
        return {**kept, key: [None if index == rest[0] else one for index, one in enumerate(inner)]}
    return {**kept, key: _without(inner, rest)} if rest and isinstance(inner, Mapping) else kept


def _config(data: Mapping[str, Any]) -> Config:
    policy, api, state = data.get("policy", {}), data.get("api", {}), data.get("state", {})
    checks = data.get("lint", {})
    given = {
        "project": data.get("project", ""),
        "region": data.get("region"),
        "defaults": data.get("defaults"),
        "vars": data.get("vars"),
        "profile": data.get("profile"),
        "levels": checks.get("levels"),
        "select": tuple(checks.get("select") or ()),
        "ignore": tuple(checks.get("ignore") or ()),
        "baseline": checks.get("baseline"),
        "max_parts": policy.get("max_parts"),
        "registry_max_age": policy.get("registry_max_age"),
        "sms_per_minute": policy.get("sms_per_minute"),
        "allow_immediate": policy.get("allow_immediate"),
        "settle": policy.get("settle"),
        "max_creates": policy.get("max_creates"),
        "max_recipients": policy.get("max_recipients"),
        **{key: _seconds(policy.get(key)) for key in ("min_gap", "fuse", "plan_expiry")},
        "endpoint": api.get("endpoint"),
        "body": api.get("body"),
        "requests_per_minute": api.get("requests_per_minute"),
        "state_path": state.get("path"),
    }
    return Config(**{key: value for key, value in given.items() if value is not None})


def _seconds(text: str | None) -> int | None:
    """Return the seconds of a length of time as the schema wants it written: 30m, 4h, 2d."""
    return None if text is None else int(text[:-1]) * {"m": 60, "h": 3600, "d": 86400}[text[-1]]


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


# --- findings -----------------------------------------------------------------------------------------


def finding(name: str, message: str, path: str, region: Region = _START, **more: Any) -> Finding:
    """Return a finding of the rule of this name, at the start of the file unless a region is given."""
    rule = BY_NAME[name]
    severity = more.pop("severity", None) or rule.SEVERITY
    return Finding(
        code=rule.CODE, name=name, severity=severity, message=message, path=path, region=region, **more
    )


def of_problem(problem: Problem, file: documents.SourceFile, campaign: str | None = None) -> Finding:
    """Return the finding for a problem of the text."""
    region = file.region(problem.start, problem.end)
    pointer, source = as_text(problem.pointer), _source(problem.name, file.line(region.line))
    return finding(
        problem.name,
        problem.message,
        file.path,
        region,
        pointer=pointer,
        source=source,
        campaign=campaign,
        fix=repairs.of_problem(problem, file),
    )


def _source(name: str, line: str) -> str:
    """Return the line of a finding as reports may show it: not at all where a password stands in it."""
    return "" if getattr(BY_NAME[name], "SECRET", False) or shows_secret(line) else line


def of_misfit(place: Document, pointer: Pointer, misfit: schema.Misfit, **more: Any) -> Finding:
    """Return the finding for something of the wrong shape, written at `pointer` of a document."""
    fix = repairs.of_misfit(place, pointer, misfit)
    return at(place, misfit.name, pointer, misfit.message, key=misfit.key, fix=fix, **more)


def at(
    source: Source,
    name: str,
    pointer: Pointer,
    message: str,
    *,
    key: bool = False,
    **more: Any,
) -> Finding:
    """Return a finding at a pointer of a document, with the line of text that it stands in."""
    return placed(source, name, pointer, message, source.locate(pointer, key=key), **more)


def placed(source: Source, name: str, pointer: Pointer, message: str, region: Region, **more: Any) -> Finding:
    """Return a finding about the value at a pointer, in a region of its own."""
    return finding(
        name,
        message,
        source.path,
        region,
        pointer=as_text(pointer),
        source=_source(name, source.line(region.line)),
        anchor=source.locate(pointer, key=True).line,
        **more,
    )


def as_text(pointer: Pointer) -> str:
    """Return a pointer as a JSON pointer (RFC 6901)."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in pointer)
