"""STUB.

Why:

Fix:
"""

from campaignctl.findings import Severity

CODE = "CC010"
NAME = "ignore-forbidden"
SEVERITY = Severity.ERROR
