"""STUB.

Why:

Fix:
"""

from campaignctl.findings import Severity

CODE = "CC006"
NAME = "ignore-without-reason"
SEVERITY = Severity.ERROR
