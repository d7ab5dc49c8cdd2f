"""STUB.

Why:

Fix:
"""

from campaignctl.findings import Severity

CODE = "CC210"
NAME = "segments"
SEVERITY = Severity.WARNING
