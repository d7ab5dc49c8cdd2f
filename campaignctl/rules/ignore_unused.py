"""A suppression comment names a rule that finds nothing there.

Why: left behind, it would hide the next mistake at this place, and that one would reach the operators. A comment
speaks of its own line, or of the next line where it has a line to itself.

Fails:

    # campaignctl: ignore[yaml-ambiguous-scalar] the CRM writes this file
    dlt_entity_id: "1101428740000012125"

Passes:

    dlt_entity_id: "1101428740000012125"

Fix: delete the name, or the comment.
"""

from campaignctl.findings import Severity

CODE = "CC008"
NAME = "ignore-unused"
SEVERITY = Severity.WARNING
