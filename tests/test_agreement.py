"""What lint calls clean the sandbox's operators deliver, and what it says they drop they drop.

Lint reads the registry with campaignctl.dlt, the operators with campaignctl.sandbox: two readings of one dossier.
"""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import agreement
import clean
import pytest
import test_cases
import test_clean_and_mutations as mutations
from conftest import write
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from campaignctl.rules import RULES
from campaignctl.sandbox.model import Outcome

TEMPLATES, LISTS, LINKS = "registry/templates.yaml", "registry/lists.yaml", "registry/links.yaml"
ID = "1107177012384519206"
DROPPED = agreement.DROPPED | agreement.DROPPED_AS_ERRORS
CASES = {
    rule: [*cases] for rule, cases in itertools.groupby(test_cases.cases(), lambda case: case.parent.name)
}


@pytest.mark.parametrize("rule", CASES)
def test_lint_and_the_operators_agree_on_the_cases(tmp_path: Path, rule: str) -> None:
    wrong, dropped = [], 0
    for case in CASES[rule]:
        test_cases.lay(case, tmp_path / case.name)
        for one in agreement.verdicts(tmp_path / case.name):
            wrong += [f"{case.name}: {one.wrong}"] if one.wrong else []
            dropped += rule in one.doomed and bool(one.outcomes)

    assert wrong == []
    assert bool(dropped) == (rule in DROPPED)


def test_every_rule_has_one_place_in_the_table() -> None:
    places = [name for part in agreement.EVERY for name in part]

    assert sorted(places) == sorted(rule.NAME for rule in RULES)


@pytest.mark.parametrize("seed", range(3))
def test_what_is_sound_is_delivered(tmp_path: Path, seed: int) -> None:
    clean.folder(tmp_path, 40, seed)
    found = [*agreement.verdicts(tmp_path)]

    assert [one.wrong for one in found if one.wrong] == []
    assert len(found) == 40
    assert all(one.all == () and one.outcomes for one in found)


BY_RULE = {rule: [one for one in mutations.MUTATIONS if one.rule == rule] for rule, *_ in mutations.MUTATIONS}


@pytest.mark.parametrize(
    "rule",
    [pytest.param(rule, marks=() if rule in DROPPED else pytest.mark.slow) for rule in BY_RULE],
)
def test_lint_and_the_operators_agree_on_a_mistake(tmp_path: Path, rule: str) -> None:
    wrong = []
    for number, mistake in enumerate(BY_RULE[rule]):
        root = tmp_path / str(number)
        write(root, {**mutations.mutated(mistake)})
        wrong += [f"{mistake.what}: {one.wrong}" for one in agreement.verdicts(root) if one.wrong]

    assert wrong == []


# --- made-up texts ------------------------------------------------------------------------------------

TAGS = st.sampled_from(
    [
        *(
            "{#var#}",
            "{#numeric#}",
            "{#num#}",
            "{#alphanumeric#}",
            "{#alp#}",
            "{#url#}",
            "{#urg#}",
            "{#urlott#}",
        ),
        *("{#cbn#}", "{#email#}", "{#var#}", "{#alphanumeric#}", "{#Var#}", "{#odd#}"),
    ]
)
FIXED = st.sampled_from(
    [
        *(
            "Kettle ",
            "Dear ",
            ", your order ",
            " is packed",
            ". ",
            " ",
            "  ",
            "\n",
            "-",
            "/",
            "",
        ),
        *("It's ", "\u0928\u092e\u0938\u094d\u0924\u0947 ", "https://kettle.example/shop"),
        *("https://saucer.example/x ", "https://kettle.example/track?o=", " kettle.example/shop "),
        *("see bit.ly/a1 ", "Saucer.in ", " saucer.example/x ", "18001234567 ", "Rs."),
    ]
)
GOOD = {
    "num": ["4711", "1", "9812345678"],
    "alp": ["Asha", "D Souza", "5 May", "27.9.2034", "\u0932\u0915\u094d\u0937\u094d\u092e\u0940", "a/b_c"],
    "url": [
        "https://kettle.example/shop",
        "https://kettle.example/track?o=1",
        "https://ktl.example/KETTLE/a1",
    ],
    "uro": ["https://wa.me/919812345678"],
    "cbn": ["18001234567", "9812345678", "+919812345678", "02212345678"],
    "email": ["care@kettle.example"],
}
BAD = [
    *("", " ", "a\nb", " Asha", "Asha ", "x" * 31, "Asha " * 8 + "x", "1" * 41, "12,50", "12.50", "7:30 PM"),
    *("Asha & Co", "\u00bd", "\u00b2", "\u0967\u0968", "\u2019", "\U0001f600", "www.kettle.example/shop"),
    *("kettle.example/shop", "kettle.example", "http://kettle.example/shop", "HTTPS://KETTLE.EXAMPLE/shop"),
    *("https://kettle.example/shop/", "https://kettle.example/shop?a", "https://kettle.example/track"),
    *("https://kettle.example/track?", "https://ktl.example/KETTLE/", "https://ktl.example/SAUCER/a"),
    *(
        "https://saucer.example/x",
        "https://bit.ly/a1",
        "https://bit.ly/KETTLE/a1",
        "https://wa.me/911234567890",
    ),
    *("https://kettle.example/track?" + "o" * 100, "18007654321", "98123456", "98123 45678", "+18001234567"),
    *("care@saucer.example", "care@mail.kettle.example", "care", "@kettle.example", "Rs.9812345678.50"),
]
VALUES = st.one_of([st.sampled_from(some) for some in (*GOOD.values(), BAD)])
OTHER = st.sampled_from(
    ["", " ", ".", "\n", "x", "\u200b", "\u00a0", "\u2019", "1", "e\u0301", "https://saucer.example/x"]
)


@st.composite
def messages(draw: st.DrawFn) -> tuple[str, str]:
    """Return a registered text and one that a campaign sends under its id, often with a mistake."""
    pieces = draw(st.lists(TAGS | FIXED, min_size=1, max_size=7))
    sound = draw(st.booleans())
    text = ""
    for piece in pieces:
        if not piece.startswith("{#"):
            text += piece
        elif sound:
            kind = SAME.get(piece[2:-2], piece[2:-2])
            text += draw(st.sampled_from(GOOD.get(kind, GOOD["alp"])))
        else:
            text += draw(VALUES)
    if not draw(st.integers(0, 3)):
        start, end = sorted(draw(st.tuples(*[st.integers(0, len(text))] * 2)))
        text = text[:start] + draw(OTHER) + text[min(end, start + 2) :]
    return "".join(pieces), text


SAME = {"numeric": "num", "alphanumeric": "alp", "urg": "url", "urlott": "uro"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("folder")
    write(root, {"campaignctl.yaml": clean.CONFIG, LINKS: clean.LINKS, LISTS: clean.lists()})
    return root


def as_yaml(data: object) -> str:
    """Return a YAML text: JSON is YAML but for its pairs of surrogates."""
    return json.dumps(data, ensure_ascii=False)


def of_message(folder: Path, registered: str, text: str, **changes: Any) -> agreement.Verdict:
    """Return what both say about a text under a registered one. `changes`: other fields of the two."""
    entry = {
        "id": ID,
        "entity": clean.ENTITY,
        "headers": ["KETTLE"],
        "category": "service-implicit",
        "status": "approved",
        "text": registered,
    }
    campaign = {
        "id": "the-case",
        "lists": ["north"],
        "schedule": {"start_time": "2034-06-02T10:30:00+05:30", "end_time": "2034-06-02T12:30:00+05:30"},
        "dlt_template_id": ID,
        "template": text,
    }
    entry.update((key, value) for key, value in changes.items() if key in entry)
    campaign.update((key, value) for key, value in changes.items() if key not in entry)
    write(folder, {TEMPLATES: as_yaml({"templates": [entry]}), "case.yaml": as_yaml(campaign)})
    [found] = agreement.verdicts(folder)
    return found


def agree_on_texts(folder: Path, message: tuple[str, str]) -> None:
    assert of_message(folder, *message).wrong == ""


FEW = settings(max_examples=60, deadline=None, database=None, derandomize=True)
MANY = settings(max_examples=20_000, deadline=None, database=None, suppress_health_check=[*HealthCheck])


@FEW
@given(messages())
@example(("Hi {#alphanumeric#}", "Hi \u00bd"))
@example(("{#urg#}", "https://kettle.example/track?"))
@example(("{#url#}", "https://\u200b.example/shop"))
@example(("Read it{#num#}https://saucer.example/x ", "Read it1https://saucer.example/x "))
@example(
    ("https://kettle.example/track?o={#url#}", "https://kettle.example/track?o=https://wa.me/919812345678")
)
@example(("Chat {#urlott#}1 ", "Chat https://kettle.example/track?o=1 "))
@example(("Call {#var#}", "Call 18001234567"))
@example(("{#var#} is paid", "Rs.9812345678.50 is paid"))
@example(("Write {#var#}", "Write care@kettle.example"))
@example(("Hi {#var#}, bye", "Hi , bye"))
def test_lint_and_the_operators_agree_on_made_up_texts(folder: Path, message: tuple[str, str]) -> None:
    agree_on_texts(folder, message)


@pytest.mark.slow
@MANY
@given(messages())
def test_lint_and_the_operators_agree_on_many_texts(folder: Path, message: tuple[str, str]) -> None:
    agree_on_texts(folder, message)


OTHER_ENTITY = "1101428740000099125"
#: Some values of each field that decides who may send what when, the sound one several times.
FIELDS = st.fixed_dictionaries(
    {
        "headers": st.sampled_from([["KETTLE"], ["512345"], ["KETTLE", "512345"], ["KETTLX"]]),
        "category": st.sampled_from(
            ["transactional", "service-implicit", "service-explicit", "promotional", "government"]
        ),
        "status": st.sampled_from([*["approved"] * 6, "pending", "rejected", "inactive", "blacklisted"]),
        "entity": st.sampled_from([*[clean.ENTITY] * 6, OTHER_ENTITY]),
        "sender_id": st.sampled_from([*["KETTLE", "512345"] * 3, "Kettle", "KETTLX", "VM-KETTLE", "51234"]),
        "sms_type": st.sampled_from(["transactional", "promotional", "Promotional"]),
        "dlt_entity_id": st.sampled_from([*[clean.ENTITY] * 6, OTHER_ENTITY, "", "11014", ID]),
        "dlt_template_id": st.sampled_from([*[ID] * 8, "1107177012384519207", "", "198607", clean.ENTITY]),
        "schedule": st.sampled_from(
            [
                {"start_time": f"2034-06-02T{start}+05:30", "end_time": f"2034-06-{end}+05:30"}
                for start, end in (
                    ("10:00:00", "02T21:00:00"),
                    ("10:30:00", "02T18:00:00"),
                    ("09:59:59", "02T18:00:00"),
                    ("18:00:00", "02T21:00:01"),
                    ("22:00:00", "03T09:00:00"),
                    ("10:30:00", "03T18:00:00"),
                )
            ]
        ),
    }
)
SOUND = "Kettle order 4711 is packed and leaves today."


@FEW
@given(FIELDS)
def test_lint_and_the_operators_agree_on_who_may_send_what_when(folder: Path, fields: dict[str, Any]) -> None:
    assert of_message(folder, SOUND, SOUND, **fields).wrong == ""


@pytest.mark.slow
@MANY
@given(FIELDS)
def test_lint_and_the_operators_agree_on_many_fields(folder: Path, fields: dict[str, Any]) -> None:
    assert of_message(folder, SOUND, SOUND, **fields).wrong == ""


# --- these tests can fail -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "always", "said"),
    [
        (
            "Kettle order 4711 is packed",
            Outcome(status="sent", code=20005, detailed_status=""),
            "flagged and sent",
        ),
        (SOUND, Outcome(status="failed", code=23185, detailed_status=""), "clean and not sent"),
    ],
)
def test_a_disagreement_is_seen(
    folder: Path, monkeypatch: pytest.MonkeyPatch, text: str, always: Outcome, said: str
) -> None:
    assert of_message(folder, SOUND, text).wrong == ""
    monkeypatch.setattr(agreement, "decide", lambda *_: always)

    assert of_message(folder, SOUND, text).wrong.startswith(said)
