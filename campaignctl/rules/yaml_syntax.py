"""The file is not valid YAML.

Why: what cannot be read cannot be sent. Only UTF-8 is read; tags, tabs as indentation and control
characters are refused (https://yaml.org/spec/1.2.2/).

Fails:

    template: {{ brand }} has a new tea

Passes:

    template: "{{ brand }} has a new tea"

Fix: the finding names the place; most often a text needs quotes.
"""

from campaignctl.findings import Severity

CODE = "CC001"
NAME = "yaml-syntax"
SEVERITY = Severity.ERROR
