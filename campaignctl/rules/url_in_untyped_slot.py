"""STUB.

Why:

Fix:
"""

from campaignctl.findings import Severity

CODE = "CC714"
NAME = "url-in-untyped-slot"
SEVERITY = Severity.ERROR
