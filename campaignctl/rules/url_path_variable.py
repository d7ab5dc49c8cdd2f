"""An `@@column` stands in a link before any question mark.

Why: a link can be whitelisted up to its `?`, and only what follows may differ from person to person; Jio's manual
says to turn `/products/123` into `?productId=123`. Other links are dropped as not whitelisted (DLT error 701).

Fails:

    content_type: dynamic
    template: "Follow your Kettle order at https://kettle.example/track/@@Order any time"

Passes:

    content_type: dynamic
    template: "Follow your Kettle order at https://kettle.example/track?o=@@Order any time"

Fix: move the column after a `?` and whitelist the part before it as dynamic.
"""

from __future__ import annotations

from collections.abc import Iterator

from campaignctl.dlt import cta
from campaignctl.findings import Hit, Severity
from campaignctl.model import Campaign, Context

CODE = "CC603"
NAME = "url-path-variable"
SEVERITY = Severity.WARNING

concern = cta.concern


def check(campaign: Campaign, context: Context) -> Iterator[Hit]:
    """Return each link with a column where it cannot be whitelisted."""
    return cta.hits(NAME, campaign, context.registry.links)
