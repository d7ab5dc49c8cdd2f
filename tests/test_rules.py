"""Each rule is a complete module, and its page tells the truth."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from conftest import CAMPAIGN, CONFIG, LISTS, NOW, write

from campaignctl import guards, lint, project, rules
from campaignctl.rules import RULES, Rule

FOLDER = Path(rules.__file__).parent
#: Rules whose samples would be too long for a page, or are not text; test_lint.py has their cases.
WITHOUT_SAMPLES = {"file-unreadable", "template-too-long", *guards.NAMES}


def by_name(rule: Rule) -> str:
    return rule.NAME


def sample(rule: Rule, heading: str) -> str:
    found = re.search(rf"^{heading}:\n\n((?:    .*\n|\n)+)", f"{rule.__doc__}\n", re.MULTILINE)
    assert found, f"{rule.NAME} has no sample under {heading}"
    return "\n".join(line[4:] for line in found.group(1).splitlines()).strip("\n") + "\n"


#: A sample's own files: a line with the path alone, and the file's text up to the next such line.
OWN_FILE = re.compile(r"^((?:registry/\w+|campaignctl)\.yaml):$", re.MULTILINE)
REGISTERED = """\
  - id: "{id}"
    entity: "1101428740000012125"
    headers: [{header}]
    category: {category}
    status: approved
    text: {text}
"""


def registry_of(fragment: str) -> dict[str, str]:
    """Return the registry that the comments `# registered: TEXT` and `# whitelisted: URL` of a sample stand for.

    The text is that of the campaign's template where the sample has a campaign's text too, and of another
    approved template otherwise.
    """
    files: dict[str, str] = {}
    has_text = re.search(r"^(?:template|variables):", fragment, re.MULTILINE)
    promotional = "promotional" in fragment
    words = (
        {"header": '"512345"', "category": "promotional"}
        if promotional
        else {"header": "KETTLE", "category": "service-implicit"}
    )
    texts = re.findall(r"^# registered: (.*)$", fragment, re.MULTILINE)
    if texts:
        entries = [
            REGISTERED.format(
                id="1107160086562376233" if has_text and not number else f"11071600865623760{number}1",
                text=json.dumps(text, ensure_ascii=False),
                **words,
            )
            for number, text in enumerate(texts)
        ]
        if not has_text:
            own = json.dumps("Hello from Kettle, a new tea is here")
            sound = {"header": "KETTLE", "category": "service-implicit"}
            entries.append(REGISTERED.format(id="1107160086562376233", text=own, **sound))
        files["registry/templates.yaml"] = f"brands: [Kettle]\ntemplates:\n{''.join(entries)}"
    links = re.findall(r"^# whitelisted: (\S+)$", fragment, re.MULTILINE)
    if links:
        urls = "".join(
            f"  - {{ url: {json.dumps(one)}, kind: {'dynamic' if one.endswith('?') else 'static'} }}\n"
            for one in links
        )
        files["registry/links.yaml"] = f"urls:\n{urls}"
    return files


def switched_on(rule: Rule | None) -> str:
    off = rule is not None and getattr(rule, "OFF", False)
    return f"lint: {{ levels: {{ {rule.NAME}: {rule.SEVERITY} }} }}\n" if rule and off else ""


def names(tmp_path: Path, fragment: str, rule: Rule | None = None) -> set[str]:
    """Lint the sound campaign with the lines of a sample in place of its own; a rule that is off is put on."""
    fragment, *own = OWN_FILE.split(fragment)
    files = registry_of(fragment) | dict(zip(own[::2], own[1::2], strict=True))
    replaced = set(re.findall(r"^(\w+):", fragment.split("\n---\n", maxsplit=1)[0], re.MULTILINE))
    if "variables" in replaced:
        replaced.add("template")
    kept = [block for block in re.split(r"\n(?=\w)", CAMPAIGN) if block.split(":")[0] not in replaced]
    first, *more = fragment.split("---\n")
    text = "".join(block.rstrip("\n") + "\n" for block in kept) + first
    for other in more:
        text += (
            "---\n"
            + other
            + "".join(
                line + "\n" for line in CAMPAIGN.splitlines() if not line.startswith(("id:", "template:"))
            )
        )
    base: dict[str, str | bytes] = {
        "campaignctl.yaml": CONFIG + switched_on(rule),
        "registry/lists.yaml": LISTS,
        "a.yaml": text,
        **files,
    }
    write(tmp_path, base)
    return {one.name for one in lint.run(project.load(tmp_path), now=NOW).findings}


def test_the_registered_rules_are_the_modules_of_the_folder() -> None:
    modules = {path.stem for path in FOLDER.glob("*.py")} - {"__init__"}

    assert {rule.NAME.replace("-", "_") for rule in RULES} == modules


def test_codes_and_names_are_unique_and_codes_are_sorted() -> None:
    codes = [rule.CODE for rule in RULES]

    assert codes == sorted(set(codes))
    assert len({rule.NAME for rule in RULES}) == len(RULES)


@pytest.mark.parametrize("rule", RULES, ids=by_name)
def test_the_page_has_its_parts(rule: Rule) -> None:
    assert (rule.__doc__ or "").split("\n")[0].endswith(".")
    assert "\nWhy: " in (rule.__doc__ or "")
    assert "\nFix: " in (rule.__doc__ or "")


@pytest.mark.parametrize("rule", [one for one in RULES if one.NAME not in WITHOUT_SAMPLES], ids=by_name)
def test_the_samples_behave_as_the_page_says(rule: Rule, tmp_path: Path) -> None:
    assert rule.NAME in names(tmp_path / "fails", sample(rule, "Fails"), rule)
    assert names(tmp_path / "passes", sample(rule, "Passes"), rule) == set()
