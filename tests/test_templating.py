"""Jinja2 in texts: what a text needs works, and nothing else gets in or out."""

from __future__ import annotations

import re
import tracemalloc
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

import jinja2
import pytest
from conftest import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from campaignctl import project, templating
from campaignctl.templating import (
    MAX_NESTING,
    MAX_RENDERED,
    MAX_TEMPLATE,
    TemplateProblem,
    is_template,
    renderer,
)

EXAMPLES = settings(max_examples=examples(400), deadline=None, database=None, derandomize=True)

VARS: dict[str, Any] = {
    "brand": "Kettle",
    "town": "पटना",
    "percent": 20,
    "price": 99.5,
    "open": True,
    "empty": "",
    "towns": ["Indore", "Bhopal"],
    "shop": {"name": "Corner", "open": False},
}


def render(text: str, variables: Mapping[str, Any] = VARS) -> str:
    return renderer(variables)(text)


def problem(text: str, variables: Mapping[str, Any] = VARS) -> tuple[str, str]:
    with pytest.raises(TemplateProblem) as raised:
        render(text, variables)
    return raised.value.name, str(raised.value)


# --- what works -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hi from {{ brand }}", "Hi from Kettle"),
        ("{{brand}}{{   town   }}", "Kettleपटना"),
        ("{{ percent }} % off {{ price }}", "20 % off 99.5"),
        ("{{ brand|upper }} {{ brand|lower }} {{ 'a b'|title }}", "KETTLE kettle A B"),
        ("{{ brnd|default('us') }}", "us"),
        ("{{ towns|first }} {{ towns|last }} {{ towns|length }}", "Indore Bhopal 2"),
        ("{{ towns[1] }} {{ shop.name }} {{ shop['name'] }}", "Bhopal Corner Corner"),
        ("{% if open %}open{% else %}closed{% endif %}", "open"),
        ("{% if shop.open %}open{% elif percent > 10 %}sale{% endif %}", "sale"),
        ("{{ 'yes' if open and not shop.open else 'no' }}", "yes"),
        ("{% if brnd is defined %}x{% endif %}.", "."),
        ("a {{- brand -}} b", "aKettleb"),
    ],
)
def test_a_text_is_rendered(text: str, expected: str) -> None:
    assert render(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "plain",
            "{#var#} rupees",
            "{ brand }",
            "{#{#var#}#}",
            "}} {",
            "{#",
            "100% {sure}",
            "a\r\nb\n\n",
        ),
        *("# line", "## line", "{", "@@First_name"),
    ],
)
def test_a_text_without_jinja2_comes_out_as_it_is(text: str) -> None:
    assert not is_template(text)
    assert render(text) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{#var#} at {{ brand }}", "{#var#} at Kettle"),
        ("{{ brand }}{#numeric#}{#url#}", "Kettle{#numeric#}{#url#}"),
        ("{#{{ brand }}#}", "{#Kettle#}"),
        ("{% if open %}{#var#}{% endif %}", "{#var#}"),
        ("{#var#}{% if open %}{# x #}{% endif %}", "{#var#}{# x #}"),
    ],
)
def test_the_dlt_slot_survives(text: str, expected: str) -> None:
    assert render(text) == expected


@pytest.mark.parametrize("end", ["\n", "\n\n", " \n", "\t", "\n "])
def test_the_end_of_a_text_is_kept(end: str) -> None:
    assert render("{{ brand }}" + end) == "Kettle" + end
    assert render("{{ brand|upper }}" + end) == "KETTLE" + end


def test_a_block_leaves_the_lines_around_it_alone() -> None:
    assert render("a\n  {% if open %}\nb\n  {% endif %}\nc") == "a\n  \nb\n  \nc"


def test_a_rendered_value_is_not_rendered_again() -> None:
    assert render("{{ a }}", {"a": "{{ b }}", "b": "x"}) == "{{ b }}"


def test_raw_text_is_not_looked_into() -> None:
    assert render("{% raw %}{{ brand }}{% endraw %}") == "{{ brand }}"


# --- what does not ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "{{ brand.__class__ }}",
        "{{ brand['__class__'] }}",
        "{{ brand['__cla' ~ 'ss__'] }}",
        "{{ ''.__class__.__mro__ }}",
        "{{ shop.__init__.__globals__ }}",
        "{{ towns.__len__ }}",
        "{{ brand._x }}",
        "{{ brand.upper() }}",
        "{{ range(9) }}",
        "{{ cycler }}",
        "{{ lipsum() }}",
        "{{ dict() }}",
        "{{ brand() }}",
        "{% for town in towns %}{{ town }}{% endfor %}",
        "{{ percent * 1000000000 }}",
        "{{ 'x' * 1000000000 }}",
        "{{ percent + 1 }}",
        "{{ percent - 1 }}",
        "{{ percent / 0 }}",
        "{{ percent // 0 }}",
        "{{ 9 ** 9 ** 9 }}",
        "{{ '%s' % brand }}",
        "{{ -percent }}",
        "{{ +percent }}",
        "{% include 'x' %}",
        "{% include '/etc/passwd' %}",
        "{% import 'x' as x %}",
        "{% from 'x' import y %}",
        "{% extends 'x' %}",
        "{% block x %}{% endblock %}",
        "{% macro x() %}{% endmacro %}",
        "{% call x() %}{% endcall %}",
        "{% set x = 1 %}",
        "{% set x %}y{% endset %}",
        "{% filter upper %}x{% endfilter %}",
        "{% autoescape true %}x{% endautoescape %}",
        "{% with x = 1 %}{{ x }}{% endwith %}",
        "{% do x %}",
        "{% debug %}",
        "{{ brand|format }}",
        "{{ brand|attr('x') }}",
        "{{ towns|map('upper') }}",
        "{{ towns|join }}",
        "{{ brand|replace('K', 'k') }}",
        "{{ brand|center(9999) }}",
        "{{ brand|safe }}",
        "{{ brand|wordwrap }}",
        "{{ towns|tojson }}",
        "{{ 5 is divisibleby 5 }}",
        "{{ brand is filter }}",
        "{{ self }}",
        "{{ self.x }}",
        "{{ loop }}",
        "{{ caller }}",
        "{{ varargs }}",
        "{{ kwargs }}",
        "{{ [1, 2] }}",
        "{{ {'a': 1} }}",
        "{{ (1, 2) }}",
        "{{ brand[1:] }}",
        "{{ brand",
        "{{ }}",
        "{{ brand }",
        "{% if open %}",
        "{% endif %}",
        "{{ brand | }}",
        "{{ brand town }}",
        "{{ towns|first(1, 2) }}",
        "{{ percent|first }}",
        "{{ 1 < 'a' }}",
        "{% raw %}x",
        "{{ towns.append }}",
        "{{ towns.append(1) }}",
    ],
)
def test_everything_else_is_refused(text: str) -> None:
    name, message = problem(text)

    assert name in ("template-syntax", "template-undefined-variable")
    assert 0 < len(message) < 300


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{{ brand() }}", "a function call cannot be used here"),
        ("{% for a in towns %}{% endfor %}", "a loop cannot be used here"),
        ("{{ 1 + 1 }}", "arithmetic cannot be used here"),
        ("{% set a = 1 %}", "set cannot be used here"),
        ("{% include 'a' %}", "include cannot be used here"),
        ("{{ self }}", "`self` is Jinja2's own name"),
    ],
)
def test_a_refusal_names_what_is_refused(text: str, words: str) -> None:
    name, message = problem(text)

    assert (name, words in message) == ("template-syntax", True)


@pytest.mark.parametrize("text", ["{{ brand.upper }}", "{{ shop.items }}"])
def test_a_method_is_no_text(text: str) -> None:
    assert problem(text)[0] in ("template-syntax", "template-undefined-variable")


@pytest.mark.parametrize("text", ["{{ towns }}", "{{ shop }}"])
def test_a_list_and_a_group_are_no_text(text: str) -> None:
    assert problem(text)[0] == "template-syntax"


# --- undefined --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["{{ brnd }}", "{{ brnd|upper }}", "{% if brnd %}{% endif %}", "{{ brnd == 1 }}"],
)
def test_an_undefined_variable_is_named_with_a_guess(text: str) -> None:
    assert problem(text) == (
        "template-undefined-variable",
        "{{ brnd }} is not defined; did you mean `brand`?",
    )


def test_an_undefined_variable_like_no_other_is_named_with_the_next_step() -> None:
    assert problem("{{ zzz }}") == (
        "template-undefined-variable",
        "{{ zzz }} is not defined; add it to `vars` in campaignctl.yaml, or give --var",
    )


@pytest.mark.parametrize("text", ["{{ shop.nam }}", "{{ towns[7] }}", "{{ 'x' if shp else 'y' }}"])
def test_what_is_missing_inside_a_variable_is_undefined_too(text: str) -> None:
    assert problem(text)[0] == "template-undefined-variable"


# --- bounds -----------------------------------------------------------------------------------------


def test_a_text_may_grow_to_the_limit_and_not_beyond() -> None:
    limits = {"long": "x" * (MAX_RENDERED - 1)}

    assert len(render("{{ long }}.", limits)) == MAX_RENDERED
    assert "grows beyond" in problem("{{ long }}..", limits)[1]
    assert "grows beyond" in problem("{{ long|lower }}..", limits)[1]


def test_a_template_may_be_long_to_the_limit_and_not_beyond() -> None:
    text = "{{ brand|upper }}"

    assert render(text + "x" * (MAX_TEMPLATE - len(text)))
    assert "longer than" in problem(text + "x" * (MAX_TEMPLATE - len(text) + 1))[1]


def peak(text: str, variables: Mapping[str, Any]) -> int:
    """Return the most memory, in bytes, that was in use while a text was refused."""
    problem("{{ x|upper }}{{ nothing }}")  # Jinja2 is loaded before anything is measured
    tracemalloc.start()
    try:
        problem(text, variables)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_many_uses_of_a_long_value_do_not_fill_the_memory() -> None:
    assert peak("{{ x }}" * 500, {"x": "x" * 100_000}) < 25_000_000


def test_joining_a_long_value_many_times_does_not_fill_the_memory() -> None:
    assert peak("{{ " + "x ~ " * 500 + "x }}", {"x": "x" * 100_000}) < 25_000_000


@pytest.mark.parametrize(
    "text",
    [
        "{{ " + "(" * 5000 + "brand" + ")" * 5000 + " }}",
        "{{ " + "not " * 3500 + "brand }}",
        "{{ brand" + ".a" * 7000 + " }}",
        "{{ brand" + "[brand]" * 2000 + " }}",
        "{{ brand" + "|upper" * 2500 + " }}",
        "{{ brand" + " if open else brand" * 800 + " }}",
        "{{ brand" + " and brand" * 1500 + " }}",
        "{% if open %}" * 600 + "{% endif %}" * 600,
        "{{ " + "[" * 7000 + "]" * 7000 + " }}",
        "{{ x[" * 2000 + "]" * 2000,
    ],
    ids=lambda text: text[:24],
)
def test_deep_nesting_is_refused_in_words(text: str) -> None:
    assert len(text) <= MAX_TEMPLATE
    assert problem(text)[0] == "template-syntax"


@pytest.mark.parametrize("number", [MAX_NESTING, 100, 300])
def test_a_chain_of_filters_is_refused_before_it_takes_long(
    number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of 300 Jinja2 takes half a minute, and a pull request may have a thousand such texts."""

    def too_late(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr("jinja2.Environment.from_string", too_late)

    assert "stand inside each other" in problem("{{ brand" + "|upper" * number + " }}")[1]


def test_a_few_filters_and_conditions_are_no_nesting() -> None:
    inner = "{{ brand|default('x')|trim|lower|upper }}"

    assert render("{% if open %}" * 8 + inner + "{% endif %}" * 8, {"open": True, "brand": " a "}) == "A"
    assert render("{{ brand|upper }}" * 100, {"brand": "a"}) == "A" * 100


def test_variables_that_a_text_does_not_name_cost_it_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    counts: list[int] = []
    generate = jinja2.Template.generate

    def counted(self: jinja2.Template, **variables: object) -> Iterator[str]:
        counts.append(len(variables))
        return generate(self, **variables)

    monkeypatch.setattr(jinja2.Template, "generate", counted)
    many = {f"v{number}": "x" for number in range(1000)}

    assert (render("{{ v7|upper }}", many), counts) == ("X", [1])
    assert "did you mean `v999`?" in problem("{{ V999 }}", many)[1]


# --- the simple path says the same as Jinja2 ---------------------------------------------------------

NAMES = [
    "brand",
    "town",
    "percent",
    "price",
    "open",
    "empty",
    "a1",
    "_b",
    "brnd",
    "self",
    "loop",
    "true",
    "none",
]
PIECES = st.one_of(
    st.sampled_from(NAMES).map(lambda name: f"{{{{ {name} }}}}"),
    st.sampled_from(NAMES).map(lambda name: f"{{{{{name}}}}}"),
    st.sampled_from(
        ["{{", "}}", "{", "}", "{%", "%}", "{#var#}", "{#", "#}", "%", "-", "{{-brand-}}", "{{ brand}}}"]
    ),
    st.sampled_from(["\n", "\r", "\r\n", " ", "\t", "\x0b", "\u2028", "\x85"]),
    st.text(max_size=4),
)
WORDS = {"brand": "Kettle", "town": "पटना", "percent": "20", "price": "99.5", "empty": ""} | {
    "a1": "{{ brand }}",
    "_b": "\r\n",
}


@EXAMPLES
@given(st.lists(PIECES, max_size=6).map("".join))
def test_the_simple_path_equals_jinja2_wherever_it_answers(text: str) -> None:
    variables = {**VARS, "a1": "{{ brand }}", "_b": "\r\n"}
    words = {name: word for name, word in WORDS.items() if name not in templating.RESERVED}
    simple = templating._simply(text, words)
    if simple is not None and is_template(text):
        assert simple == templating._fully(text, variables)


def said(render_it: Callable[[str], str], text: str) -> str | tuple[str, str]:
    """Return the rendered text, or the name and sentence of its problem."""
    try:
        return render_it(text)
    except TemplateProblem as refused:
        return refused.name, str(refused)


@pytest.mark.parametrize(
    "name", ["brand", "self", "loop", "true", "None", "not", "import", "for", "set", "range", "super", "if"]
)
def test_a_variable_of_any_name_is_read_alike_on_both_paths(name: str) -> None:
    text = f"{{{{ {name} }}}}"

    assert said(renderer({name: "x"}), text) == said(partial(templating._fully, variables={name: "x"}), text)


@pytest.mark.parametrize("name", ["caller", "varargs", "kwargs"])
def test_jinja2_s_own_names_are_refused_on_both_paths(name: str) -> None:
    assert problem(f"{{{{ {name} }}}}", {name: "x"})[0] == "template-syntax"


@EXAMPLES
@given(
    text=st.lists(
        PIECES | st.sampled_from(["{% if open %}", "{% endif %}", "{{ x|", "[0]", "."]), max_size=8
    ).map("".join)
)
def test_only_a_text_or_a_problem_comes_out(text: str) -> None:
    assert isinstance(said(render, text), (str, tuple))


# --- where a piece came from --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "start", "end", "expected"),
    [
        ("plain", 1, 3, (1, 3, True)),
        ("Hi {{ brand }}, bye", 0, 2, (0, 2, True)),
        ("Hi {{ brand }}, bye", 4, 6, (3, 14, False)),
        ("Hi {{ brand }}, bye", 3, 9, (3, 14, False)),
        ("Hi {{ brand }}, bye", 9, 10, (14, 15, True)),
        ("Hi {{ brand }}, bye", 2, 4, (2, 14, False)),
        ("Hi {{ brand }}, bye", 3, 3, (3, 3, True)),
        ("Hi {{ brand }}, bye", 9, 9, (14, 14, True)),
        ("Hi {{ brand }}, bye", 5, 5, (3, 14, False)),
        ("{{ brand }}{{ brand }}", 6, 6, (11, 11, True)),
        ("a{{ empty }}b", 0, 2, (0, 13, False)),
        ("Hi {{ brand|upper }}, bye", 0, 3, (0, 3, True)),
        ("Hi {{ brand|upper }}, bye", 9, 10, (3, 25, False)),
        ("Hi   {{- brand }}", 2, 5, (2, 17, False)),
        ("a\r\nb {{ brand }}", 2, 3, (1, 16, False)),
    ],
)
def test_a_piece_of_a_rendered_text_is_found_again(
    text: str, start: int, end: int, expected: tuple[int, int, bool]
) -> None:
    assert renderer(VARS).origin(text, start, end) == expected


PLAIN = st.text(st.sampled_from("ab \n#न😀"), max_size=5)
VARIABLE = st.sampled_from(["brand", "town", "percent", "empty"])


@EXAMPLES
@given(st.lists(PLAIN | VARIABLE.map(lambda name: f"{{{{ {name} }}}}"), max_size=6), st.data())
def test_each_piece_is_that_of_a_slow_search(pieces: list[str], data: st.DataObject) -> None:
    text = "".join(pieces)
    made: list[tuple[int, int]] = []  # for each rendered character, what it was written as
    place = 0
    for one in re.findall(r"\{\{ \w+ \}\}|[\s\S]", text):
        made += [(place, place + len(one))] * len(render(one))
        place += len(one)
    rendered = render(text)
    assert len(made) == len(rendered)
    start = data.draw(st.integers(0, len(rendered)))
    end = data.draw(st.integers(start, len(rendered)))

    low, high, exact = renderer(VARS).origin(text, start, end)
    assert exact == (render(text[:low]) == rendered[:start] and text[low:high] == rendered[start:end])
    if start < end:
        assert (low, high) == (made[start][0], made[end - 1][1])
    else:
        assert 0 <= low <= high <= len(text)


@EXAMPLES
@given(st.lists(PIECES, max_size=6).map("".join), st.integers(0, 40), st.integers(0, 8))
def test_what_stands_there_as_it_is_does(text: str, start: int, length: int) -> None:
    try:
        rendered = render(text)
    except TemplateProblem:
        return
    start = min(start, len(rendered))
    end = min(start + length, len(rendered))

    low, high, exact = renderer(VARS).origin(text, start, end)
    assert 0 <= low <= high <= len(text)
    if exact:
        assert text[low:high] == rendered[start:end]


# --- a whole campaign -------------------------------------------------------------------------------


def test_all_texts_but_the_id_are_rendered() -> None:
    rendered, problems = project.render_all(
        {
            "id": "{{ brand }}",
            "name": "{{ brand }}",
            "lists": ["{{ town }}", 7],
            "schedule": {"start_time": "{{ percent }}"},
            "n": 1,
        },
        renderer(VARS),
    )

    assert problems == []
    assert rendered == {
        "id": "{{ brand }}",
        "name": "Kettle",
        "lists": ["पटना", 7],
        "schedule": {"start_time": "20"},
        "n": 1,
    }


def test_a_key_whose_text_fails_is_left_out_and_said() -> None:
    rendered, problems = project.render_all(
        {"name": "Tea", "lists": ["x", "{{ brnd }}"], "schedule": {"end_time": "{{ 1 + 1 }}"}}, renderer(VARS)
    )

    assert rendered == {"name": "Tea"}
    assert [(name, pointer) for name, pointer, _ in problems] == [
        ("template-undefined-variable", ("lists", 1)),
        ("template-syntax", ("schedule", "end_time")),
    ]


def test_keys_are_never_rendered() -> None:
    assert project.render_all({"{{ brand }}": "x"}, renderer(VARS)) == ({"{{ brand }}": "x"}, [])


@pytest.mark.parametrize(
    "text",
    [
        "{{ none }}",
        "{{ true }}",
        "{{ open }}",
        "{{ 1e400 }}",
        "{{ brnd|default(none) }}",
        "{{ '\\x00' }}",
        "{{ '\\x1b[31m' }}",
        "{{ '\\ud800' }}",
    ],
)
def test_what_is_no_text_never_becomes_one(text: str) -> None:
    """The customers would read None, or nothing could be sent at all."""
    assert problem(text)[0] == "template-syntax"


def test_a_control_character_from_var_is_refused_on_the_simple_path_too() -> None:
    assert problem("{{ brand }}", {"brand": "a\x07b"})[0] == "template-syntax"
