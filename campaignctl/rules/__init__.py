"""The lint rules: one module a rule, whose docstring is its page.

A rule has CODE, NAME and SEVERITY, and `check(campaign, context)` which yields `(pointer, message)`. The
rules without `check` are found while a file is parsed, held against the schema, rendered or compared with
the others; their modules are their pages.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol, cast

from campaignctl.model import Campaign, Context, Pointer, Severity
from campaignctl.rules import (
    callback_url,
    column_in_static,
    column_unknown,
    duplicate_id,
    entity_id_format,
    file_unreadable,
    header_format,
    header_type_mismatch,
    invalid_value,
    list_repeated,
    list_unknown,
    lists_count,
    missing_key,
    name_too_short,
    schedule_format,
    schedule_min_duration,
    schedule_no_timezone,
    sent_before,
    template_id_format,
    template_syntax,
    template_too_long,
    template_too_many_columns,
    template_undefined_variable,
    unfilled_placeholder,
    unknown_key,
    wrong_type,
    yaml_ambiguous_scalar,
    yaml_duplicate_key,
    yaml_limit,
    yaml_syntax,
)


class Rule(Protocol):
    """What every rule module has."""

    __doc__: str | None
    CODE: str
    NAME: str
    SEVERITY: Severity


class Check(Rule, Protocol):
    """A rule about one campaign."""

    def check(self, campaign: Campaign, context: Context) -> Iterator[tuple[Pointer, str]]:
        """Yield where the rule is broken, and the sentence that says so."""
        ...


#: In the order of their codes: 0 file, 1 shape, 2 text, 3 DLT ids and headers, 4 lists, 5 times, 6 links, 8 plans.
RULES: tuple[Rule, ...] = (
    yaml_syntax,
    yaml_duplicate_key,
    yaml_ambiguous_scalar,
    yaml_limit,
    file_unreadable,
    unknown_key,
    missing_key,
    wrong_type,
    invalid_value,
    duplicate_id,
    name_too_short,
    template_undefined_variable,
    template_syntax,
    template_too_long,
    template_too_many_columns,
    column_in_static,
    column_unknown,
    unfilled_placeholder,
    entity_id_format,
    template_id_format,
    header_format,
    header_type_mismatch,
    lists_count,
    list_unknown,
    list_repeated,
    schedule_format,
    schedule_no_timezone,
    schedule_min_duration,
    callback_url,
    sent_before,
)

BY_NAME: dict[str, Rule] = {rule.NAME: rule for rule in RULES}
CHECKS: tuple[Check, ...] = tuple(cast("Check", rule) for rule in RULES if hasattr(rule, "check"))
