"""An approved promotional template does not say how to opt out.

Why: registration of a promotional text without a way out is refused (smslocal.in, rejection reasons), and people
who cannot leave complain to TRAI, which costs the header. English and Hindi (Marathi) words are known here; texts
in other scripts are left alone.

Fails:

    # category: promotional
    # registered: Kettle tea at {#numeric#} percent off till Sunday

Passes:

    # category: promotional
    # registered: Kettle tea at {#numeric#} percent off till Sunday. To opt out reply STOP

Fix: register the text again with the way out at its end, such as "To opt out reply STOP".
"""

from __future__ import annotations

from collections.abc import Iterator

from campaignctl.dlt.vocabulary import says_how_to_leave
from campaignctl.findings import Hit, Severity
from campaignctl.model import Context

CODE = "CC904"
NAME = "promo-optout-missing"
SEVERITY = Severity.WARNING

_MESSAGE = (
    "the promotional text does not say how to opt out; portals refuse such texts and complaints cost the header, "
    'so register it again with a way out, such as "To opt out reply STOP"'
)


def check_registry(context: Context) -> Iterator[Hit]:
    """Yield each approved promotional text without opt-out words."""
    for template in context.registry.approved:
        # Service-Explicit is not asked for it; service-explicit-legacy has its say about those.
        if template.category == "promotional" and says_how_to_leave(template.text) is False:
            yield Hit(("templates", template.index, "text"), _MESSAGE, file="templates")
