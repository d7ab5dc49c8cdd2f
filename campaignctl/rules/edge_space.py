"""STUB.

Why:

Fix:
"""

from campaignctl.findings import Severity

CODE = "CC912"
NAME = "edge-space"
SEVERITY = Severity.WARNING
