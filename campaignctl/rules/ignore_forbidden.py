"""A suppression comment names a rule that cannot be suppressed.

Why: some rules keep people from being texted twice, keep credentials out of files, or find what leaves no campaign
to send. `campaignctl explain NAME` says so of each of them. Settings, options and a baseline do not turn them off
either.

Fails:

    # campaignctl: ignore[list-repeated] the lists do not overlap
    lists: [festival-north]

Passes:

    lists: [festival-north]

Fix: delete the name and mend what the rule finds.
"""

from campaignctl.findings import Severity

CODE = "CC010"
NAME = "ignore-forbidden"
SEVERITY = Severity.ERROR
