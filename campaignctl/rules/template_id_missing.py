"""STUB.

Why:

Fix:
"""

from campaignctl.findings import Severity

CODE = "CC305"
NAME = "template-id-missing"
SEVERITY = Severity.ERROR
