"""STUB.

Why:

Fix:
"""

from campaignctl.findings import Severity

CODE = "CC901"
NAME = "cta-entry-format"
SEVERITY = Severity.ERROR
