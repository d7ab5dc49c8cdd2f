"""One message makes more parts than `policy.max_parts` allows.

Why: each part is billed, 160 characters alone or 153 of several (Unicode: 70 and 67), and a message arrives only
if all its parts do (DLT error 444). The limit is yours; without one nothing is found.

Fails:

    template: "Hello from Kettle, a new tea is here. It comes from the gardens of the Nilgiri hills, was picked in March and is best with a little milk, or without, as you like it best, and there is more."

    campaignctl.yaml:
    project: kettle-5a1f0c
    policy: { max_parts: 1 }

Passes:

    template: "Hello from Kettle, a new tea is here."

    campaignctl.yaml:
    project: kettle-5a1f0c
    policy: { max_parts: 1 }

Fix: shorten the text and register the shorter one, or raise `policy.max_parts`.
"""

from __future__ import annotations

from collections.abc import Iterator

from campaignctl import sms
from campaignctl.dlt import samples
from campaignctl.findings import Hit, Severity
from campaignctl.model import Campaign, Context
from campaignctl.words import count, quoted

CODE = "CC210"
NAME = "segments"
SEVERITY = Severity.WARNING


def check(campaign: Campaign, context: Context) -> Iterator[Hit]:
    """Yield a text that makes too many parts, with the sample row of the list where there is one."""
    most = context.config.max_parts
    if most is None or not campaign.template:
        return
    sampled = samples.sampled(campaign)
    found = sms.parts(sampled.text)
    if found.parts <= most:
        return
    row = f" with the sample row of list {quoted(sampled.row)}" if sampled.row else ""
    least = "at least " if not sampled.is_known else ""
    unit = "septets" if found.encoding is sms.Encoding.GSM7 else "Unicode units"
    yield Hit(
        ("template",),
        f"one message{row} makes {least}{count(found.parts, 'part')} ({found.units:,} {unit}) and policy.max_parts is "
        f"{most}; each part is billed, shorten the text and register the shorter one",
    )
