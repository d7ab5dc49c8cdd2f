"""STUB.

Why:

Fix:
"""

from campaignctl.findings import Severity

CODE = "CC707"
NAME = "slot-too-long"
SEVERITY = Severity.ERROR
