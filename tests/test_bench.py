"""The yardstick's corpus is what it claims to be; how fast it is read is `make bench`'s business."""

from __future__ import annotations

from pathlib import Path

import bench
import pytest
from conftest import Run


def test_the_corpus_is_clean_and_its_state_knows_all_but_ten(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.corpus(tmp_path / "corpus", 60)
    monkeypatch.chdir(tmp_path / "corpus")

    assert run("lint").out == "No findings: 60 campaigns in 60 files.\n"
    bench.remember_all_but_ten(tmp_path / "corpus")
    assert "Plan: 10 to create" in run("plan").out
    assert "50 unchanged" in run("plan").out
