"""STUB.

Why:

Fix:
"""

from campaignctl.findings import Severity

CODE = "CC906"
NAME = "untyped-variable"
SEVERITY = Severity.WARNING
