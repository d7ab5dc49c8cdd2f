"""STUB.

Why:

Fix:
"""

from campaignctl.findings import Severity

CODE = "CC706"
NAME = "slot-empty"
SEVERITY = Severity.ERROR
