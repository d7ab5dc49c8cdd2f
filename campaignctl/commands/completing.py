"""What a shell offers while somebody types: read from the files of the folder, nothing run, nothing written.

Whatever is broken, too large or not there offers nothing. The shell shows what is written to standard error in the
middle of the line that is being typed, so nothing is ever written there.
"""

from __future__ import annotations

import functools
import os
import re
from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from campaignctl import documents, project
from campaignctl.folder import CONFIG, campaign_files, read_inside
from campaignctl.words import count, printable, shortened

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from campaignctl.model import State

#: Files that are searched for ids: a second's work at most.
_MOST_FILES = 20_000
_ALIAS = re.compile(r"[a-z0-9][a-z0-9-]{1,62}").fullmatch
#: The id of a document at the beginning of a line. A file in the middle of an edit is often no YAML: its ids still count.
_ID = re.compile(
    rb"^(?:id|\"id\"|'id')[ \t]*:[ \t]+[\"']?([a-z0-9][a-z0-9-]{2,62})[\"']?[ \t]*(?:[ \t]#[^\n]*)?\r?$",
    re.MULTILINE,
)

Offer = Callable[[click.Context, click.Parameter, str], "list[CompletionItem]"]
#: A word and what stands beside it where the shell shows that.
Words = Iterable[tuple[str, str | None]]


def _offering(find: Callable[[click.Context], Words]) -> Offer:
    """Return the callback for click: the words that go on from what is typed, [] whatever goes wrong."""

    @functools.wraps(find)
    def offer(ctx: click.Context, _: click.Parameter, typed: str) -> list[CompletionItem]:
        try:
            return _items(find(ctx), typed)
        except Exception:  # noqa: BLE001 - a broken folder must not disturb what is being typed
            return []

    return offer


def _items(words: Words, typed: str) -> list[CompletionItem]:
    from click.shell_completion import CompletionItem

    shown = {word: help_ for word, help_ in words if word.startswith(typed)}
    return [
        CompletionItem(word, help=shortened(printable(help_), 70) if help_ else None)
        for word, help_ in shown.items()
    ]


# --- from the files -----------------------------------------------------------------------------------


@_offering
def campaigns(ctx: click.Context) -> Words:
    """Offer the ids of the campaign files."""
    return _ids(_root(ctx))


def _ids(root: Path) -> Words:
    found: dict[str, str] = {}
    for file in islice(campaign_files(root, ()), _MOST_FILES):
        data = documents.read(file.path, documents.MAX_BYTES) if file.trouble is None else b""
        if isinstance(data, bytes):
            for match in _ID.finditer(data.removeprefix(b"\xef\xbb\xbf")):
                found.setdefault(match[1].decode(), file.shown)
    return sorted(found.items())


@_offering
def lists(ctx: click.Context) -> Words:
    """Offer the aliases of registry/lists.yaml, for `LIST=FILE`."""
    root = _root(ctx)
    given = ctx.params.get("registry")
    data = (
        _mapping(Path(given) / "lists.yaml", Path(given))
        if given
        else _mapping(root / "registry/lists.yaml", root)
    )
    return [(f"{alias}=", _size(one)) for alias, one in data["lists"].items() if _ALIAS(alias)]


def _size(one: Any) -> str | None:
    contacts = one.get("contacts") if isinstance(one, dict) else None
    return count(contacts, "contact") if isinstance(contacts, int) else None


@_offering
def variables(ctx: click.Context) -> Words:
    """Offer the names under `vars:` in campaignctl.yaml, for `NAME=VALUE`."""
    names = _settings(_root(ctx)).get("vars", {})
    return [(f"{name}=", None) for name in names if str(name).isidentifier() and str(name).isascii()]


# --- from the state -----------------------------------------------------------------------------------


@_offering
def sent(ctx: click.Context) -> Words:
    """Offer what the state has created or tried to create."""
    state = _state(ctx)
    return [*_created(state), *_tried(state)]


@_offering
def steered(ctx: click.Context) -> Words:
    """Offer what the state has created or tried to create, and the plans that did it."""
    state = _state(ctx)
    plans: dict[str, int] = {}
    for one in state.campaigns.values():
        if one.plan_id is not None and re.fullmatch(r"[0-9a-f-]{8,36}", one.plan_id):
            plans[one.plan_id] = plans.get(one.plan_id, 0) + 1
    short = {plan[:8] for plan in plans}
    told = 8 if len(short) == len(plans) else None
    of_plans = [(plan[:told], f"a plan: {count(number, 'campaign')}") for plan, number in plans.items()]
    return [*_created(state), *_tried(state), *of_plans]


@_offering
def unresolved(ctx: click.Context) -> Words:
    """Offer what has no clear outcome."""
    return _tried(_state(ctx))


@_offering
def unsent(ctx: click.Context) -> Words:
    """Offer the ids of campaign files that the state has not created: for `ID SID`, the ID alone."""
    if any(ctx.params.get("words") or ()):
        return []
    known = _state(ctx).campaigns
    return [(id_, file) for id_, file in _ids(_root(ctx)) if id_ not in known]


def _created(state: State) -> Words:
    return [(id_, f"created {one.at[:10]}") for id_, one in sorted(state.campaigns.items())]


def _tried(state: State) -> Words:
    return [(id_, "outcome unknown") for id_ in sorted(state.intents)]


def _state(ctx: click.Context) -> State:
    from campaignctl.commands import doors
    from campaignctl.model import Config

    root = _root(ctx)
    settings = _settings(root)
    config = Config(project=settings["project"])
    path = settings.get("state", {}).get("path", config.state_path)
    real, sandbox = doors.states(root, Config(project=settings["project"], state_path=path))
    return (sandbox if ctx.params.get("sandbox") else real).read()


# --- what never changes -------------------------------------------------------------------------------


def rules(_ctx: click.Context, _param: click.Parameter, typed: str) -> list[CompletionItem]:
    """Offer rules by name, or by code once a capital C is typed."""
    return _items(_rules(typed), typed)


def some_rules(_ctx: click.Context, _param: click.Parameter, typed: str) -> list[CompletionItem]:
    """Offer rules with commas between them: the last one goes on."""
    before, comma, last = typed.rpartition(",")
    given = before.split(",")
    return _items(((before + comma + one, words) for one, words in _rules(last) if one not in given), typed)


def _rules(typed: str) -> Words:
    from campaignctl.rules import RULES

    if typed.startswith("C"):
        return [(rule.CODE, rule.NAME) for rule in RULES]
    return [(rule.NAME, (rule.__doc__ or "").strip().split("\n")[0]) for rule in RULES]


def files(_ctx: click.Context, _param: click.Parameter, typed: str) -> list[CompletionItem]:
    """Let the shell offer files."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(typed, type="file")]


def folders(_ctx: click.Context, _param: click.Parameter, typed: str) -> list[CompletionItem]:
    """Let the shell offer folders."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(typed, type="dir")]


# --- the folder ---------------------------------------------------------------------------------------


def _root(ctx: click.Context) -> Path:
    """Return the folder that the line typed so far means. Raises ProjectError.

    Options are not processed yet, and the shell has not put a home folder in the place of `~`.
    """
    here: click.Context | None = ctx
    named = None
    while here is not None and not named:
        named, here = here.params.get("directory"), here.parent
    named = os.path.expanduser(named or os.environ.get("CAMPAIGNCTL_DIR") or "")  # noqa: PTH111
    return project.find_root(named or None)


def _settings(root: Path) -> Mapping[str, Any]:
    return _mapping(root / CONFIG, root)


def _mapping(path: Path, root: Path) -> Mapping[str, Any]:
    """Return what a settings file holds. Raises whatever comes of one that is broken."""
    data = read_inside(str(path), root, documents.MAX_REGISTRY_BYTES)
    parsed = documents.parse(data if isinstance(data, bytes) else b"", str(path))
    mapping: Mapping[str, Any] = parsed.documents[0].data
    return mapping
