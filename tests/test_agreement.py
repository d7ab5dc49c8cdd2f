"""What lint calls clean the sandbox's operators deliver, and what it says they drop they drop.

Lint reads the registry with campaignctl.dlt, the operators with campaignctl.sandbox: two readings of one dossier.
"""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import agreement
import clean
import pytest
import test_cases
import test_clean_and_mutations as mutations
from conftest import write
from hypothesis import given, settings
from hypothesis import strategies as st

from campaignctl.rules import RULES

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


def of_message(folder: Path, registered: str, text: str) -> agreement.Verdict:
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
    write(folder, {TEMPLATES: as_yaml({"templates": [entry]}), "case.yaml": as_yaml(campaign)})
    [found] = agreement.verdicts(folder)
    return found


@settings(max_examples=250, deadline=None, database=None, derandomize=True)
@given(messages())
def test_lint_and_the_operators_agree_on_made_up_texts(folder: Path, message: tuple[str, str]) -> None:
    assert of_message(folder, *message).wrong == ""
