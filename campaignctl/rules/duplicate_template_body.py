"""STUB.

Why:

Fix:
"""

from campaignctl.findings import Severity

CODE = "CC913"
NAME = "duplicate-template-body"
SEVERITY = Severity.WARNING
