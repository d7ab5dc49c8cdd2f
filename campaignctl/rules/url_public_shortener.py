"""STUB.

Why:

Fix:
"""

from campaignctl.findings import Severity

CODE = "CC604"
NAME = "url-public-shortener"
SEVERITY = Severity.ERROR
