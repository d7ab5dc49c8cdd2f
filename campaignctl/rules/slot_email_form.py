"""STUB.

Why:

Fix:
"""

from campaignctl.findings import Severity

CODE = "CC712"
NAME = "slot-email-form"
SEVERITY = Severity.ERROR
