"""The schema of a campaign, with what stands in registry/ offered while one types. Pure.

It offers and never forbids: what a campaign may say is what the schema of every campaign says, and whether a word is
one of the registry's is for lint to tell, with its suppressions and levels. So a copy that has grown old misleads
nobody: it offers less, and finds nothing wrong that is right.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from campaignctl.approved import RecipientList, Registry, Template
from campaignctl.words import count, masked, printable, shortened

#: Characters of a text that an editor shows in its list, and beside it.
_TITLE, _TEXT = 60, 400
#: Lists whose columns are told where the text is written; each alias tells its own.
_LISTS = 20


class _Offer(NamedTuple):
    """A word that an editor offers, and what it shows beside it: a few words, a few sentences."""

    word: str
    title: str
    description: str


def with_registry(schema: Mapping[str, Any], registry: Registry) -> dict[str, Any]:
    """Return the schema of a campaign with the words of the registry in it, the same for the same registry."""
    made: dict[str, Any] = copy.deepcopy(dict(schema))
    made["$id"] = f"{made['$id']}:with-registry"
    there = made["definitions"]
    _offer(there["dlt_template_id"], map(_template, registry.approved))
    _offer(there["sender_id"], _headers(registry))
    _offer(there["dlt_entity_id"], _entities(registry))
    _offer(there["lists"]["items"], map(_list, registry.lists.values()))
    told = _columns(registry)
    if told:
        text = made["properties"]["template"]
        text["description"] = f"{text['description']}. Columns: {told}"
    return made


def _offer(place: dict[str, Any], offers: Iterable[_Offer]) -> None:
    """Put words into the schema of a value. The last branch lets every other value pass to the rules beside it."""
    branches = [
        {"type": "string", "const": one.word, "title": one.title, "description": one.description}
        for one in offers
    ]
    if branches:
        place["anyOf"] = [*branches, {}]


def _template(one: Template) -> _Offer:
    facts = [one.category, *one.headers, count(len(one.slots), "slot")]
    return _Offer(
        one.id,
        _plain(one.name or one.text, _TITLE),
        f"{f'{_plain(one.name, _TITLE)}: ' if one.name else ''}{_plain(one.text, _TEXT)} "
        f"({_plain(', '.join(facts), _TEXT)})",
    )


def _headers(registry: Registry) -> Iterable[_Offer]:
    uses: dict[str, list[Template]] = {name: [] for name in sorted(registry.known_headers)}
    for one in registry.approved:
        for header in one.headers:
            uses[header].append(one)
    for header, templates in uses.items():
        kinds = ", ".join(sorted({one.category for one in templates})) or "no approved template"
        names = "; ".join(one.name or one.id for one in templates)
        yield _Offer(
            header,
            kinds,
            f"{count(len(templates), 'approved template')}: {_plain(names, _TEXT)}" if names else kinds,
        )


def _entities(registry: Registry) -> Iterable[_Offer]:
    uses: dict[str, int] = {}
    for one in registry.approved:
        uses[one.entity] = uses.get(one.entity, 0) + 1
    for entity, number in sorted(uses.items()):
        yield _Offer(
            entity, "principal entity", f"{count(number, 'approved template')} of registry/templates.yaml"
        )


def _list(one: RecipientList) -> _Offer:
    people = count(one.contacts, "contact") if one.contacts is not None else "size not stated"
    facts = [people]
    if one.columns is not None:
        facts.append(f"columns {_at(one.columns)}" if one.columns else "no columns")
    if one.consent is not None:
        facts.append("consent recorded" if one.consent == "recorded" else "no consent")
    return _Offer(one.alias or one.sid, people, f"{'; '.join(facts)}; SID {one.sid}")


def _columns(registry: Registry) -> str:
    """Return which columns each list has, of as many lists as one reads."""
    told = [f"{one.alias}: {_at(one.columns)}" for one in registry.lists.values() if one.columns]
    more = f"; and {count(len(told) - _LISTS, 'more list')}" if len(told) > _LISTS else ""
    return "; ".join(told[:_LISTS]) + more


def _at(columns: Iterable[str]) -> str:
    return _plain(", ".join(f"@@{one}" for one in columns), _TEXT)


def _plain(text: str, limit: int) -> str:
    return shortened(printable(masked(text)), limit)
