"""STUB.

Why:

Fix:
"""

from campaignctl.findings import Severity

CODE = "CC914"
NAME = "registry-stale"
SEVERITY = Severity.WARNING
