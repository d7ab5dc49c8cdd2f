"""The template id is not one of registry/templates.yaml.

Why: the operators look the id up and drop the message when they do not have it (DLT error 630), after the
gateway has answered "success". What the registry does not hold nobody can compare with the text either.

Fails:

    # registered: Your Kettle parcel is on its way
    dlt_template_id: "1107160086562376234"
    template: "Your Kettle parcel is on its way"

Passes:

    # registered: Your Kettle parcel is on its way
    dlt_template_id: "1107160086562376233"
    template: "Your Kettle parcel is on its way"

Fix: take the id that the finding names, or add the template to registry/templates.yaml once it is approved.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from operator import ne

from campaignctl.approved import Registry, Template
from campaignctl.dlt import ids, lookup, visible
from campaignctl.dlt.once import once
from campaignctl.findings import Hit, Repair, Severity
from campaignctl.model import Campaign, Context
from campaignctl.words import quoted

CODE = "CC311"
NAME = "template-unknown"
SEVERITY = Severity.ERROR
GUESSES = True


def check(campaign: Campaign, context: Context) -> Iterator[Hit]:
    """Yield a sound id that the registry does not have, with the template that was probably meant."""
    value = campaign.dlt_template_id
    registry = context.registry
    if campaign.registered is not None or value is None or not registry.knows_templates:
        return
    if ids.fault(value, ids.Kind.TEMPLATE) is not None or _is_damaged_there(value, context):
        return
    advice, repair = meant(campaign, context)
    if not advice:
        advice = _near(value, campaign, context)
    yield Hit(
        ("dlt_template_id",),
        f"dlt_template_id {quoted(value)} is not in registry/templates.yaml, and the operators drop what is "
        f"not registered (DLT error 630); {advice}",
        repair=repair,
    )


def _near(value: str, campaign: Campaign, context: Context) -> str:
    """Return advice where no text fits: the id that is written almost so, else the text that is the nearest.

    All ids of a portal begin alike, so that a share of equal digits says nothing.
    """
    for one in context.registry.templates:
        if len(one) == len(value) and sum(map(ne, one, value)) <= _TYPO:
            return f"did you mean {quoted(one)}?"
    near = lookup.nearest(context.registry, campaign.template) if campaign.template else None
    if near is not None:
        return f"the nearest registered text is that of {visible.titled(near)}"
    return "copy the id from your DLT portal"


#: Digits that a slip of the hand changes: one, or two that have changed places.
_TYPO = 2


def meant(campaign: Campaign, context: Context) -> tuple[str, Repair | None]:
    """Return advice about the approved templates that the text fits, "" for none, and a repair for one."""
    fitting = list(islice(_fitting(campaign, context), 3))
    if not fitting:
        return "", None
    names = [f"{quoted(one.id)}{f' ({quoted(one.name)})' if one.name else ''}" for one in fitting]
    if len(fitting) > 1:
        return f"the text fits {' and '.join(names[:2])}{' and more' if names[2:] else ''}", None
    new = fitting[0].id
    named = f" ({quoted(fitting[0].name)})" if fitting[0].name else ""
    length = len(campaign.dlt_template_id or "")
    return f"write {quoted(new)}, whose text this is{named}", Repair(
        f"write {new}", ((0, length, new),), safe=False
    )


def _fitting(campaign: Campaign, context: Context) -> Iterator[Template]:
    if campaign.template is None:
        return
    for template in lookup.fitting(context.registry, campaign.template):
        if template is not campaign.registered:
            yield template


def _is_damaged_there(value: str, context: Context) -> bool:
    """Return whether the registry holds what a spreadsheet has left of this id; another rule says so."""
    return any(ids.could_be(one, value) for one in _damaged(context.registry))


@once
def _damaged(registry: Registry) -> tuple[str, ...]:
    return tuple(filter(ids.is_damaged, registry.templates))
