"""The house is as its documents say, and keeps the rules that no linter knows."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from lastmetre.cli import app
from lastmetre.settings import Settings

ROOT = Path(__file__).parent.parent
PACKAGES = ("models", "scheduling", "governance", "api", "web", "bot", "lastmetre", "migrations")
DECISIONS = sorted((ROOT / "docs/decisions").glob("*.md"))
DOCUMENTS = [
    *(ROOT / name for name in ("README.md", "README.zh-CN.md", "ARCHITECTURE.md", "CONTRIBUTING.md")),
    *sorted((ROOT / "docs").glob("*.md")),
    *DECISIONS,
]
LONGEST_FILE = 450

_FILE = re.compile(r"[\w.-]+(?:/[\w.-]+)*/?")
_SUFFIXES = (".py", ".md", ".toml", ".json", ".lock", ".po", ".csv", ".mako", ".example", ".html", ".js")
_INSTALLED = ".venv/"
"""Made by `make install`, and so not part of a clone."""


def snippets(text: str) -> Iterator[str]:
    """Pieces of code in a Markdown text: between backticks, and lines set in by four spaces or more."""
    yield from re.findall(r"`([^`\n]+)`", text)
    yield from re.findall(r"^ {4,}(\S.*)$", text, re.MULTILINE)


def missing_paths(text: str, folder: Path) -> set[str]:
    """Paths that a text names, from the root in backticks and from its own folder in links, and that are not there."""
    named = {piece for piece in snippets(text) if _FILE.fullmatch(piece)}
    kinds = {*_SUFFIXES}  # a suffix by itself names no file
    paths = {piece for piece in named - kinds if "/" in piece or piece.endswith(_SUFFIXES)}
    links = set(re.findall(r"\]\(([^)#\s]+)\)", text))
    return {path for path in paths if not path.startswith(_INSTALLED) and not (ROOT / path).exists()} | {
        link for link in links if "://" not in link and not (folder / link).exists()
    }


def source_files(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


@cache
def defined_functions() -> frozenset[str]:
    return frozenset(
        node.name
        for path in source_files(*PACKAGES)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )


def named_functions(text: str) -> set[str]:
    return {found[1] for piece in snippets(text) if (found := re.fullmatch(r"(\w+)\(\)", piece))}


def named_targets(text: str) -> set[str]:
    """Targets of make that a text tells to run."""
    runs = (
        found[1] for piece in snippets(text) if (found := re.search(r"\bmake ([a-z]+(?: [a-z]+)*)", piece))
    )
    return {target for run in runs for target in run.split()}


def named_commands(text: str) -> set[str]:
    """Commands of the program that a text tells to run."""
    return {
        command for piece in snippets(text) for command in re.findall(r"\blastmetre ([a-z][a-z-]*)", piece)
    }


def calls(path: Path, *functions: str) -> set[str]:
    """Which of these functions (as they are written: `datetime.now`, or `.commit` of anything) a file calls."""
    called = {
        ast.unparse(node.func)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
    }
    return {
        function
        for function in functions
        if any(one.endswith(function) if function.startswith(".") else one == function for one in called)
    }


def callers(folders: tuple[str, ...], *functions: str) -> set[str]:
    """The files below some folders that call any of these functions."""
    return {str(path.relative_to(ROOT)) for path in source_files(*folders) if calls(path, *functions)}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_what_a_document_names_is_there(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    assert missing_paths(text, document.parent) == set()
    assert named_functions(text) - defined_functions() == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_what_a_document_tells_to_run_can_be_run(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    commands = {
        command.name or command.callback.__name__ for command in app.registered_commands if command.callback
    } | {str(group.name) for group in app.registered_groups}
    assert named_targets(text) - targets == set()
    assert named_commands(text) - commands == set()


def test_control_what_is_not_there_is_found() -> None:
    text = """
    Read `models/nowhere.py` and [this](nowhere.md); `models/ids.py` is there, `/v1/points` is an address.
    Call `no_such_function()`, run `make nothing` or

        .venv/bin/lastmetre conjure
    """
    assert missing_paths(text, ROOT) == {"models/nowhere.py", "nowhere.md"}
    assert named_functions(text) == {"no_such_function"}
    assert named_targets(text) == {"nothing"}
    assert named_commands(text) == {"conjure"}


def test_constraints_that_stand_behind_rules_are_in_the_migrations() -> None:
    text = (ROOT / "docs/LOCKING.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:ck|uq|ex|pk)_\w+)`", text))
    migrations = "".join(path.read_text(encoding="utf-8") for path in source_files("migrations/versions"))
    assert len(named) > 10
    assert {name for name in named if name not in migrations} == set()


def test_decisions_are_numbered_and_name_who_enforces_them() -> None:
    assert [path.name[:4] for path in DECISIONS] == [
        f"{number:04}" for number in range(1, len(DECISIONS) + 1)
    ]
    for path in DECISIONS:
        text = path.read_text(encoding="utf-8")
        assert text.startswith(f"# {path.name[:4]}. "), path.name
        assert re.search(r"\*\*Enforced by\*\* .*`[\w./-]+`", text), path.name


def test_the_example_names_every_setting_and_changes_none(monkeypatch: pytest.MonkeyPatch) -> None:
    example = ROOT / ".env.example"
    named = re.findall(r"^([A-Z_]+)=", example.read_text(encoding="utf-8"), re.MULTILINE)
    fields = {
        str(field.validation_alias or f"LASTMETRE_{name.upper()}")
        for name, field in Settings.model_fields.items()
    }
    assert sorted(named) == sorted(fields)
    for name in named:
        monkeypatch.delenv(name, raising=False)
    assert Settings(_env_file=example) == Settings(_env_file=None)


def test_no_file_is_too_long() -> None:
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for path in source_files(*PACKAGES, "benchmarks", "tests")
    }
    assert len(lengths) > 100
    made_by_alembic = "migrations/versions/"
    long = {path: lines for path, lines in lengths.items() if lines > LONGEST_FILE}
    assert {path for path in long if not path.startswith(made_by_alembic)} == set()


def test_only_one_place_commits() -> None:
    """docs/decisions/0003: besides it, only migrations, and their comparison with the tables, open a transaction."""
    opening = callers(PACKAGES, ".commit", ".begin", ".rollback", ".sessions")
    assert opening == {"models/database.py", "lastmetre/migrate.py", "lastmetre/drift.py"}


def test_only_one_place_reads_the_clock() -> None:
    """Below the program itself, time is an argument; the clock that is handed down is made in api/state.py."""
    below = tuple(package for package in PACKAGES if package != "lastmetre")
    reading = callers(below, "datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time")
    assert reading == {"api/state.py"}


def test_control_calls_are_found_however_they_are_written(tmp_path: Path) -> None:
    file = tmp_path / "careless.py"
    file.write_text(
        "async def use_case(session):\n    moment = datetime.now(UTC)\n    await session.commit()\n"
    )
    assert calls(file, ".commit", ".begin", "datetime.now", "time.time") == {".commit", "datetime.now"}


def test_only_the_desk_grants_places() -> None:
    """docs/decisions/0008: orders are decided upon in one place."""
    assert callers(("scheduling", "api", "web"), "places.occupy") == {"scheduling/desk.py"}
