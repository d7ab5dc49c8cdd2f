"""What a plain scalar means: YAML 1.2's core schema, and every place where YAML 1.1 disagrees."""

from __future__ import annotations

import string
from typing import Any

import pytest
import yaml
from conftest import examples
from hypothesis import example, given, settings
from hypothesis import strategies as st

from campaignctl.scalars import needs_typing, typed

EXAMPLES = settings(max_examples=examples(500), deadline=None, database=None, derandomize=True)

#: What a tag of YAML 1.1 makes of a scalar, for the tags that both versions share.
PLAIN = {
    "tag:yaml.org,2002:null",
    "tag:yaml.org,2002:bool",
    "tag:yaml.org,2002:int",
    "tag:yaml.org,2002:float",
}
TEXT = "tag:yaml.org,2002:str"


def old_tag(text: str) -> str:
    """Return the tag that PyYAML's resolver, a YAML 1.1 reader, gives a plain scalar."""
    loader: Any = yaml.SafeLoader("")
    return str(loader.resolve(yaml.ScalarNode, text, (True, False)))


def old_value(text: str) -> Any:
    """Return what PyYAML makes of a plain scalar, or the error it raises as a value of no other kind."""
    loader = yaml.SafeLoader("")
    tag = old_tag(text)
    try:
        return loader.construct_object(yaml.ScalarNode(tag, text))
    except (yaml.YAMLError, ValueError) as error:
        return error


# --- what both read alike ---------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", "~", "null", "Null", "NULL"])
def test_the_words_for_nothing_are_nothing(text: str) -> None:
    assert typed(text) == (None, None)


@pytest.mark.parametrize(
    ("text", "value"),
    [("true", True), ("True", True), ("TRUE", True), ("false", False), ("False", False), ("FALSE", False)],
)
def test_true_and_false_are_booleans_in_three_cases(text: str, value: bool) -> None:  # noqa: FBT001
    assert typed(text) == (value, None)


@pytest.mark.parametrize(
    ("text", "value"),
    [("0", 0), ("7", 7), ("-7", -7), ("1700", 1700), ("123456789012345", 123456789012345)],
)
def test_whole_numbers_are_numbers(text: str, value: int) -> None:
    assert typed(text) == (value, None)
    assert type(typed(text)[0]) is int


@pytest.mark.parametrize(
    ("text", "value"), [("1.5", 1.5), ("-1.5", -1.5), ("0.0", 0.0), ("99.05", 99.05), ("-0.25", -0.25)]
)
def test_decimal_numbers_are_numbers(text: str, value: float) -> None:
    assert typed(text) == (value, None)
    assert type(typed(text)[0]) is float


@pytest.mark.parametrize(
    "text",
    ["Diwali", "TRue", "nULL", "yEs", "tru", "+", "-", ".", "..", "--1", "1-2", "v1", "1 kg", "10 %", "N/A"],
)
def test_words_are_text_in_every_version(text: str) -> None:
    assert typed(text) == (text, None)


# --- what they read differently ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        case
        for word in ("y", "n", "yes", "no", "on", "off")
        for case in (word, word.capitalize(), word.upper())
    ],
)
def test_old_booleans_stay_text_and_are_named(text: str) -> None:
    assert typed(text) == (text, "true or false")


@pytest.mark.parametrize(
    "text",
    [
        *("21:00", "10:30", "1:59", "12:30:45", "-1:30", "190:20:30.15", "1_000:30"),  # base 60
        *("+91", "+919876543210", "+5", "+1.5", "+.5"),  # the sign would be lost
        *("0107160066562376233", "0107160086562376233", "00", "08", "007"),  # octal, or the zeros lost
        *("1107160086562376233", "-1107160086562376233"),  # 19 digits: rounded by editors
        *("1_000", "1__", "1_0.5", "0b11", "0b_", "0o17", "0x_1"),
        *("0x1F", "-0", "5.", ".5", "1.50", "010.5", "1.0e+3"),  # would be written otherwise again
        *("1e3", "1.0e3", "12e03", ".5e3"),  # a number for 1.2, text for PyYAML
        *(".inf", "-.inf", "+.Inf", ".INF", ".nan", ".NaN", ".NAN"),
    ],
)
def test_numbers_of_one_reader_stay_text_and_are_named(text: str) -> None:
    assert typed(text) == (text, "a number")


@pytest.mark.parametrize(
    "text",
    [
        *("2035-11-01", "2035-13-45", "2035-1-1", "2035-11-01T10:00:00Z", "2035-11-01 10:00:00 +5:30"),
        *("2035-11-01t10:00:00.5-05:00", "2035-11-01T10:00:00+05:30", "2035-1-1 1:00:00"),
    ],
)
def test_dates_stay_text_and_are_named(text: str) -> None:
    assert typed(text) == (text, "a date")


@pytest.mark.parametrize("text", ["=", "<<"])
def test_special_marks_stay_text_and_are_named(text: str) -> None:
    assert typed(text) == (text, "a special mark")


@pytest.mark.parametrize("text", ["09:00", "0:30", "1:60", "24:61", "0x", "0X1F", "2035-11"])
def test_what_only_looks_special_is_text(text: str) -> None:
    assert typed(text) == (text, None)


@pytest.mark.parametrize("digits", [16, 17, 19, 40, 5000])
def test_a_long_number_never_loses_a_digit(digits: int) -> None:
    text = ("9007199254740993" * 400)[:digits]

    assert typed(text)[0] == text


def test_a_number_of_16_digits_is_text_as_javascript_would_round_it() -> None:
    assert typed("9007199254740993") == ("9007199254740993", "a number")


def test_a_negative_number_without_a_leading_digit_is_text_and_named() -> None:
    assert typed("-.5") == ("-.5", "a number")


# --- against an independent reader ------------------------------------------------------------------

_NUMERIC = st.text(alphabet="0123456789+-.:_eExXobTtZz abfAF=<~", max_size=14)
_GRAMMAR = st.from_regex(
    r"\A(?:[-+]?(?:0b[01_]{1,4}|0o?[0-7_]{1,4}|0x[0-9a-f_]{1,4}|[0-9][0-9_]{0,4}(?::[0-9]{1,2}){0,2}"
    r"(?:\.[0-9_]{0,3})?(?:[eE][-+]?[0-9]{1,2})?|\.[0-9_]{1,3}|\.(?:inf|Inf|nan|NAN))"
    r"|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt ][0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]?)?(?: ?(?:Z|[-+][0-9]{1,2}(?::[0-9]{2})?))?)?)\Z"
)
_WORDS = st.sampled_from(
    [*("yes", "no", "on", "off", "y", "n", "true", "false", "null", "~", "=", "<<", "", "none", "nil")]
).flatmap(lambda word: st.sampled_from([word, word.upper(), word.capitalize(), word.swapcase(), word + " "]))
PLAIN_SCALARS = st.one_of(_NUMERIC, _GRAMMAR, _WORDS, st.text(alphabet=string.printable, max_size=8))

#: PyYAML has a tag for these, but no plain scalar can be one of them.
_INDICATORS = ("!", "&", "*")


@EXAMPLES
@given(PLAIN_SCALARS)
@example("0x1F")
@example("-0")
@example("010.5")
@example("1.e+3")
def test_where_a_yaml_1_1_reader_disagrees_the_text_is_kept_and_the_reason_named(text: str) -> None:
    if text in _INDICATORS:
        return
    value, reason = typed(text)
    tag = old_tag(text)
    same = tag in PLAIN and type(old_value(text)) is type(value) and old_value(text) == value
    if same or (tag == TEXT and value == text and type(value) is str):
        return
    assert (value, reason is not None) == (text, True), f"YAML 1.1: {tag} {old_value(text)!r}"


@EXAMPLES
@given(PLAIN_SCALARS)
def test_the_value_is_the_text_wherever_a_reason_is_named(text: str) -> None:
    value, reason = typed(text)

    assert reason is None or value == text


@EXAMPLES
@given(PLAIN_SCALARS)
@example("2035-11-01\t10:00:00")
def test_nothing_special_is_passed_over_by_the_cheap_test(text: str) -> None:
    assert needs_typing(text) or typed(text) == (text, None)


def test_a_date_with_a_tab_is_not_passed_over() -> None:
    text = "2035-11-01\t10:00:00"

    assert old_tag(text) == "tag:yaml.org,2002:timestamp"
    assert needs_typing(text)


@pytest.mark.parametrize(
    "text", ["Hi @@First_name", "नमस्ते", "https://hooks.example.in/sms", "KETTLE", "festival-north"]
)
def test_the_cheap_test_lets_ordinary_words_through(text: str) -> None:
    assert needs_typing(text) is None
