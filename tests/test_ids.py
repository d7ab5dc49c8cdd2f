"""DLT ids: what their digits say, and what is wrong with one."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from conftest import examples
from hypothesis import example, given, settings
from hypothesis import strategies as st

from campaignctl.dlt import ids
from campaignctl.dlt.ids import Fault, Kind

EXAMPLES = settings(max_examples=examples(300), deadline=None, database=None, derandomize=True)

ENTITY, TEMPLATE = "1101428740000012125", "1107160086562376233"
DIGITS = st.text("0123456789", min_size=15, max_size=15)


@pytest.mark.parametrize(
    ("id_", "kind", "operator"),
    [
        (ENTITY, Kind.ENTITY, "Vi"),
        (TEMPLATE, Kind.TEMPLATE, "Vi"),
        ("1277178600920660252", Kind.TEMPLATE, "Jio"),
        ("1407160086562376233", Kind.TEMPLATE, "BSNL"),
        ("1777160086562376233", Kind.TEMPLATE, "SmartPing"),
        ("1077524620016122125", Kind.TEMPLATE, "Airtel"),
        ("1102641120000014245", Kind.TELEMARKETER, "Vi"),
        ("1205159246020248247", Kind.HEADER, "Jio"),
        ("1307160086562376233", Kind.TEMPLATE, None),  # Tata's digit is not known
        ("1103160086562376233", None, "Vi"),
        ("2107160086562376233", None, None),
        ("110716008656237623", None, None),
        ("११०७१६००८६५६२३७६२३३", None, None),
    ],
)
def test_digits_two_to_four_say_who_and_what(id_: str, kind: Kind | None, operator: str | None) -> None:
    assert (ids.kind(id_), ids.operator(id_)) == (kind, operator)


@pytest.mark.parametrize(
    ("id_", "day"),
    [
        ("1207178359126464853", date(2026, 7, 9)),
        ("1377178523379905176", None),
        ("1277178523379905176", date(2026, 7, 28)),
        (TEMPLATE, date(2020, 9, 23)),
        ("1077524620016122125", None),  # Airtel counts otherwise
        (ENTITY, None),
        ("1107000000000000099", None),
        ("1107999999999999999", None),
        ("1107160086562376", None),
        ("", None),
    ],
)
def test_an_id_of_a_template_says_when_it_was_made(id_: str, day: date | None) -> None:
    assert ids.created(id_) == day


@EXAMPLES
@given(
    moment=st.datetimes(datetime(2019, 1, 2), datetime(2049, 12, 30), timezones=st.just(UTC)),  # noqa: DTZ001
    prefix=st.sampled_from(["1107", "1277", "1407", "1777"]),
)
def test_the_moment_in_an_id_comes_back_as_its_day_in_india(moment: datetime, prefix: str) -> None:
    milliseconds = int(moment.timestamp() * 1000)
    day = ids.created(f"{prefix}{milliseconds:013}42")

    assert day is not None
    assert 0 <= (day - moment.date()).days <= 1
    assert (day > moment.date()) == ((moment.hour, moment.minute) >= (18, 30))


@EXAMPLES
@given(st.text())
@example("9" * 19)
@example("1107" + "9" * 15)
def test_no_text_is_too_strange(text: str) -> None:
    day = ids.created(text)

    assert day is None or 2019 <= day.year < 2050
    for due in Kind:
        found = ids.fault(text, due)
        assert found is not None or len(text) == 19


@pytest.mark.parametrize(
    ("text", "due", "fault"),
    [
        (TEMPLATE, Kind.TEMPLATE, None),
        (ENTITY, Kind.ENTITY, None),
        ("1377160086562376233", Kind.TEMPLATE, None),
        ("1103160086562376233", Kind.TEMPLATE, None),  # a kind that nobody has seen
        ("9107160086562376233", Kind.ENTITY, None),
        *(
            (text, Kind.TEMPLATE, Fault.DAMAGED)
            for text in (
                *("1.10716E+18", "1.10716008656238E+18", "1,10716E+18", "1e18", "1.10716e18", " 1.1E+18 "),
                *("1107160086562376233.0", "1107160086562376192.", "1107160086562376192,00", "198607.0"),
            )
        ),
        ("5f3d9a7be1c2d4a6b8c0e1f2", Kind.TEMPLATE, Fault.VENDOR),
        ("198607", Kind.TEMPLATE, Fault.VENDOR),
        ("22285", Kind.ENTITY, Fault.VENDOR),
        ("1" * 24, Kind.TEMPLATE, Fault.FORMAT),
        ("", Kind.TEMPLATE, Fault.MISSING),
        (" \t\n\u00a0", Kind.ENTITY, Fault.MISSING),
        ("1107", Kind.TEMPLATE, Fault.FORMAT),
        (TEMPLATE + "\n", Kind.TEMPLATE, Fault.FORMAT),
        (TEMPLATE[:-1], Kind.TEMPLATE, Fault.FORMAT),
        ("१" * 19, Kind.TEMPLATE, Fault.FORMAT),
        (ENTITY, Kind.TEMPLATE, Fault.KIND),
        (TEMPLATE, Kind.ENTITY, Fault.KIND),
        ("1102641120000014245", Kind.ENTITY, Fault.KIND),
        ("1105159246020248247", Kind.TEMPLATE, Fault.KIND),
        ("1177160086562370000", Kind.ENTITY, Fault.KIND),  # and zeros, which are less certain
        ("1107160086562370000", Kind.TEMPLATE, Fault.ZEROS),
        ("1107160086562000000", Kind.TEMPLATE, Fault.ZEROS),
        ("1107160086562376000", Kind.TEMPLATE, None),  # one id in a thousand ends so
    ],
)
def test_an_id_has_one_fault(text: str, due: Kind, fault: Fault | None) -> None:
    assert ids.fault(text, due) is fault


@EXAMPLES
@given(DIGITS.filter(lambda digits: digits[:2].strip("0") != ""))
def test_what_a_spreadsheet_leaves_of_an_id_leads_back_to_it(digits: str) -> None:
    id_ = f"1107{digits}"
    for damaged in (
        f"{int(id_):.5E}",
        f"{float(id_)!r}",
        f"{int(float(id_))}.0",
        id_[:15] + "0000",
    ):
        assert ids.fault(damaged, Kind.TEMPLATE) in (Fault.DAMAGED, Fault.ZEROS)
        assert ids.could_be(damaged, id_)
        assert not ids.could_be(damaged, f"{id_[:3]}{(int(id_[3]) + 1) % 10}{id_[4:]}")


@pytest.mark.parametrize(
    ("damaged", "id_", "could_be"),
    [
        ("1.10716E+18", "1107160086562376233", True),
        ("1.10716E+18", "1107155000000000001", True),
        ("1.10716E+18", "1107165000000000000", True),  # cut off and not rounded
        ("1.10716E+18", "1107170000000000000", False),
        ("1107160086562370000", "1107160086562376233", True),
        ("1107160086562370000", "1107160086562380000", False),
        ("1107160086562376192.0", "1107160086562376233", True),
        ("1.10716E+18", "110716008656237623", False),
        ("1e999", "1107160086562376233", False),
        ("198607.0", "1107160086562376233", False),
    ],
)
def test_a_damaged_id_stands_for_those_within_its_last_digit(
    damaged: str, id_: str, *, could_be: bool
) -> None:
    assert ids.could_be(damaged, id_) is could_be


@EXAMPLES
@given(
    st.one_of(
        st.from_regex(r"[0-9]{1,3}([.,][0-9]{1,14})?[eE]\+?[0-9]{1,3}", fullmatch=True),
        st.from_regex(r"[0-9]{5,30}[.,][0-9]{0,9}", fullmatch=True),
        st.from_regex(r"1[0-9]{14}0000", fullmatch=True),
    ),
    st.integers(0, 10**19 - 1),
    st.integers(-(10**5), 10**5),
)
def test_what_a_damaged_id_could_be_lies_around_it(damaged: str, some: int, beside: int) -> None:
    near = int(Decimal(damaged.replace(",", "."))) + beside
    low, high = ids.around(damaged)

    for number in (some, min(max(near, 0), 10**19 - 1)):
        assert low <= f"{number:019}" <= high or not ids.could_be(damaged, f"{number:019}")


@pytest.mark.parametrize("zero", ["\uff10", "\u0966", "\u09e6"])
def test_the_digits_of_another_script_are_those_of_ascii(zero: str) -> None:
    id_ = "1107160086562376233"
    text = "".join(chr(ord(zero) + int(char)) for char in id_)

    assert ids.cleaned(text, Kind.TEMPLATE) == id_
    assert ids.cleaned(text[:-1], Kind.TEMPLATE) is None


@pytest.mark.parametrize(
    ("text", "right", "said"),
    [
        ("110716008656237623", None, "'110716008656237623' has 18 digits and must be"),
        ("\uff11\uff11", "11", "'\uff11\uff11' has full-width digits (U+FF11) and must be, or write \"11\""),
        ("\u0967", None, "'\u0967' has digits of another script (U+0967) and must be"),
        ("1107 ", "1107", "'1107 ' must be, or write \"1107\""),
        ("x", None, "'x' must be"),
    ],
)
def test_what_is_wrong_with_the_form_of_an_id_is_said(text: str, right: str | None, said: str) -> None:
    assert ids.misshapen(text, "must be", right) == said
