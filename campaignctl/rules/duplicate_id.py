"""Two campaigns have the same id.

Why: the id is a campaign's identity for ever. Of two campaigns with one id only one would ever be
sent, and nobody could say which.

Fails:

    id: the-example
    ---
    id: the-example
    template: "Another text of Kettle"

Passes:

    id: the-example

Fix: give the newer campaign an id of its own. Never change the id of one that was sent.
"""

from campaignctl.findings import Severity

CODE = "CC105"
NAME = "duplicate-id"
SEVERITY = Severity.ERROR
