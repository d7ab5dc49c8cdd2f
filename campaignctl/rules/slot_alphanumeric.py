"""STUB.

Why:

Fix:
"""

from campaignctl.findings import Severity

CODE = "CC709"
NAME = "slot-alphanumeric"
SEVERITY = Severity.WARNING
