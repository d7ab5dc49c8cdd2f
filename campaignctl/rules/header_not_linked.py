"""STUB.

Why:

Fix:
"""

from campaignctl.findings import Severity

CODE = "CC317"
NAME = "header-not-linked"
SEVERITY = Severity.ERROR
