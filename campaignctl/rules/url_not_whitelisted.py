"""STUB.

Why:

Fix:
"""

from campaignctl.findings import Severity

CODE = "CC602"
NAME = "url-not-whitelisted"
SEVERITY = Severity.ERROR
