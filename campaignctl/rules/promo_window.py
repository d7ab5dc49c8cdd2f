"""STUB.

Why:

Fix:
"""

from campaignctl.findings import Severity

CODE = "CC504"
NAME = "promo-window"
SEVERITY = Severity.ERROR
