"""STUB.

Why:

Fix:
"""

from campaignctl.findings import Severity

CODE = "CC315"
NAME = "header-unknown"
SEVERITY = Severity.ERROR
