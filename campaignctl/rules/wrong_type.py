"""A value is of the wrong kind: a number where text is due, one word where a list is due.

Why: DLT ids and headers are text even when they are all digits; as numbers they lose leading zeros
(DLT: ids are strings of digits).

Fails:

    sender_id: 612345

Passes:

    sender_id: "612345"
    sms_type: promotional

Fix: put text in quotes, a list in square brackets.
"""

from campaignctl.findings import Severity

CODE = "CC103"
NAME = "wrong-type"
SEVERITY = Severity.ERROR
FIXABLE = GUESSES = True
