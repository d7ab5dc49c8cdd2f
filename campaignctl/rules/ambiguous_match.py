"""STUB.

Why:

Fix:
"""

from campaignctl.findings import Severity

CODE = "CC704"
NAME = "ambiguous-match"
SEVERITY = Severity.WARNING
