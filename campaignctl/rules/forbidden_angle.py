"""STUB.

Why:

Fix:
"""

from campaignctl.findings import Severity

CODE = "CC910"
NAME = "forbidden-angle"
SEVERITY = Severity.WARNING
