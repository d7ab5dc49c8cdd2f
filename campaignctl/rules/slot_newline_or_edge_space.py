"""STUB.

Why:

Fix:
"""

from campaignctl.findings import Severity

CODE = "CC713"
NAME = "slot-newline-or-edge-space"
SEVERITY = Severity.WARNING
