"""The file is too large, too deeply nested, or its aliases grow without bound.

Why: a pull request comes from a stranger, and a few lines of YAML can fill any memory. A file may have
1 MiB (a registry file 16 MiB), 32 levels, and aliases that add 10,000 values.

Fails:

    name: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[deep]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]

Passes:

    name: Diwali offer

Fix: split the file, or write out what the aliases stand for.
"""

from campaignctl.findings import Severity

CODE = "CC004"
NAME = "yaml-limit"
SEVERITY = Severity.ERROR
