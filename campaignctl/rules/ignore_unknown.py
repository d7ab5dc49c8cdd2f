"""STUB.

Why:

Fix:
"""

from campaignctl.findings import Severity

CODE = "CC007"
NAME = "ignore-unknown"
SEVERITY = Severity.ERROR
