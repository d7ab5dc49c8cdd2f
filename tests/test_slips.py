"""What lint says of the slips of a beginner: what is the matter, and what to do, in a word."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import CAMPAIGN, CONFIG, LISTS, Run, write

REGISTERED = (
    'brands: [Kettle]\ntemplates:\n  - id: "1107160086562376233"\n    entity: "1101428740000012125"\n    headers: [KETTLE]\n'
    '    category: service-implicit\n    status: approved\n    text: "Hello from Kettle, tea 1 is here"\n'
)
KEYS = "`campaignctl schema config` says which keys it takes"


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("campaignctl.yaml", "", f"the file is empty; {KEYS}"),
        ("campaignctl.yaml", "# later\n", f"the file holds nothing but comments; {KEYS}"),
        ("campaignctl.yaml", "- a\n", f"the file holds a list, and must hold keys and values; {KEYS}"),
        ("campaignctl.yaml", "a\n", f"the file holds a single value, and must hold keys and values; {KEYS}"),
        (
            *("campaignctl.yaml", "a: b\n---\na: b\n"),
            f"the file holds 2 documents with --- between them, and must hold one; {KEYS}",
        ),
        (
            *("campaignctl.yaml", CONFIG.replace("project: kettle-5a1f0c\n", "")),
            "the key `project` is missing; add it, a name that no other folder of your account has, like teashop-4f7k",
        ),
        (
            *("campaignctl.yaml", f"{CONFIG}lint: {{ levels: {{ segments: warn }} }}\n"),
            "segments 'warn' must be error, warning or off; did you mean warning?",
        ),
        (
            *("campaignctl.yaml", CONFIG.replace("defaults:\n", "defaults:\n  template: x\n")),
            "`template` is each campaign's own and has no default; write it into the campaigns",
        ),
        (
            *("registry/lists.yaml", LISTS.replace("12430", "12,430")),
            "contacts '12,430' is text to YAML; write 12430",
        ),
        (
            *("registry/lists.yaml", LISTS.replace("12430", "1,24,300")),
            "contacts '1,24,300' is text to YAML; write 124300",
        ),
        (
            "registry/lists.yaml",
            LISTS.replace("12430", "many"),
            "contacts is text; it must be a whole number",
        ),
        ("b.yaml", "# later\n", "the file holds nothing but comments; write a campaign, or delete the file"),
        ("b.yaml", "", "the file is empty; write a campaign, or delete the file"),
        (
            *("the-example.yaml", CAMPAIGN.replace("Kettle,", "{{ brand },")),
            "'{{ brand }' is not closed by two braces; write {{ brand }}",
        ),
        (
            *("the-example.yaml", CAMPAIGN.replace("Kettle,", "{{ 1 brand }},")),
            (
                "what stands in {{ }} cannot be read (expected token 'end of print statement', got 'brand'); write {{ name }} "
                "with a name of `vars`"
            ),
        ),
    ],
)
def test_a_slip_is_said_with_the_next_step(file: str, text: str, said: str, folder: Path, run: Run) -> None:
    write(folder, {file: text})

    out = run("lint", "--format", "concise").out

    assert f": {said}\n" in out


def test_without_the_registered_lists_the_command_that_writes_them_is_named(folder: Path, run: Run) -> None:
    (folder / "registry/lists.yaml").unlink()

    assert (
        "list 'festival-north' is not known, for registry/lists.yaml is missing or has no list; `campaignctl lists pull` "
        "writes it, or give the list's SID of 32 hex digits\n"
    ) in run("lint", "--format", "concise").out


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("Hello from Kettle, tea #1 is here", "the text ends before '#1 is here', for a blank and a #"),
        ('"Hello from Kettle, tea"  # 1 is here', "it lacks '1 is here' at the end"),
        ("Hello from Kettle, tea 2 is here  # the second", "it has '2' after 'tea' where '1' is registered"),
        ("|-\n  Hello from Kettle, tea", "it lacks '1 is here' at the end"),
    ],
)
def test_a_text_that_a_comment_cuts_off_is_told_of_quotes(
    template: str, said: str, folder: Path, run: Run
) -> None:
    text = CAMPAIGN.replace('"Hello from Kettle, a new tea is here"', template)
    write(folder, {"registry/templates.yaml": REGISTERED, "the-example.yaml": text})

    assert said in run("lint", "--format", "concise").out


def test_a_link_to_nothing_is_called_so(folder: Path, run: Run) -> None:
    (folder / "b.yaml").symlink_to("nowhere.yaml")

    assert (
        "cannot be read: it is a link to a file that is not there; mend the link, or delete it"
        in run("lint").out
    )


def test_a_folder_that_is_named_as_a_file_is_called_a_folder(folder: Path, run: Run) -> None:
    (folder / "x.yaml").mkdir()

    assert "no campaign files found in the folder x.yaml; " in run("lint", "x.yaml").err
