"""STUB.

Why:

Fix:
"""

from campaignctl.findings import Severity

CODE = "CC310"
NAME = "id-operator-mixed"
SEVERITY = Severity.WARNING
