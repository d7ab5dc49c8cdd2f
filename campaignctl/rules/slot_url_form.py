"""STUB.

Why:

Fix:
"""

from campaignctl.findings import Severity

CODE = "CC710"
NAME = "slot-url-form"
SEVERITY = Severity.ERROR
