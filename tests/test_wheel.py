"""The wheel as a user gets it: everything inside, and nothing needed of the repository."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from importlib import metadata
from pathlib import Path

import pytest
from conftest import ROOT
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from test_readme import console

from campaignctl import __version__

pytest.importorskip("hatchling", reason="the wheel is built by hatchling, of the dev extra")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Build wheel and sdist in a copy of the tree, as pip would: by the hooks of the build backend."""
    tree = tmp_path_factory.mktemp("tree")
    out = tmp_path_factory.mktemp("dist")
    ignored = shutil.ignore_patterns(
        "__pycache__", ".git", ".venv", ".*_cache", ".hypothesis", ".campaignctl", "dist", "build"
    )
    shutil.copytree(ROOT, tree, ignore=ignored, dirs_exist_ok=True)
    code = (
        "import sys; from hatchling.build import build_sdist, build_wheel; "
        "print(build_wheel(sys.argv[1]), build_sdist(sys.argv[1]))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, str(out)], cwd=tree, capture_output=True, text=True, timeout=120
    )
    assert ran.returncode == 0, ran.stderr
    wheel, sdist = ran.stdout.split()[-2:]
    return out / wheel, out / sdist


@pytest.fixture(scope="module")
def wheel(built: tuple[Path, Path]) -> Path:
    return built[0]


@pytest.fixture(scope="module")
def unzipped(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def run(unzipped: Path, cwd: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return python(unzipped, cwd, "-m", "campaignctl", *arguments)


def python(unzipped: Path, cwd: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python with the wheel in front of the repository's editable install."""
    env = {**os.environ, "PYTHONPATH": str(unzipped), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, *arguments], cwd=cwd, env=env, capture_output=True, text=True, timeout=60
    )


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty virtual environment in which pip has installed the wheel. Returns its bin folder.

    What the wheel needs is not fetched but linked, as it is installed here: that alone, and nothing of the dev extra.
    """
    pytest.importorskip("pip", reason="the environment of the tests has no pip to install with")
    place = tmp_path_factory.mktemp("empty") / "venv"
    venv.create(place, with_pip=False, symlinks=True)
    [site] = place.glob("lib/python*/site-packages")
    for name in needed("campaignctl"):
        tops = {file.parts[0] for file in metadata.distribution(name).files or ()}
        for top in tops - {"..", "__pycache__"}:
            (site / top).symlink_to(Path(str(metadata.distribution(name).locate_file(top))))
    words = ["--python", str(place / "bin/python"), "install", "--no-deps", "--no-index", str(wheel)]
    for command in (words, ["--python", str(place / "bin/python"), "check"]):
        ran = subprocess.run(
            [sys.executable, "-m", "pip", "--disable-pip-version-check", *command],
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr
    return place / "bin"


def needed(name: str) -> set[str]:
    """Return what a distribution needs to run, and what that needs, without extras."""
    found: set[str] = set()
    todo = [name]
    while todo:
        for line in metadata.requires(todo.pop()) or ():
            wanted = Requirement(line)
            one = canonicalize_name(wanted.name)
            if (wanted.marker is None or wanted.marker.evaluate({"extra": ""})) and one not in found:
                found.add(one)
                todo.append(one)
    return found


def test_the_wheel_holds_what_the_package_needs(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    schemas = {f"campaignctl/schemas/{path.name}" for path in (ROOT / "schemas").glob("*.json")}
    starter = {
        f"campaignctl/starter/{path.relative_to(ROOT / 'campaignctl' / 'starter').as_posix()}"
        for path in (ROOT / "campaignctl" / "starter").rglob("*")
        if path.is_file()
    }
    package = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "campaignctl").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".1"
    }
    pages = {
        f"campaignctl/render/report/{path.name}" for path in (ROOT / "campaignctl/render/report").iterdir()
    }
    assert len(pages) >= 3
    assert len(schemas) >= 5
    assert "campaignctl/starter/campaignctl.yaml" in starter
    assert names >= schemas | starter | package | pages | {"campaignctl/py.typed"}
    inside = f"campaignctl-{__version__}"
    assert names >= {
        f"{inside}.data/data/share/man/man1/campaignctl.1",
        f"{inside}.dist-info/licenses/LICENSE",
        f"{inside}.dist-info/entry_points.txt",
    }


def test_the_sdist_holds_what_the_wheel_is_built_of_and_tested_by(built: tuple[Path, Path]) -> None:
    assert built[1].name == f"campaignctl-{__version__}.tar.gz"
    with tarfile.open(built[1]) as archive:
        names = {one.partition("/")[2] for one in archive.getnames()}
    needed = ["LICENSE", "README.md", "CHANGELOG.md", "pyproject.toml", "Makefile", "campaignctl/py.typed"]
    needed += ["campaignctl/campaignctl.1", ".github/SECURITY.md", ".ci/run", "tests/conftest.py"]
    for folder in ("schemas", "campaigns/registry", ".github/workflows"):
        needed += [f"{folder}/{one.name}" for one in (ROOT / folder).iterdir()]
    assert [one for one in needed if one not in names] == []
    strange = re.compile(r"__pycache__|\.campaignctl/|^campaigns/.*\.state\.json|^\.git/|\.venv")
    assert [one for one in names if strange.search(one)] == []


def test_the_wheel_holds_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert {name.split("/")[0].partition("-")[0] for name in names} == {"campaignctl"}
    assert [name for name in names if "__pycache__" in name or ".campaignctl/" in name] == []
    assert len(names) == len(set(names))


def test_a_new_user_gets_from_nothing_to_a_plan(unzipped: Path, tmp_path: Path) -> None:
    made = run(unzipped, tmp_path, "init", "my-campaigns")
    assert (made.returncode, made.stderr) == (0, "")
    folder = tmp_path / "my-campaigns"
    linted = run(unzipped, folder, "lint")
    assert (linted.returncode, linted.stdout, linted.stderr) == (
        0,
        "No findings: 1 campaign in 1 file.\n",
        "",
    )
    planned = run(unzipped, folder, "plan", "--sandbox", "--format", "json")
    assert (planned.returncode, planned.stderr) == (0, "")
    assert json.loads(planned.stdout)["summary"]["create"] == 1
    applied = run(unzipped, folder, "apply", "--sandbox", "--yes")
    assert (applied.returncode, "Apply: 1 created." in applied.stdout) == (0, True)


def test_all_that_the_readme_shows_works_in_an_empty_environment(installed: Path, tmp_path: Path) -> None:
    """Installed by pip, found on the PATH, without this repository, its environment or its extras."""
    hidden = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")
    env = {name: value for name, value in os.environ.items() if name not in hidden}
    env["PATH"] = f"{installed}{os.pathsep}/usr/bin{os.pathsep}/bin"
    console(tmp_path, [str(installed / "campaignctl")], env)
    code = "import campaignctl, importlib.util as u; print(campaignctl.__file__, u.find_spec('pytest'))"
    told = subprocess.run(
        [installed / "python", "-c", code], cwd=tmp_path, env=env, capture_output=True, text=True
    )
    place, pytest_there = told.stdout.split()
    assert (Path(place).is_relative_to(installed.parent), pytest_there) == (True, "None")
    helped = subprocess.run([installed / "campaignctl-ci", "--help"], env=env, capture_output=True, text=True)
    assert helped.stdout.startswith("Usage: campaignctl-ci ")
    assert (installed.parent / "share/man/man1/campaignctl.1").is_file()


def test_the_code_and_the_schemas_come_from_inside_the_wheel(unzipped: Path, tmp_path: Path) -> None:
    code = (
        "import campaignctl; from campaignctl import schema; "
        "print(campaignctl.__file__); print(*(schema.path(name) for name in schema.NAMES), sep='\\n')"
    )
    told = python(unzipped, tmp_path, "-c", code)
    assert told.returncode == 0, told.stderr
    paths = [Path(line) for line in told.stdout.splitlines()]
    assert len(paths) >= 6
    assert [path.is_file() and path.is_relative_to(unzipped) for path in paths] == [True] * len(paths)


def test_the_schemas_of_the_wheel_are_those_of_the_repository(unzipped: Path, tmp_path: Path) -> None:
    printed = run(unzipped, tmp_path, "schema", "campaign")
    assert printed.returncode == 0
    assert json.loads(printed.stdout) == json.loads(
        (ROOT / "schemas" / "campaign.schema.json").read_text(encoding="utf-8")
    )


def test_a_mistake_is_found_without_the_repository(unzipped: Path, tmp_path: Path) -> None:
    """The full validator needs the schema file; a sound campaign does not."""
    run(unzipped, tmp_path, "init", "mine")
    example = tmp_path / "mine" / "examples" / "welcome.yaml"
    example.write_text(example.read_text(encoding="utf-8") + "templat: typo\n", encoding="utf-8")
    linted = run(unzipped, tmp_path / "mine", "lint")
    assert (linted.returncode, "unknown-key" in linted.stdout) == (1, True)
