"""STUB.

Why:

Fix:
"""

from campaignctl.findings import Severity

CODE = "CC209"
NAME = "encoding-flag"
SEVERITY = Severity.WARNING
