"""The portal's message type of a template and its text contradict each other.

Why: a template that is registered as `text` is expected in the GSM alphabet and one registered as `unicode` is
not; where the message travels the other way, gateways reject or convert it, and what is converted no longer
matches (Gupshup: DLT template registration).

Fails:

    registry/templates.yaml:
    brands: [Kettle]
    templates:
      - id: "1107160086562376233"
        entity: "1101428740000012125"
        headers: [KETTLE]
        category: service-implicit
        status: approved
        encoding: unicode
        text: "Hello from Kettle, a new tea is here"

Passes:

    registry/templates.yaml:
    brands: [Kettle]
    templates:
      - id: "1107160086562376233"
        entity: "1101428740000012125"
        headers: [KETTLE]
        category: service-implicit
        status: approved
        encoding: text
        text: "Hello from Kettle, a new tea is here"

Fix: look the message type up on the portal, and register the text under the right one.
"""

from __future__ import annotations

from collections.abc import Iterator

from campaignctl import sms
from campaignctl.dlt import visible
from campaignctl.findings import Hit, Severity
from campaignctl.model import Campaign, Context
from campaignctl.words import quoted

CODE = "CC209"
NAME = "encoding-flag"
SEVERITY = Severity.WARNING


def check(campaign: Campaign, context: Context) -> Iterator[Hit]:
    """Yield a text that is plain as a whole where its template is registered as Unicode."""
    registered, text = campaign.registered, campaign.template
    if registered is None or registered.encoding != "unicode" or not text or campaign.columns:
        return
    if campaign.comparison is not None and campaign.comparison.fillings is not None and sms.is_gsm(text):
        yield Hit(
            ("template",),
            f"template {visible.titled(registered)} is registered as unicode, and nothing in this text needs Unicode; "
            "the gateway may send it as plain text, which operators can refuse, register the template as text",
        )


def check_registry(context: Context) -> Iterator[Hit]:
    """Yield each approved text that is registered as plain and is not."""
    for one in context.registry.templates.values():
        if one.encoding != "text" or not one.is_approved or one.text.isascii():
            continue
        place, char = next(
            ((place, char) for place, char in enumerate(one.text) if not sms.is_gsm(char)), (0, "")
        )
        if char:
            yield Hit(
                ("templates", one.index, "text"),
                f"the text holds {quoted(char)}, which needs Unicode, and is registered with encoding text; the message "
                "leaves as Unicode and operators can refuse it, write encoding unicode if your DLT portal says so",
                span=(place, place + 1),
                file="templates",
            )
