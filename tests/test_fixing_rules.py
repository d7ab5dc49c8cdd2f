"""What the rules propose mends: each single mistake of the mutations, through the whole of `--fix`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import NOW, write
from test_cases import cases, lay
from test_clean_and_mutations import MUTATIONS, Mutation, mutated

from campaignctl import documents, fixing, lint, project
from campaignctl.fixing import Copies, Mended
from campaignctl.model import LintResult
from campaignctl.rules import RULES


def checker(root: Path) -> Callable[[documents.Read], LintResult]:
    return lambda read: lint.run(project.load(root, None, read), now=NOW)


def mend(root: Path, *, unsafe: bool) -> Mended:
    return fixing.mend(checker(root), lambda _: True, Copies(), unsafe=unsafe)


def by_name(one: Mutation) -> str:
    return f"{one.rule}-{one.what}"


@pytest.mark.parametrize("mutation", MUTATIONS, ids=by_name)
def test_a_safe_fix_leaves_nothing_to_find(
    mutation: Mutation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, {**mutated(mutation)})
    found = checker(tmp_path)(documents.read).findings

    mended = mend(tmp_path, unsafe=False)

    certain = any(one.fix is not None and one.fix.safe for one in found)
    assert bool(mended.files) == certain
    assert mended.result.findings == (() if certain else found)
    for key, (before, after) in mended.files.items():
        assert fixing.write(key, before, after) is None
    assert mend(tmp_path, unsafe=False).files == {}


@pytest.mark.parametrize("mutation", MUTATIONS, ids=by_name)
def test_a_guess_makes_nothing_worse(
    mutation: Mutation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, {**mutated(mutation)})
    found = checker(tmp_path)(documents.read).findings

    mended = mend(tmp_path, unsafe=True)

    assert len(mended.result.findings) <= len(found)
    assert bool(mended.files) == any(one.fix is not None for one in found)
    for key, (before, after) in mended.files.items():
        assert fixing.write(key, before, after) is None
    assert mend(tmp_path, unsafe=True).files == {}


def seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, set[bool]]:
    """Return by rule whether what mends it was safe, over all mutations and cases."""
    found: dict[str, set[bool]] = {}
    folders: list[Path] = []
    for number, mutation in enumerate(MUTATIONS):
        folders.append(tmp_path / f"m{number}")
        write(folders[-1], {**mutated(mutation)})
    for number, case in enumerate(one for one in cases() if one.name.startswith("fails-")):
        folders.append(tmp_path / f"c{number}")
        lay(case, folders[-1])
    for root in folders:
        monkeypatch.chdir(root)
        for one in checker(Path())(documents.read).findings:
            if one.fix is not None:
                found.setdefault(one.name, set()).add(one.fix.safe)
    return found


#: What mends these is tested beside their rules alone.
ELSEWHERE = {"template-not-active"}


def test_a_rule_says_whether_it_mends_for_certain_or_by_a_guess(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = seen(tmp_path, monkeypatch)

    stated = {
        rule.NAME: {
            bool(safe) for safe, word in ((1, "FIXABLE"), (0, "GUESSES")) if getattr(rule, word, False)
        }
        for rule in RULES
    }
    assert len(found) >= 20
    assert {name: kinds for name, kinds in found.items() if not kinds <= stated[name]} == {}
    assert {name for name, kinds in stated.items() if kinds and name not in found} == ELSEWHERE
