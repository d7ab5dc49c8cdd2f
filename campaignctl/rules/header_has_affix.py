"""STUB.

Why:

Fix:
"""

from campaignctl.findings import Severity

CODE = "CC314"
NAME = "header-has-affix"
SEVERITY = Severity.ERROR
