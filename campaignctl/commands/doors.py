"""What a command opens: the project, its state, Exotel or the sandbox."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

from campaignctl import project
from campaignctl.commands import options
from campaignctl.dlt import hours
from campaignctl.errors import StateError, UsageError, VendorError
from campaignctl.model import Config, account_mark
from campaignctl.project import Project
from campaignctl.words import printable, span

if TYPE_CHECKING:
    from campaignctl.exotel.client import Credentials, Exotel
    from campaignctl.sandbox import Sandbox
    from campaignctl.state.holders import Waiting
    from campaignctl.state.local import LocalStore

_PRIVATE = ".campaignctl"
_STATE = "campaignctl.state.json"
_DATABASE = "exotel.db"
_VARIABLES = ("EXOTEL_ACCOUNT_SID", "EXOTEL_API_KEY", "EXOTEL_API_TOKEN")


def open_project(directory: str | None, variables: Mapping[str, str] | None = None) -> Project:
    """Find and read the campaigns folder. A command with --sandbox lives in the sandbox's present from then on.

    Raises ProjectError.
    """
    root = project.find_root(directory)
    context = click.get_current_context(silent=True)
    if context is not None and context.params.get("sandbox"):
        _live_at_the_sandbox(context, root)
    return project.load(root, variables)


def _live_at_the_sandbox(context: click.Context, root: Path) -> None:
    """Have `options.now` answer what the clock of the folder's own sandbox shows, and say so where it was advanced."""
    ahead = timedelta(seconds=_ahead(root / _PRIVATE / "sandbox" / _DATABASE))
    context.meta[options.AHEAD] = ahead
    if ahead and context.info_name != "clock":
        here = hours.spoken(options.now(None).replace(second=0, microsecond=0))
        told = (
            f"at the sandbox it is {here}, {span(ahead)} ahead of this machine, and starts are judged by that"
        )
        options.note([f"{told}; to begin again, delete {_PRIVATE}/sandbox/"])


def _ahead(database: Path) -> int:
    """Return how many seconds a sandbox's clock was advanced. Raises VendorError where that cannot be read."""
    import sqlite3

    if not database.is_file() or database.is_symlink():
        return 0  # there is none yet; for a link `embedded` has the words
    try:
        with closing(sqlite3.connect(database, timeout=10)) as connection:
            if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'clock'").fetchone():
                return 0
            row = connection.execute("SELECT ahead FROM clock").fetchone()
    except sqlite3.Error as error:
        raise VendorError(f"the embedded Exotel cannot start: {error}") from error
    return row[0] if row is not None and isinstance(row[0], int) else 0


def store(root: Path, config: Config, *, sandbox: bool, besides: Path | None = None) -> LocalStore:
    """Return the state's store; the sandbox has one of its own. `besides` is another state that may be there.

    Raises StateError for a path that escapes, and for one that passes by a state with campaigns in it.
    """
    from campaignctl.state.local import LocalStore
    from campaignctl.state.others import refuse_others

    path = (_private(root) if sandbox else root) / (_STATE if sandbox else config.state_path)
    if path.is_symlink() or not path.parent.resolve().is_relative_to(root.resolve()):
        raise StateError(
            f"{path} is, or lies behind, a symbolic link; the state must be a file inside the folder"
        )
    if not path.parent.is_dir():
        raise StateError(f"{path.parent} is not a folder; make it, or mend `state.path` in campaignctl.yaml")
    if not sandbox:
        refuse_others(root, path, _STATE, besides)
    return LocalStore(path, config.project, account(sandbox=sandbox))


def states(root: Path, config: Config) -> tuple[LocalStore, ...]:
    """Return the stores of a folder to look names up in, the sandbox's as well. Nothing is made or checked."""
    from campaignctl.state.local import LocalStore

    paths = (root / config.state_path, root / _PRIVATE / "sandbox" / _STATE)
    return tuple(LocalStore(path, config.project) for path in paths)


def spare_the_state(path: Path, the_project: Project) -> None:
    """Raise UsageError for a file to be written in place of a state: without it everything would be sent again.

    What stands beside a state counts as well: the journal has what is not in it yet, and the lock keeps a
    second run out. What broken settings no longer name is known by its content.
    """
    from campaignctl.state.others import is_state

    root = the_project.root
    config = the_project.config or Config(project="")
    states = (root / config.state_path, root / _PRIVATE / "sandbox" / _STATE)
    taken = [one.with_name(one.name + end) for one in states for end in ("", ".journal", ".lock")]
    place = path.resolve()
    if place in [one.resolve() for one in taken] or any(_is_same(place, one) for one in taken):
        raise UsageError(f"{path} is the state of this project, or belongs to it; name another file")
    if is_state(path):
        raise UsageError(f"{path} is the state of a project; name another file")


def _is_same(path: Path, other: Path) -> bool:
    """Return whether two names are one file: by another spelling, where letter case does not count."""
    with suppress(OSError):
        return path.samefile(other)
    return False


def waiting(given: Mapping[str, Any]) -> Waiting | None:
    """Return what `--lock-timeout` asks for; who is waited for is told on standard error."""
    from campaignctl.state.holders import Waiting

    seconds = given["lock_timeout"]
    return Waiting(seconds=seconds, tell=_tell) if seconds is not None else None


def _tell(words: str) -> None:
    click.echo(f"campaignctl: {printable(words)}", err=True)


def account(*, sandbox: bool) -> str | None:
    """Return the mark of the account at work, None without EXOTEL_ACCOUNT_SID."""
    sid = "embedded sandbox" if sandbox else os.environ.get("EXOTEL_ACCOUNT_SID")
    return account_mark(sid) if sid else None


def _private(root: Path) -> Path:
    """Make and return the sandbox's folder, which Git does not see."""
    folder = root / _PRIVATE
    if folder.is_symlink() or (folder / "sandbox").is_symlink():
        raise StateError(f"{folder} is a symbolic link; it must be a folder of its own")
    (folder / "sandbox").mkdir(parents=True, exist_ok=True)
    ignore = folder / ".gitignore"
    if not os.path.lexists(ignore):
        ignore.write_text("*\n", encoding="utf-8")
    return folder / "sandbox"


def missing_credentials() -> tuple[str, ...]:
    """Return the names of the credential variables that are not set."""
    return tuple(name for name in _VARIABLES if not os.environ.get(name))


def credentials() -> Credentials:
    """Return what the environment holds. Raises VendorError for what is missing or odd."""
    from campaignctl.exotel.client import Credentials

    values = {name: os.environ.get(name, "") for name in _VARIABLES}
    for name, value in values.items():
        if not value:
            raise VendorError(
                f"{name} is not set; take account SID, API key and token from Exotel's API settings page, "
                "or try `--sandbox`"
            )
        if value != value.strip() or not value.isprintable() or not value.isascii():
            raise VendorError(f"{name} holds spaces or other odd characters; copy it again")
    return Credentials(
        account_sid=values["EXOTEL_ACCOUNT_SID"],
        api_key=values["EXOTEL_API_KEY"],
        api_token=values["EXOTEL_API_TOKEN"],
    )


def service(config: Config, *, sandbox: bool, base_url: str | None) -> str:
    """Return which service `vendor` opens, in words without credentials: scheme, host and endpoint.

    The embedded one has another port in each run and is still the same. Raises UsageError.
    """
    if sandbox:
        return f"the embedded sandbox, {config.endpoint}"
    from campaignctl.exotel.connection import HOSTS, checked_base

    base = urlsplit(checked_base(base_url) if base_url else HOSTS[config.region])
    usual = {"http": 80, "https": 443}.get(base.scheme)
    host = base.netloc.removesuffix(f":{usual}")
    return f"{base.scheme}://{host}, {config.endpoint}"


@contextmanager
def vendor(root: Path, config: Config, *, sandbox: bool, base_url: str | None) -> Iterator[Exotel]:
    """Open Exotel, or the embedded one. Raises VendorError without usable credentials."""
    if not sandbox:
        keys = credentials()
        from campaignctl.exotel.client import Exotel

        with Exotel(config, keys, base_url=base_url) as client:
            client.pace.tell = _tell
            yield client
        return
    from campaignctl.exotel.client import Credentials, Exotel

    with embedded(root) as server:
        keys = Credentials(account_sid=server.account_sid, api_key=server.api_key, api_token=server.api_token)
        with Exotel(config, keys, base_url=server.url) as client:
            yield client


@contextmanager
def embedded(root: Path) -> Iterator[Sandbox]:
    """Run the folder's own sandbox, which knows the folder's registry. Raises StateError, VendorError."""
    import sqlite3

    from campaignctl.commands import registries
    from campaignctl.sandbox import Sandbox

    database = _private(root) / _DATABASE
    if database.is_symlink():
        raise StateError(f"{database} is a symbolic link; it must be a file of its own")
    registry = registries.plain(root / "registry", root)
    server = Sandbox(database, registry=registry)
    try:
        server.start()
    except (OSError, sqlite3.Error) as error:
        raise VendorError(f"the embedded Exotel cannot start: {error}") from error
    with server:
        yield server
