"""STUB.

Why:

Fix:
"""

from campaignctl.findings import Severity

CODE = "CC908"
NAME = "adjacent-variables"
SEVERITY = Severity.WARNING
