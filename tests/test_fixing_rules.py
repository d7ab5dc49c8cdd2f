"""What the rules propose mends: each single mistake of the mutations, through the whole of `--fix`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import NOW, write
from test_clean_and_mutations import MUTATIONS, Mutation, mutated

from campaignctl import documents, fixing, lint, project
from campaignctl.fixing import Copies, Mended
from campaignctl.model import LintResult


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


def test_many_rules_are_seen_to_mend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    mending: set[str] = set()
    for number, mutation in enumerate(MUTATIONS):
        root = tmp_path / str(number)
        write(root, {**mutated(mutation)})
        mending |= {one.name for one in checker(root)(documents.read).findings if one.fix is not None}

    assert len(mending) >= 20
