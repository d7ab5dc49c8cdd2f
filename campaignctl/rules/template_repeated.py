"""STUB.

Why:

Fix:
"""

from campaignctl.findings import Severity

CODE = "CC915"
NAME = "template-repeated"
SEVERITY = Severity.ERROR
