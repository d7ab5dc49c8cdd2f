"""What differs between two versions of campaignctl.yaml and registry/, setting by setting. Pure.

The earlier version may be anything: nobody has checked it, and what is not understood there counts as not there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from campaignctl import registry, schema
from campaignctl.amendments import Amended, Item, Setting, Unset

#: The data of the files by the name of their schema. A file that is not there has no key, one that cannot be read None.
Files = Mapping[str, Mapping[str, Any] | None]

#: Where the settings stand, what weighs most first: what limits a run, what is checked, where it goes, what is sent.
_ORDER = ("policy", "lint", "state", "api", "region", "profile", "project", "defaults")
#: Those of which there may be any number stand behind.
_MANY = ("lint.levels.", "vars.")
#: The keys of the whitelist, and what an entry of each is called.
_LINKS = {"urls": "web address", "numbers": "number", "emails": "mail domain"}


def amended(before: Files, after: Files, config: str) -> tuple[Amended, ...]:
    """Return the files that differ; `config` is the path of the file of settings."""
    found = (_file(name, path, before, after) for name, path in {"config": config, **registry.FILES}.items())
    return tuple(one for one in found if one.settings or one.items or one.was)


def _file(name: str, path: str, before: Files, after: Files) -> Amended:
    old, new = _mapping(before.get(name)), _mapping(after.get(name))
    items, rest = _ITEMS[name](old, new) if name in _ITEMS else ((), ())
    old, new = ({key: value for key, value in one.items() if key not in rest} for one in (old, new))
    return Amended(
        path=path,
        settings=tuple(sorted(_settings(name, old, new), key=_weight)),
        items=tuple(items),
        was=_was(name, before, after),
    )


def _was(name: str, before: Files, after: Files) -> str:
    if (name in before) is not (name in after):
        return "new" if name in after else "gone"
    return "unreadable before" if name in before and before[name] is None else ""


# --- settings -----------------------------------------------------------------------------------------


def _settings(name: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Setting]:
    old, new = dict(_leaves(before, ())), dict(_leaves(after, ()))
    for steps in dict.fromkeys((*old, *new)):
        if steps not in old or steps not in new or not _same(old[steps], new[steps]):
            absent = Unset(schema.default(name, steps))
            yield Setting(".".join(steps), old.get(steps, absent), new.get(steps, absent))


def _leaves(data: Mapping[str, Any], above: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    for key, value in data.items():
        steps = (*above, str(key))
        if isinstance(value, Mapping) and value:
            yield from _leaves(value, steps)
        else:
            yield steps, value


def _same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and bool(one == other)


def _weight(one: Setting) -> tuple[bool, int, str]:
    top = one.name.split(".")[0]
    place = _ORDER.index(top) if top in _ORDER else len(_ORDER)
    return one.name.startswith(_MANY), place, one.name


# --- the registry -------------------------------------------------------------------------------------


def _lists(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Sequence[Item], tuple[str, ...]]:
    old, new = _entries(before.get("lists")), _entries(after.get("lists"))
    holders: dict[Any, list[str]] = {}
    for alias, one in (*old.items(), *new.items()):
        if isinstance(one.get("sid"), str):
            holders.setdefault(one["sid"], []).append(alias)
    items = []
    for item in _compared("alias", "lists", old, new):
        sid = new.get(item.name, {}).get("sid")
        moved = item.is_new or (not item.is_gone and any(change.name == "sid" for change in item.changes))
        kin = dict.fromkeys(alias for alias in holders.get(sid, ()) if alias != item.name)
        items.append(_with_people(item._replace(kin=tuple(kin)), new) if moved else item)
    return items, ("lists",)


def _with_people(one: Item, new: Mapping[str, Mapping[str, Any]]) -> Item:
    """Return an alias of another list with its number of people, which is told although it has not changed."""
    people = new[one.name].get("contacts")
    if people is None or any(change.name == "contacts" for change in one.changes):
        return one
    return one._replace(changes=(*one.changes, Setting("contacts", people, people)))


def _templates(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Sequence[Item], tuple[str, ...]]:
    old, new = (_by_id(one.get("templates")) for one in (before, after))
    return [*_compared("template", "templates", old, new)], ("templates",)


def _links(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Sequence[Item], tuple[str, ...]]:
    items: list[Item] = []
    for key, noun in _LINKS.items():
        old, new = (dict.fromkeys(_words(one.get(key))) for one in (before, after))
        items += [Item(noun, one, is_new=True) for one in new if one not in old]
        items += [Item(noun, one, is_gone=True) for one in old if one not in new]
    return items, tuple(_LINKS)


_ITEMS = {"lists": _lists, "templates": _templates, "links": _links}


def _compared(
    noun: str, name: str, old: Mapping[str, Mapping[str, Any]], new: Mapping[str, Mapping[str, Any]]
) -> Iterator[Item]:
    """Yield the entries that differ: each entry's own fields, what is written in a new or gone one included."""
    for key in dict.fromkeys((*new, *old)):
        changes = tuple(_settings(name, old.get(key, {}), new.get(key, {})))
        if changes or key not in old or key not in new:
            yield Item(noun, key, changes, is_new=key not in old, is_gone=key not in new)


def _words(value: Any) -> Iterator[str]:
    """Yield the entries of a part of the whitelist as people read them."""
    for one in value if isinstance(value, list) else ():
        if isinstance(one, Mapping):
            yield f"{one.get('url')} ({one.get('kind')})"
        else:
            yield str(one)


def _by_id(value: Any) -> dict[str, Mapping[str, Any]]:
    """Return the templates by their ids; of two with one id the first counts, as it does for lint."""
    found: dict[str, Mapping[str, Any]] = {}
    ones: Iterable[Any] = value if isinstance(value, list) else ()
    for one in ones:
        entry = _mapping(one)
        if "id" in entry:
            rest = {key: value for key, value in entry.items() if key != "id"}
            found.setdefault(str(entry["id"]), rest)
    return found


def _entries(value: Any) -> dict[str, Mapping[str, Any]]:
    return {str(key): _mapping(one) for key, one in _mapping(value).items()}


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
