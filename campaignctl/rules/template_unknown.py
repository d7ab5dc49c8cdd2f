"""STUB.

Why:

Fix:
"""

from campaignctl.findings import Severity

CODE = "CC311"
NAME = "template-unknown"
SEVERITY = Severity.ERROR
