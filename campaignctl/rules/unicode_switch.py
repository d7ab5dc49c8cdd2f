"""STUB.

Why:

Fix:
"""

from campaignctl.findings import Severity

CODE = "CC208"
NAME = "unicode-switch"
SEVERITY = Severity.WARNING
