"""STUB.

Why:

Fix:
"""

from campaignctl.findings import Severity

CODE = "CC701"
NAME = "body-mismatch"
SEVERITY = Severity.ERROR
