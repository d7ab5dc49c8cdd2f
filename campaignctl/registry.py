"""The registry files' data to a Registry: what is approved outside and written down in registry/."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from campaignctl.model import RecipientList, Registry

#: The files, by the name of their schema, and what stands in each.
FILES = {
    "lists": "registry/lists.yaml",
    "templates": "registry/templates.yaml",
    "links": "registry/links.yaml",
}


def build(lists: Mapping[str, Any], *, complete: bool = True) -> Registry:
    """Return the registry of sound data; `lists` is the mapping of aliases of registry/lists.yaml.

    `complete` is False when mistakes in the file have left some of it out.
    """
    found: dict[str, RecipientList] = {}
    for alias, one in lists.items():
        columns = one.get("columns")
        found[alias] = RecipientList(
            alias=alias,
            sid=one["sid"],
            columns=tuple(columns) if columns is not None else None,
            contacts=one.get("contacts"),
        )
    by_sid = {one.sid: one for one in reversed(found.values())}
    return Registry(lists=found, by_sid=by_sid, complete=complete)
