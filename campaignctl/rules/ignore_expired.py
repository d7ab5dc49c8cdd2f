"""The last day of a suppression is over.

Why: `until=` says how long something may be let pass; afterwards the finding counts again, and is shown again
beside this one. The day is one in India and counts to its end.

Fails:

    # campaignctl: ignore[yaml-ambiguous-scalar] the CRM writes this file until=2034-05-31
    dlt_entity_id: 1101428740000012125

Passes:

    # campaignctl: ignore[yaml-ambiguous-scalar] the CRM writes this file until=2035-01-31
    dlt_entity_id: 1101428740000012125

Fix: mend the finding and delete the comment, or decide again and set a later day.
"""

from campaignctl.findings import Severity

CODE = "CC009"
NAME = "ignore-expired"
SEVERITY = Severity.ERROR
