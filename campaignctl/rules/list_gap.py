"""A list gets this campaign sooner after, or before, another one than `policy.min_gap` allows.

Why: two messages within an hour are what makes people block a sender or complain to their operator, and
complaints stop a header (TRAI, TCCCPR 2018). Two campaigns to one list that were planned in two pull requests
see each other only here: the starts of all that is new and of all that was sent are compared. Nothing is
checked unless `policy.min_gap` is set (`min_gap: 4h`). `plan` and `apply` look for this.

Fix: move the start of one of the two, or say it for this run: `campaignctl apply --allow list-gap`.
"""

from campaignctl.findings import Severity

CODE = "CC804"
NAME = "list-gap"
SEVERITY = Severity.ERROR
