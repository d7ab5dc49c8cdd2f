"""Words of advertising stand in a service message.

Why: since the amendment of February 2025 a message that mixes promotion with service is promotional, with its
hours and its header. Templates with such words are refused or reclassified, and in the values of a service template
they are taken for abuse of it (TCCCPR, second amendment; smslocal.in, rejection reasons).

Fails:

    # registered: Your Kettle order is packed, {#alp#} for you
    variables: ["20 percent discount"]

Passes:

    # registered: Your Kettle order is packed, {#alp#} for you
    variables: ["4 boxes"]

Fix: leave the words out, or send the message as promotional, with a template and a header for that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from campaignctl.findings import Hit, Pointer, Severity
from campaignctl.model import Campaign, Context
from campaignctl.words import quoted

CODE = "CC212"
NAME = "promo-words-in-service"
SEVERITY = Severity.WARNING

#: English and Hindi, the latter in both scripts (dlt-rules, row 40; templates refused at registration).
_WORDS = (
    r"offers?(?! letter)|discounts?|discounted|(?<!point of )sale(?! deed)|cash ?back|(?:[0-9]+ ?)?% ?off|percent off"
    r"|(?<!toll )(?<!toll-)(?<!feel )(?<!sugar )(?<!sugar-)free(?! of cost)|coupons?|promo ?codes?|best price|lowest price"
    r"|buy now|shop now|order now|hurry|limited (?:time|period)|last chance|mega deal|deals|lucky draw|bumper|jackpot"
    r"|buy [0-9] get [0-9]|muft|chhoot"
    "|\u0911\u092b\u0930|\u0911\u092b\u093c\u0930|\u091b\u0942\u091f|\u0938\u0947\u0932|\u0921\u093f\u0938\u094d\u0915\u093e\u0909\u0902\u091f"
    "|\u092e\u0941\u092b\u094d\u0924|\u092e\u0941\u092b\u093c\u094d\u0924|(?<!\u091f\u094b\u0932 )\u092b\u094d\u0930\u0940|(?<!\u091f\u094b\u0932 )\u092b\u093c\u094d\u0930\u0940|\u0915\u0948\u0936\u092c\u0948\u0915"
    "|\u0915\u0942\u092a\u0928"
)
_PROMO = re.compile(rf"(?<![\w\u0900-\u097f])(?:{_WORDS})(?![\w\u0900-\u097f])", re.IGNORECASE)


def check(campaign: Campaign, context: Context) -> Iterator[Hit]:
    """Yield such words in the slots of a service template, or in a transactional text that has no template."""
    text, registered = campaign.template, campaign.registered
    if not text:
        return
    if registered is None:
        if campaign.sms_type == "transactional":
            yield from _hits(("template",), text, 0, context)
    elif not registered.is_promotional and campaign.comparison is not None:
        for filling in campaign.comparison.fillings or ():
            yield from _hits(("template",), filling.value, filling.start, context)


def check_registry(context: Context) -> Iterator[Hit]:
    """Yield such words in the fixed text of each approved service template."""
    for one in context.registry.templates.values():
        if one.is_approved and not one.is_promotional:
            for hit in _hits(("templates", one.index, "text"), one.text, 0, context):
                yield hit._replace(file="templates")


def _hits(pointer: Pointer, text: str, offset: int, context: Context) -> Iterator[Hit]:
    """Yield each such word once; not one that belongs to the name of a brand."""
    said: set[str] = set()
    for found in _PROMO.finditer(text):
        word = found.group().lower()
        if word in said or any(word in brand.lower().split() for brand in context.registry.brands):
            continue
        said.add(word)
        yield Hit(
            pointer,
            f"{pointer[-1]} holds {quoted(found.group())}, an advertising word in a service message; operators treat the message "
            "as promotional and may drop it, leave the word out, or register and send the text as promotional",
            span=(offset + found.start(), offset + found.end()),
        )
