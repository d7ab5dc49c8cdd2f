"""A spreadsheet has made a number of a DLT id, and its last digits are lost.

Why: an id has 19 digits, a spreadsheet keeps 15. What comes out is 1.10716E+18, or an id that ends in zeros;
the operators do not know it and drop the message (DLT errors 604, 637). Four zeros at the end can be true
of one id in ten thousand, so they are a warning where the registry does not decide.

Fails:

    dlt_template_id: "1.10716E+18"

Passes:

    dlt_template_id: "1107160086562376233"

Fix: copy the id again from your DLT portal; format the column as text before you paste or import it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from itertools import chain, islice
from typing import NamedTuple

from campaignctl.approved import Registry
from campaignctl.dlt import ids
from campaignctl.dlt.ids import Fault, Kind
from campaignctl.dlt.once import once
from campaignctl.findings import Hit, Repair, Severity
from campaignctl.model import Campaign, Context
from campaignctl.words import quoted

CODE = "CC308"
NAME = "id-spreadsheet-damage"
SEVERITY = Severity.ERROR
FIXABLE = GUESSES = True

#: Fewer digits than these fit too many ids for a repair without a look.
CERTAIN = 14


def check(campaign: Campaign, context: Context) -> Iterator[Hit]:
    """Yield each of the two ids that a spreadsheet has damaged, or may have."""
    for field, value, due in (
        ("dlt_entity_id", campaign.dlt_entity_id, Kind.ENTITY),
        ("dlt_template_id", campaign.dlt_template_id, Kind.TEMPLATE),
    ):
        if value is None:
            continue
        fault = ids.fault(value, due)
        if fault is Fault.DAMAGED:
            repair = _repair(value, due, context)
            message = f"{field} {quoted(value)} {ids.DAMAGED}; {repair.words if repair else ids.AGAIN}"
            yield Hit((field,), message, repair=repair)
        elif fault is Fault.ZEROS and value not in (known := _known(due, context)):
            stated = bool(known) and context.registry.knows_templates
            repair = _repair(value, due, context)
            advice = "copy it again from your DLT portal" if stated else "compare it with your DLT portal"
            yield Hit(
                (field,),
                f"{field} {_zeros(value)}{', and is not in registry/templates.yaml' if stated else ''}; "
                f"{repair.words if repair else advice}",
                span=(len(value.rstrip("0")), len(value)),
                severity=Severity.ERROR if stated else Severity.WARNING,
                repair=repair,
            )


def check_registry(context: Context) -> Iterator[Hit]:
    """Yield the ids of the registry that a spreadsheet has damaged; zeros only where something is sent."""
    registry = context.registry
    for template in chain(registry.templates.values(), registry.repeated):
        for key, value, due in (("id", template.id, Kind.TEMPLATE), ("entity", template.entity, Kind.ENTITY)):
            fault = ids.fault(value, due)
            pointer = ("templates", template.index, key)
            if fault is Fault.DAMAGED:
                yield Hit(pointer, f"{key} {quoted(value)} {ids.DAMAGED}; {ids.AGAIN}", file="templates")
            elif fault is Fault.ZEROS and template.is_approved:
                yield Hit(
                    pointer,
                    f"{key} {_zeros(value)}; compare it with your DLT portal",
                    span=(len(value.rstrip("0")), len(value)),
                    severity=Severity.WARNING,
                    file="templates",
                )


def _zeros(value: str) -> str:
    zeros = len(value) - len(value.rstrip("0"))
    return f"{quoted(value)} ends in {zeros} zeros, as a spreadsheet leaves an id of which it keeps 15 digits"


class _Known(NamedTuple):
    every: frozenset[str]
    sound: tuple[str, ...]  #: those without a fault, sorted; all have 19 digits


@once
def _of(registry: Registry) -> Mapping[Kind, _Known]:
    templates = registry.templates.values()
    every = {
        Kind.TEMPLATE: frozenset(one.id for one in templates),
        Kind.ENTITY: frozenset(one.entity for one in templates),
    }
    return {
        due: _Known(found, tuple(sorted(one for one in found if not ids.fault(one, due))))
        for due, found in every.items()
    }


def _known(due: Kind, context: Context) -> frozenset[str]:
    return _of(context.registry)[due].every


def _repair(value: str, due: Kind, context: Context) -> Repair | None:
    """Return the only id of the registry that can have become this."""
    low, high = ids.around(value)
    sound = _of(context.registry)[due].sound
    near = range(bisect_left(sound, low), bisect_right(sound, high))
    found = list(islice((sound[at] for at in near if ids.could_be(value, sound[at])), 2))
    if len(found) != 1:
        return None
    safe = ids.digits_left(value) >= CERTAIN
    return Repair(f"write {found[0]}, as in the registry", ((0, len(value), found[0]),), safe=safe)
