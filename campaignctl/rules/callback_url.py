"""A callback is not an absolute web address.

Why: Exotel posts the campaign's progress there, and takes http and https addresses only
(Exotel: Create SMS campaign, `status_callback`).

Fails:

    status_callback: hooks.example.in/campaign

Passes:

    status_callback: https://hooks.example.in/campaign

Fix: write the whole address, beginning with https://.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import urlsplit

from campaignctl.findings import Hit, Repair, Severity
from campaignctl.model import Campaign, Context
from campaignctl.words import credentials, quoted

CODE = "CC601"
NAME = "callback-url"
SEVERITY = Severity.ERROR
GUESSES = True

#: The sentence of the schema's `errorMessage`, so that editors and the command line agree.
HELP = "must be a full web address that starts with http:// or https:// and names a host; write it like"

_FORM = re.compile(
    r"https?://(?:[^\s/?#@]+@)?(?:[^\s/?#@:\[\]]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?(?:[/?#]\S*)?"
).fullmatch


def check(campaign: Campaign, context: Context) -> Iterator[Hit]:
    """Yield each callback that cannot be posted to."""
    for field, url, example in (
        ("status_callback", campaign.status_callback, "campaign"),
        ("sms_status_callback", campaign.sms_status_callback, "sms"),
    ):
        if url is not None and not _can_be_called(url) and not credentials(url):
            whole = f"https://{url}"
            meant = "://" not in url and "." in url.split("/")[0] and _can_be_called(whole)
            yield Hit(
                (field,),
                f"{field} {quoted(url)} {HELP} https://hooks.example.in/{example}",
                repair=Repair("put https:// before it", ((0, 0, "https://"),), safe=False) if meant else None,
            )


@lru_cache(maxsize=256)  # a company has a handful of them, in every file
def _can_be_called(url: str) -> bool:
    if not _FORM(url) or not url.isprintable():
        return False
    try:
        return urlsplit(url).port != 0  # reading the port checks that it is at most 65535
    except ValueError:
        return False
