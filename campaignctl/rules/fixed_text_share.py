"""Too little of an approved template is fixed text.

Why: at least 30 % of a message must be fixed text (TRAI, direction of 12 May 2023, as tele.net.in reports it); a
text that is nearly all variables can say anything, and is refused or blacklisted (DLT error 632). How long the
values are nobody has said: here a variable counts as 30 characters, the length that every operator takes, and a
numeric one as 15 (startmessaging.com, 5 May 2026). With more than three variables too-many-variables has its say
instead. BSNL drops a message that is more than twice as long as its fixed text (the `Max_Length_Permitted` of its
own interface): in the profile bsnl the text of each campaign is held against that, with the list's sample row.

Fails:

    # registered: {#alphanumeric#} and {#alphanumeric#}: Kettle

Passes:

    # registered: Your Kettle order {#alphanumeric#} has reached {#alphanumeric#}

Fix: register the text again with more fixed words around its variables.
"""

from __future__ import annotations

from collections.abc import Iterator

from campaignctl.approved import SlotKind, Template
from campaignctl.findings import Hit, Severity
from campaignctl.model import Campaign, Context
from campaignctl.profiles import Profile
from campaignctl.rules.too_many_variables import USUAL

CODE = "CC909"
NAME = "fixed-text-share"
SEVERITY = Severity.WARNING

#: Percent of the whole message (TRAI, 12 May 2023).
LEAST = 30
#: Characters that a numeric value is taken to have (startmessaging.com, 5 May 2026: at most 15).
_NUMERIC = 15


def check_registry(context: Context) -> Iterator[Hit]:
    """Yield each approved text with too small a share of fixed text when its slots are full."""
    for template in context.registry.approved:
        if not 0 < len(template.slots) <= USUAL:
            continue
        fixed, whole = _fixed(template), _whole(template, context.profile)
        if 100 * fixed < LEAST * whole:
            message = (
                f"{fixed} characters are fixed text, {100 * fixed // whole} % of the {whole} that the message may grow to "
                f"with its values; TRAI wants {LEAST} % and operators may blacklist the template (DLT error 632), so "
                "register a text with more fixed words"
            )
            yield Hit(("templates", template.index, "text"), message, file="templates")


def check(campaign: Campaign, context: Context) -> Iterator[Hit]:
    """Yield the text if it is longer than an operator takes for its fixed part. Unknown columns count nothing."""
    factor = context.profile.fill_factor
    if factor is None or campaign.comparison is None or campaign.registered is None:
        return
    fillings = campaign.comparison.fillings
    if fillings is None:
        return
    fixed = _fixed(campaign.registered)
    whole = fixed + sum(len(one.sample) for one in fillings)
    if fillings and whole > factor * fixed:
        row = " with the list's sample row" if campaign.columns else ""
        message = (
            f"the text has {whole} characters{row} and {fixed} of them are registered fixed text; "
            f"{context.profile.name.upper()} drops what is longer than {factor} times that (DLT error 635), so shorten the "
            "values"
        )
        yield Hit(("template",), message, severity=Severity.ERROR)


def _fixed(template: Template) -> int:
    return sum(map(len, template.fixed))


def _whole(template: Template, profile: Profile) -> int:
    """Return the characters of the message when each slot holds a value of the length that all operators take."""
    return _fixed(template) + sum(
        _NUMERIC if slot.kind is SlotKind.NUMERIC else profile.slot_warning for slot in template.slots
    )
