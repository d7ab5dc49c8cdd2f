"""STUB.

Why:

Fix:
"""

from campaignctl.findings import Severity

CODE = "CC708"
NAME = "slot-numeric"
SEVERITY = Severity.ERROR
