"""STUB.

Why:

Fix:
"""

from campaignctl.findings import Severity

CODE = "CC009"
NAME = "ignore-expired"
SEVERITY = Severity.ERROR
