"""STUB.

Why:

Fix:
"""

from campaignctl.findings import Severity

CODE = "CC309"
NAME = "vendor-id-as-dlt-id"
SEVERITY = Severity.ERROR
