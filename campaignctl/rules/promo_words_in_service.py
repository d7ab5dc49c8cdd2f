"""STUB.

Why:

Fix:
"""

from campaignctl.findings import Severity

CODE = "CC212"
NAME = "promo-words-in-service"
SEVERITY = Severity.WARNING
