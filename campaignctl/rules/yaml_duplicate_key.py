"""A key stands twice in one mapping.

Why: most YAML readers silently take the last one, so one of the two values is lost
(https://yaml.org/spec/1.2.2/, 3.2.1.3: keys must be unique).

Fails:

    sender_id: KETTLE
    sender_id: KETTLX

Passes:

    sender_id: KETTLE

Fix: delete one of the two lines.
"""

from campaignctl.findings import Severity

CODE = "CC002"
NAME = "yaml-duplicate-key"
SEVERITY = Severity.ERROR
