"""The delivery codes: each one of the dossier's tables is there, and what it advises exists."""

from __future__ import annotations

import re

import pytest

from campaignctl import cli, codes
from campaignctl.rules import BY_NAME

#: DetailedStatusCode and DetailedStatus, as Exotel's pages list them (dossier, 8.2 and 9.4).
PAGES = """
21010 PENDING_TO_OPERATOR              21015 SENDING_TO_OPERATOR         21020 PENDING_ON_OPERATOR
20005 DELIVERED_TO_HANDSET             20006 DELIVERED_TO_OPERATOR       23005 FAILED_REJECTED_DND
23010 FAILED_INVALID_DESTINATION_NUMBER 23015 FAILED_SPAM_DETECTED       23020 FAILED_REJECTED_BLACKLIST
23030 FAILED_UNAVAILABLE_ROUTE         23035 FAILED_SUBSCRIBER_UNAVAILABLE 23040 FAILED_SUBSCRIBER_UNKNOWN
23050 FAILED_EXPIRED                   23060 FAILED_REJECTED             23070 FAILED_INVALID_MESSAGE
23072 FAILED_INVALID_SENDER_ID         24010 FAILED_SYSTEM_ERROR         24105 FAILED_HANDSET_ERROR
24110 FAILED_OPERATOR_ERROR            24120 FAILED_SUBSCRIBER_ERROR     24990 FAILED_UNKNOWN_ERROR
23080 SENDER_BLOCKED_BY_DLT            23081 ENTITY_BLOCKED_BY_DLT       23082 TEMPLATE_BLOCKED_BY_DLT
23083 FAILED_DLT_SCRUBBING_ERROR       23084 FAILED_DLT_CONSENT_ERROR    23181 DLT_TEMPLATE_ID_INVALID
23182 DLT_TEMPLATE_NOT_FOUND           23183 DLT_TEMPLATE_ID_INACTIVE    23184 DLT_TEMPLATE_ID_BLACKLISTED
23185 DLT_TEMPLATE_DOES_NOT_MATCH      23186 DLT_LENGTH_EXCEEDED         23281 DLT_ENTITY_NOT_FOUND
"""
ALL = sorted(codes.MEANINGS.values(), key=lambda one: one.code)


def test_every_code_of_the_pages_is_there_and_no_other() -> None:
    words = PAGES.split()
    assert {one.code: one.detailed_status for one in ALL} == {
        int(code): status for code, status in zip(words[::2], words[1::2], strict=True)
    }


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.detailed_status)
def test_each_names_rules_that_exist_once_or_says_what_to_do(one: codes.Code) -> None:
    assert set(one.rules) <= BY_NAME.keys()
    assert len(set(one.rules)) == len(one.rules)
    assert bool(one.rules or one.advice) == (one.code not in (20005, 20006))
    for words in (one.meaning, one.advice):
        assert words == words.strip()
        assert not words.endswith(".")
    for command in re.findall(r"`campaignctl ([a-z]+)", one.advice):
        assert command in cli.COMMANDS


@pytest.mark.parametrize(
    "one", [one for one in ALL if 23080 <= one.code <= 23999], ids=lambda one: str(one.code)
)
def test_what_dlt_refuses_a_rule_would_have_caught(one: codes.Code) -> None:
    assert one.rules


@pytest.mark.parametrize(
    ("words", "code", "expected"),
    [
        ("DLT_TEMPLATE_DOES_NOT_MATCH", None, 23185),
        ("dlt-template-does-not-match", None, 23185),
        ("DltTemplateDoesNotMatch", 0, 23185),
        ("something new", 23185, 23185),
        ("FAILED_REJECTED_DND", 23185, 23185),  # the code is the more exact of the two
        ("FAILED_REJECTED_DND", 23999, 23005),
        ("failed-dnd", None, 23005),
        ("Failed_Expired", None, 23050),
        ("FAILED_DLT_ENTITY", None, 23081),
    ],
)
def test_a_row_is_found_by_its_code_and_by_its_words(words: str, code: int | None, expected: int) -> None:
    found = codes.of(words, code)
    assert found is not None
    assert found.code == expected


@pytest.mark.parametrize(("words", "code"), [(None, None), ("", None), ("---", 7), ("SOMETHING", 23999)])
def test_what_no_table_has_is_none(words: str | None, code: int | None) -> None:
    assert codes.of(words, code) is None


def test_who_comes_too_late_for_the_end_of_a_campaign_is_told_the_rules_about_its_length() -> None:
    late, mismatch, no_number = (codes.MEANINGS[code] for code in (23050, 23185, 23010))

    assert late.rules[:3] == ("schedule-overrun", "capacity", "promo-window-overrun")
    assert "the campaign's end came first" in late.meaning
    assert "a column of the list is empty or too long" in mismatch.meaning
    assert "report" in no_number.advice
