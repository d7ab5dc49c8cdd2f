"""STUB.

Why:

Fix:
"""

from campaignctl.findings import Severity

CODE = "CC608"
NAME = "credential-in-file"
SEVERITY = Severity.ERROR
