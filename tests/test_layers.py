"""The table of the design, section 6: who may import whom, held by reading every import of the package."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT

PACKAGE = ROOT / "campaignctl"
MODULES = sorted(PACKAGE.rglob("*.py"))

WORDS = {
    "__init__",
    "model",
    "approved",
    "findings",
    "profiles",
    "proposals",
    "errors",
    "words",
    "controls",
    "verification",
    "unknowns",
    "deliveries",
    "callbacks",
    "standings",
    "adoptions",
    "manual",
    "codes",
    "cards",
    "names",
    "amendments",
}
LEAVES = {
    "documents",
    "composer",
    "syntax",
    "scalars",
    "sms",
    "templating",
    "dlt",
    "places",
    "edits",
    "proof",
}
LOGIC = {
    "schema",
    "shape",
    "campaigns",
    "registry",
    "rules",
    "plan",
    "planfile",
    "unfinished",
    "guards",
    "capacity",
    "fingerprints",
    "ignoring",
    "judging",
    "repairs",
    "portals",
    "registryfile",
    "registrytext",
    "listsfile",
    "targets",
    "drift",
    "campaignfile",
    "editorschema",
    "dealing",
    "outlook",
    "sentbefore",
    "settingsdiff",
}
DOORS = {"exotel", "state", "webhooks"}
WORK = {
    "folder",
    "project",
    "lint",
    "apply",
    "baseline",
    "fixing",
    "steering",
    "verify",
    "resolving",
    "standing",
    "adoption",
    "earlier",
    "suppressing",
}
RENDER = {"render"}
EDGE = {"commands", "cli", "__main__", "door", "pipelines"}
BESIDE = {"sandbox"}
EVERYTHING = WORDS | LEAVES | LOGIC | DOORS | WORK | RENDER | EDGE | BESIDE

#: Top-level module or folder -> what it may import of the package. The doors reach the work by protocol.
MAY: dict[str, set[str]] = {
    **dict.fromkeys(WORDS, WORDS),
    **dict.fromkeys(LEAVES, WORDS | LEAVES),
    **dict.fromkeys(LOGIC, WORDS | LEAVES | LOGIC),
    **dict.fromkeys(DOORS, WORDS),
    **dict.fromkeys(WORK, WORDS | LEAVES | LOGIC | WORK),
    **dict.fromkeys(RENDER, WORDS | RENDER),
    **dict.fromkeys(EDGE, EVERYTHING - BESIDE),
    **dict.fromkeys(BESIDE, BESIDE),
}
#: Package from outside -> the files that may import it.
THIRD = {
    "yaml": {"composer.py"},
    "jinja2": {"templating.py", "render/html.py"},
    "jsonschema": {"schema.py"},
    "httpx": {"exotel/client.py", "exotel/connection.py", "exotel/failures.py"},
    "openpyxl": {"portals/sheets.py"},
    "click": {"cli.py", "__main__.py", "door.py", "commands/*"},
}
#: What only the command that needs it may load, inside a function.
LAZY = {"jinja2", "jsonschema", "openpyxl"}

STDLIB = sys.stdlib_module_names


def name_of(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def part_of(path: Path) -> str:
    """Return the module or folder at the top of the package that a file belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def dotted(path: Path) -> list[str]:
    return ["campaignctl", *path.relative_to(PACKAGE).parts[:-1]]


def imports(path: Path) -> Iterator[tuple[str, bool, bool]]:
    """Yield each imported name in full, whether inside a function, and whether for types alone."""
    todo: list[tuple[ast.AST, bool, bool]] = [(ast.parse(path.read_text("utf-8")), False, False)]
    while todo:
        node, inside, types = todo.pop()
        if isinstance(node, ast.Import):
            yield from ((alias.name, inside, types) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parents = dotted(path)
            start = parents[: len(parents) + 1 - node.level] if node.level else []
            base = ".".join([*start, *([node.module] if node.module else [])])
            yield from ((f"{base}.{alias.name}", inside, types) for alias in node.names)
        inside = inside or isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
        for child in ast.iter_child_nodes(node):
            guarded = (
                isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING" and child in node.body
            )
            todo.append((child, inside, types or guarded))


def own(imported: str) -> str | None:
    """Return the part of the package that a name belongs to, None for others. The bare package is words."""
    steps = imported.split(".")
    if steps[0] != "campaignctl":
        return None
    top = steps[1] if len(steps) > 1 else "__init__"
    return top if (PACKAGE / top).is_dir() or (PACKAGE / f"{top}.py").exists() else "__init__"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_every_module_has_a_layer_and_imports_only_what_it_may(path: Path) -> None:
    part = part_of(path)
    assert part in MAY, f"{part} stands in no layer of the design"
    allowed = MAY[part] | (BESIDE if part == "commands" else set())
    wrong = {
        name for name, *_ in imports(path) if (to := own(name)) is not None and to not in allowed | {part}
    }

    assert wrong == set()


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_other_packages_are_imported_only_where_they_belong(path: Path) -> None:
    name = name_of(path)
    wrong = set()
    for imported, inside, types in imports(path):
        top = imported.split(".")[0]
        if top in STDLIB or top == "campaignctl":
            continue
        homes = THIRD.get(top, set())
        at_home = name in homes or (name.startswith("commands/") and "commands/*" in homes)
        if not at_home or (top in LAZY and not inside and not types):
            wrong.add(imported)

    assert wrong == set()


def test_the_sandbox_uses_the_standard_library_alone() -> None:
    tops = {
        name.split(".")[0]
        for path in MODULES
        if part_of(path) == "sandbox"
        for name, *_ in imports(path)
        if own(name) != "sandbox"
    }

    assert tops - STDLIB == set()


def test_nothing_outside_the_commands_imports_the_sandbox() -> None:
    users = {part_of(path) for path in MODULES for name, *_ in imports(path) if own(name) == "sandbox"} - {
        "sandbox"
    }

    assert users <= {"commands"}


def test_each_package_from_outside_is_imported_where_the_table_says() -> None:
    used = {name.split(".")[0] for path in MODULES for name, *_ in imports(path)} - STDLIB - {"campaignctl"}

    assert used == set(THIRD)


def cycle(graph: dict[str, set[str]]) -> list[str]:
    """Return parts that wait for one another, [] when there are none."""
    left = dict(graph)
    while ready := [part for part, needs in left.items() if not needs & left.keys()]:
        for part in ready:
            del left[part]
    return sorted(left)


def test_no_modules_import_each_other_in_a_circle() -> None:
    graph: dict[str, set[str]] = {}
    for path in MODULES:
        for name, inside, types in imports(path):
            to = own(name)
            if to and to != part_of(path) and not inside and not types:
                graph.setdefault(part_of(path), set()).add(to)

    assert cycle(graph) == []


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_no_module_is_a_bag(path: Path) -> None:
    assert (
        set(path.relative_to(PACKAGE).with_suffix("").parts)
        & {"utils", "util", "helpers", "manager", "base", "common"}
        == set()
    )


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_file_can_be_read_at_a_sitting(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= 400


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_function_fits_on_a_screen(path: Path) -> None:
    long = [
        f"{node.name}: {node.end_lineno - node.lineno + 1} lines"
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        and node.end_lineno is not None
        and node.end_lineno - node.lineno >= 60
    ]

    assert long == []


# --- these tests can fail ---------------------------------------------------------------------------


def test_the_reader_sees_imports_wherever_they_stand(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(globals(), "PACKAGE", tmp_path)
    (tmp_path / "rules").mkdir()
    path = tmp_path / "rules/one.py"
    path.write_text(
        "import os.path\nfrom .. import apply\nfrom ..lint import run\nfrom . import two\n"
        "def f():\n    import yaml\n    class C:\n        from jinja2 import nodes\n"
        "if TYPE_CHECKING:\n    import jsonschema\nelse:\n    import httpx\n"
    )

    assert sorted(imports(path)) == [
        ("campaignctl.apply", False, False),
        ("campaignctl.lint.run", False, False),
        ("campaignctl.rules.two", False, False),
        ("httpx", False, False),
        ("jinja2.nodes", True, False),
        ("jsonschema", False, True),
        ("os.path", False, False),
        ("yaml", True, False),
    ]


def test_a_circle_is_found() -> None:
    assert cycle({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}, "e": {"x"}}) == ["a", "b", "c", "d"]
