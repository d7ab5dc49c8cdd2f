"""STUB.

Why:

Fix:
"""

from campaignctl.findings import Severity

CODE = "CC603"
NAME = "url-path-variable"
SEVERITY = Severity.WARNING
