"""STUB.

Why:

Fix:
"""

from campaignctl.findings import Severity

CODE = "CC606"
NAME = "cbn-not-whitelisted"
SEVERITY = Severity.ERROR
