"""A text that is not the registered one: one rule speaks, at a place in the text, and its repair holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from conftest import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from test_lookup import template

from campaignctl import campaigns
from campaignctl.approved import Registry
from campaignctl.dlt import match, strays, visible
from campaignctl.dlt.lookalikes import TO_ASCII
from campaignctl.findings import Hit, Region
from campaignctl.model import Campaign, Config, Context
from campaignctl.rules import (
    ambiguous_match,
    body_matches_other_template,
    body_mismatch,
    lookalike_vs_template,
    unicode_switch,
)
from campaignctl.words import printable

EXAMPLES = settings(max_examples=examples(400), deadline=None, database=None, derandomize=True)
ENTITY = "1101428740000012125"
SPEAKERS = (body_mismatch, lookalike_vs_template, body_matches_other_template)

REGISTERED = st.sampled_from(
    [
        "Dear {#var#}, your Kettle order {#var#} is packed. Kettle's team",
        "Your Kettle order {#var#} is on its way",
        "Kettle - the tea is here. Call us",
        "{#var#} of Kettle",
        "{#var#}{#var#} Kettle's cups\nare here",
    ]
)
#: What word processors, typing and copying do to a text.
CHANGES = st.sampled_from(
    [
        *(
            ("'", "\u2019"),
            (" ", "\u00a0"),
            (" ", "  "),
            ("Kettle", "kettle"),
            (".", ""),
            ("a", "\u0430"),
            ("-", "\u2013"),
        ),
        *(
            (" ", "\n"),
            ("order", "parcel"),
            ("is", ""),
            ("t", "T"),
            ("e", "e\u200b"),
            ("Kettle", "@@Shop"),
            (",", ";"),
        ),
    ]
)
VALUES = st.text(alphabet="ab 1.'\u2019@\u0915", max_size=6)


class _Nowhere:
    path = "a.yaml"

    def locate(self, pointer: Any, *, key: bool = False) -> Region:
        return Region(line=1, column=1, end_line=1, end_column=1)

    def line(self, number: int) -> str:
        return ""


def context(*texts: str) -> Context:
    templates = [template(number, text) for number, text in enumerate(dict.fromkeys(texts))]
    registry = Registry(templates={one.id: one for one in templates}, knows_templates=True)
    return Context(config=Config(project="kettle"), registry=registry, now=datetime(2034, 6, 1, tzinfo=UTC))


def campaign(text: str, known: Context) -> Campaign:
    data = {
        "dlt_entity_id": ENTITY,
        "dlt_template_id": next(iter(known.registry.templates)),
        "sender_id": "KETTLE",
        "template": text,
    }
    return campaigns.build(data, _Nowhere(), known.registry, known.profile)


def words(text: str) -> str:
    return "".join(filter(str.isalnum, text.translate(TO_ASCII).casefold()))


def hits(one: Campaign, known: Context) -> list[Hit]:
    return [Hit(*hit) for rule in SPEAKERS for hit in rule.check(one, known)]


@st.composite
def texts(draw: st.DrawFn) -> tuple[str, list[str]]:
    """Return a text that was made from a registered one and changed, and the registered ones."""
    registered = draw(st.lists(REGISTERED, min_size=1, max_size=4))
    text = draw(st.sampled_from(registered))
    while "{#var#}" in text:
        text = text.replace("{#var#}", draw(VALUES), 1)
    for old, new in draw(st.lists(CHANGES, max_size=3)):
        text = text.replace(old, new, draw(st.sampled_from([1, -1])))
    return text, registered


@EXAMPLES
@given(texts())
def test_one_rule_speaks_for_a_text_that_does_not_match_and_none_for_one_that_does(
    made: tuple[str, list[str]],
) -> None:
    text, registered = made
    known = context(*registered)
    one = campaign(text, known)
    found = hits(one, known)

    assert len(found) == (not match.fits(text, next(iter(known.registry.templates.values()))))
    for hit in found:
        if hit.span is not None:
            assert 0 <= hit.span[0] <= hit.span[1] <= len(text)
        assert printable(hit.message) == hit.message
        assert "DLT error 633" in hit.message


@EXAMPLES
@given(texts())
def test_a_repair_makes_the_text_as_registered_and_leaves_no_finding(made: tuple[str, list[str]]) -> None:
    text, registered = made
    known = context(*registered)
    own, *_ = known.registry.templates.values()
    for hit in hits(campaign(text, known), known):
        if hit.repair is None:
            continue
        if hit.pointer == ("dlt_template_id",):
            assert not hit.repair.safe
            assert match.fits(text, known.registry.templates[hit.repair.pieces[0][2]])
        else:
            mended = strays.edited(text, hit.repair.pieces)
            assert match.fits(mended, own)
            assert hits(campaign(mended, known), known) == []
            assert not hit.repair.safe or words(mended) == words(text)


@EXAMPLES
@given(texts())
def test_a_stand_in_is_safe_only_where_the_text_still_matches(made: tuple[str, list[str]]) -> None:
    text, registered = made
    known = context(*registered)
    own, *_ = known.registry.templates.values()
    one = campaign(text, known)
    for hit in unicode_switch.check(one, known):
        assert hit.span is not None
        assert not text[slice(*hit.span)].isascii() or text[slice(*hit.span)] == "`"
        if hit.repair is not None:
            assert hit.repair.safe is match.fits(strays.edited(text, hit.repair.pieces), own)


@EXAMPLES
@given(texts())
def test_a_text_is_ambiguous_only_if_it_matches_its_own_template_and_another(
    made: tuple[str, list[str]],
) -> None:
    text, registered = made
    known = context(*registered)
    own, *others = known.registry.templates.values()
    one = campaign(text, known)
    expected = match.fits(text, own) and any(match.fits_well(text, other, known.profile) for other in others)

    assert bool(list(ambiguous_match.check(one, known))) is expected


def test_a_look_alike_is_named_with_both_code_points() -> None:
    known = context("Kettle's tea")
    (hit,) = hits(campaign("Kettle\u2019s tea", known), known)

    assert "U+2019 RIGHT SINGLE QUOTATION MARK" in hit.message
    assert "U+0027 APOSTROPHE" in hit.message
    assert hit.span == (6, 7)
    assert hit.repair is not None
    assert hit.repair.safe


def test_blanks_are_shown_in_words() -> None:
    shown = ["", " ", "  ", "\n", "\r\n", "\n Thanks", "a\u00a0", "tea", "   \n\n"]

    assert [visible.visible(one) for one in shown] == [
        "nothing",
        "a space",
        "two spaces",
        "a line break",
        "a Windows line break",
        "a line break and a space and 'Thanks'",
        "'a' and a no-break space",
        "'tea'",
        "three spaces and two line breaks",
    ]


def test_a_template_of_another_entity_is_not_meant() -> None:
    known = context("Your Kettle order {#var#}", "The Kettle tea {#var#}")
    own, other = known.registry.templates.values()
    foreign = replace(other, entity="1101428740000099999")
    elsewhere = replace(known, registry=replace(known.registry, templates={own.id: own, other.id: foreign}))
    text = "The Kettle tea 4711"

    assert [hit.pointer for hit in hits(campaign(text, known), known)] == [("dlt_template_id",)]
    assert [hit.pointer for hit in hits(campaign(text, elsewhere), elsewhere)] == [("template",)]


def test_only_edits_that_leave_the_words_alone_are_certain() -> None:
    text = "Kettle\u2019s  tea is hot"

    assert strays.is_certain(text, [(6, 7, "'"), (8, 10, " ")])
    assert strays.is_certain(text, [(0, 1, "k"), (len(text), len(text), ".")])
    assert not strays.is_certain(text, [(len(text) - 3, len(text), "cold")])
    assert not strays.is_certain(text, [(len(text), len(text), " Help: 1800")])


@pytest.mark.parametrize(
    ("text", "registered", "said"),
    [
        (
            "Kettle order 4711 was packed",
            "Kettle order {#numeric#} is packed",
            "'was' after '4711' where 'is'",
        ),
        (
            "Kettle orders are packed today",
            "Kettle order are packed today",
            "'orders' after 'Kettle' where 'order'",
        ),
        (
            "It takes 10 mins at Kettle",
            "It takes {#numeric#} minutes at Kettle",
            "'mins' after '10' where 'minutes'",
        ),
        (
            "The Kettle shop. Don't wait",
            "The Kettle shop. Do not wait",
            "'Don't' after 'shop.' where 'Do not'",
        ),
        ("Our order is packed by hand", "Our Kettle order is packed by hand", "lacks 'Kettle' after 'Our'"),
        (
            "Kettle is open. Thank you!",
            "Kettle is open.",
            "has 'Thank you!' at the end, where nothing is registered",
        ),
    ],
)
def test_what_differs_is_said_in_whole_words(text: str, registered: str, said: str) -> None:
    known = context(registered)
    (hit,) = hits(campaign(text, known), known)

    assert said in hit.message


def test_a_word_that_differs_in_two_letters_is_one_place() -> None:
    known = context("Dear {#var#}, your Kettle order is packed")
    (hit,) = hits(campaign("Dear Asha, you're Kettle order is packed", known), known)

    assert "'you're' after 'Asha,' where 'your' is registered;" in hit.message


@pytest.mark.parametrize(
    "text",
    ["Good morning @@First_name, tea is here", "\u0928\u092e\u0938\u094d\u0924\u0947 @@First_name, Kettle"],
)
def test_another_text_is_not_told_where_a_column_may_stand(text: str) -> None:
    known = context("Dear {#var#}, your Kettle order {#var#} is packed")
    (hit,) = hits(campaign(text, known), known)

    assert hit.message.startswith("this is another text than that of template ")
    assert (hit.span, hit.repair) == ((0, len(text)), None)
