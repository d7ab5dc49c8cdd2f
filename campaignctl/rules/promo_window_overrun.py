"""STUB.

Why:

Fix:
"""

from campaignctl.findings import Severity

CODE = "CC505"
NAME = "promo-window-overrun"
SEVERITY = Severity.WARNING
