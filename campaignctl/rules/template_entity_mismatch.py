"""STUB.

Why:

Fix:
"""

from campaignctl.findings import Severity

CODE = "CC313"
NAME = "template-entity-mismatch"
SEVERITY = Severity.ERROR
