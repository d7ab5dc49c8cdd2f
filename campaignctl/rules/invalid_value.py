"""A value is not one of those allowed.

Why: Exotel knows `static` and `dynamic`, `transactional` and `promotional`, and nothing else; an id must
stay readable in a URL and a branch name (Exotel: Create SMS campaign, parameters).

Fails:

    content_type: statik

Passes:

    content_type: static

Fix: take one of the values that the finding names.
"""

from campaignctl.findings import Severity

CODE = "CC104"
NAME = "invalid-value"
SEVERITY = Severity.ERROR
FIXABLE = GUESSES = True
