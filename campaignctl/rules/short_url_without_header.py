"""STUB.

Why:

Fix:
"""

from campaignctl.findings import Severity

CODE = "CC605"
NAME = "short-url-without-header"
SEVERITY = Severity.ERROR
