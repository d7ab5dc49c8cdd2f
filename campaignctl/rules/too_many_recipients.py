"""The new campaigns of one run would reach more people than `policy.max_recipients`, or nobody can say how many.

Why: a wrong list can be a hundred times as long as the right one, and a message that has gone out cannot be
taken back. A list without a number of contacts counts as too long: what cannot be worked out is not sent.
Nothing is checked unless `policy.max_recipients` is set. `plan` and `apply` look for this.

Fix: check the lists. Write the missing numbers into registry/lists.yaml (`contacts: 12430`), plan fewer
campaigns at a time, raise the limit, or say it for this run: `campaignctl apply --allow too-many-recipients`.
"""

from campaignctl.findings import Severity

CODE = "CC803"
NAME = "too-many-recipients"
SEVERITY = Severity.ERROR
