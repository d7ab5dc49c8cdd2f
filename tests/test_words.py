"""Words that were probably meant."""

from __future__ import annotations

import pytest

from campaignctl.words import did_you_mean

#: So many that they are not measured one by one.
IDS = [str(1107160086562376233 + 1_000_003 * number) for number in range(20_000)]
MANY = dict.fromkeys([*IDS, "festival-north", "KETTLE"])


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("1107160086562376234", "1107160086562376233"),
        ("110716008656237623", "1107160086562376233"),
        ("11071600865623762333", "1107160086562376233"),
        ("1107160086562376323", "1107160086562376233"),
        ("festival-nort", "festival-north"),
        ("festival_north", "festival-north"),
        ("Kettle", "KETTLE"),
        ("festival", None),
        ("1" * 1_000_000, None),
        ("", None),
        ("KETTLE", None),
    ],
)
@pytest.mark.parametrize("kind", [dict, list, frozenset])
def test_among_many_words_one_slip_away_is_meant(
    word: str, meant: str | None, kind: type[dict[str, None]]
) -> None:
    assert did_you_mean(word, kind(MANY)) == meant


def test_many_words_are_not_measured_one_by_one() -> None:
    """Twenty thousand ids for each of a thousand campaigns would take half an hour."""
    assert {did_you_mean(f"9{number:018}", MANY) for number in range(1_000)} == {None}
