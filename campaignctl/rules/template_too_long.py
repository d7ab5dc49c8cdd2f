"""The text, of a campaign or of a registered template, has more than 2,000 characters.

Why: Exotel takes 2,000, and DLT registers no longer template (Exotel: Create SMS campaign, `template`;
DLT error 23186).

Fix: shorten the text, and register the shorter one on your DLT portal. A registered text that is too long was
damaged on its way here: copy it again.
"""

from __future__ import annotations

from collections.abc import Iterator

from campaignctl.findings import Hit, Pointer, Severity
from campaignctl.model import Campaign, Context

CODE = "CC203"
NAME = "template-too-long"
SEVERITY = Severity.ERROR

#: Characters (Exotel: Create SMS campaign, `template`).
LIMIT = 2000
#: The sentence of the schema's `errorMessage`, so that editors and the command line agree.
HELP = "must be 2,000 characters at most; shorten the text and register the shorter one on DLT"


def check(campaign: Campaign, context: Context) -> Iterator[tuple[Pointer, str]]:
    """Yield the template if it is longer than Exotel takes."""
    if campaign.template is not None and len(campaign.template) > LIMIT:
        yield ("template",), f"template has {len(campaign.template):,} characters and {HELP}"


def check_registry(context: Context) -> Iterator[Hit]:
    """Yield each registered text, approved or not, that is longer than a portal registers."""
    registry = context.registry
    for template in (*registry.templates.values(), *registry.repeated):
        if len(template.text) > LIMIT:
            message = (
                f"the text has {len(template.text):,} characters and DLT registers {LIMIT:,} at most, so this is not what is "
                "registered and messages are dropped (DLT error 633); copy it from your DLT portal again"
            )
            yield Hit(("templates", template.index, "text"), message, file="templates")
