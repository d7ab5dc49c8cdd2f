"""STUB.

Why:

Fix:
"""

from campaignctl.findings import Severity

CODE = "CC308"
NAME = "id-spreadsheet-damage"
SEVERITY = Severity.ERROR
