"""Registered texts: where their slots are, in every dialect that the portals have used."""

from __future__ import annotations

import re
from collections.abc import Mapping

from campaignctl.approved import Slot, SlotKind

#: Tags as typed at registration, as the portals store and export them since 2026, and the old untyped one
#: (TRAI Annexure-I of 18 Nov 2025; exports of Vi, Jio, Airtel and SmartPing of July to October 2026).
TAGS: Mapping[str, SlotKind] = {
    "var": SlotKind.VAR,
    "number": SlotKind.NUMERIC,
    "numeric": SlotKind.NUMERIC,
    "num": SlotKind.NUMERIC,
    "alphanumeric": SlotKind.ALPHANUMERIC,
    "alp": SlotKind.ALPHANUMERIC,
    "url": SlotKind.URL,
    "urg": SlotKind.URL,
    "urlott": SlotKind.URLOTT,
    "uro": SlotKind.URLOTT,
    "cbn": SlotKind.CBN,
    "email": SlotKind.EMAIL,
}

_SLOT = re.compile(r"\{#([A-Za-z0-9_]+)#\}")


def parse(text: str) -> tuple[tuple[Slot, ...], tuple[str, ...]]:
    """Return the slots of a registered text and the fixed texts around them, one more than there are slots.

    A tag in other letters than the portal's (`{#Var#}`) is read as the one that is meant, and a tag that
    nobody has documented as a slot for anything: `placeholder-syntax` has said so.
    """
    slots: list[Slot] = []
    fixed: list[str] = []
    end = 0
    for found in _SLOT.finditer(text):
        kind = TAGS.get(found.group(1).lower(), SlotKind.UNKNOWN)
        slots.append(Slot(kind=kind, tag=found.group(), start=found.start(), end=found.end()))
        fixed.append(text[end : found.start()])
        end = found.end()
    fixed.append(text[end:])
    return tuple(slots), tuple(fixed)
