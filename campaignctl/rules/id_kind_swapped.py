"""STUB.

Why:

Fix:
"""

from campaignctl.findings import Severity

CODE = "CC307"
NAME = "id-kind-swapped"
SEVERITY = Severity.ERROR
