"""What the sandbox knows beside campaigns: the account's lists, from a registry and from CSV files."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from .contacts import MOST_MADE_UP, Sheet, read
from .operator import Registry
from .store import Store

Plain = Mapping[str, object]
"""Data as the YAML files of a registry hold it, believed in nothing."""


def registered(registry: Plain | None) -> Registry | None:
    """What the operator knows; None where no templates are told, so that none can be missed."""
    templates = _mapping((registry or {}).get("templates"))
    if not templates:
        return None
    return Registry.of(templates, _mapping((registry or {}).get("links")))


def stock(
    store: Store,
    account: str,
    registry: Plain | None,
    contacts: Mapping[str, Path],
    now: datetime,
) -> list[str]:
    """Makes the lists known: those of the registry, with the contacts of a file where `contacts` names one by
    alias or SID. Returns in words what was loaded, and what is amiss with it. Raises BadContacts.
    """
    lists = _mapping(_mapping((registry or {}).get("lists")).get("lists"))
    aliases = {alias: str(_mapping(one).get("sid", "")) for alias, one in lists.items()}
    sheets = {aliases.get(word) or word: read(path) for word, path in contacts.items()}
    names = {sid: alias for alias, sid in reversed(aliases.items())}
    files = {aliases.get(word) or word: path.name for word, path in contacts.items()}
    told = []
    with store.transaction():
        for sid, alias in names.items():
            if sid and sid not in sheets and not store.has_sheet(account, sid):
                one = _mapping(lists[alias])
                store.keep_made_up(account, sid, alias, _count(one), _sample(one), now)
                if _count(one) > MOST_MADE_UP:
                    told.append(
                        f"{alias}: {MOST_MADE_UP:,} of {_count(one):,} people are made up, the most there are"
                    )
        for sid, sheet in sheets.items():
            name = names.get(sid, sid)
            store.keep_sheet(account, sid, name, sheet, now)
            told.append(f"{name}: {_loaded(sheet, files[sid], _mapping(lists.get(name)))}")
    return told


def _loaded(sheet: Sheet, file: str, listed: Plain) -> str:
    """What a file gave: `1,006 contacts from people.csv, 3 twice, 1 is no number (line 7); column ...`."""
    words = f"{len(sheet.contacts):,} contact{'' if len(sheet.contacts) == 1 else 's'} from {file}"
    if sheet.twice:
        words += f", {sheet.twice:,} twice"
    if sheet.odd:
        where = f"line {sheet.odd_line}" if sheet.odd == 1 else f"the first on line {sheet.odd_line}"
        words += f", {sheet.odd:,} {'is no number' if sheet.odd == 1 else 'are no numbers'} ({where})"
    alike = {_folded(column): column for column in sheet.columns}
    for column in _sample(listed) or {}:
        if column not in sheet.columns:
            near = alike.get(_folded(column))
            has = f"it has {near}" if near is not None else f"it has {', '.join(sheet.columns)}"
            guess = f"{has}; rename it in {file}" if near is not None else f"{has}; add it to {file}"
            words += f"; column {column} of the registry is missing ({guess})"
    return words


def _folded(column: str) -> str:
    return "".join(sign for sign in column.casefold() if sign.isalnum())


def _count(one: Plain) -> int:
    count = one.get("contacts")
    return count if isinstance(count, int) and not isinstance(count, bool) else 0


def _sample(one: Plain) -> dict[str, str] | None:
    """The made-up row of a dynamic list; None for one without columns."""
    sample = _mapping(one.get("sample"))
    columns = one.get("columns")
    if not isinstance(columns, list | tuple):
        columns = list(sample)
    return {str(column): str(sample.get(column, "")) for column in columns} or None


def _mapping(data: object) -> Plain:
    """A mapping with texts as keys; nothing where there is none."""
    return (
        {key: value for key, value in data.items() if isinstance(key, str)}
        if isinstance(data, Mapping)
        else {}
    )
