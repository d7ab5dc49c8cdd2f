"""STUB.

Why:

Fix:
"""

from campaignctl.findings import Severity

CODE = "CC607"
NAME = "email-not-whitelisted"
SEVERITY = Severity.ERROR
