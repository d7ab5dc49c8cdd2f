"""STUB.

Why:

Fix:
"""

from campaignctl.findings import Severity

CODE = "CC319"
NAME = "promo-header-category-digit"
SEVERITY = Severity.WARNING
