"""STUB.

Why:

Fix:
"""

from campaignctl.findings import Severity

CODE = "CC705"
NAME = "slot-count"
SEVERITY = Severity.ERROR
