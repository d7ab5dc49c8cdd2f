"""One line for each finding, for grep, editors and problem matchers, and one line with the numbers.

`path:line:column: error|warning CODE name: message` is also what `text` begins each finding with. The last line
has no line number in it, so no pattern takes it for a finding.
"""

from __future__ import annotations

from campaignctl.model import LintResult
from campaignctl.render import text
from campaignctl.render.paint import Paint, plain


def findings(result: LintResult, paint: Paint = plain) -> str:
    """Return the lint report."""
    return "\n".join([*(text.head(one, paint) for one in result.findings), text.summary(result, paint)])
