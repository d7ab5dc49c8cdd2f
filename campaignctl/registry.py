"""The registry files' data to a Registry: what is approved outside and written down in registry/."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from campaignctl.approved import Header, Link, Links, RecipientList, Registry, Template
from campaignctl.dlt import slots

#: The files, by the name of their schema, and what stands in each.
FILES = {
    "lists": "registry/lists.yaml",
    "templates": "registry/templates.yaml",
    "links": "registry/links.yaml",
}
#: What the first digit of a promotional header stands for (portals of Exotel and Tata, header registration).
BUSINESSES = (
    "others",
    "banking",
    "real-estate",
    "education",
    "health",
    "consumer-goods",
    "communication",
    "tourism",
    "food",
)


class Part(NamedTuple):
    """The sound data of one file, and whether that is all of it. None: there is no such file."""

    data: Mapping[str, Any]
    complete: bool = True


def build(lists: Part | None = None, templates: Part | None = None, links: Part | None = None) -> Registry:
    """Return the registry of what the files hold."""
    found = _lists(lists.data.get("lists") or {} if lists else {})
    data: Mapping[str, Any] = templates.data if templates else {}
    first: dict[str, Template] = {}
    repeated: list[Template] = []
    for index, one in enumerate(data.get("templates") or ()):
        if one is None:
            continue
        template = _template(one, index)
        if first.setdefault(template.id, template) is not template:
            repeated.append(template)
    headers = data.get("headers") or {}
    return Registry(
        lists=found,
        by_sid={one.sid: one for one in reversed(found.values())},
        complete=lists is None or lists.complete,
        templates=first,
        repeated=tuple(repeated),
        knows_templates=templates is not None and templates.complete,
        headers={
            name: Header(name=name, last_used=_day(one.get("last_used"))) for name, one in headers.items()
        },
        known_headers=frozenset(headers).union(*(one.headers for one in (*first.values(), *repeated))),
        brands=tuple(one for one in data.get("brands") or () if one),
        exported=_day(data.get("exported")),
        links=_links(links.data, complete=links.complete) if links else Links(),
    )


def _lists(lists: Mapping[str, Any]) -> dict[str, RecipientList]:
    found: dict[str, RecipientList] = {}
    for alias, one in lists.items():
        columns = one.get("columns")
        found[alias] = RecipientList(
            alias=alias,
            sid=one["sid"],
            columns=tuple(columns) if columns is not None else None,
            contacts=one.get("contacts"),
            sample=one.get("sample") or {},
            consent=one.get("consent"),
            consent_until=_day(one.get("consent_until")),
        )
    return found


def _template(one: Mapping[str, Any], index: int) -> Template:
    found, fixed = slots.parse(one["text"])
    business = one.get("business")
    return Template(
        id=one["id"],
        entity=one["entity"],
        name=one.get("name"),
        headers=tuple(one["headers"]),
        category=one["category"],
        text=one["text"],
        status=one["status"],
        language=one.get("language"),
        encoding=one.get("encoding"),
        business=BUSINESSES.index(business) if business is not None else None,
        variable_count=one.get("variable_count"),
        slots=found,
        fixed=fixed,
        index=index,
    )


def _links(data: Mapping[str, Any], *, complete: bool) -> Links:
    urls = enumerate(data.get("urls") or ())
    return Links(
        urls=tuple(Link(url=one["url"], kind=one["kind"], index=index) for index, one in urls if one),
        numbers=tuple(one for one in data.get("numbers") or () if one),
        emails=tuple(one for one in data.get("emails") or () if one),
        stated=complete,
    )


def _day(text: str | None) -> date | None:
    """Return a day written as 2035-10-20, None for what is no day: the schema or a rule has said so."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
