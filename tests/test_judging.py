"""Which rules run, how bad their findings are, what nothing turns off, and one finding for one cause."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import CAMPAIGN, CONFIG, NOW, Run, campaign, write

from campaignctl import judging, lint, project
from campaignctl.findings import Finding, Region, Severity
from campaignctl.model import Config
from campaignctl.profiles import PROFILES
from campaignctl.rules import BY_NAME, HELD, RULES, id_operator_mixed, matching, named

AT = ("--at", NOW.isoformat())
#: Two findings of rules that are not held, an error and a warning.
TWO = CAMPAIGN.replace("KETTLE", "KETTLE-X").replace('"1101428740000012125"', "1101428740000012125")


def lint_with(folder: Path, settings: str, text: str = TWO, **more: tuple[str, ...]) -> list[str]:
    """Return each finding as `severity name`, with these lines below `lint:`."""
    write(folder, {"campaignctl.yaml": f"{CONFIG}lint: {settings}\n", "the-example.yaml": text})
    result = lint.run(project.load(folder), now=NOW, choice=lint.Choice(**more))
    return [f"{one.severity.value} {one.name}" for one in result.findings]


AMBIGUOUS, HEADER = "warning yaml-ambiguous-scalar", "error header-format"


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ("{}", [AMBIGUOUS, HEADER]),
        ("{ levels: { header-format: warning } }", [AMBIGUOUS, "warning header-format"]),
        ('{ levels: { CC303: "off" } }', [AMBIGUOUS]),
        ("{ levels: { cc003: error } }", ["error yaml-ambiguous-scalar", HEADER]),
        ("{ ignore: [CC3] }", [AMBIGUOUS]),
        ("{ ignore: [CC00, header-format] }", []),
        ("{ select: [CC3] }", [HEADER]),
        ("{ select: [segments] }", []),
        ("{ select: [CC3], ignore: [CC30] }", []),
        ('{ select: [CC303], levels: { header-format: "off" } }', []),
        ("{ select: [CC303], levels: { CC003: error } }", [HEADER]),
    ],
)
def test_settings_say_what_runs_and_how_bad_it_is(settings: str, expected: list[str], folder: Path) -> None:
    assert lint_with(folder, settings) == expected


@pytest.mark.parametrize("name", ["campaignctl.state.json", "Campaignctl.State.json.journal"])
def test_the_baseline_is_no_file_of_the_state(name: str, folder: Path) -> None:
    write(folder, {"campaignctl.yaml": f"{CONFIG}lint: {{ baseline: {name} }}\n"})
    (found,) = project.load(folder).findings

    assert (found.name, found.pointer) == ("invalid-value", "/lint/baseline")
    assert found.message.endswith(
        "is a file of the state; give the baseline a name of its own, like lint-baseline.json"
    )


@pytest.mark.parametrize(
    ("select", "ignore", "expected"),
    [
        ((), ("CC3",), [AMBIGUOUS]),
        (("CC0",), (), [AMBIGUOUS]),
        (("header-format", "CC003"), ("CC303",), [AMBIGUOUS]),
    ],
)
def test_the_command_line_speaks_for_one_report(
    select: tuple[str, ...], ignore: tuple[str, ...], expected: list[str], folder: Path
) -> None:
    assert (
        lint_with(folder, "{ select: [segments] }" if select else "{}", select=select, ignore=ignore)
        == expected
    )


def test_what_the_settings_ignore_stays_ignored(folder: Path) -> None:
    assert lint_with(folder, "{ ignore: [CC303] }", select=("CC3",)) == []


def test_checks_that_are_off_are_not_run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def explode(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(BY_NAME["header-format"], "check", explode)

    assert lint_with(folder, '{ levels: { header-format: "off" } }') == [AMBIGUOUS]
    with pytest.raises(AssertionError):
        lint_with(folder, "{}")


def running(config: Config, *select: str, ignore: tuple[str, ...] = ()) -> frozenset[str]:
    return judging.levels(config, select, ignore).running


@pytest.mark.parametrize(
    ("config", "select", "runs"),
    [
        (Config(project="p"), (), False),
        (Config(project="p", levels={"id-operator-mixed": "warning"}), (), True),
        (Config(project="p", levels={"CC310": "off"}), (), False),
        (Config(project="p", select=("CC3",)), (), False),
        (Config(project="p", select=("CC310",)), (), True),
        (Config(project="p"), ("CC3",), False),
        (Config(project="p"), ("id-operator-mixed",), True),
        (Config(project="p", ignore=("CC31",)), ("id-operator-mixed",), False),
    ],
)
def test_a_rule_that_is_off_by_default_runs_when_it_is_named_in_full(
    config: Config, select: tuple[str, ...], runs: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(id_operator_mixed, "OFF", True, raising=False)

    assert ("id-operator-mixed" in running(config, *select)) is runs


def finding(name: str, severity: Severity = Severity.WARNING, pointer: str = "/a", **more: str) -> Finding:
    return Finding(
        code=BY_NAME[name].CODE,
        name=name,
        severity=severity,
        message="x",
        path=more.get("path", "a.yaml"),
        region=Region(line=1, column=1, end_line=1, end_column=2),
        pointer=pointer,
        campaign=more.get("campaign"),
    )


@pytest.mark.parametrize("profile", PROFILES)
def test_a_profile_makes_errors_unless_a_level_is_stated(profile: str) -> None:
    for name in PROFILES[profile].errors:
        stated = judging.levels(Config(project="p", profile=profile, levels={name: "warning"}))
        (raised,) = judging.levels(Config(project="p", profile=profile)).of([finding(name)])

        assert raised.severity is Severity.ERROR
        assert stated.of([finding(name)]) == [finding(name)]


def test_a_level_counts_for_findings_with_a_severity_of_their_own() -> None:
    levels = judging.levels(Config(project="p", levels={"slot-too-long": "error"}))
    both = [finding("slot-too-long", severity) for severity in Severity]

    assert {one.severity for one in levels.of(both)} == {Severity.ERROR}


def test_words_name_rules() -> None:
    assert named("cc303") == named("Header-Format") == "header-format"
    assert named("CC3") is named("") is named("cc") is None
    assert matching("cc303") == {"header-format"}
    assert {"header-format", "header-has-affix"} < matching("CC3")
    assert matching("CC31") < matching("cc3")
    assert matching("CC") == matching("C") == matching("CC3x") == matching("CC9999") == frozenset()


# --- what nothing turns off ---------------------------------------------------------------------------


def test_the_held_rules_are_rules_and_say_why() -> None:
    assert set(HELD) <= set(BY_NAME)
    assert all(reason.startswith(("it ", "without ")) for reason in HELD.values())
    assert {"sent-before", "duplicate-id", "list-repeated", "credential-in-file"} <= set(HELD)
    assert {rule.NAME for rule in RULES if rule.NAME.startswith("ignore-")} <= set(HELD)


@pytest.mark.parametrize("name", sorted(HELD))
def test_a_held_rule_runs_whatever_is_said(name: str) -> None:
    everything = tuple(f"CC{digit}" for digit in range(10))
    config = Config(project="p", ignore=(name, *everything), levels={name: "off"}, select=("segments",))
    levels = judging.levels(config, ("segments",), everything)

    assert levels.runs(name)
    assert levels.of([finding(name, Severity.ERROR)]) == [finding(name, Severity.ERROR)]


@pytest.mark.parametrize("name", sorted(HELD))
def test_a_held_rule_may_become_worse_but_not_better(name: str, folder: Path) -> None:
    own = BY_NAME[name].SEVERITY
    wrong = ["error invalid-value"]

    assert lint_with(folder, f'{{ levels: {{ {name}: "off" }} }}', CAMPAIGN) == wrong
    assert lint_with(folder, f"{{ levels: {{ {name}: error }} }}", CAMPAIGN) == []
    assert lint_with(folder, f"{{ levels: {{ {name}: warning }} }}", CAMPAIGN) == (
        [] if own is Severity.WARNING else wrong
    )
    assert lint_with(folder, f"{{ ignore: [{name}] }}", CAMPAIGN) == wrong


def test_the_beginning_of_codes_ignores_the_rules_that_may_be(folder: Path) -> None:
    assert lint_with(folder, "{ ignore: [CC0, CC1] }", TWO + "nme: x\n") == [HEADER, "error unknown-key"]


def test_the_page_of_a_held_rule_says_so(run: Run) -> None:
    assert (
        "cannot be suppressed: it keeps people from being texted twice." in run("explain", "duplicate-id").out
    )
    assert "cannot be suppressed" not in run("explain", "header-format").out


# --- wrong words --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "marked", "words"),
    [
        ("{ select: [segments, segmnt] }", "segmnt", "there is no rule 'segmnt'; did you mean segments?"),
        ("{ ignore: [CC99] }", "CC99", "there is no rule 'CC99'; did you mean CC"),
        ("{ ignore: [zzzz] }", "zzzz", "there is no rule 'zzzz'; `campaignctl rules` lists them"),
        (
            "{ ignore: [duplicate-id] }",
            "duplicate-id",
            "'duplicate-id' cannot be ignored, for it keeps people",
        ),
        ("{ levels: { CC3: error } }", "CC3", "there is no rule 'CC3'"),
        ("{ levels: { Duplicate_id: error } }", "Duplicate_id", "did you mean duplicate-id?"),
        ("{ levels: { CC105: warning } }", "warning", "duplicate-id cannot be put lower than error, for it"),
    ],
)
def test_a_wrong_word_in_the_settings_is_a_finding_at_the_word(
    settings: str, marked: str, words: str, folder: Path, run: Run
) -> None:
    write(folder, {"campaignctl.yaml": f"{CONFIG}lint: {settings}\n"})
    (one,) = lint.run(project.load(folder), now=NOW).findings
    region = one.region

    assert (one.name, region.line) == ("invalid-value", CONFIG.count("\n") + 1)
    assert f"lint: {settings}"[region.column - 1 : region.end_column - 1] == marked
    assert words in one.message
    assert run("plan", "--offline", *AT).code == 1


@pytest.mark.parametrize("option", ["--select", "--ignore"])
@pytest.mark.parametrize(
    ("word", "says"),
    [
        ("segmnts", "did you mean segments?"),
        ("CC99", "there is no rule 'CC99'"),
        ("", "name a rule"),
        (",", "name a rule"),
    ],
)
def test_a_wrong_word_on_the_command_line_is_a_usage_error(
    option: str, word: str, says: str, folder: Path, run: Run
) -> None:
    ran = run("lint", option, word)

    assert ran.code == 64
    assert says in ran.err


def test_the_command_line_cannot_ignore_what_is_held(folder: Path, run: Run) -> None:
    ran = run("lint", "--ignore", "segments,list-repeated")

    assert ran.code == 64
    assert "'list-repeated' cannot be ignored, for it keeps people from being texted twice" in ran.err


def test_selecting_what_the_settings_have_off_is_no_silent_pass(folder: Path, run: Run) -> None:
    write(folder, {"campaignctl.yaml": CONFIG + "lint: { ignore: [segments] }\n"})
    ran = run("lint", "--select", "segments,CC3")

    assert ran.code == 64
    assert "--select segments finds nothing, for campaignctl.yaml has it off" in ran.err


def test_words_are_separated_by_commas_or_options(folder: Path, run: Run) -> None:
    write(folder, {"the-example.yaml": TWO})

    assert run("lint", "--select", " CC1 , header-format", "--select", "CC003", *AT).out.count("CC") == 2
    assert run("lint", "--ignore", "CC303,", "--ignore", "yaml-ambiguous-scalar", *AT).code == 0


def test_a_selection_calls_no_comment_of_another_rule_unused(folder: Path, run: Run) -> None:
    comments = "# campaignctl: ignore[segments] why\n# campaignctl: ignore[header-format] why\n"
    write(folder, {"the-example.yaml": comments + CAMPAIGN})
    found = json.loads(run("lint", "--format", "json", "--select", "CC3", *AT).out)["findings"]

    assert [(one["name"], one["line"]) for one in found] == [("ignore-unused", 2)]


# --- one cause, one finding ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (CAMPAIGN.replace('"Hello from', '"\\x07 {#var#} Hello from'), ["invalid-value"]),
        (campaign("the-example", sender_id="no"), ["header-format"]),
        (campaign("the-example", sms_type="yes"), ["invalid-value"]),
        (campaign("the-example", name="1_0"), ["name-too-short"]),
        (campaign("the-example", dlt_entity_id="1101428740000012125"), ["yaml-ambiguous-scalar"]),
    ],
)
def test_a_value_that_is_wrong_as_a_whole_is_said_once(text: str, names: list[str], folder: Path) -> None:
    write(folder, {"the-example.yaml": text})

    assert [one.name for one in lint.run(project.load(folder), now=NOW).findings] == names


def test_only_the_same_value_of_the_same_campaign_is_silenced() -> None:
    cause = finding("invalid-value", pointer="/template", campaign="one")
    others = [
        finding("unfilled-placeholder", pointer="/template", campaign="two"),
        finding("unfilled-placeholder", pointer="/template", campaign="one", path="b.yaml"),
        finding("unfilled-placeholder", pointer="/name", campaign="one"),
        finding("unfilled-placeholder", pointer="", campaign="one"),
        finding("slot-count", pointer="/template", campaign="one"),
    ]

    assert judging.causes([cause, *others]) == [cause, *others]
    assert judging.causes([cause, finding("segments", pointer="/template", campaign="one")]) == [cause]


def test_every_rule_of_the_table_exists_and_no_held_rule_is_silenced() -> None:
    for first, followers in judging._FOLLOWS:
        assert first | followers <= set(BY_NAME)
        assert not followers & HELD.keys()


# --- what cannot be sent ------------------------------------------------------------------------------

#: `variables` for a template that nobody knows, and a time that means another moment in each zone.
NO_TEXT = campaign("the-example", template=None, variables="[]", dlt_template_id='"1107160086562376999"')
NO_ZONE = CAMPAIGN.replace("10:30:00+05:30", "10:30:00")
#: The template id that is meant is registered.
KNOWN = """\
brands: [Kettle]
templates:
  - id: "1107160086562376233"
    entity: "1101428740000012125"
    headers: [KETTLE]
    category: service-implicit
    status: approved
    text: "Hello from Kettle, a new tea is here"
"""


@pytest.mark.parametrize(
    ("text", "first", "then"),
    [(NO_TEXT, "template-unknown", "slot-count"), (NO_ZONE, "schedule-no-timezone", "schedule-format")],
)
@pytest.mark.parametrize("way", ["comment", "level", "ignore", "warning", "baseline"])
def test_what_cannot_be_sent_is_an_error_whatever_is_silenced(
    text: str, first: str, then: str, way: str, folder: Path, run: Run
) -> None:
    write(folder, {"registry/templates.yaml": KNOWN})
    assert lint_with(folder, "{}", text) == [f"error {first}"]
    settings = {
        "level": f'{{ levels: {{ {first}: "off" }} }}',
        "warning": f"{{ levels: {{ {first}: warning }} }}",
        "ignore": f"{{ ignore: [{first}] }}",
        "baseline": "{ baseline: known.json }",
    }.get(way, "{}")
    key = "dlt_template_id" if first == "template-unknown" else "  start_time"
    comment = f"{' ' * (len(key) - len(key.lstrip()))}# campaignctl: ignore[{first}] we know\n{key}"
    text = text.replace(key, comment) if way == "comment" else text
    left = [f"warning {first}"] if way == "warning" else []
    write(folder, {"campaignctl.yaml": f"{CONFIG}lint: {settings}\n", "the-example.yaml": text})
    if way == "baseline":
        assert then in run("lint", "--update-baseline", *AT).out

    assert sorted(lint_with(folder, settings, text)) == sorted([f"error {then}", *left])
    ran = run("apply", "--sandbox", "--yes")
    assert (ran.code, f" {then}: " in ran.err, "Traceback" in ran.err) == (1, True, False)


def test_a_time_that_no_zone_makes_a_moment_is_no_time(folder: Path) -> None:
    text = CAMPAIGN.replace("2035-10-20T10:30:00+05:30", "2035-13-45T10:30:00")

    assert lint_with(folder, "{}", text) == ["error schedule-format"]


BROKEN = (
    'templates:\n  - id: "1107160086562376233"\n    entity: "1101428740000012125"\n    headers: [KETTLE]\n'
    '    category: service-implicit\n    status: approved\n    text: "Hello {#var#, from Kettle"{comment}\nbrands: [Kettle]\n'
)
OTHER = CAMPAIGN.replace("Hello from Kettle, a new tea is here", "Hello Asha, from Kettle")


@pytest.mark.parametrize(
    ("settings", "comment", "expected"),
    [
        ("{}", "", ["placeholder-syntax"]),
        ("{ select: [CC7] }", "", ["body-mismatch"]),
        ("{ levels: { CC905: warning } }", "", ["placeholder-syntax", "body-mismatch"]),
        ("{}", "  # campaignctl: ignore[placeholder-syntax] so it is on the portal", ["body-mismatch"]),
    ],
)
def test_nothing_is_said_of_a_text_by_a_registered_one_that_is_broken(
    settings: str, comment: str, expected: list[str], folder: Path
) -> None:
    write(folder, {"registry/templates.yaml": BROKEN.replace("{comment}", comment)})

    found = [one.split()[1] for one in lint_with(folder, settings, OTHER)]

    assert sorted(found) == sorted(expected)


def test_a_fix_leaves_the_campaign_of_a_broken_registered_text_alone(folder: Path, run: Run) -> None:
    write(folder, {"registry/templates.yaml": BROKEN.replace("{comment}", ""), "the-example.yaml": OTHER})

    run("lint", "--fix", "--unsafe-fixes", *AT)

    assert (folder / "the-example.yaml").read_text() == OTHER
    assert "{#var#}" in (folder / "registry/templates.yaml").read_text()
