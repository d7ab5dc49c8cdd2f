"""STUB.

Why:

Fix:
"""

from campaignctl.findings import Severity

CODE = "CC703"
NAME = "body-matches-other-template"
SEVERITY = Severity.ERROR
