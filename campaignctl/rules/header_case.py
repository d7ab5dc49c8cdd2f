"""STUB.

Why:

Fix:
"""

from campaignctl.findings import Severity

CODE = "CC316"
NAME = "header-case"
SEVERITY = Severity.ERROR
