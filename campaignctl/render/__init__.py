"""Values to text. A format is a module with `findings`, `plan` or `outcomes`, each of which returns a string."""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType

from campaignctl.findings import RulePage
from campaignctl.model import LintResult
from campaignctl.render import concise, github, gitlab, json, junit, markdown, sarif, text
from campaignctl.render.paint import Paint, plain

#: The formats by name, for people first.
FORMATS: dict[str, ModuleType] = {
    "text": text,
    "concise": concise,
    "json": json,
    "markdown": markdown,
    "sarif": sarif,
    "junit": junit,
    "github": github,
    "gitlab": gitlab,
}


def offering(what: str) -> list[str]:
    """Return the names of the formats for `findings`, `plan` or `outcomes`: the command line offers these."""
    return [name for name, module in FORMATS.items() if hasattr(module, what)]


def findings(format_: str, result: LintResult, pages: Sequence[RulePage] = (), paint: Paint = plain) -> str:
    """Return the lint report in one of the formats that offer `findings`.

    `pages` are those of all rules, for formats that carry them; `paint` colours what people read.
    """
    match format_:
        case "text":
            return text.findings(result, paint)
        case "concise":
            return concise.findings(result, paint)
        case "sarif":
            return sarif.findings(result, pages)
        case _:
            report: str = FORMATS[format_].findings(result)
            return report
