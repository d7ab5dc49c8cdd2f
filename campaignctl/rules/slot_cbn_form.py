"""STUB.

Why:

Fix:
"""

from campaignctl.findings import Severity

CODE = "CC711"
NAME = "slot-cbn-form"
SEVERITY = Severity.ERROR
