"""A suppression comment says something that campaignctl does not know.

Why: a misspelt suppression suppresses nothing, and nobody notices. A comment names each of its rules in full, by
name or code; there is no form for all rules at once, for it would hide the next mistake too. A day is written
like `until=2035-01-31`.

Fails:

    # campaignctl: ignore[yaml-ambigous-scalar] the CRM writes this file
    dlt_entity_id: 1101428740000012125

Passes:

    # campaignctl: ignore[yaml-ambiguous-scalar] the CRM writes this file
    dlt_entity_id: 1101428740000012125

Fix: write `# campaignctl: ignore[name] reason`; `campaignctl rules` lists the names.
"""

from campaignctl.findings import Severity

CODE = "CC007"
NAME = "ignore-unknown"
SEVERITY = Severity.ERROR
