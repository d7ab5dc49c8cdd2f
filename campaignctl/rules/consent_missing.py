"""STUB.

Why:

Fix:
"""

from campaignctl.findings import Severity

CODE = "CC404"
NAME = "consent-missing"
SEVERITY = Severity.WARNING
