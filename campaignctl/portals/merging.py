"""What an export proposes, held against what the registry has: what would be written, and what stays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from campaignctl.dlt import slots
from campaignctl.findings import Severity
from campaignctl.proposals import FIELDS, Export, Fallbacks, FieldChange, Merge, Proposal, Remark, Update
from campaignctl.words import count

_ADVICE = {
    "entity": "give the principal entity's id with --entity",
    "headers": "give its header with --header",
    "category": "give it with --category",
}


def merge(export: Export, templates: Sequence[Mapping[str, Any]], fallbacks: Fallbacks) -> Merge:
    """Return the updates of the registry's templates.

    What an export does not say stays as it is; a new template gets it from the fallbacks.
    """
    known = {one["id"]: (index, one) for index, one in enumerate(templates)}
    updates: list[Update] = []
    remarks: list[Remark] = []
    assumed: list[str] = []
    unchanged = 0
    for one in export.proposals:
        if one.id in known:
            index, entry = known[one.id]
            remarks += _about_counts(one, entry)
            update = _changed(one, index, entry)
            unchanged += update is None
        else:
            update = _new(one, fallbacks, remarks, assumed)
        if update is not None:
            updates.append(update)
    stated = {one.id for one in export.proposals}
    return Merge(
        updates=tuple(updates),
        unchanged=unchanged,
        absent=tuple(id_ for id_ in known if id_ not in stated),
        remarks=tuple(remarks),
        notes=tuple(_notes(assumed)),
    )


def _stated(one: Proposal) -> dict[str, Any]:
    """Return the fields that a proposal states, as the file has them."""
    values = {field: getattr(one, field) for field in FIELDS}
    values["headers"] = list(one.headers) if one.headers else None
    return {field: value for field, value in values.items() if value is not None}


def _changed(one: Proposal, index: int, entry: Mapping[str, Any]) -> Update | None:
    """Return the changes of a known template, None where there are none. The order of headers is nobody's."""
    changes = [
        FieldChange(field, entry.get(field), value)
        for field, value in _stated(one).items()
        if entry.get(field) != value
        and not (field == "headers" and sorted(set(entry["headers"])) == sorted(value))
    ]
    if not changes:
        return None
    after = {**entry, **{change.field: change.after for change in changes}}
    return Update(id=one.id, name=after.get("name"), entry=after, index=index, changes=tuple(changes))


def _new(one: Proposal, fallbacks: Fallbacks, remarks: list[Remark], assumed: list[str]) -> Update | None:
    """Return a new template; None, and a remark, where something is missing."""
    if one.text is None:
        message = f"template {one.id} has no text in this export and is left out; add it from another export"
        remarks.append(Remark(Severity.WARNING, one.place, message))
        return None
    entry = _stated(one)
    entry.setdefault("entity", fallbacks.entity)
    entry.setdefault("headers", list(fallbacks.headers))
    if "status" not in entry:
        entry["status"] = "approved"
        assumed.append("status")
    if "category" not in entry:
        # Portals give headers of digits to promotional templates alone.
        numeric = bool(entry["headers"]) and all(header.isdigit() for header in entry["headers"])
        entry["category"] = "promotional" if numeric else fallbacks.category
        assumed.extend(["category"] if numeric else [])
    missing = [field for field in _ADVICE if not entry[field]]
    for field in missing:
        message = f"template {one.id} has no {field} in this export; {_ADVICE[field]}"
        remarks.append(Remark(Severity.ERROR, one.place, message))
    if missing:
        return None
    ordered = {field: entry[field] for field in FIELDS if field in entry}
    return Update(id=one.id, name=one.name, entry=ordered)


def _about_counts(one: Proposal, entry: Mapping[str, Any]) -> Iterator[Remark]:
    """Yield a remark where an export without texts counts other variables than the registry's text has."""
    if one.text is not None or one.variable_count is None:
        return
    found = len(slots.parse(entry["text"])[0])
    if found != one.variable_count:
        message = (
            f"template {one.id} has {count(one.variable_count, 'variable')} on the portal and {found} in the "
            "registry's text; copy the text from the portal again"
        )
        yield Remark(Severity.WARNING, one.place, message)


def _notes(assumed: list[str]) -> Iterator[str]:
    if number := assumed.count("status"):
        yield f"the export states no status; {count(number, 'new template')} taken for approved"
    if number := assumed.count("category"):
        yield f"{count(number, 'new template')} with 6-digit headers taken for promotional"
