"""The text between `{{ }}` or `{% %}` cannot be rendered.

Why: texts come from pull requests, so only variables, a few filters and `if` are allowed: no calls,
loops, arithmetic, files or environment.

Fails:

    template: "Hi, {{ brand.upper() }} has a new tea"

Passes:

    template: "Hi, {{ brand|upper }} has a new tea"

Fix: use a plain variable, or write the text out.
"""

from campaignctl.findings import Severity

CODE = "CC202"
NAME = "template-syntax"
SEVERITY = Severity.ERROR
