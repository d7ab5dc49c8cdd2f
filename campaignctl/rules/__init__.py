"""The lint rules: one module a rule, whose docstring is its page.

A rule has CODE, NAME and SEVERITY, and `check(campaign, context)` which yields `(pointer, message)`, or a Hit
where more is known: the place inside a text, another severity, a repair. A rule about the registry has
`check_registry(context)` and names the file in each Hit. Rules that share a look at the campaign have it as
`concern(campaign, context)`, and are asked only where it says yes. The rules without either are found while a
file is parsed, held against the schema, rendered or compared with the others; their modules are their pages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Protocol, cast

from campaignctl.findings import Hit, Pointer, RulePage, Severity
from campaignctl.model import Campaign, Context
from campaignctl.rules import (
    adjacent_variables,
    ambiguous_match,
    body_matches_other_template,
    body_mismatch,
    brand_missing,
    callback_url,
    capacity,
    cbn_not_whitelisted,
    column_in_static,
    column_unknown,
    consent_missing,
    credential_in_file,
    cta_entry_format,
    double_space,
    duplicate_id,
    duplicate_template_body,
    dynamic_without_column,
    edge_space,
    email_not_whitelisted,
    encoding_flag,
    entity_id_format,
    entity_id_missing,
    file_unreadable,
    fixed_text_share,
    forbidden_angle,
    header_case,
    header_category_mismatch,
    header_format,
    header_has_affix,
    header_not_linked,
    header_type_mismatch,
    header_unknown,
    id_kind_swapped,
    id_operator_mixed,
    id_spreadsheet_damage,
    ignore_expired,
    ignore_forbidden,
    ignore_unknown,
    ignore_unused,
    ignore_without_reason,
    immediate_start,
    invalid_value,
    invisible_character,
    list_gap,
    list_repeated,
    list_unknown,
    lists_count,
    lookalike_vs_template,
    missing_key,
    multipart_boundary_link,
    name_holds_token,
    name_too_short,
    namesake,
    placeholder_syntax,
    promo_header_category_digit,
    promo_optout_missing,
    promo_window,
    promo_window_overrun,
    promo_words_in_service,
    registry_stale,
    schedule_format,
    schedule_min_duration,
    schedule_no_timezone,
    schedule_overrun,
    schedule_unlikely,
    segments,
    sent_before,
    service_explicit_legacy,
    short_url_without_header,
    sid_repeated,
    slot_alphanumeric,
    slot_cbn_form,
    slot_count,
    slot_email_form,
    slot_empty,
    slot_newline_or_edge_space,
    slot_numeric,
    slot_too_long,
    slot_url_form,
    start_too_near,
    template_entity_mismatch,
    template_id_format,
    template_id_missing,
    template_not_active,
    template_repeated,
    template_syntax,
    template_too_long,
    template_too_many_columns,
    template_undefined_variable,
    template_unknown,
    too_many_creates,
    too_many_recipients,
    too_many_variables,
    unfilled_placeholder,
    unicode_switch,
    unknown_key,
    untyped_variable,
    url_in_untyped_slot,
    url_not_whitelisted,
    url_path_variable,
    url_public_shortener,
    vendor_id_as_dlt_id,
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

    def check(self, campaign: Campaign, context: Context) -> Iterator[tuple[Pointer, str] | Hit]:
        """Yield where the rule is broken, and the sentence that says so."""
        ...


class RegistryCheck(Rule, Protocol):
    """A rule about what stands in registry/."""

    def check_registry(self, context: Context) -> Iterator[Hit]:
        """Yield where the rule is broken, each Hit with its file."""
        ...


#: What the rules are about, by the first digit of their codes.
FAMILIES = {
    "0": "files and comments",
    "1": "shape",
    "2": "text",
    "3": "DLT ids and headers",
    "4": "lists",
    "5": "times",
    "6": "links",
    "7": "the registered text",
    "8": "plans",
    "9": "the registry",
}

#: In the order of their families.
RULES: tuple[Rule, ...] = (
    yaml_syntax,
    yaml_duplicate_key,
    yaml_ambiguous_scalar,
    yaml_limit,
    file_unreadable,
    ignore_without_reason,
    ignore_unknown,
    ignore_unused,
    ignore_expired,
    ignore_forbidden,
    unknown_key,
    missing_key,
    wrong_type,
    invalid_value,
    duplicate_id,
    name_too_short,
    name_holds_token,
    template_undefined_variable,
    template_syntax,
    template_too_long,
    template_too_many_columns,
    column_in_static,
    column_unknown,
    unfilled_placeholder,
    unicode_switch,
    encoding_flag,
    segments,
    multipart_boundary_link,
    promo_words_in_service,
    invisible_character,
    dynamic_without_column,
    entity_id_format,
    template_id_format,
    header_format,
    header_type_mismatch,
    template_id_missing,
    entity_id_missing,
    id_kind_swapped,
    id_spreadsheet_damage,
    vendor_id_as_dlt_id,
    id_operator_mixed,
    template_unknown,
    template_not_active,
    template_entity_mismatch,
    header_has_affix,
    header_unknown,
    header_case,
    header_not_linked,
    header_category_mismatch,
    promo_header_category_digit,
    lists_count,
    list_unknown,
    list_repeated,
    consent_missing,
    sid_repeated,
    schedule_format,
    schedule_no_timezone,
    schedule_min_duration,
    promo_window,
    promo_window_overrun,
    schedule_overrun,
    schedule_unlikely,
    callback_url,
    url_not_whitelisted,
    url_path_variable,
    url_public_shortener,
    short_url_without_header,
    cbn_not_whitelisted,
    email_not_whitelisted,
    credential_in_file,
    body_mismatch,
    lookalike_vs_template,
    body_matches_other_template,
    ambiguous_match,
    slot_count,
    slot_empty,
    slot_too_long,
    slot_numeric,
    slot_alphanumeric,
    slot_url_form,
    slot_cbn_form,
    slot_email_form,
    slot_newline_or_edge_space,
    url_in_untyped_slot,
    sent_before,
    too_many_creates,
    too_many_recipients,
    list_gap,
    start_too_near,
    immediate_start,
    namesake,
    capacity,
    cta_entry_format,
    service_explicit_legacy,
    brand_missing,
    promo_optout_missing,
    placeholder_syntax,
    untyped_variable,
    too_many_variables,
    adjacent_variables,
    fixed_text_share,
    forbidden_angle,
    double_space,
    edge_space,
    duplicate_template_body,
    registry_stale,
    template_repeated,
)

BY_NAME: dict[str, Rule] = {rule.NAME: rule for rule in RULES}
CHECKS: tuple[Check, ...] = tuple(cast("Check", rule) for rule in RULES if hasattr(rule, "check"))
REGISTRY_CHECKS: tuple[RegistryCheck, ...] = tuple(
    cast("RegistryCheck", rule) for rule in RULES if hasattr(rule, "check_registry")
)

_TWICE = "it keeps people from being texted twice"
_PRIVATE = "it keeps credentials out of files that many can read"
_NEEDED = "without it nobody can say what would be sent"
_WATCH = "it watches over the suppressions themselves"
_GUARD = "it guards plans, and only `--allow` lets it pass"

#: Rules that nothing turns off or down, and why: no comment, no setting, no option and no baseline. A comment
#: that silenced one of these would cost more than any finding that it saves.
HELD: Mapping[str, str] = {
    **dict.fromkeys(("sent-before", "namesake", "duplicate-id", "list-repeated"), _TWICE),
    "credential-in-file": _PRIVATE,
    **dict.fromkeys(
        (
            "yaml-syntax",
            "yaml-duplicate-key",
            "yaml-limit",
            "file-unreadable",
            "unknown-key",
            "missing-key",
            "wrong-type",
            "invalid-value",
            "template-undefined-variable",
            "template-syntax",
            "template-id-missing",
            "entity-id-missing",
            "lists-count",
            "list-unknown",
            "schedule-format",
            "slot-count",
            "template-repeated",
            "sid-repeated",
        ),
        _NEEDED,
    ),
    **dict.fromkeys(
        ("ignore-without-reason", "ignore-unknown", "ignore-unused", "ignore-expired", "ignore-forbidden"),
        _WATCH,
    ),
    **dict.fromkeys(
        (
            "too-many-creates",
            "too-many-recipients",
            "list-gap",
            "start-too-near",
            "immediate-start",
            "capacity",
        ),
        _GUARD,
    ),
}

_NAME_OF = {word: rule.NAME for rule in RULES for word in (rule.NAME, rule.CODE.lower())}
_is_prefix = re.compile(r"cc[0-9]{1,2}").fullmatch


def spellings() -> list[str]:
    """Return all that `named` knows, for suggestions."""
    return [word for rule in RULES for word in (rule.NAME, rule.CODE)]


def named(word: str) -> str | None:
    """Return the name of the rule with this name or code, in any case."""
    return _NAME_OF.get(word.lower())


def matching(word: str) -> frozenset[str]:
    """Return the names of the rules that a word of `select` or `ignore` means: a name, a code, or the beginning
    of codes such as CC3.
    """
    one = named(word)
    if one is not None:
        return frozenset((one,))
    if _is_prefix(word.lower()) is None:
        return frozenset()
    return frozenset(rule.NAME for rule in RULES if rule.CODE.startswith(word.upper()))


def pages() -> tuple[RulePage, ...]:
    """Return all rules as reports and `explain` describe them, sorted by code."""
    found = [
        RulePage(
            code=rule.CODE,
            name=rule.NAME,
            severity=rule.SEVERITY,
            page=(rule.__doc__ or "").strip(),
            family=FAMILIES[rule.CODE[2]],
            off=getattr(rule, "OFF", False),
            fixable=getattr(rule, "FIXABLE", False),
            guesses=getattr(rule, "GUESSES", False),
        )
        for rule in RULES
    ]
    return tuple(sorted(found))
