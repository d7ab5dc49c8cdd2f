"""A suppression comment does not say why the finding may be let pass.

Why: what is suppressed goes out as it stands, and the operators do not read comments. Whoever finds the dropped
messages later must be able to tell a decision from a slip. The finding itself stays suppressed.

Fails:

    # campaignctl: ignore[yaml-ambiguous-scalar]
    dlt_entity_id: 1101428740000012125

Passes:

    # campaignctl: ignore[yaml-ambiguous-scalar] the CRM writes this file
    dlt_entity_id: 1101428740000012125

Fix: write the reason after the bracket.
"""

from campaignctl.findings import Severity

CODE = "CC006"
NAME = "ignore-without-reason"
SEVERITY = Severity.ERROR
