"""STUB.

Why:

Fix:
"""

from campaignctl.findings import Severity

CODE = "CC318"
NAME = "header-category-mismatch"
SEVERITY = Severity.ERROR
