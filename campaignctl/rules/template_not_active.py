"""STUB.

Why:

Fix:
"""

from campaignctl.findings import Severity

CODE = "CC312"
NAME = "template-not-active"
SEVERITY = Severity.ERROR
