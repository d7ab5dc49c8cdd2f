"""STUB.

Why:

Fix:
"""

from campaignctl.findings import Severity

CODE = "CC904"
NAME = "promo-optout-missing"
SEVERITY = Severity.WARNING
