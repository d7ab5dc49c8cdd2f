"""STUB.

Why:

Fix:
"""

from campaignctl.findings import Severity

CODE = "CC306"
NAME = "entity-id-missing"
SEVERITY = Severity.ERROR
