"""`{{ name }}` stands for nothing.

Why: an undefined variable would become empty text, and the message would no longer match its
registered template.

Fails:

    template: "Hi, {{ brnd }} has a new tea"

Passes:

    template: "Hi, {{ brand }} has a new tea"

Fix: add the variable to `vars:` in campaignctl.yaml, or give `--var name=value`.
"""

from campaignctl.findings import Severity

CODE = "CC201"
NAME = "template-undefined-variable"
SEVERITY = Severity.ERROR
