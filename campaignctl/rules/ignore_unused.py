"""STUB.

Why:

Fix:
"""

from campaignctl.findings import Severity

CODE = "CC008"
NAME = "ignore-unused"
SEVERITY = Severity.WARNING
