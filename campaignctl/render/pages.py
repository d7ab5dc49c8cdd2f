"""The page of a rule in the forms that reports need. `campaignctl.rules` says how a page is written."""

from __future__ import annotations

import re

from campaignctl.findings import RulePage

_HEADING = re.compile(r"(Why|Fails|Passes|Fix):")
#: What Markdown or HTML would act on; code between backticks is left alone.
_ACTIVE = re.compile(r"`[^`\n]*`|[\\*_\[\]<>#|~]")


def summary(rule: RulePage) -> str:
    """Return what the rule finds, in one sentence."""
    return rule.page.partition("\n")[0]


def reason(rule: RulePage) -> str:
    """Return the summary and the paragraph that says why, in one line."""
    paragraphs = rule.page.split("\n\n")
    why = next((one for one in paragraphs if one.startswith("Why:")), "").removeprefix("Why:")
    return " ".join([summary(rule), *why.split()])


def markdown(rule: RulePage) -> str:
    """Return the page as Markdown: bold headings, samples as fenced code."""
    lines: list[str] = []
    sample: list[str] = []
    for line in [*rule.page.split("\n"), "."]:  # the last one ends a sample at the end
        if line.startswith("    ") or (sample and not line):
            sample.append(line[4:])
            continue
        if sample:
            lines += ["```yaml", *"\n".join(sample).rstrip("\n").split("\n"), "```", ""]
            sample = []
        lines.append(_prose(line))
    return "\n".join(lines[:-1]).strip()


def _prose(line: str) -> str:
    heading = _HEADING.match(line)
    start = heading.end() if heading else 0
    rest = _ACTIVE.sub(lambda found: found[0] if found[0][0] == "`" else f"\\{found[0]}", line[start:])
    return f"**{line[:start]}**{rest}" if heading else rest
