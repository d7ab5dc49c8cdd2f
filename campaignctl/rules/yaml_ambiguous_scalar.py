"""A value without quotes means something else to other YAML readers.

Why: YAML 1.1 readers take `21:00` for the number 1260, `NO` for false, a date for a date object, and
editors round a 19-digit id. campaignctl uses the text as it is written; the next tool will not
(https://yaml.org/type/).

Fails:

    dlt_entity_id: 1101428740000012125

Passes:

    dlt_entity_id: "1101428740000012125"

Fix: put the value in quotes.
"""

from campaignctl.findings import Severity

CODE = "CC003"
NAME = "yaml-ambiguous-scalar"
SEVERITY = Severity.WARNING
FIXABLE = True
