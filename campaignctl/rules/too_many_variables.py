"""STUB.

Why:

Fix:
"""

from campaignctl.findings import Severity

CODE = "CC907"
NAME = "too-many-variables"
SEVERITY = Severity.WARNING
