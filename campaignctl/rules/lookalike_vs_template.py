"""STUB.

Why:

Fix:
"""

from campaignctl.findings import Severity

CODE = "CC702"
NAME = "lookalike-vs-template"
SEVERITY = Severity.ERROR
