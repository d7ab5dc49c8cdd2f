"""STUB.

Why:

Fix:
"""

from campaignctl.findings import Severity

CODE = "CC902"
NAME = "service-explicit-legacy"
SEVERITY = Severity.WARNING
