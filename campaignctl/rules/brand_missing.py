"""An approved template names neither a brand nor an alphabetic header of its entity.

Why: every template in every category must say who writes (Exotel, October 2020; Kaleyra, 22 April 2021). Airtel
and Vi refuse texts without the brand or header name, and what passed unnoticed is blacklisted later
(DLT error 632). The names are `brands` in registry/templates.yaml and the alphabetic headers of the entity, in any
case; without any the rule is silent. It is an error in the profiles airtel and vi.

Fails:

    # registered: Your order {#numeric#} is packed and leaves our house today

Passes:

    # registered: Your Kettle order {#numeric#} is packed and leaves our house today

Fix: register the text again with the name in it, often as its last word. If the name is there in another script or
spelling, add it to `brands`.
"""

from __future__ import annotations

from collections.abc import Iterator
from unicodedata import normalize

from campaignctl.approved import Registry
from campaignctl.findings import Hit, Severity
from campaignctl.model import Context
from campaignctl.words import quoted

CODE = "CC903"
NAME = "brand-missing"
SEVERITY = Severity.WARNING

#: Names shown in a sentence; a company may have hundreds.
_SHOWN = 3


def check_registry(context: Context) -> Iterator[Hit]:
    """Yield each approved text without any of its entity's names."""
    registry = context.registry
    if not registry.knows_templates:
        return
    names = _names(registry)
    folded = {entity: [_folded(one) for one in own] for entity, own in names.items()}
    for template in registry.approved:
        own = folded[template.entity]
        text = _folded(template.text)
        if own and not any(name in text for name in own):
            shown = " or ".join(quoted(name) for name in names[template.entity][:_SHOWN])
            more = " or another of your names" if len(own) > _SHOWN else ""
            message = (
                f"the text does not say who writes: it has no {shown}{more}; operators refuse or blacklist templates "
                "without a name (DLT error 632), so register the text again with it, or add the name that it has to "
                "`brands` in this file"
            )
            yield Hit(("templates", template.index, "text"), message, file="templates")


def _names(registry: Registry) -> dict[str, list[str]]:
    """Return the names of each entity: the brands, and the alphabetic headers of its templates."""
    found: dict[str, dict[str, str]] = {}
    for template in registry.templates.values():
        own = found.setdefault(template.entity, {_folded(one): one for one in registry.brands})
        for header in template.headers:
            if header.isalpha():
                own.setdefault(_folded(header), header)
    return {entity: list(own.values()) for entity, own in found.items()}


def _folded(text: str) -> str:
    """Return a text as it is compared: no case, and one spelling of the marks of Indian scripts."""
    return text.lower() if text.isascii() else normalize("NFC", text).casefold()
