"""A new campaign is called as one at Exotel that the state does not have, with the same text and lists.

Why: a campaign that was made in the dashboard has no token in its name. If it was adopted and the state is lost
since, only its name shows that the file is not new, and creating it would text people a second time. `plan` looks
for this when it asks Exotel, `apply` always; a text or lists that Exotel does not show count as the same.

Fix: take the campaign into the state with `campaignctl adopt ID SID`, as the finding says it. If it really is
another one, say so: `campaignctl apply --allow namesake`.
"""

from campaignctl.findings import Severity

CODE = "CC807"
NAME = "namesake"
SEVERITY = Severity.ERROR
