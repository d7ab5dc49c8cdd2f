"""The operators of the sandbox: which message they drop, and under which of Exotel's codes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_match import steps

from campaignctl.sandbox.model import Sms
from campaignctl.sandbox.operator import CODES, FATES, Registry, decide
from campaignctl.sandbox.scrubbing import LONGEST, matches
from campaignctl.sandbox.whitelist import Whitelist

ENTITY, OTHER = "1101428740000012125", "1101428740000099125"
ORDER, OFFER, EXPLICIT = "1107177012384519206", "1107177012384519207", "1107177012384519208"
OFF = {
    status: f"11071770123845193{n:02}"
    for n, status in enumerate(("pending", "rejected", "inactive", "blacklisted"))
}


def entry(id_: str, text: str, **changes: Any) -> dict[str, Any]:
    return {
        "id": id_,
        "entity": ENTITY,
        "headers": ["KETTLE"],
        "category": "service-implicit",
        "status": "approved",
        "text": text,
        **changes,
    }


TEXT = "Dear {#alphanumeric#}, your Kettle order {#numeric#} is packed. {#url#}"
TEMPLATES = {
    "templates": [
        entry(ORDER, TEXT),
        entry(OFFER, "Kettle tea at {#numeric#} percent off", headers=["512345"], category="promotional"),
        entry(EXPLICIT, "Kettle points for you", headers=["KETTLX"], category="service-explicit"),
        entry("1107177012384519209", "Saucer is here", entity=OTHER, headers=["SAUCER"]),
        entry("1107177012384519210", "Kettle is here", headers=["654321"]),
        *(entry(id_, "Kettle is here", status=status) for status, id_ in OFF.items()),
    ]
}
LINKS = {
    "urls": [
        {"url": "https://kettle.example/shop", "kind": "static"},
        {"url": "https://kettle.example/track?", "kind": "dynamic"},
        {"url": "https://ktl.example/KETTLE", "kind": "short"},
        {"url": "https://wa.me/919812345678", "kind": "ott"},
        {"url": "https://kettle.example/app.apk", "kind": "apk"},
    ],
    "numbers": ["18001234567", "919812345678", "02212345678"],
    "emails": ["@kettle.example"],
}
REGISTRY = Registry.of(TEMPLATES, LINKS)
NOON = datetime(2034, 6, 1, 6, 30, tzinfo=UTC)
SOUND = Sms(
    number="919812300001",
    text="Dear Asha, your Kettle order 4711 is packed. https://kettle.example/shop",
    sender_id="KETTLE",
    dlt_entity_id=ENTITY,
    dlt_template_id=ORDER,
    sms_type="transactional",
    at=NOON,
)
PROMOTION = replace(
    SOUND,
    text="Kettle tea at 20 percent off",
    sender_id="512345",
    dlt_template_id=OFFER,
    sms_type="promotional",
)


def code(message: Sms, **changes: Any) -> int:
    return decide(REGISTRY, replace(message, **changes)).code


def test_a_sound_message_reaches_the_handset() -> None:
    outcome = decide(REGISTRY, SOUND)

    assert (outcome.status, outcome.code, outcome.detailed_status) == ("sent", 20005, "DELIVERED_TO_HANDSET")
    assert decide(REGISTRY, PROMOTION) == outcome


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"dlt_entity_id": ""}, 23081),
        ({"dlt_entity_id": "11014"}, 23081),
        ({"dlt_entity_id": "1101428740000012126"}, 23281),
        ({"dlt_entity_id": OTHER, "sender_id": "SAUCER"}, 23081),  # the template is not theirs
        ({"sender_id": "Kettle"}, 23080),
        ({"sender_id": "VM-KETTLE"}, 23080),
        ({"sender_id": "TEAPOT"}, 23080),
        ({"sender_id": ""}, 23080),
        ({"sender_id": "SAUCER"}, 23080),  # another entity's
        ({"sender_id": "KETTLX"}, 23080),  # not linked
        ({"sms_type": "promotional"}, 23080),
        ({"dlt_template_id": ""}, 23082),
        ({"dlt_template_id": " "}, 23082),
        ({"dlt_template_id": "198607"}, 23181),
        ({"dlt_template_id": "1.10718E+18"}, 23181),
        ({"dlt_template_id": "1107177012384519999"}, 23182),
        ({"dlt_template_id": OFF["pending"]}, 23182),
        ({"dlt_template_id": OFF["rejected"]}, 23182),
        ({"dlt_template_id": OFF["inactive"]}, 23183),
        ({"dlt_template_id": OFF["blacklisted"]}, 23184),
        (
            {"dlt_template_id": "1107177012384519210", "sender_id": "654321", "sms_type": "promotional"},
            23080,
        ),
        ({"text": SOUND.text + " now"}, 23185),
        ({"text": SOUND.text + "x"}, 23083),
        ({"text": SOUND.text.replace("Dear", "dear")}, 23185),
        ({"text": SOUND.text.replace("4711", "A4711")}, 23185),
        ({"text": SOUND.text.replace("Asha", "x" * 41)}, 23185),
        ({"text": SOUND.text.replace("/shop", "/trace")}, 23083),
        ({"text": SOUND.text.replace("kettle.example/shop", "wa.me/919812345678")}, 23083),  # no {#urlott#}
        ({"number": "98123"}, 23010),
        ({"number": "+15551234567"}, 23010),
        ({"number": "9198765" + "43005"}, 20005),  # who takes no advertising takes this
    ],
)
def test_one_thing_wrong_has_its_code(changes: dict[str, str], expected: int) -> None:
    assert code(SOUND, **changes) == expected


def test_the_operators_ask_in_their_order() -> None:
    """Each thing is put right in turn, and the next one is what they drop it for."""
    steps: tuple[tuple[dict[str, Any], int], ...] = (
        ({}, 23010),
        ({"number": "919812343050"}, 23281),
        ({"dlt_entity_id": ENTITY}, 23080),
        ({"sender_id": "512345"}, 23182),
        ({"dlt_template_id": OFFER}, 23080),
        ({"sms_type": "Promotional"}, 23185),
        ({"text": PROMOTION.text}, 23083),
        ({"at": NOON}, 23050),
        ({"number": "919812343051"}, 20005),
    )
    message = Sms(
        number="1",
        text="?",
        sender_id="?",
        dlt_entity_id=OTHER.replace("99", "98"),
        dlt_template_id="1107177012384519999",
        sms_type="transactional",
        at=NOON.replace(hour=20),
    )
    for change, expected in steps:
        message = replace(message, **change)
        assert code(message) == expected


def test_a_filled_text_of_more_than_2000_characters_is_too_long() -> None:
    text = "Kettle " + "tea " * 490 + "{#var#}{#var#}"
    registry = Registry.of({"templates": [entry(ORDER, text)]}, {})
    message = replace(SOUND, text=text.replace("{#var#}", "x" * 30))

    assert decide(registry, message).code == 23186


@pytest.mark.parametrize(
    ("clock", "passes"),
    [("09:59:59", False), ("10:00:00", True), ("20:59:59", True), ("21:00:00", False), ("00:00:00", False)],
)
@pytest.mark.parametrize("message", [PROMOTION, "explicit"])
def test_advertising_passes_from_ten_to_nine_in_india(clock: str, passes: bool, message: Any) -> None:  # noqa: FBT001
    if message == "explicit":
        message = replace(SOUND, text="Kettle points for you", sender_id="KETTLX", dlt_template_id=EXPLICIT)
    at = datetime.fromisoformat(f"2034-06-01T{clock}+05:30").astimezone(UTC)

    assert code(message, at=at) == (20005 if passes else 23083)
    assert code(SOUND, at=at) == 20005


@pytest.mark.parametrize("ending", FATES)
def test_a_number_can_have_its_own_fate(ending: str) -> None:
    outcome = decide(None, replace(PROMOTION, number=f"981234{ending}"))

    assert outcome.code == FATES[ending]
    assert (outcome.status, outcome.detailed_status) == CODES[outcome.code]
    assert outcome.status != "sent"
    assert decide(REGISTRY, replace(PROMOTION, number=f"91981234{ending}")) == outcome


def test_who_takes_no_advertising_is_left_alone_by_advertising_only() -> None:
    assert decide(REGISTRY, replace(PROMOTION, number="9812343005")).status == "failed_dnd"
    assert decide(None, replace(PROMOTION, number="9812343005")).status == "failed_dnd"
    assert decide(None, replace(SOUND, number="9812343005")).status == "sent"


def test_without_a_registry_only_the_number_counts() -> None:
    wrong = replace(SOUND, text="?", sender_id="?", dlt_entity_id="?", dlt_template_id="?")

    assert decide(None, wrong).code == 20005
    assert decide(None, replace(wrong, number="")).status == "invalid"


# --- texts --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("registered", "text", "fits"),
    [
        ("Hi {#var#}, bye", "Hi x, bye", True),
        ("Hi {#var#}, bye", "Hi  x, bye", True),  # a blank may be the value's
        ("Hi {#var#}, bye", "Hi , bye", False),
        ("Hi {#var#}, bye", "Hi  , bye", False),
        ("Hi {#var#}, bye", "Hi x , bye, bye", True),
        ("Hi {#var#}", f"Hi {'x' * 30}", True),
        ("Hi {#var#}", f"Hi {'x' * 31}", False),
        ("Hi {#var#}{#var#}", f"Hi {'x' * 60}", True),
        ("Hi {#alp#}", f"Hi {'x' * 40}", True),
        ("Hi {#alp#}", "Hi D Souza 1/2 a.b_c", True),
        ("Hi {#alp#}", "Hi \u0932\u0915\u094d\u0937\u094d\u092e\u0940", True),
        ("Hi {#alp#}", "Hi a-b", False),
        ("Hi {#alp#}", "Hi \u00bd", False),
        ("Hi {#num#}", "Hi 0042", True),
        ("Hi {#num#}", "Hi 4.2", False),
        ("Hi {#num#}", "Hi \u0967", False),
        ("Hi {#Var#}", "Hi x", False),
        ("Hi {#Var#}", "Hi {#Var#}", True),  # no slot on the portal but text
        ("{#num#} {#alp#} x", "4711 5 May x", True),
        ("{#alp#} {#num#}", "D Souza 4711", True),
        ("It's", "It\u2019s", False),
        ("a b", "a\u00a0b", False),
        ("a b", "a  b", False),
        ("a\nb", "a\r\nb", False),
        ("a\nb", "a\nb", True),
        ("\u0958", "\u0915\u093c", False),
        ("a", "A", False),
        ("See {#var#}", "See https://kettle.example/shop", False),
        ("See {#var#}", "See saucer.in", False),
        ("See {#var#}", "See 98123 45678", False),
        ("See {#var#}", "See care@kettle.example", False),
        ("See {#var#}", "See 5.30pm", True),
        ("See {#url#}", "See https://kettle.example/shop", True),
        ("See {#url#}", "See kettle.example/shop", False),
        ("See {#url#}", "See https://kettle.example/a b", False),
        ("Call {#cbn#}", "Call 98123", True),  # a short code
        ("Call {#cbn#}", "Call 981234567", False),
        ("Mail {#email#}", "Mail care", False),
    ],
)
def test_what_fits_a_registered_text(registered: str, text: str, fits: bool) -> None:  # noqa: FBT001
    assert matches(registered, text, header="KETTLE") == fits


@pytest.mark.parametrize(
    ("url", "covered"),
    [
        ("https://kettle.example/shop", True),
        ("HTTPS://Kettle.Example/shop", True),
        ("kettle.example/shop", True),
        ("http://kettle.example/shop", False),
        ("https://kettle.example/Shop", False),
        ("https://kettle.example/shop/", False),
        ("https://kettle.example/shop?a=b", False),
        ("https://kettle.example/track?", True),
        ("https://kettle.example/track?o=1", True),
        ("https://kettle.example/track", False),
        ("https://kettle.example/track/1?o=1", False),
        ("https://ktl.example/KETTLE/a1", True),
        ("https://ktl.example/KETTLE/", False),
        ("https://ktl.example/KETTLE/?a", False),
        ("https://ktl.example/kettle/a1", False),
        ("https://ktl.example/KETTLX/a1", False),
        ("https://ktl.example/a1", False),
        ("https://wa.me/919812345678", True),
        ("https://kettle.example/app.apk", True),
        ("https://bit.ly/a1", False),
        ("https://bit.ly/KETTLE/a1", False),
    ],
)
def test_what_the_whitelist_covers(url: str, covered: bool) -> None:  # noqa: FBT001
    assert Whitelist.of(LINKS).covers(url, header="KETTLE") == covered


def test_a_whitelist_that_nobody_has_told_of_holds_nothing_against_a_text() -> None:
    nothing = Whitelist.of({})

    assert nothing.covers("https://saucer.example/x", header="KETTLE")
    assert not nothing.covers("https://bit.ly/a1", header="KETTLE")
    assert not Whitelist.of({"urls": []}).covers("https://saucer.example/x", header="KETTLE")


# --- hostile ------------------------------------------------------------------------------------------

JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(["static", ORDER]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["templates", "urls", "numbers", "emails", "id", "text", "headers", "url", "kind"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=50, deadline=None, database=None, derandomize=True)
@given(st.dictionaries(st.sampled_from(["templates", "urls", "numbers", "emails"]), JUNK), st.text(), JUNK)
def test_bad_data_and_odd_messages_have_an_outcome(data: dict[str, Any], odd: str, row: Any) -> None:
    sound = {"templates": [row, entry(ORDER, "{#var#}"), {**entry(ORDER, "x"), "headers": row}]}
    for registry in (Registry.of(data, data), Registry.of(sound, data)):
        for message in (replace(SOUND, text=odd), replace(SOUND, sender_id=odd), replace(SOUND, number=odd)):
            assert decide(registry, message).code in CODES


@pytest.mark.parametrize("kind", sorted(LONGEST))
def test_a_hostile_text_costs_a_bounded_number_of_steps(kind: str) -> None:
    links = [{"url": f"https://a{n}.example/x?", "kind": "dynamic"} for n in range(2000)]
    whitelist = Whitelist.of({"urls": links})
    slots = -(-600 // LONGEST[kind]) + 30
    for between, text in (("", "a"), ("a", "a"), ("", "1"), ("", "www.a."), ("", "a@b.co")):
        registered = between.join([f"{{#{kind}#}}"] * slots) + "!"
        hostile = (text * 600)[:600]

        work = partial(matches, registered, hostile, header="KETTLE", whitelist=whitelist)
        assert not work()
        assert steps(work) < 700_000
