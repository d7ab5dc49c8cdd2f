"""STUB.

Why:

Fix:
"""

from campaignctl.findings import Severity

CODE = "CC911"
NAME = "double-space"
SEVERITY = Severity.WARNING
