"""STUB.

Why:

Fix:
"""

from campaignctl.findings import Severity

CODE = "CC905"
NAME = "placeholder-syntax"
SEVERITY = Severity.ERROR
