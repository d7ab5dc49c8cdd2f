"""A key that the format does not know.

Why: a misspelt key is a setting that silently does nothing. A campaign has Exotel's own field names and
`id` (Exotel: Create SMS campaign, parameters).

Fails:

    sms_typ: transactional

Passes:

    sms_type: transactional

Fix: take the spelling that the finding suggests, or delete the line.
"""

from campaignctl.findings import Severity

CODE = "CC101"
NAME = "unknown-key"
SEVERITY = Severity.ERROR
FIXABLE = GUESSES = True
