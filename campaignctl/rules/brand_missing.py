"""STUB.

Why:

Fix:
"""

from campaignctl.findings import Severity

CODE = "CC903"
NAME = "brand-missing"
SEVERITY = Severity.WARNING
