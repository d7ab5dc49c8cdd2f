"""The same text goes to a list that has had it from a campaign that was sent already.

Why: a new id is a new campaign, and texts people again. Changing the id of a sent campaign is the easiest way
to send it twice, and nothing takes it back. `plan` and `apply` look for this; `lint` does not know the state.

Fix: put the old id back. If people are really to get the same text once more, as with a monthly reminder, say
so: `campaignctl apply --allow sent-before`.
"""

from campaignctl.findings import Severity

CODE = "CC801"
NAME = "sent-before"
SEVERITY = Severity.ERROR
