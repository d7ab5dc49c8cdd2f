"""Links, numbers and addresses: found in texts, told from what only looks like them, held against the whitelist."""

from __future__ import annotations

import pytest
from conftest import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from campaignctl.approved import Link
from campaignctl.dlt import links

EXAMPLES = settings(max_examples=examples(300), deadline=None, database=None, derandomize=True)

URLS = {
    "see https://kettle.example/shop.": ["https://kettle.example/shop"],
    "(https://kettle.example/a_(b)) now": ["https://kettle.example/a_(b)"],
    "HTTP://Kettle.example and www.kettle.example!": ["HTTP://Kettle.example", "www.kettle.example"],
    "https://kettle.example/a?b=1&c=2, then": ["https://kettle.example/a?b=1&c=2"],
    "https://a.example https://b.example": ["https://a.example", "https://b.example"],
    "\u0926\u0947\u0916\u0947\u0902 https://kettle.example/shop\u0964": ["https://kettle.example/shop"],
    "open bit.ly/3xKettle or kettle.in": ["bit.ly/3xKettle", "kettle.in"],
    "wa.me/919812345678": ["wa.me/919812345678"],
    "https://kettle.example/\0/x": ["https://kettle.example/\0/x"],
    "from https:// nowhere, www. neither": [],
    "at 7.30 pm on 27.9.2034 for Rs.450.50, order A.17": [],
    "help@kettle.example": [],
    "No.5 M.G.Road, Pune. In 2 days": [],
}


@pytest.mark.parametrize("text", URLS)
def test_links_are_found_in_a_text(text: str) -> None:
    found = list(links.urls(text))

    assert [one.text for one in found] == URLS[text]
    assert [text[one.start : one.end] for one in found] == URLS[text]


@pytest.mark.parametrize(
    "text",
    [
        "9812345678",
        "call 98123 45678 now",
        "+919812345678",
        "+91 98123 45678",
        "09812345678",
        "1800 123 4567",
        "18601234567.",
    ],
)
def test_telephone_numbers_are_found(text: str) -> None:
    assert len(list(links.phones(text))) == 1


@pytest.mark.parametrize(
    "text",
    [
        *(
            "5812345678",
            "98123456789",
            "981234567",
            "ORD-9812345678",
            "A9812345678",
            "9812345678.50",
            "\u20b99812345678",
        ),
        *(
            "27/09/2034",
            "7:30 PM",
            "12.09.2034 11.40",
            "order 4711",
            "450 and 4711",
            "18/1234567",
            "1700 123 4567",
        ),
    ],
)
def test_amounts_dates_and_order_numbers_are_no_telephone_numbers(text: str) -> None:
    assert list(links.phones(text)) == []


@EXAMPLES
@given(st.text(alphabet="ab.:/@?=w htps\0919812345678-+", max_size=60))
def test_what_is_found_is_a_piece_of_the_text(text: str) -> None:
    for find in (links.urls, links.emails, links.phones):
        for one in find(text):
            assert text[one.start : one.end] == one.text != ""


FORMS = {
    **dict.fromkeys(("9812345678", "919812345678", "+919812345678", "09812345678"), True),
    **dict.fromkeys(
        ("02012345678", "2012345678", "18001234567", "1860123456789", "1409812345", "56161", "139"), True
    ),
    **dict.fromkeys(
        (
            "",
            "98",
            "981234567",
            "9812345678a",
            "98123 45678",
            "+449812345678",
            "\u0967\u096e\u0966\u0966\u0967\u0968\u0969\u096a",
        ),
        False,
    ),
}


@pytest.mark.parametrize("value", FORMS)
def test_the_form_of_a_number_that_can_be_whitelisted(value: str) -> None:
    assert links.is_number(value) is FORMS[value]


@pytest.mark.parametrize(
    ("one", "other"),
    [("+919812345678", "9812345678"), ("09812345678", "919812345678"), ("02012345678", "2012345678")],
)
def test_a_number_is_the_same_with_and_without_its_country(one: str, other: str) -> None:
    assert links.number(one) == links.number(other)


@pytest.mark.parametrize(
    ("value", "sound"),
    [
        *(
            ("help@kettle.example", True),
            ("a.b+c@x-y.co.in", True),
            ("help@kettle", False),
            ("@kettle.example", False),
        ),
        *(("a b@kettle.example", False), ("a@b@kettle.example", False), ("help@-kettle.example", False)),
    ],
)
def test_the_form_of_an_address(value: str, sound: bool) -> None:  # noqa: FBT001
    assert bool(links.is_email(value)) is sound


STATIC = Link(url="https://kettle.example/shop", kind="static")
DYNAMIC = Link(url="https://kettle.example/track?", kind="dynamic")
SHORT = Link(url="https://ktl.example/KETTLE", kind="short")
OTT = Link(url="https://wa.me/919812345678", kind="ott")
HOME = Link(url="https://kettle.example/", kind="static")

COVERED: list[tuple[Link, str, bool]] = [
    (STATIC, "https://kettle.example/shop", True),
    (STATIC, "HTTPS://KETTLE.example/shop", True),
    (STATIC, "kettle.example/shop", True),
    (STATIC, "http://kettle.example/shop", False),
    (STATIC, "https://kettle.example/Shop", False),
    (STATIC, "https://kettle.example/shop/", False),
    (STATIC, "https://kettle.example/shop?", False),
    (STATIC, "https://kettle.example/shop?a=1", False),
    (STATIC, "https://kettle.example.org/shop", False),
    (STATIC, "https://www.kettle.example/shop", False),
    (HOME, "https://kettle.example", True),
    (DYNAMIC, "https://kettle.example/track?o=1", True),
    (DYNAMIC, "https://kettle.example/track?o=\0", True),
    (DYNAMIC, "https://kettle.example/track", False),
    (DYNAMIC, "https://kettle.example/track/1", False),
    (DYNAMIC, "https://kettle.example/track/1?o=1", False),
    (DYNAMIC, "https://kettle.example/tracks?o=1", False),
    (SHORT, "https://ktl.example/KETTLE/a1", True),
    (SHORT, "https://ktl.example/KETTLE/\0", True),
    (SHORT, "https://ktl.example/x/KETTLE/a1", False),
    (SHORT, "https://ktl.example/KETTLE/", False),
    (SHORT, "https://ktl.example/SAUCER/a1", False),
    (SHORT, "https://ktl.example/KETTLE", False),
    (SHORT, "https://ktl.example/kettle/a1", False),
    (SHORT, "https://ktl.example/a1?h=/KETTLE/", False),
    (SHORT, "https://other.example/KETTLE/a1", False),
    (OTT, "https://wa.me/919812345678", True),
    (OTT, "https://wa.me/919812345679", False),
]


@pytest.mark.parametrize(("link", "url", "covered"), COVERED)
def test_an_entry_covers_what_its_kind_says(link: Link, url: str, covered: bool) -> None:  # noqa: FBT001
    assert links.covers(link, url, ["KETTLE"]) is covered


def test_an_entry_covers_the_header_that_stands_in_it_alone() -> None:
    assert not links.covers(SHORT, "https://ktl.example/SAUCER/a1", ["SAUCER"])


def test_a_short_link_is_nothing_without_a_header() -> None:
    assert not links.covers(SHORT, "https://ktl.example/KETTLE/a1", [])
