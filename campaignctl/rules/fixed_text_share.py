"""STUB.

Why:

Fix:
"""

from campaignctl.findings import Severity

CODE = "CC909"
NAME = "fixed-text-share"
SEVERITY = Severity.WARNING
