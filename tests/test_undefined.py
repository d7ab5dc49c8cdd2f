"""`{{ First_name }}` where the list has a column First_name: the column is named and written, no variable made of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import Run, write

DYNAMIC = """\
id: the-example
content_type: dynamic
lists: [festival-north]
schedule: { start_time: "2035-10-20T10:30:00+05:30", end_time: "2035-10-20T18:00:00+05:30" }
dlt_template_id: "1107160086562376233"
template: "Hi {{ First_name }}, {{ brand }} has tea for {{ First_name }}"  # both
"""


def lint(run: Run, *words: str) -> str:
    return run("lint", "--format", "concise", *words).out


def test_a_column_is_named_where_it_stands_and_mended_wherever_it_does(folder: Path, run: Run) -> None:
    write(folder, {"the-example.yaml": DYNAMIC})

    assert lint(run).startswith(
        "the-example.yaml:6:15: error CC201 template-undefined-variable: {{ First_name }} is not defined, and First_name "
        "is a column of list 'festival-north', with a value for each recipient; write @@First_name\n"
    )
    lint(run, "--fix")
    assert (folder / "the-example.yaml").read_text() == DYNAMIC.replace("{{ First_name }}", "@@First_name")


@pytest.mark.parametrize("written", ["{{ First_name | upper }}", "{{ First_name }}ji", "{{- First_name }}"])
def test_what_the_column_alone_would_not_say_is_named_and_not_mended(
    written: str, folder: Path, run: Run
) -> None:
    text = DYNAMIC.replace("{{ First_name }}", written)
    write(folder, {"the-example.yaml": text})

    assert "write @@First_name" in lint(run, "--fix", "--unsafe-fixes")
    assert (folder / "the-example.yaml").read_text() == text


def test_a_static_campaign_is_told_to_be_dynamic(folder: Path, run: Run) -> None:
    write(folder, {"the-example.yaml": DYNAMIC.replace("dynamic", "static")})

    assert "make content_type dynamic and write @@First_name" in lint(run, "--fix", "--unsafe-fixes")
    assert "@@" not in (folder / "the-example.yaml").read_text()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("{{ First_name }}", "{{ Frist }}", "add it to `vars` in campaignctl.yaml"),
        ("{{ First_name }}", "{{ brnd }}", "did you mean `brand`?"),
        ("has tea", "has tea {{ f() }}", "a function call cannot be used here"),
        ("id: the-example", 'id: the-example\nname: "{{ First_name }}"', "add it to `vars`"),
    ],
)
def test_what_is_no_column_is_said_as_ever(folder: Path, run: Run, old: str, new: str, said: str) -> None:
    write(folder, {"the-example.yaml": DYNAMIC.replace(old, new)})

    assert said in lint(run)


def test_a_value_of_variables_is_mended_too(folder: Path, run: Run) -> None:
    text = DYNAMIC.replace(
        'template: "Hi {{ First_name }}, {{ brand }} has tea for {{ First_name }}"', "variables: ['{{city}}']"
    )
    write(folder, {"the-example.yaml": text})

    lint(run, "--fix")

    assert (folder / "the-example.yaml").read_text() == text.replace("{{city}}", "@@City")
