"""STUB.

Why:

Fix:
"""

from campaignctl.findings import Severity

CODE = "CC211"
NAME = "multipart-boundary-link"
SEVERITY = Severity.WARNING
